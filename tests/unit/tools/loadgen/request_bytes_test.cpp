#include "tools/loadgen/request_bytes.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

MessageMix mix(std::uint32_t text_length = 20, std::string sender = "+15550001000") {
    return MessageMix({.texts = Weighted<Sample>(sample_text(text::Encoding::gsm7, text_length)),
                       .senders = {std::move(sender)},
                       .destinations = Destinations::from_prefix("+1556"),
                       .contacts = 100});
}

RequestStyle style(bool array = false) {
    return {.host = "127.0.0.1:8080", .key = "secret", .message_class = "", .array = array};
}

std::string request(RequestStyle how, MessageMix messages, std::uint64_t first,
                    std::uint32_t count) {
    std::string out;
    RequestBytes(std::move(how), messages).append(out, first, count);
    return out;
}

std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

TEST(RequestBytes, ASingleMessageCarriesItsNumberAndItsMarker) {
    EXPECT_EQ(body_of(request(style(), mix(), 7, 1)),
              R"({"from":"+15550001000","to":"+15560000007","text":"n=000000007 your tab"})");
}

TEST(RequestBytes, AnArrayCountsOnThroughItsItems) {
    EXPECT_EQ(body_of(request(style(true), mix(), 98, 2)),
              R"([{"from":"+15550001000","to":"+15560000098","text":"n=000000098 your tab"},)"
              R"({"from":"+15550001000","to":"+15560000099","text":"n=000000099 your tab"}])");
}

TEST(RequestBytes, AnArrayOfOneIsStillAnArray) {
    EXPECT_TRUE(body_of(request(style(true), mix(), 0, 1)).starts_with("[{"));
}

TEST(RequestBytes, ContactsComeRoundAndMarkersDoNot) {
    EXPECT_NE(request(style(), mix(), 100, 1).find("\"+15560000000\",\"text\":\"n=000000100"),
              std::string::npos);
}

TEST(RequestBytes, TheHeadSaysHowLongTheBodyIs) {
    for (const std::uint32_t count : {1u, 3u, 1000u}) {
        const auto bytes = request(style(true), mix(), 0, count);
        const std::string field = "Content-Length:";
        const auto at = bytes.find(field) + field.size();
        EXPECT_EQ(std::stoul(bytes.substr(at, bytes.find("\r\n", at) - at)), body_of(bytes).size());
        EXPECT_TRUE(bytes.starts_with("POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"));
        EXPECT_NE(bytes.find("Authorization: Bearer secret\r\n"), std::string::npos);
    }
}

TEST(RequestBytes, WithoutAKeyNothingIsAuthorised) {
    auto anonymous = style();
    anonymous.key.clear();
    EXPECT_EQ(request(anonymous, mix(), 0, 1).find("Authorization"), std::string::npos);
}

TEST(RequestBytes, TheTextHasExactlyItsLength) {
    for (const std::uint32_t length : {text_length_min, 12u, 160u, 161u, 700u}) {
        const auto body = body_of(request(style(), mix(length), 0, 1));
        const auto start = body.find("\"text\":\"") + 8;
        EXPECT_EQ(body.find('"', start) - start, length);
    }
}

TEST(RequestBytes, WhatThePersonTypedIsQuoted) {
    auto odd = style();
    odd.message_class = "promotional";
    const auto body = body_of(request(odd, mix(20, "A\"B"), 0, 1));
    EXPECT_TRUE(body.starts_with(R"({"from":"A\"B",)"));
    EXPECT_TRUE(body.ends_with(R"(,"class":"promotional"})"));
}

TEST(RequestBytes, RequestsAreAppendedForPipelining) {
    auto messages = mix();
    RequestBytes single(style(), messages);
    std::string out;
    single.append(out, 1, 1);
    single.append(out, 2, 1);
    EXPECT_EQ(out, request(style(), mix(), 1, 1) + request(style(), mix(), 2, 1));
}

TEST(RequestBytes, EveryMessageOfAMixIsWholeJsonOfItsOwnText) {
    MixPlan plan{.texts = Weighted<Sample>(sample_text(text::Encoding::gsm7, 30)),
                 .senders = {"+15550001000", "+15550002000"},
                 .destinations = Destinations::from_pattern("+1556#######")};
    plan.texts.add(sample_text(text::Encoding::ucs2, 50), 1);
    MessageMix messages(std::move(plan));
    RequestBytes bytes(style(true), messages);
    std::string out;
    bytes.append(out, 0, 50);
    const auto items = boost::json::parse(body_of(out)).as_array();
    ASSERT_EQ(items.size(), 50u);
    for (std::uint64_t message = 0; message < items.size(); ++message) {
        auto text = messages.text(messages.text_of(message)).utf8;
        text.replace(0, text_length_min, marker_of(message));
        EXPECT_EQ(items[message].at("text").as_string(), text);
        EXPECT_EQ(items[message].at("from").as_string(),
                  messages.senders()[messages.sender_of(message)]);
    }
}

TEST(RequestBytes, TheLedgersWordsAreTheOnesOnTheWire) {
    auto messages = mix();
    const auto body = body_of(request(style(), mix(), 4321, 1));
    EXPECT_NE(body.find(messages.recipient_of(4321)), std::string::npos);
    EXPECT_NE(body.find(marker_of(4321)), std::string::npos);
}

}  // namespace
}  // namespace parley::loadgen
