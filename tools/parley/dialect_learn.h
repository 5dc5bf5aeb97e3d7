#pragma once
// `parley dialect learn`: from a trace of one carrier's traffic, how the carrier differs from the
// specification, as a dialect that the configuration can load, with what speaks for each line.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace parley::tools {

struct LearnOptions {
    std::vector<std::string> inputs;  // as for decode
    std::vector<std::uint16_t> ports;
};

/// 0 when everything was read; 1 when something was not, with a sentence on `complaints`. What was
/// learned from the rest is on `out` either way.
int learn_dialect(const LearnOptions& options, std::ostream& out, std::ostream& complaints);

}  // namespace parley::tools
