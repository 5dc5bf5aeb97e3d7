#include "protocol/text/reassembly.h"

#include <algorithm>
#include <utility>

namespace parley::text {
namespace {

bool by_number(const Part& left, const Part& right) {
    return left.number < right.number;
}

}  // namespace

Reassembly::Groups::iterator Reassembly::open(const ReassemblyKey& key, std::int64_t now_ms) {
    const auto [group, created] = groups_.try_emplace(key);
    if (created) group->second.age = ages_.emplace(now_ms, group);
    return group;
}

std::vector<Part> Reassembly::close(Groups::iterator group) {
    std::vector<Part> parts = std::move(group->second.parts);
    parts_pending_ -= parts.size();
    ages_.erase(group->second.age);
    groups_.erase(group);
    return parts;
}

Reassembly::Result Reassembly::add(const ReassemblyKey& key, Part part) {
    Result result;
    if (part.number == 0 || part.number > key.total) {
        // Not a part of anything (TS 23.040 §9.2.3.24.1): it stands for itself.
        result.outcome = Outcome::whole;
        result.parts.push_back(std::move(part));
        return result;
    }
    auto group = open(key, part.received_ms);
    auto& held = group->second.parts;
    auto place = std::lower_bound(held.begin(), held.end(), part, by_number);
    if (place != held.end() && place->number == part.number) {
        if (place->octets == part.octets && place->data_coding == part.data_coding) {
            result.outcome = Outcome::duplicate;
            return result;
        }
        result.given_up = close(group);
        group = open(key, part.received_ms);
        place = group->second.parts.begin();
    }
    auto& parts = group->second.parts;
    parts.insert(place, std::move(part));
    ++parts_pending_;
    if (parts.size() == key.total) {
        result.outcome = Outcome::whole;
        result.parts = close(group);
    } else if (parts_pending_ > limits_.parts_max) {
        result.given_up = close(ages_.begin()->second);
    }
    return result;
}

std::optional<Reassembly::Expired> Reassembly::expire(std::int64_t now_ms) {
    const auto next = next_expiry_ms();
    if (!next || *next > now_ms) return std::nullopt;
    const auto group = ages_.begin()->second;
    Expired expired{group->first, {}};
    expired.parts = close(group);
    return expired;
}

std::optional<std::int64_t> Reassembly::next_expiry_ms() const {
    if (ages_.empty()) return std::nullopt;
    return ages_.begin()->first + limits_.age_max_ms;
}

}  // namespace parley::text
