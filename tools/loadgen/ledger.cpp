#include "tools/loadgen/ledger.h"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace parley::loadgen {

Ledger::Ledger(const std::string& file) : name_(file) {
    if (file.empty()) return;
    file_ =
        tools::Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!file_) {
        throw std::runtime_error("cannot append to '" + file + "': " + tools::reason(errno));
    }
}

void Ledger::add(std::string_view first, std::string_view second, std::string_view third) {
    if (!wanted()) return;
    lines_ += first;
    lines_ += ' ';
    lines_ += second;
    if (!third.empty()) {
        lines_ += ' ';
        lines_ += third;
    }
    lines_ += '\n';
}

void Ledger::flush() {
    std::string_view left = lines_;
    while (!left.empty()) {
        const auto n = ::write(file_.get(), left.data(), left.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            throw std::runtime_error("cannot write '" + name_ + "': " + tools::reason(errno));
        }
        left.remove_prefix(static_cast<std::size_t>(n));
    }
    lines_.clear();
}

}  // namespace parley::loadgen
