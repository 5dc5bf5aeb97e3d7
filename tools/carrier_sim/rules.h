#pragma once
// Small judgements of a simulated carrier: does a number match a rule, is a submit too fast, and
// who may not be written to any more.

#include "engine/clock.h"
#include "protocol/smpp/pdu.h"
#include "tools/carrier_sim/books.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier_sim {

/// "+15550002000", "+1555*" or empty for any, against the digits of an address on the wire.
class NumberPattern {
public:
    explicit NumberPattern(std::string_view written);
    bool matches(std::string_view wire_digits) const;

private:
    std::string digits_;
    bool prefix_ = false;
};

/// The generic cell rate algorithm (ITU-T I.371): an even rate with some room for a burst; or so
/// many in each second of the clock.
class RateLimit {
public:
    /// True when this one is within the rate, and then it counts.
    bool take(Instant now, std::uint32_t per_second, Duration burst);
    bool take_of_second(Instant now, std::uint32_t per_second);

private:
    std::int64_t free_at_ns_ = 0;
    std::int64_t second_ = -1;
    std::uint32_t taken_ = 0;  // in that second
};

/// Who said STOP, and what came after it was acknowledged.
class StopRegister {
public:
    explicit StopRegister(std::vector<StopRecord>& records) : records_(records) {}
    void said(const MoRecord& mo);
    void acknowledged(Now now, SessionId session, const MoRecord& mo);
    /// An opt-in left for the peer, which may act on it before its answer reaches us.
    void took_back(const MoRecord& mo);
    /// Every submit passes here; costs nothing while nobody has said STOP.
    void on_submit(Now now, SessionId session, std::uint32_t sequence,
                   const smpp::ShortMessageFields& pdu);

private:
    std::vector<StopRecord>& records_;
    ByText<std::vector<std::size_t>> by_handset_;  // wire digits to places in records_
};

/// "+1555…" without its plus, as it goes over the wire.
std::string_view without_plus(std::string_view address);

}  // namespace parley::carrier_sim
