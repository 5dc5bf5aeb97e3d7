// Routes and operator tables find what a plain walk over all of them finds, and asking allocates
// nothing.

#include "engine/carrier/routes.h"
#include "engine/clock.h"
#include "tests/support/count_allocations.h"

#include <algorithm>
#include <map>
#include <regex>
#include <tuple>

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

const std::vector<std::string> accounts{"shop", "clinic", "desk"};
const std::vector<std::string> brands{"demo", "other"};
const std::vector<std::string> senders{"+15550001000", "+15550002000", "DEMO", "12345"};
const std::vector<std::string> operators{"lilac", "rose", "moss"};
const std::vector<std::string> classes{"conversational", "informational", "promotional"};
const std::vector<std::string> patterns{R"(\+1\d*)", R"(\+\d*[02468])", R"(\+(10|12)\d*)"};

/// Few digits, so that prefixes nest and meet.
std::string digits(Dice& dice, std::size_t least, std::size_t most) {
    std::string text = "+";
    const std::size_t count = least + dice.below(most - least + 1);
    for (std::size_t i = 0; i < count; ++i)
        text += static_cast<char>('0' + dice.below(3));
    return text;
}

std::vector<std::string> some(Dice& dice, const std::vector<std::string>& all, double chance) {
    std::vector<std::string> list;
    if (!dice.chance(chance)) return list;
    for (const std::string& each : all) {
        if (dice.chance(0.5)) list.push_back(each);
    }
    return list;
}

config::Config draw_config(Dice& dice, std::size_t routes) {
    config::Config config;
    config.carriers.push_back({.id = "acme"});
    for (std::size_t i = 0; i < routes; ++i) {
        config::Route route{.prefix = digits(dice, 0, 5), .carriers = {"acme"}};
        if (dice.chance(0.2)) route.pattern = patterns[dice.below(patterns.size())];
        route.senders = some(dice, senders, 0.25);
        if (dice.chance(0.15)) route.senders.emplace_back("+1555*");
        route.accounts = some(dice, accounts, 0.25);
        route.brands = some(dice, brands, 0.25);
        route.classes = some(dice, classes, 0.25);
        route.operators = some(dice, operators, 0.25);
        config.routes.push_back(route);
    }
    return config;
}

bool names(const std::vector<std::string>& list, std::string_view item) {
    return list.empty() || std::ranges::find(list, item) != list.end();
}

bool names_sender(const std::vector<std::string>& list, std::string_view sender) {
    return list.empty() || std::ranges::any_of(list, [&](const std::string& each) {
               return each.ends_with('*') ? sender.starts_with(each.substr(0, each.size() - 1))
                                          : sender == each;
           });
}

bool fits(const config::Route& route, const Asked& asked) {
    return asked.contact.starts_with(route.prefix) && names_sender(route.senders, asked.sender) &&
           names(route.accounts, asked.account) && names(route.brands, asked.brand) &&
           names(route.classes, storage::name(asked.message_class)) &&
           names(route.operators, asked.owner.name) &&
           (route.pattern.empty() ||
            std::regex_match(std::string(asked.contact), std::regex(route.pattern)));
}

/// As the documentation says it: digits, conditions, place.
int slow_find(const config::Config& config, const Asked& asked) {
    int best = -1;
    std::tuple<std::size_t, int, int> best_rank;
    for (int place = 0; place < static_cast<int>(config.routes.size()); ++place) {
        const config::Route& route = config.routes[static_cast<std::size_t>(place)];
        if (!fits(route, asked)) continue;
        const int conditions =
            static_cast<int>(!route.senders.empty()) + static_cast<int>(!route.accounts.empty()) +
            static_cast<int>(!route.brands.empty()) + static_cast<int>(!route.classes.empty()) +
            static_cast<int>(!route.operators.empty()) + static_cast<int>(!route.pattern.empty());
        std::size_t said = route.prefix.size() - 1;
        if (!route.operators.empty()) said = std::max(said, asked.owner.digits);
        const std::tuple rank(said, conditions, -place);
        if (best >= 0 && rank <= best_rank) continue;
        best = place;
        best_rank = rank;
    }
    return best;
}

Asked draw_asked(Dice& dice, const std::string& contact) {
    Asked asked{.contact = contact,
                .sender = senders[dice.below(senders.size())],
                .account = accounts[dice.below(accounts.size())],
                .brand = brands[dice.below(brands.size())],
                .message_class = static_cast<storage::MessageClass>(dice.below(6))};
    if (dice.chance(0.7))
        asked.owner = {operators[dice.below(operators.size())], 1 + dice.below(contact.size() - 1)};
    return asked;
}

TEST(RoutesProperty, FindAgreesWithAWalkOverAllRoutes) {
    for (std::uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        const config::Config config = draw_config(dice, 1 + dice.below(60));
        const Routes routes(config);
        for (int n = 0; n < 60 && !HasFailure(); ++n) {
            const std::string contact = digits(dice, 1, 8);
            const Asked asked = draw_asked(dice, contact);
            const Route& found = routes.find(asked);
            const int place = found.empty() ? -1 : static_cast<int>(found.place);
            EXPECT_EQ(place, slow_find(config, asked)) << contact;
            const auto considered = routes.consider(asked, 100);
            if (place >= 0) {
                ASSERT_FALSE(considered.empty());
                EXPECT_TRUE(considered[0].wins);
                EXPECT_EQ(considered[0].route, &found);
            }
            for (const auto& each : considered)
                EXPECT_EQ(each.why.empty(), false);
        }
    }
}

TEST(RoutesProperty, AskingAllocatesNothing) {
    Dice dice(7);
    const Routes routes(draw_config(dice, 500));
    std::vector<std::string> contacts;
    contacts.reserve(200);
    for (int n = 0; n < 200; ++n)
        contacts.push_back(digits(dice, 5, 12));
    std::size_t found = 0;
    const auto ask = [&] {
        Dice same(8);
        for (const std::string& contact : contacts)
            found += routes.find(draw_asked(same, contact)).empty() ? 0 : 1;
    };
    ask();  // RE2 builds what it needs when it is first asked
    EXPECT_EQ(testing::allocations_in(ask), 0u);
    EXPECT_GT(found, 0u);
}

TEST(OperatorTableProperty, FindAgreesWithAMap) {
    for (std::uint64_t seed = 1; seed <= 100 && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Dice dice(seed);
        std::map<std::string, std::string> rows;
        OperatorTableReader reader;
        for (std::size_t n = dice.below(200); n > 0; --n) {
            std::string row = digits(dice, 1, 12);
            if (row[1] == '0') row[1] = '1';
            if (dice.chance(0.3)) row.insert(1, std::to_string(1 + dice.below(999)));
            if (row.size() > 16 || rows.contains(row)) continue;
            rows[row] = operators[dice.below(operators.size())];
            reader.feed(row + "," + rows[row] + "\n");
        }
        const auto table = reader.finish();
        ASSERT_TRUE(table);
        EXPECT_EQ(table->rows(), rows.size());
        for (int n = 0; n < 200; ++n) {
            std::string number = digits(dice, 1, 15);
            OperatorTable::Found expected;
            for (std::size_t size = number.size(); size > 1 && expected.name.empty(); --size) {
                const auto row = rows.find(number.substr(0, size));
                if (row != rows.end()) expected = {row->second, size - 1};
            }
            const auto found = table->find(number);
            EXPECT_EQ(found.name, expected.name) << number;
            EXPECT_EQ(found.digits, expected.digits) << number;
        }
    }
}

}  // namespace
}  // namespace parley::carrier
