#pragma once
// The sequence numbers of the requests of one direction of one session.

#include <cstdint>

namespace parley::session {

/// 1 … 0x7FFFFFFF, then 1 again; never 0 (SMPP 3.4 §5.1.4).
class Sequence {
public:
    static constexpr std::uint32_t max = 0x7FFFFFFF;

    explicit Sequence(std::uint32_t last = 0) : last_(last) {}
    std::uint32_t next() {
        last_ = last_ == max ? 1 : last_ + 1;
        return last_;
    }
    /// The last one handed out; 0 before the first.
    std::uint32_t last() const { return last_; }

private:
    std::uint32_t last_;
};

}  // namespace parley::session
