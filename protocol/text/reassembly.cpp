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
    if (group->second.whole) {
        parts_remembered_ -= parts.size();
        whole_ages_.erase(group->second.age);
    } else {
        parts_pending_ -= parts.size();
        ages_.erase(group->second.age);
    }
    groups_.erase(group);
    return parts;
}

void Reassembly::remember(Groups::iterator group, std::int64_t now_ms) {
    group->second.whole = true;
    parts_pending_ -= group->second.parts.size();
    parts_remembered_ += group->second.parts.size();
    ages_.erase(group->second.age);
    group->second.age = whole_ages_.emplace(now_ms, group);
    for (Part& part : group->second.parts)
        part.echoed = false;
}

/// The reference is used again. What came again lately may belong to the new message: it is part of
/// it until a part with other octets takes its place.
void Reassembly::reopen(Groups::iterator group, std::int64_t now_ms, std::vector<Part>& forgotten) {
    const ReassemblyKey key = group->first;
    std::vector<Part> old = close(group);
    group = open(key, now_ms);
    for (Part& part : old) {
        auto& list = part.echoed ? group->second.parts : forgotten;
        list.push_back(std::move(part));
    }
    parts_pending_ += group->second.parts.size();
}

Reassembly::Result Reassembly::add(const ReassemblyKey& key, Part part) {
    Result result;
    if (part.number == 0 || part.number > key.total) {
        // Not a part of anything (TS 23.040 §9.2.3.24.1): it stands for itself.
        result.outcome = Outcome::whole;
        result.parts.push_back(std::move(part));
        return result;
    }
    const std::int64_t now_ms = part.received_ms;
    auto group = open(key, now_ms);
    const auto place_in = [&part](Groups::iterator in) {
        auto& held = in->second.parts;
        return std::lower_bound(held.begin(), held.end(), part, by_number);
    };
    auto place = place_in(group);
    if (place != group->second.parts.end() && place->number == part.number) {
        if (place->octets == part.octets && place->data_coding == part.data_coding) {
            if (group->second.whole) place->echoed = true;
            result.outcome = Outcome::duplicate;
            return result;
        }
        if (group->second.whole) {
            place->echoed = false;  // contradicted: it was the old message's
            reopen(group, now_ms, result.forgotten);
        } else if (place->echoed) {
            result.forgotten.push_back(std::move(*place));
            group->second.parts.erase(place);
            --parts_pending_;
        } else {
            result.given_up_key = key;
            result.given_up = close(group);
        }
        group = open(key, now_ms);
        place = place_in(group);
    }
    auto& parts = group->second.parts;
    parts.insert(place, std::move(part));
    ++parts_pending_;
    result.kept = true;
    if (parts.size() == key.total) {
        result.outcome = Outcome::whole;
        result.parts = parts;
        remember(group, now_ms);
    } else if (parts_pending_ > limits_.parts_max) {
        const auto oldest = ages_.begin()->second;
        result.given_up_key = oldest->first;
        result.given_up = close(oldest);
    }
    return result;
}

std::vector<Part> Reassembly::forget(std::int64_t now_ms) {
    if (whole_ages_.empty()) return {};
    const auto oldest = whole_ages_.begin();
    const bool over = parts_remembered_ > limits_.remembered_max;
    if (!over && oldest->first + limits_.remember_ms > now_ms) return {};
    return close(oldest->second);
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
