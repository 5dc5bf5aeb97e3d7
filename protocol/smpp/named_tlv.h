#pragma once
// A TLV as people write and read it. What its name means and how its value looks on the wire, a
// carrier's TlvDictionary says.

#include <string>
#include <vector>

namespace parley::smpp {

struct NamedTlv {
    std::string name;   // of the dictionary, or a tag: "0x1501"
    std::string value;  // by its type: a number, characters, or octets in hexadecimal
    bool operator==(const NamedTlv&) const = default;
};
using NamedTlvs = std::vector<NamedTlv>;

}  // namespace parley::smpp
