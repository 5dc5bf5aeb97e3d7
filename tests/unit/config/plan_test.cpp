#include "config/plan.h"

#include "config/check.h"
#include "config/describe.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::config {
namespace {

Config example() {
    Config config;
    for (const char* const id : {"acme", "beta"}) {
        Carrier carrier;
        carrier.id = id;
        carrier.address = {std::string(id) + ".example:2775"};
        carrier.system_id = "parley";
        carrier.password = "secret1";
        carrier.throughput = 500;
        config.carriers.push_back(carrier);
    }
    config.carriers[0].limits = {{.name = "spring", .senders = {"+15550001000"}, .rate = 10}};
    config.carriers[0].dialect.statuses = {
        {.status = {0x58}, .reaction = Reaction::throttle},
        {.status = {0x401}, .reaction = Reaction::fail, .name = "no_credit"}};
    config.brands = {{.id = "demo", .senders = {"+15550001000", "+15550001001"}}};
    config.routes = {{"+", {"acme", "beta"}}, {"+44", {"beta"}}};
    config.accounts = {{.id = "shop", .brand = "demo", .api_keys = {"key-shop-00001"}}};
    return config;
}

std::vector<std::string> told(const Config& from, const Config& to) {
    std::vector<std::string> lines;
    for (const Change& change : plan(from, to))
        lines.push_back(to_text(change));
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Plan, TheSameConfigurationChangesNothing) {
    EXPECT_EQ(told(example(), example()), Lines{});
}

TEST(Plan, ASettingIsNamedByWhatItIsOfWithOldAndNewValueAndEffect) {
    Config wanted = example();
    wanted.carriers[0].throughput = 800;
    wanted.carriers[1].system_id = "parley2";
    wanted.node.shards = 4;
    EXPECT_EQ(told(example(), wanted),
              (Lines{"restart    node.shards: auto -> 4",
                     "live       carriers[acme].throughput: 500/s -> 800/s",
                     "reconnect  carriers[beta].system_id: parley -> parley2"}));
}

TEST(Plan, PartsOfListsAreFoundWhereverTheyStand) {
    Config wanted = example();
    std::swap(wanted.carriers[0], wanted.carriers[1]);
    wanted.carriers[1].window = 20;
    wanted.carriers[1].limits[0].rate = 20;
    std::swap(wanted.carriers[1].dialect.statuses[0], wanted.carriers[1].dialect.statuses[1]);
    wanted.carriers[1].dialect.statuses[0].reaction = Reaction::retry;
    EXPECT_EQ(told(example(), wanted),
              (Lines{"live       carriers[acme].dialect.statuses[0x401].reaction: fail -> retry",
                     "live       carriers[acme].dialect.statuses (order): [0x58, 0x401] -> "
                     "[0x401, 0x58]",
                     "live       carriers[acme].window: 10 -> 20",
                     "live       carriers[acme].limits[spring].rate: 10/s -> 20/s",
                     "live       carriers (order): [acme, beta] -> [beta, acme]"}));
}

TEST(Plan, WhatIsAddedAndRemovedIsToldWithWhatItHas) {
    Config wanted = example();
    wanted.carriers.erase(wanted.carriers.begin() + 1);
    wanted.routes = {{"+", {"acme"}}, {"+1", {"acme"}}};
    wanted.brands[0].senders = {"+15550001001", "+15550001002"};
    wanted.carriers[0].tls.emplace().key_password = "hidden";
    EXPECT_EQ(told(example(), wanted),
              (Lines{"live       carriers[beta]: removed { id: beta, address: "
                     "[beta.example:2775], system_id: parley, password: ********, throughput: "
                     "500/s }",
                     "reconnect  carriers[acme].tls: added { key_password: ******** }",
                     "live       brands[demo].senders[+15550001000]: removed",
                     "live       brands[demo].senders[+15550001002]: added",
                     "live       routes[+44]: removed { prefix: +44, carriers: [{ id: beta }] }",
                     "live       routes[+].carriers[beta]: removed { id: beta }",
                     "live       routes[+1]: added { prefix: +1, carriers: [{ id: acme }] }"}));
}

TEST(Plan, SecretsAreNeverShown) {
    Config wanted = example();
    wanted.carriers[0].password = "secret2";
    wanted.accounts[0].api_keys.push_back("key-shop-00002");
    for (const std::string& line : told(example(), wanted)) {
        EXPECT_EQ(line.find("secret"), std::string::npos) << line;
        EXPECT_EQ(line.find("key-shop"), std::string::npos) << line;
    }
    EXPECT_EQ(plan(example(), wanted).size(), 2U);
}

TEST(Plan, NamedValuesAreComparedByName) {
    Config before = example();
    before.carriers[0].tlvs = {{"callback_num", "1"}, {"0x1501", "aa"}};
    Config wanted = before;
    wanted.carriers[0].tlvs = {{"0x1501", "bb"}, {"0x1502", "cc"}};
    EXPECT_EQ(told(before, wanted), (Lines{"live       carriers[acme].tlvs.callback_num: removed 1",
                                           "live       carriers[acme].tlvs.0x1501: aa -> bb",
                                           "live       carriers[acme].tlvs.0x1502: added cc"}));
}

TEST(Plan, WhatNeedsARestartIsAsItWasUntilThen) {
    Config wanted = example();
    wanted.node.shards = 4;
    wanted.http.listen = "127.0.0.1:9999";
    wanted.brands[0].suppression_scope = SuppressionScope::sender;
    wanted.brands[0].help_answer = "Ask us.";
    wanted.carriers.erase(wanted.carriers.begin());
    wanted.routes = {{"+", {"beta"}}};
    const Config now = without_restart(example(), wanted);

    EXPECT_EQ(now.node.shards, 0U);
    EXPECT_EQ(now.http.listen, Http{}.listen);
    EXPECT_EQ(now.brands[0].suppression_scope, SuppressionScope::brand);
    EXPECT_EQ(now.brands[0].help_answer, "Ask us.");
    EXPECT_EQ(now.carriers.size(), 1U);
    for (const Change& left : plan(now, wanted))
        EXPECT_EQ(left.effect, Effect::restart) << to_text(left);
}

TEST(Plan, ANewBrandMayBeginWithAnyScope) {
    Config wanted = example();
    wanted.brands.push_back({.id = "club", .senders = {"CLUB"}});
    wanted.brands[1].suppression_scope = SuppressionScope::sender;
    const Config now = without_restart(example(), wanted);
    EXPECT_EQ(now.brands[1].suppression_scope, SuppressionScope::sender);
}

/// Every setting, however deep.
struct AllAbouts {
    template <typename Field>
    void operator()(std::string_view name, Field& field, const About& about) {
        EXPECT_LE(about.live + about.reconnect + about.restart, 1) << name;
        if constexpr (Described<Field>) describe(field, *this);
    }
    template <Described Field>
    void operator()(std::string_view name, std::vector<Field>&, const About& about) {
        EXPECT_LE(about.live + about.reconnect + about.restart, 1) << name;
        Field example;
        describe(example, *this);
    }
};

TEST(Plan, NoSettingSaysTwoThingsOfHowItTakesEffect) {
    Config config;
    AllAbouts all;
    describe(config, all);
}

}  // namespace
}  // namespace parley::config
