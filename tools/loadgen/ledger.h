#pragma once
// The files that a crash test compares with the engine and the carrier afterwards: which messages
// were accepted, and of which we never heard. Lines reach the kernel with every flush(), so they
// survive the death of anything but the machine.

#include "tools/support/socket.h"

#include <string>
#include <string_view>

namespace parley::loadgen {

class Ledger {
public:
    /// Without a file name it takes lines and drops them. Throws when the file cannot be opened.
    explicit Ledger(const std::string& file);

    bool wanted() const { return static_cast<bool>(file_); }
    /// One line of words, in order.
    void add(std::string_view first, std::string_view second, std::string_view third = {});
    /// Throws when the disk does not take them.
    void flush();

private:
    std::string name_;
    tools::Descriptor file_;
    std::string lines_;
};

}  // namespace parley::loadgen
