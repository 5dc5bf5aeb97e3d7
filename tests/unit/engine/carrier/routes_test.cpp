#include "engine/carrier/routes.h"

#include "config/load.h"
#include "engine/carrier/examine.h"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace parley::carrier {
namespace {

using storage::MessageClass;

config::Config config_of(std::vector<config::Route> routes) {
    config::Config config;
    for (const char* id : {"acme", "beta", "coda"})
        config.carriers.push_back({.id = id});
    config.routes = std::move(routes);
    return config;
}

Asked to(std::string_view contact) {
    return {.contact = contact,
            .sender = "+15550001000",
            .account = "shop",
            .brand = "demo",
            .message_class = MessageClass::conversational};
}

std::string taken(const Routes& routes, const Asked& asked) {
    const Route& route = routes.find(asked);
    return route.empty() ? "none" : route.label;
}

storage::ConversationId conversation(std::uint64_t n) {
    return storage::ConversationId::of("+15550001000", "+1555700" + std::to_string(n));
}

// ---- Which route
// ---------------------------------------------------------------------------------

TEST(Routes, TheLongestPrefixWinsWhereverItStands) {
    const Routes routes(config_of({{.prefix = "+1", .carriers = {"acme"}, .name = "america"},
                                   {.prefix = "+15557", .carriers = {"acme"}, .name = "long"},
                                   {.prefix = "+44", .carriers = {"acme"}, .name = "britain"},
                                   {.prefix = "+1555", .carriers = {"acme"}, .name = "middle"}}));
    EXPECT_EQ(taken(routes, to("+15557654321")), "long");
    EXPECT_EQ(taken(routes, to("+15551000000")), "middle");
    EXPECT_EQ(taken(routes, to("+15557")), "long");
    EXPECT_EQ(taken(routes, to("+16660000000")), "america");
    EXPECT_EQ(taken(routes, to("+442071838750")), "britain");
    EXPECT_EQ(taken(routes, to("+33100000000")), "none");
    EXPECT_EQ(taken(routes, to("+10")), "america");
    EXPECT_EQ(taken(routes, to("12345")), "none") << "no number of E.164";
    EXPECT_EQ(taken(routes, to("")), "none");
}

TEST(Routes, ZerosInAPrefixCount) {
    const Routes routes(config_of({{.prefix = "+1", .carriers = {"acme"}, .name = "one"},
                                   {.prefix = "+100", .carriers = {"acme"}, .name = "hundred"},
                                   {.prefix = "+", .carriers = {"acme"}, .name = "all"}}));
    EXPECT_EQ(taken(routes, to("+1000000")), "hundred");
    EXPECT_EQ(taken(routes, to("+101")), "one");
    EXPECT_EQ(taken(routes, to("+10")), "one");
    EXPECT_EQ(taken(routes, to("+7")), "all");
}

TEST(Routes, EachConditionKeepsOthersOut) {
    const auto only = [](config::Route route) {
        route.carriers = {"acme"};
        return Routes(config_of({route}));
    };
    Asked asked = to("+15557654321");
    EXPECT_EQ(taken(only({.senders = {"+15550001000", "DEMO"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.senders = {"DEMO"}}), asked), "none");
    EXPECT_EQ(taken(only({.senders = {"+15550*"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.senders = {"+15551*", "DEMO"}}), asked), "none");
    EXPECT_EQ(taken(only({.accounts = {"shop"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.accounts = {"clinic"}}), asked), "none");
    EXPECT_EQ(taken(only({.brands = {"demo"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.brands = {"other"}}), asked), "none");
    EXPECT_EQ(taken(only({.classes = {"conversational"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.classes = {"promotional", "help_answer"}}), asked), "none");
    EXPECT_EQ(taken(only({.pattern = R"(\+1555\d{7})"}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.pattern = R"(\+1555)"}), asked), "none") << "the whole number";
    EXPECT_EQ(taken(only({.operators = {"lilac"}}), asked), "none");
    asked.owner = {"lilac", 4};
    EXPECT_EQ(taken(only({.operators = {"lilac", "rose"}}), asked), "routes[0]");
    EXPECT_EQ(taken(only({.operators = {"rose"}}), asked), "none");
}

TEST(Routes, OfEqualPrefixesTheOneWithMoreConditionsWinsThenTheFirst) {
    const Routes routes(config_of(
        {{.carriers = {"acme"}, .name = "all"},
         {.carriers = {"acme"}, .name = "class", .classes = {"conversational"}},
         {.carriers = {"acme"}, .name = "brand", .brands = {"demo"}},
         {.carriers = {"acme"}, .name = "both", .brands = {"demo"}, .classes = {"promotional"}}}));
    Asked asked = to("+15557654321");
    EXPECT_EQ(taken(routes, asked), "class") << "as many conditions as brand, and before it";
    asked.message_class = MessageClass::promotional;
    EXPECT_EQ(taken(routes, asked), "both");
    asked.brand = "other";
    EXPECT_EQ(taken(routes, asked), "all");
}

TEST(Routes, ALongerPrefixGoesBeforeAnyConditions) {
    const Routes routes(config_of({{.prefix = "+1",
                                    .carriers = {"acme"},
                                    .name = "vip",
                                    .accounts = {"shop"},
                                    .classes = {"conversational"}},
                                   {.prefix = "+1555", .carriers = {"acme"}, .name = "range"}}));
    EXPECT_EQ(taken(routes, to("+15557654321")), "range");
    EXPECT_EQ(taken(routes, to("+16667654321")), "vip");
}

TEST(Routes, ARouteByOperatorSaysAsMuchOfTheNumberAsTheRowThatNamesIt) {
    const Routes routes(
        config_of({{.prefix = "+1555", .carriers = {"acme"}, .name = "range"},
                   {.carriers = {"acme"}, .name = "lilac", .operators = {"lilac"}},
                   {.prefix = "+15557654", .carriers = {"acme"}, .name = "narrow"}}));
    Asked asked = to("+15557654321");
    EXPECT_EQ(taken(routes, asked), "narrow");
    asked.owner = {"lilac", 11};
    EXPECT_EQ(taken(routes, asked), "lilac") << "ported: the row is the whole number";
    asked.owner = {"lilac", 4};
    EXPECT_EQ(taken(routes, asked), "narrow");
    asked.contact = "+15551234567";
    EXPECT_EQ(taken(routes, asked), "lilac") << "as long as the prefix, and a condition more";
    asked.owner = {"lilac", 1};
    EXPECT_EQ(taken(routes, asked), "range");
}

TEST(Routes, AreExplainedWithTheWinnerFirst) {
    const Routes routes(config_of(
        {{.carriers = {"acme"}, .name = "all"},
         {.prefix = "+1555", .carriers = {"acme"}, .name = "bulk", .classes = {"promotional"}},
         {.prefix = "+1555", .carriers = {"acme"}, .name = "range"},
         {.prefix = "+44", .carriers = {"acme"}, .name = "britain"}}));
    const Asked asked = to("+15557654321");
    const auto considered = routes.consider(asked, 8);
    ASSERT_EQ(considered.size(), 3u);
    EXPECT_EQ(considered[0].route->label, "range");
    EXPECT_TRUE(considered[0].wins);
    EXPECT_EQ(considered[0].why, "prefix +1555: the most specific that fits");
    EXPECT_EQ(considered[1].route->label, "all");
    EXPECT_EQ(considered[1].why, "fits, but range says 4 digits of the number, this one 0");
    EXPECT_EQ(considered[2].route->label, "bulk");
    EXPECT_EQ(considered[2].why, "class: \"conversational\" is not among its classes");
    EXPECT_EQ(routes.consider(asked, 1).size(), 1u);
}

TEST(Routes, ThatDoNotFitAreExplainedByTheNearest) {
    const Routes routes(
        config_of({{.prefix = "+44", .carriers = {"acme"}, .name = "britain"},
                   {.prefix = "+15", .carriers = {"acme"}, .name = "lilac", .operators = {"lilac"}},
                   {.prefix = "+1777", .carriers = {"acme"}, .name = "other"}}));
    const auto considered = routes.consider(to("+15557654321"), 8);
    ASSERT_EQ(considered.size(), 3u);
    EXPECT_FALSE(considered[0].wins);
    EXPECT_EQ(considered[0].why, "operator: the operator table has no row for the number");
    EXPECT_EQ(considered[1].why, "prefix: the number does not begin with +1777");
}

TEST(Routes, APatternThatIsNoneIsRefusedWhereItStands) {
    const auto loaded = config::load_text(R"(carriers:
  - { id: acme, address: "h:1", system_id: p }
brands: [{ id: demo, senders: [DEMO] }]
routes:
  - prefix: "+1"
    pattern: '\+1(555'
    carriers: [acme]
accounts: [{ id: shop, brand: demo }]
)",
                                          "p.yaml", config::process_environment, contradictions);
    ASSERT_EQ(loaded.complaints.size(), 1u);
    EXPECT_EQ(config::to_text(loaded.complaints[0]),
              "p.yaml:6:14: routes[0].pattern: is no regular expression: missing ): \\+1(555");
}

// ---- Which carrier
// -------------------------------------------------------------------------------

/// The carriers of a route in the order in which a conversation would take them.
std::vector<std::uint16_t> order_of(const Route& route, const storage::ConversationId& id) {
    std::vector<std::uint16_t> order;
    order.reserve(route.carriers.size());
    std::map<double, std::uint16_t, std::greater<>> drawn;
    for (std::size_t i = 0; i < route.carriers.size(); ++i)
        drawn.emplace(route.draw(i, id), route.carriers[i].carrier);
    for (const auto& [draw, carrier] : drawn)
        order.push_back(carrier);
    return order;
}

TEST(Routes, WithoutAWordCarriersGoInOrderAndByCostTheCheapestFirst) {
    const Routes routes(
        config_of({{.prefix = "+1", .carriers = {"beta", "acme", "coda"}},
                   {.prefix = "+44",
                    .carriers = {{"acme", 1, 0.02}, {"beta", 1, 0.01}, {"coda", 1, 0.01}},
                    .pick = config::RoutePick::cost}}));
    EXPECT_EQ(order_of(routes.find(to("+15557654321")), conversation(1)),
              (std::vector<std::uint16_t>{1, 0, 2}));
    EXPECT_EQ(order_of(routes.find(to("+442071838750")), conversation(1)),
              (std::vector<std::uint16_t>{1, 2, 0}));
}

Routes weighted(std::uint32_t acme, std::uint32_t beta, std::uint32_t coda) {
    return Routes(config_of({{.carriers = {{"acme", acme}, {"beta", beta}, {"coda", coda}},
                              .pick = config::RoutePick::weight}}));
}

TEST(Routes, WeightsAreSharesOfConversations) {
    const Routes routes = weighted(6, 3, 1);
    const Route& route = routes.find(to("+15557654321"));
    std::map<std::uint16_t, double> share;
    constexpr int conversations = 20'000;
    for (int n = 0; n < conversations; ++n)
        share[order_of(route, conversation(static_cast<std::uint64_t>(n)))[0]] +=
            1.0 / conversations;
    EXPECT_NEAR(share[0], 0.6, 0.02);
    EXPECT_NEAR(share[1], 0.3, 0.02);
    EXPECT_NEAR(share[2], 0.1, 0.02);
}

TEST(Routes, ACarrierThatGoesMovesItsOwnConversationsByWeightAndNoOther) {
    const Routes all = weighted(6, 3, 1);
    const Routes without = Routes(
        config_of({{.carriers = {{"beta", 3}, {"coda", 1}}, .pick = config::RoutePick::weight}}));
    int moved = 0;
    int to_beta = 0;
    for (std::uint64_t n = 0; n < 20'000; ++n) {
        const auto order = order_of(all.find(to("+15557654321")), conversation(n));
        const auto rest = order_of(without.find(to("+15557654321")), conversation(n));
        const auto fallback = order[0] == 0 ? order[1] : order[0];
        EXPECT_EQ(fallback, rest[0]) << "what is left keeps its order";
        if (order[0] != 0) continue;
        ++moved;
        to_beta += rest[0] == 1 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(to_beta) / moved, 0.75, 0.02);
}

TEST(Routes, AWeightOfNothingIsForWhenNoOtherIsUp) {
    const Routes routes = weighted(0, 1, 0);
    for (std::uint64_t n = 0; n < 100; ++n)
        EXPECT_EQ(order_of(routes.find(to("+15557654321")), conversation(n)),
                  (std::vector<std::uint16_t>{1, 0, 2}));
}

TEST(Routes, ValidityIsADefaultAndACap) {
    Route route;
    EXPECT_EQ(route.validity_of(0, 48), 48);
    EXPECT_EQ(route.validity_of(100, 48), 100);
    route.validity_ms = 10;
    EXPECT_EQ(route.validity_of(0, 48), 10);
    EXPECT_EQ(route.validity_of(5, 48), 5);
    EXPECT_EQ(route.validity_of(100, 48), 10);
}

}  // namespace
}  // namespace parley::carrier
