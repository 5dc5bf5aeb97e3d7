#include "config/load.h"
#include "config/print.h"

#include <gtest/gtest.h>

namespace parley::config {
namespace {

using Lines = std::vector<std::string>;

const std::string house = R"(carriers:
  - { id: acme, address: "h:1", system_id: p }
  - { id: beta, address: "h:2", system_id: p }
brands: [{ id: demo, senders: ["+15550001000", DEMO] }]
accounts: [{ id: shop, brand: demo }]
)";

Loaded load_with(const std::string& text) {
    return load_text(house + text, "etc/p.yaml");
}

Lines complaints(const std::string& text) {
    Lines lines;
    for (const Complaint& complaint : load_with(text).complaints)
        lines.push_back(to_text(complaint));
    return lines;
}

TEST(RouteSettings, ACarrierIsAnIdOrAMap) {
    const auto loaded = load_with(R"(operator_table: { file: operators.csv, poll_every: 10s }
routes:
  - carriers: [acme, { id: beta, weight: 3, cost: 0.0075 }]
    name: bulk
    pattern: '\+1\d{10}'
    senders: ["+1 555 000 1000", "+1555*", "DE*"]
    accounts: [shop]
    brands: [demo]
    classes: [promotional, informational]
    operators: ["T-Mobile US"]
    pick: weight
    validity: 4h
    failover_after: 30s
)");
    ASSERT_TRUE(loaded.config) << to_text(loaded.complaints.at(0));
    EXPECT_EQ(loaded.config->operator_table.file, "etc/operators.csv");
    const Route& route = loaded.config->routes.at(0);
    EXPECT_EQ(route.carriers, (std::vector<RouteCarrier>{"acme", {"beta", 3, 0.0075}}));
    EXPECT_EQ(route.prefix, "+");
    EXPECT_EQ(route.pattern, R"(\+1\d{10})");
    EXPECT_EQ(route.senders, (Lines{"+15550001000", "+1555*", "DE*"}));
    EXPECT_EQ(route.classes, (Lines{"promotional", "informational"}));
    EXPECT_EQ(route.operators, (Lines{"T-Mobile US"}));
    EXPECT_EQ(route.pick, RoutePick::weight);
    EXPECT_EQ(route.validity, Millis(4 * 3'600'000));
    EXPECT_EQ(route.failover_after, Millis(30'000));
    const auto again = load_text(to_yaml(*loaded.config), "again.yaml");
    ASSERT_TRUE(again.config) << to_text(again.complaints.at(0));
    EXPECT_EQ(again.config->routes, loaded.config->routes);
}

TEST(RouteSettings, WhatDoesNotFitIsNamedWithItsPlace) {
    EXPECT_EQ(complaints(R"(routes:
  - carriers: [{ id: acme, weight: 2000000 }, { id: beta, cost: cheap }, { weight: 1 }]
    senders: ["*", "+155x*"]
    classes: [spam]
    pick: best
)"),
              (Lines{"etc/p.yaml:7:36: routes[0].carriers[0].weight: 2000000 is out of bounds: "
                     "expected 0 … 1000000",
                     "etc/p.yaml:7:65: routes[0].carriers[1].cost: 'cheap' is not a cost: expected "
                     "a number such as 0.0075, 0 … 1000000",
                     "etc/p.yaml:7:74: routes[0].carriers[2].id: is missing: expected an id from "
                     "this file",
                     "etc/p.yaml:8:15: routes[0].senders[0]: '*' does not fit: expected a sender "
                     "such as +15550001000, or the beginning of one and '*', such as +1555*",
                     "etc/p.yaml:8:20: routes[0].senders[1]: '+155x*' does not fit: expected a "
                     "sender such as +15550001000, or the beginning of one and '*', such as +1555*",
                     "etc/p.yaml:9:15: routes[0].classes[0]: 'spam' does not fit: expected "
                     "conversational, informational, promotional, opt_out_confirmation, "
                     "opt_in_confirmation or help_answer",
                     "etc/p.yaml:10:11: routes[0].pick: 'best' is not known: expected order, "
                     "weight or cost; did you mean 'cost'?"}));
}

TEST(RouteSettings, WhatIsNamedMustExist) {
    EXPECT_EQ(complaints(R"(routes:
  - carriers: [acme, { id: bet }, acme]
    accounts: [shp]
    brands: [other]
    senders: ["+15550001001", "+1666*"]
    operators: [lilac]
)"),
              (Lines{"etc/p.yaml:7:22: routes[0].carriers[1]: there is no carrier 'bet'; did you "
                     "mean 'beta'?",
                     "etc/p.yaml:7:35: routes[0].carriers[2]: 'acme' stands already at "
                     "routes[0].carriers[0]",
                     "etc/p.yaml:8:16: routes[0].accounts[0]: there is no account 'shp'; did you "
                     "mean 'shop'?",
                     "etc/p.yaml:9:14: routes[0].brands[0]: there is no brand 'other'",
                     "etc/p.yaml:10:15: routes[0].senders[0]: no brand has a sender "
                     "'+15550001001'; did you mean '+15550001000'?",
                     "etc/p.yaml:10:31: routes[0].senders[1]: no brand has a sender that begins "
                     "with '+1666'",
                     "etc/p.yaml:11:16: routes[0].operators: nothing tells whose number is whose: "
                     "expected operator_table"}));
}

TEST(RouteSettings, TwoThatAskTheSameAreOneTooMany) {
    EXPECT_EQ(complaints(R"(routes:
  - { name: a, carriers: [acme] }
  - { name: a, carriers: [acme], classes: [promotional, informational] }
  - { carriers: [beta], classes: [informational, promotional] }
  - { carriers: [beta], prefix: "+1", classes: [informational, promotional] }
  - { carriers: [beta] }
)"),
              (Lines{"etc/p.yaml:8:13: routes[1].name: 'a' stands already at routes[0].name",
                     "etc/p.yaml:9:5: routes[2]: asks the same of a message as routes[1], and "
                     "would never be used",
                     "etc/p.yaml:11:5: routes[4].prefix: '+' stands already at routes[0].prefix"}));
}

}  // namespace
}  // namespace parley::config
