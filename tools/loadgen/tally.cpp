#include "tools/loadgen/tally.h"

namespace parley::loadgen {
namespace {

constexpr std::size_t example_octets_max = 300;

void count(std::map<std::string, std::uint64_t, std::less<>>& counts, std::string_view name,
           std::uint64_t more) {
    auto found = counts.find(name);
    if (found == counts.end()) found = counts.emplace(name, 0).first;
    found->second += more;
}

}  // namespace

void Tally::refused(std::string_view reason, std::uint64_t messages, std::string_view example) {
    counts_.refused += messages;
    count(refusals_, reason, messages);
    if (first_refusal_.empty()) {
        first_refusal_ =
            std::string(reason) + " " + std::string(example.substr(0, example_octets_max));
    }
}

void Tally::receipt_settled(std::int64_t from_sent_ns, std::string_view state) {
    ++counts_.receipts;
    receipt_.record(not_negative(from_sent_ns));
    count(receipt_states_, state, 1);
}

void Tally::odd(std::string_view kind, std::string_view example) {
    count(oddities_, kind, 1);
    if (first_oddity_.empty()) first_oddity_ = example.substr(0, example_octets_max);
}

void Tally::close_row(std::int64_t now_ns, std::uint64_t wanted, std::uint64_t in_flight,
                      std::uint64_t outstanding) {
    const double seconds = static_cast<double>(now_ns - row_ns_) / 1e9;
    if (seconds <= 0) return;
    const auto& before = row_before_;
    timeline_.add({.at_s = static_cast<double>(row_ns_ - started_ns_) / 1e9,
                   .seconds = seconds,
                   .wanted = wanted - row_wanted_,
                   .sent = counts_.sent - before.sent,
                   .accepted = counts_.accepted - before.accepted,
                   .refused = counts_.refused - before.refused,
                   .unanswered = counts_.unanswered - before.unanswered,
                   .receipts = counts_.receipts - before.receipts,
                   .answers = response_.count(),
                   .in_flight = in_flight,
                   .outstanding = outstanding,
                   .p50 = response_.percentile(0.50),
                   .p90 = response_.percentile(0.90),
                   .p99 = response_.percentile(0.99),
                   .max = response_.max(),
                   .receipt_p50 = receipt_.percentile(0.50),
                   .receipt_p99 = receipt_.percentile(0.99)});
    recent_.add(response_);
    response_total_.add(response_);
    service_total_.add(service_);
    receipt_total_.add(receipt_);
    response_.clear();
    service_.clear();
    receipt_.clear();
    row_before_ = counts_;
    row_wanted_ = wanted;
    row_ns_ = now_ns;
}

Tally::Recent Tally::take_recent(std::int64_t now_ns) {
    const Recent recent{.seconds = static_cast<double>(now_ns - line_ns_) / 1e9,
                        .before = line_before_,
                        .p50 = recent_.percentile(0.50),
                        .p99 = recent_.percentile(0.99),
                        .max = recent_.max()};
    line_ns_ = now_ns;
    line_before_ = counts_;
    recent_.clear();
    return recent;
}

}  // namespace parley::loadgen
