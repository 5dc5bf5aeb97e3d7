#include "tools/carrier_sim/rules.h"

#include "protocol/smpp/address.h"

#include <algorithm>
#include <utility>

namespace parley::carrier_sim {
namespace {

constexpr std::size_t after_kept_max = 16;

}  // namespace

NumberPattern::NumberPattern(std::string_view written) : digits_(without_plus(written)) {
    prefix_ = digits_.empty() || digits_.back() == '*';
    if (!digits_.empty() && prefix_) digits_.pop_back();
}

bool NumberPattern::matches(std::string_view wire_digits) const {
    const std::string_view digits = without_plus(wire_digits);
    return prefix_ ? digits.starts_with(digits_) : digits == digits_;
}

bool RateLimit::take(Instant now, std::uint32_t per_second, Duration burst) {
    const auto ns = [](auto duration) {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
    };
    const std::int64_t now_ns = ns(now.time_since_epoch());
    if (free_at_ns_ > now_ns + ns(burst)) return false;
    free_at_ns_ = std::max(free_at_ns_, now_ns) + 1'000'000'000 / per_second;
    return true;
}

bool RateLimit::take_of_second(Instant now, std::uint32_t per_second) {
    const std::int64_t second =
        std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (std::exchange(second_, second) != second) taken_ = 0;
    if (taken_ >= per_second) return false;
    ++taken_;
    return true;
}

void StopRegister::said(const MoRecord& mo) {
    by_handset_[std::string(without_plus(mo.from))].push_back(records_.size());
    StopRecord record;
    record.handset = mo.from;
    record.number = mo.to;
    record.mo = mo.id;
    record.made = mo.made;
    records_.push_back(std::move(record));
}

void StopRegister::acknowledged(Now now, SessionId session, const MoRecord& mo) {
    const auto found = by_handset_.find(without_plus(mo.from));
    if (found == by_handset_.end()) return;
    for (const std::size_t place : found->second) {
        if (records_[place].mo != mo.id) continue;
        records_[place].acked = now.at;
        records_[place].acked_on = session;
    }
}

void StopRegister::took_back(const MoRecord& mo) {
    const auto found = by_handset_.find(without_plus(mo.from));
    if (found == by_handset_.end()) return;
    for (const std::size_t place : found->second) {
        StopRecord& record = records_[place];
        if (record.number == mo.to && record.acked) record.ended = true;
    }
}

void StopRegister::on_submit(Now now, SessionId session, std::uint32_t sequence,
                             const smpp::ShortMessageFields& pdu) {
    if (by_handset_.empty()) return;
    const auto found = by_handset_.find(without_plus(pdu.destination_addr));
    if (found == by_handset_.end()) return;
    for (const std::size_t place : found->second) {
        StopRecord& record = records_[place];
        if (!record.acked || record.ended) continue;
        ++record.submits_after;
        if (record.after.size() >= after_kept_max) continue;
        record.after.push_back(
            {.at = now.at,
             .session = session,
             .sequence = sequence,
             .source = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
             .octets = std::string(pdu.short_message),
             .esm_class = pdu.esm_class,
             .data_coding = pdu.data_coding});
    }
}

std::string_view without_plus(std::string_view address) {
    if (address.starts_with('+')) address.remove_prefix(1);
    return address;
}

}  // namespace parley::carrier_sim
