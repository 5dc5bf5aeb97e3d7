#include "tests/simulation/limit_book.h"

#include "tests/simulation/checkers.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace parley::simulation {

namespace {

/// A second says nothing of 75 a minute.
constexpr Duration watched_time = std::chrono::seconds(10);

}  // namespace

void LimitBook::goes_by(Now now, const config::Config& config) {
    starts_.push_back(now.at);
    late_ = 0;
    for (const config::Brand& brand : config.brands)
        for (const std::string& sender : brand.senders)
            brand_of_[sender] = brand.id;
    for (const config::Carrier& carrier : config.carriers) {
        late_ = std::max<std::uint64_t>(
            late_, std::max<std::uint64_t>(carrier.uncertain_max,
                                           std::uint64_t{carrier.links} * carrier.window));
        std::vector<Watched>& watched = by_carrier_[carrier.id];
        const bool same = std::ranges::equal(watched, carrier.limits, {}, &Watched::limit);
        if (same) continue;
        watched.clear();
        for (const config::Limit& limit : carrier.limits)
            watched.push_back(
                {limit, std::make_shared<const config::TimeZone>(limit.time_zone), {}});
    }
}

void LimitBook::forget_days() {
    for (auto& [carrier, limits] : by_carrier_)
        for (Watched& watched : limits)
            for (auto& [sender, count] : watched.counts)
                count.of_day = 0;
}

bool LimitBook::is_for(const config::Limit& limit, const std::string& sender,
                       const std::string& brand) {
    const bool named =
        limit.senders.empty() || std::ranges::find(limit.senders, sender) != limit.senders.end();
    return named && (limit.brand.empty() || limit.brand == brand);
}

void LimitBook::submitted(Now now, const std::string& carrier, const std::string& sender) {
    for (Watched& watched : by_carrier_[carrier]) {
        if (!is_for(watched.limit, sender, brand_of_[sender])) continue;
        count(now, carrier, watched,
              watched.counts[watched.limit.each_sender ? sender : std::string()]);
    }
}

void LimitBook::count(Now now, const std::string& carrier, Watched& watched, Count& count) {
    const config::Limit& limit = watched.limit;
    const std::string whose = "the limit " + limit.name + " of " + carrier;
    if (limit.per_day != 0) {
        if (now.wall >= count.day_ends) {
            // What was counted before midnight may be on its way yet.
            count.most_of_day = limit.per_day + (count.day_ends == 0 ? 0 : late_);
            count.of_day = 0;
            count.day_began = now.wall;
            count.day_ends = watched.zone->next_midnight(now.wall);
        }
        if (++count.of_day > count.most_of_day)
            throw Violation(whose + " is exceeded: more than its day holds");
    }
    if (limit.rate == 0) return;
    const auto forget_before = now.at - watched_time;
    count.lately.insert(now.at);
    count.lately.erase(count.lately.begin(), count.lately.lower_bound(forget_before));
    while (!starts_.empty() && starts_.front() <= forget_before)
        starts_.pop_front();
    const double burst =
        std::max(1.0, limit.burst != 0 ? limit.burst : std::floor(limit.rate / 10));
    const double seconds = std::chrono::duration<double>(watched_time).count();
    // A commit's usual time is no loss, as its bucket has it.
    const double most =
        limit.rate * (seconds + 0.05) + burst * static_cast<double>(1 + starts_.size()) + 1;
    if (static_cast<double>(count.lately.size()) > most)
        throw Violation(whose + " is exceeded: " + std::to_string(count.lately.size()) +
                        " in ten seconds");
}

void LimitBook::refused(Now at, const std::string& carrier, const std::string& sender) {
    for (Watched& watched : by_carrier_[carrier]) {
        if (!is_for(watched.limit, sender, brand_of_[sender])) continue;
        Count& count = watched.counts[watched.limit.each_sender ? sender : std::string()];
        if (const auto found = count.lately.find(at.at); found != count.lately.end())
            count.lately.erase(found);
        if (at.wall >= count.day_began && count.of_day > 0) --count.of_day;
    }
}

}  // namespace parley::simulation
