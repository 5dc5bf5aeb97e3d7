#include "engine/standing.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

config::Config with(const std::vector<std::string>& carriers) {
    config::Config config;
    for (const std::string& id : carriers) {
        config::Carrier carrier;
        carrier.id = id;
        carrier.address = {id + ":2775"};
        carrier.system_id = "parley";
        config.carriers.push_back(carrier);
    }
    config.routes.emplace_back();
    config.routes.back().carriers.assign(carriers.begin(), carriers.end());
    config.brands = {{.id = "demo", .senders = {"+15550001000"}}};
    return config;
}

std::vector<std::uint16_t> places(const carrier::Route& route) {
    std::vector<std::uint16_t> found;
    for (const carrier::Route::Choice& choice : route.carriers)
        found.push_back(choice.carrier);
    return found;
}

TEST(Standing, ACarrierKeepsItsPlaceWhereverTheFileHasIt) {
    const Standing first(with({"acme", "beta", "coda"}));
    const Standing second(with({"delta", "coda", "acme"}), &first);
    const std::vector<std::string> ids{"acme", "beta", "coda", "delta"};
    ASSERT_EQ(second.config.carriers.size(), ids.size());
    for (std::size_t place = 0; place < ids.size(); ++place)
        EXPECT_EQ(second.config.carriers[place].id, ids[place]);
    EXPECT_EQ(second.removed, (std::vector<bool>{false, true, false, false}));
    EXPECT_EQ(places(second.routes.find({.contact = "+1555"})),
              (std::vector<std::uint16_t>{3, 2, 0}));

    const Standing third(with({"beta"}), &second);
    EXPECT_EQ(third.removed, (std::vector<bool>{true, false, true, true}));
    EXPECT_EQ(places(third.routes.find({.contact = "+1555"})), (std::vector<std::uint16_t>{1}));
}

TEST(Standing, ARemovedCarrierStaysAsItLastWas) {
    config::Config before = with({"acme", "beta"});
    before.carriers[1].window = 7;
    before.carriers[1].dialect.message_id.fold_case = true;
    const Standing first(before);
    const Standing second(with({"acme"}), &first);
    EXPECT_EQ(second.config.carriers[1].window, 7U);
    EXPECT_EQ(second.dialects[1].ids().from_response("AB"), "ab");
}

TEST(Standing, ASenderThatLeavesKeepsTheScopeInWhichItWasOptedOut) {
    const Standing first(with({"acme"}));
    config::Config wanted = with({"acme"});
    wanted.brands = {{.id = "club", .senders = {"CLUB"}}};
    const Standing second(wanted, &first);
    EXPECT_EQ(second.directory.find_sender("+15550001000"), nullptr);
    EXPECT_EQ(second.directory.scope_of("+15550001000"), "brand:demo");
    const Standing third(wanted, &second);
    EXPECT_EQ(third.directory.scope_of("+15550001000"), "brand:demo");
    EXPECT_EQ(third.directory.scope_of("+15550009999"), "sender:+15550009999");
}

TEST(Standing, SaysWhetherWhatWaitsMayBelongElsewhere) {
    const config::Config before = with({"acme", "beta"});
    const Standing first(before);
    config::Config wanted = before;
    wanted.carriers[0].window = 3;
    wanted.carriers[0].dialect.statuses = {{.status = {0x58}}};
    wanted.brands[0].help_answer = "Ask us.";
    EXPECT_FALSE(Standing(wanted, &first).routes_otherwise);
    wanted.routes = {{"+", {"beta"}}};
    EXPECT_TRUE(Standing(wanted, &first).routes_otherwise);
    wanted = before;
    wanted.carriers[0].dialect.tlvs = {{.tag = {0x1400}, .name = "template_id"}};
    EXPECT_TRUE(Standing(wanted, &first).routes_otherwise);
}

}  // namespace
}  // namespace parley
