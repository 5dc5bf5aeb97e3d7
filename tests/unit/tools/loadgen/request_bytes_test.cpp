#include "tools/loadgen/request_bytes.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

MessageShape shape() {
    return {.host = "127.0.0.1:8080",
            .key = "secret",
            .from = "+15550001000",
            .to_prefix = "+1556",
            .contacts = 100,
            .text_length = 20,
            .message_class = ""};
}

std::string request(const MessageShape& shape, std::uint32_t array_size, std::uint64_t first) {
    std::string out;
    RequestBytes(shape, array_size).append(out, first);
    return out;
}

std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

TEST(RequestBytes, ASingleMessageCarriesItsNumberAndItsMarker) {
    EXPECT_EQ(body_of(request(shape(), 0, 7)),
              R"({"from":"+15550001000","to":"+15560000007","text":"n=000000007 your tab"})");
}

TEST(RequestBytes, AnArrayCountsOnThroughItsItems) {
    EXPECT_EQ(body_of(request(shape(), 2, 98)),
              R"([{"from":"+15550001000","to":"+15560000098","text":"n=000000098 your tab"},)"
              R"({"from":"+15550001000","to":"+15560000099","text":"n=000000099 your tab"}])");
}

TEST(RequestBytes, AnArrayOfOneIsStillAnArray) {
    EXPECT_TRUE(body_of(request(shape(), 1, 0)).starts_with("[{"));
}

TEST(RequestBytes, ContactsComeRoundAndMarkersDoNot) {
    EXPECT_NE(request(shape(), 0, 100).find("\"+15560000000\",\"text\":\"n=000000100"),
              std::string::npos);
}

TEST(RequestBytes, WithoutALimitEveryMessageHasItsOwnContact) {
    auto unlimited = shape();
    unlimited.contacts = 0;
    EXPECT_EQ(recipient_of(unlimited, 1'234'567), "+15561234567");
}

TEST(RequestBytes, TheHeadSaysHowLongTheBodyIs) {
    const auto bytes = request(shape(), 3, 0);
    EXPECT_NE(bytes.find("Content-Length: " + std::to_string(body_of(bytes).size()) + "\r\n"),
              std::string::npos);
    EXPECT_TRUE(bytes.starts_with("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"));
    EXPECT_NE(bytes.find("Authorization: Bearer secret\r\n"), std::string::npos);
}

TEST(RequestBytes, WithoutAKeyNothingIsAuthorised) {
    auto anonymous = shape();
    anonymous.key.clear();
    EXPECT_EQ(request(anonymous, 0, 0).find("Authorization"), std::string::npos);
}

TEST(RequestBytes, TheTextHasExactlyItsLength) {
    for (const std::uint32_t length : {text_length_min, 12u, 160u, 161u, 700u}) {
        auto sized = shape();
        sized.text_length = length;
        const auto body = body_of(request(sized, 0, 0));
        const auto start = body.find("\"text\":\"") + 8;
        EXPECT_EQ(body.find('"', start) - start, length);
    }
}

TEST(RequestBytes, WhatThePersonTypedIsQuoted) {
    auto odd = shape();
    odd.from = "A\"B";
    odd.message_class = "promotional";
    const auto body = body_of(request(odd, 0, 0));
    EXPECT_TRUE(body.starts_with(R"({"from":"A\"B",)"));
    EXPECT_TRUE(body.ends_with(R"(,"class":"promotional"})"));
}

TEST(RequestBytes, RequestsAreAppendedForPipelining) {
    const RequestBytes single(shape(), 0);
    std::string out;
    single.append(out, 1);
    single.append(out, 2);
    EXPECT_EQ(out.size(), 2 * single.size());
    EXPECT_EQ(out, request(shape(), 0, 1) + request(shape(), 0, 2));
}

TEST(RequestBytes, TheLedgersWordsAreTheOnesOnTheWire) {
    const auto body = body_of(request(shape(), 0, 4321));
    EXPECT_NE(body.find(recipient_of(shape(), 4321)), std::string::npos);
    EXPECT_NE(body.find(marker_of(4321)), std::string::npos);
}

}  // namespace
}  // namespace parley::loadgen
