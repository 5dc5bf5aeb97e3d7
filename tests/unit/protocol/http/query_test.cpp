#include "protocol/http/query.h"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(PercentDecode, DecodesPairsAndLeavesThePlusAlone) {
    EXPECT_EQ(percent_decode("%2B1555+2%20x"), "+1555+2 x");
    EXPECT_EQ(percent_decode(""), "");
    for (const auto* broken : {"%", "%2", "%zz", "a%"})
        EXPECT_FALSE(percent_decode(broken));
}

TEST(Query, GivesParametersByName) {
    FieldErrors errors;
    Query query("limit=5&after=%2B1555&flag&=x", errors);
    EXPECT_EQ(query.number("limit", 1, 10, 2), 5u);
    EXPECT_EQ(query.text("after"), "+1555");
    EXPECT_EQ(query.text("flag"), "");
    EXPECT_FALSE(query.text("other"));
    EXPECT_EQ(query.number("size", 1, 10, 2), 2u);
    EXPECT_FALSE(query.finish()) << "a parameter without a name is unknown";
    EXPECT_EQ(errors.size(), 1u);
}

TEST(Query, UnknownParametersAreNamedTogetherWithTheKnown) {
    FieldErrors errors;
    Query query("limt=5", errors);
    query.number("limit", 1, 10, 2);
    query.text("cursor");
    EXPECT_FALSE(query.finish());
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].name, "limt");
    EXPECT_EQ(errors[0].value, "5");
    EXPECT_EQ(errors[0].expected, "one of the parameters limit, cursor");
}

TEST(Query, HasABoundedNumberOfParameters) {
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "a=1&";
    FieldErrors errors;
    Query query(text, errors);
    EXPECT_FALSE(query.finish());
    EXPECT_LE(errors.size(), 20u);
}

}  // namespace
}  // namespace parley::http
