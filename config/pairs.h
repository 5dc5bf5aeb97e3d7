#pragma once
// Walks the describe() lists of two parts of one type side by side, and finds the parts of two
// lists that are the same thing. For plan.cpp alone.

#include "config/describe.h"
#include "config/value.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::config {

/// Where the fields of a part are, in the order of its list: of equal types for parts of one type.
class FieldAddresses {
public:
    template <typename Field>
    void operator()(std::string_view, Field& field, const About&) {
        all_.push_back(&field);
    }
    void* at(std::size_t place) const { return all_.at(place); }

private:
    std::vector<void*> all_;
};

/// Calls visit(name, left's field, right's field, about) for each field.
template <typename Visit>
class SideBySide {
public:
    SideBySide(const FieldAddresses& left, Visit& visit) : left_(left), visit_(visit) {}

    template <typename Field>
    void operator()(std::string_view name, Field& right, const About& about) {
        visit_(name, *static_cast<Field*>(left_.at(place_++)), right, about);
    }

private:
    const FieldAddresses& left_;
    Visit& visit_;
    std::size_t place_ = 0;
};

template <typename Part, typename Visit>
void side_by_side(Part& left, Part& right, Visit& visit) {
    FieldAddresses addresses;
    describe(left, addresses);
    SideBySide<Visit> both(addresses, visit);
    describe(right, both);
}

/// What a part of a list is called.
template <typename Part>
std::string identity_of(const Part& part) {
    if constexpr (requires { part.id; }) {
        return part.id;
    } else if constexpr (requires { part.prefix; }) {  // a route, whose name need not be given
        return part.name.empty() ? part.prefix : part.name;
    } else if constexpr (requires { part.status; }) {
        return write_value(part.status, About{});
    } else if constexpr (requires { part.error; }) {
        return part.error;
    } else if constexpr (requires { part.stat; }) {
        return part.stat;
    } else if constexpr (requires { part.tag; }) {
        return write_value(part.tag, About{});
    } else {
        return part.name;
    }
}

/// One name for each part, in order; where several are called the same: "+44", "+44 (2)".
template <typename Part>
std::vector<std::string> identities(const std::vector<Part>& parts) {
    std::map<std::string, std::size_t> seen;
    std::vector<std::string> all;
    for (const Part& part : parts) {
        std::string identity = identity_of(part);
        const std::size_t count = ++seen[identity];
        if (count > 1) identity.append(" (").append(std::to_string(count)).append(")");
        all.push_back(std::move(identity));
    }
    return all;
}

}  // namespace parley::config
