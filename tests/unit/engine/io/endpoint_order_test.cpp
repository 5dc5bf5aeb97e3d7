#include "engine/io/endpoint_order.h"

#include <gtest/gtest.h>

namespace parley::io {
namespace {

using Endpoint = EndpointOrder::Endpoint;

Endpoint at(const char* address) {
    return {boost::asio::ip::make_address(address), 2775};
}

const Endpoint a = at("127.0.0.1");
const Endpoint b = at("127.0.0.2");
const Endpoint c = at("127.0.0.3");
using Endpoints = std::vector<Endpoint>;

TEST(EndpointOrder, IsTheResolversWhereAllAreWell) {
    const EndpointOrder order;
    EXPECT_EQ(order.in_turn("smsc.example:2775", {a, b, c}), (Endpoints{a, b, c}));
    EXPECT_EQ(order.in_turn("smsc.example:2775", {}), Endpoints{});
}

TEST(EndpointOrder, BeginsBehindTheOneThatWasMute) {
    EndpointOrder order;
    order.was_mute("smsc.example:2775", a);
    EXPECT_EQ(order.in_turn("smsc.example:2775", {a, b, c}), (Endpoints{b, c, a}));
    order.was_mute("smsc.example:2775", c);
    EXPECT_EQ(order.in_turn("smsc.example:2775", {a, b, c}), (Endpoints{a, b, c}));
}

TEST(EndpointOrder, EveryOneOfManyMuteOnesHasItsTurn) {
    EndpointOrder order;
    Endpoints tried;
    for (int attempt = 0; attempt < 6; ++attempt) {
        tried.push_back(order.in_turn("smsc.example:2775", {a, b, c}).front());
        order.was_mute("smsc.example:2775", tried.back());
    }
    EXPECT_EQ(tried, (Endpoints{a, b, c, a, b, c}));
}

TEST(EndpointOrder, TheResolverMayShuffleThemOrHaveForgottenOne) {
    EndpointOrder order;
    order.was_mute("smsc.example:2775", b);
    EXPECT_EQ(order.in_turn("smsc.example:2775", {c, b, a}), (Endpoints{a, c, b}));
    EXPECT_EQ(order.in_turn("smsc.example:2775", {c, a}), (Endpoints{c, a}));
}

TEST(EndpointOrder, ANameKnowsNothingOfAnother) {
    EndpointOrder order;
    order.was_mute("smsc.example:2775", a);
    EXPECT_EQ(order.in_turn("backup.example:2775", {a, b}), (Endpoints{a, b}));
}

}  // namespace
}  // namespace parley::io
