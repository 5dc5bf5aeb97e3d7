#include "engine/standing.h"

#include "config/plan.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace parley {

namespace {

/// True also of what nobody has thought of here: looking again costs a walk along the queues, not
/// looking would leave messages where they do not belong.
bool may_route_otherwise(const config::Config& before, const config::Config& now) {
    constexpr std::array<std::string_view, 6> others{"node.",   "http.",    "smpp.",
                                                     "brands[", "accounts", "carriers["};
    return std::ranges::any_of(config::plan(before, now), [&](const config::Change& change) {
        if (change.setting.find(".dialect.tlvs") != std::string::npos) return true;
        return std::ranges::none_of(
            others, [&](std::string_view other) { return change.setting.starts_with(other); });
    });
}

const config::Carrier* find(const config::Config& config, const std::string& carrier) {
    const auto found = std::ranges::find(config.carriers, carrier, &config::Carrier::id);
    return found == config.carriers.end() ? nullptr : &*found;
}

config::Config in_their_places(const config::Config& wanted, const Standing* before) {
    if (before == nullptr) return wanted;
    config::Config placed = wanted;
    placed.carriers.clear();
    for (const config::Carrier& old : before->config.carriers) {
        const config::Carrier* kept = find(wanted, old.id);
        placed.carriers.push_back(kept != nullptr ? *kept : old);
    }
    for (const config::Carrier& each : wanted.carriers) {
        if (find(before->config, each.id) == nullptr) placed.carriers.push_back(each);
    }
    return placed;
}

}  // namespace

Standing::Standing(const config::Config& wanted, const Standing* before)
    : config(in_their_places(wanted, before)),
      directory(config, before == nullptr ? nullptr : &before->directory),
      routes(config) {
    routes_otherwise = before != nullptr && may_route_otherwise(before->config, config);
    for (std::size_t place = 0; place < config.carriers.size(); ++place) {
        const config::Carrier& carrier = config.carriers[place];
        removed.push_back(find(wanted, carrier.id) == nullptr);
        if (removed.back()) {
            // Of brands it is asked nothing new.
            dialects.push_back(before->dialects[place]);
            submit_tlvs.push_back(before->submit_tlvs[place]);
        } else {
            dialects.emplace_back(carrier.dialect);
            submit_tlvs.emplace_back(carrier, config.brands);
        }
    }
}

}  // namespace parley
