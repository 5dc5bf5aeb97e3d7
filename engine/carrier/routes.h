#pragma once
// Which route a message takes. Of those that fit it the most specific wins: the one that says most
// of its number (digits of its prefix; for a route by operator the row of the operator table, if
// that has more), then the one with the most further conditions, then the first in the file. Built
// once from the configuration; never changes; asked for every message, without allocating.

#include "config/config.h"
#include "engine/carrier/digits.h"
#include "engine/carrier/route.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace re2 {
class RE2;
}

namespace parley::carrier {

/// Why a route's pattern cannot be used, in words that go after it; empty when it can.
std::string complaint_about_pattern(const std::string& pattern);

class Routes {
public:
    /// Requires that contradictions() (examine.h) finds none.
    explicit Routes(const config::Config& config);
    ~Routes();
    Routes(Routes&&) noexcept;
    Routes& operator=(Routes&&) noexcept;

    /// A route without carriers when none fits. Lives as long as this.
    const Route& find(const Asked& asked) const;
    /// Some route hands a message on when it has waited long.
    bool any_fails_over_by_age() const { return any_fails_over_by_age_; }

    struct Considered {
        const Route* route = nullptr;
        bool wins = false;
        std::string why;  // or why not
    };
    /// The winner first, then those that come nearest to it, up to `most`. For people: looks at
    /// all.
    std::vector<Considered> consider(const Asked& asked, std::size_t most) const;

private:
    struct Rule;
    /// How specific a rule is to a message: the greatest wins.
    struct Rank {
        std::size_t digits = 0;
        std::size_t conditions = 0;
        std::size_t place = 0;
        bool beats(const Rank& other) const;
    };
    struct Best {
        const Rule* rule = nullptr;
        Rank rank;
    };
    /// Rules with the same prefix. Those by operator come first; then those with more conditions.
    struct Level {
        Digits prefix;
        std::int32_t parent = -1;  // the longest other level that this prefix begins with
        std::uint32_t first = 0;   // in listed_
        std::uint32_t middle = 0;  // the first that is not by operator
        std::uint32_t last = 0;
    };
    /// Levels in order of their prefix.
    struct Group {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>()(text);
        }
    };
    using Groups = boost::unordered_flat_map<std::string, Group, TextHash, std::equal_to<>>;

    void add(const config::Config& config, std::size_t place);
    void index();
    Group make_group(std::vector<std::uint32_t> rules);
    static Rank rank_of(const Rule& rule, const Asked& asked);
    void look(Group group, Digits number, const Asked& asked, Best& best) const;
    void look(std::uint32_t first, std::uint32_t last, const Asked& asked, Best& best) const;
    Best best_of(const Asked& asked, Digits number) const;
    std::string why_not(const Rule& rule, const Asked& asked) const;
    static std::string why_beaten(const Rule& rule, const Best& best, const Asked& asked);
    static std::string why_best(const Rule& rule, const Asked& asked);

    std::vector<std::unique_ptr<Rule>> rules_;  // in order of the file
    std::vector<const Rule*> listed_;           // by level
    std::vector<Level> levels_;
    // A rule stands under each of its accounts; else under each of its senders; else under each of
    // its operators; else here.
    Group anybody_;
    Groups by_account_;
    Groups by_sender_;
    Groups by_operator_;
    Route none_;
    bool any_fails_over_by_age_ = false;
};

}  // namespace parley::carrier
