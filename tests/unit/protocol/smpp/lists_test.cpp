// PDUs with lists: submit_multi and its response.

#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"
#include "tests/golden/hex.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

Frame frame_of(std::string_view body, Command command, Status status = Status::ESME_ROK) {
    return {{.command_length = static_cast<std::uint32_t>(header_octets + body.size()),
             .command_id = command,
             .command_status = status,
             .sequence_number = 1},
            body};
}

SubmitMulti to_three() {
    SubmitMulti multi;
    multi.source_addr = "15550001000";
    multi.dest_address.push_back({.dest_addr_ton = 1, .destination_addr = "15550002000"});
    multi.dest_address.push_back(
        {.dest_flag = DestAddress::distribution_list, .dl_name = "friends"});
    multi.dest_address.push_back({.destination_addr = "15550003000"});
    multi.short_message = "Hello";
    return multi;
}

std::string body_of(const auto& pdu) {
    std::string out;
    encode(out, pdu, 1);
    return out.substr(header_octets);
}

TEST(SubmitMulti, MixesAddressesAndLists) {
    const auto body = body_of(to_three());
    SubmitMulti again;
    DecodeError error;
    ASSERT_TRUE(decode(frame_of(body, SubmitMulti::id), again, error, false));
    ASSERT_EQ(again.dest_address.size(), 3u);
    EXPECT_EQ(again.dest_address[0].destination_addr, "15550002000");
    EXPECT_EQ(again.dest_address[1].dest_flag, DestAddress::distribution_list);
    EXPECT_EQ(again.dest_address[1].dl_name, "friends");
    EXPECT_EQ(again.dest_address[2].destination_addr, "15550003000");
    EXPECT_EQ(again.short_message, "Hello");
}

TEST(SubmitMulti, Takes255Destinations) {
    SubmitMulti multi;
    multi.dest_address.resize(255);
    const auto body = body_of(multi);
    SubmitMulti again;
    DecodeError error;
    ASSERT_TRUE(decode(frame_of(body, SubmitMulti::id), again, error, false));
    EXPECT_EQ(again.dest_address.size(), 255u);
}

TEST(SubmitMulti, AnUnknownDestFlagIsAnsweredByItsOwnStatus) {
    const auto octets = golden::octets("submit_multi_bad_flag");
    SubmitMulti multi;
    DecodeError error;
    EXPECT_FALSE(decode(frame_of(std::string_view(octets).substr(header_octets), SubmitMulti::id),
                        multi, error));
    EXPECT_EQ(error.message(SubmitMulti::id),
              "submit_multi.dest_flag: the value 3 is unknown, at offset 47");
    EXPECT_EQ(status_for(error.code), Status::ESME_RINVDESTFLAG);
    EXPECT_EQ(multi.dest_address.size(), 1u) << "what was read before is kept";
}

TEST(SubmitMulti, CutAnywhereIsAnError) {
    const auto body = body_of(to_three());
    for (std::size_t octets = 0; octets < body.size(); ++octets) {
        SubmitMulti multi;
        DecodeError error;
        EXPECT_FALSE(decode(frame_of(std::string_view(body).substr(0, octets), SubmitMulti::id),
                            multi, error))
            << octets;
        EXPECT_TRUE(error.code);
    }
}

TEST(SubmitMulti, AReusedStructForgetsTheDestinationsBefore) {
    const auto body = body_of(SubmitMulti{});
    auto multi = to_three();
    DecodeError error;
    ASSERT_TRUE(decode(frame_of(body, SubmitMulti::id), multi, error));
    EXPECT_TRUE(multi.dest_address.empty());
}

TEST(SubmitMultiResp, NamesThoseThatWereNotReached) {
    const auto octets = golden::octets("submit_multi_resp");
    SubmitMultiResp resp;
    DecodeError error;
    ASSERT_TRUE(
        decode(frame_of(std::string_view(octets).substr(header_octets), SubmitMultiResp::id), resp,
               error));
    ASSERT_EQ(resp.unsuccess_sme.size(), 2u);
    EXPECT_EQ(Status{resp.unsuccess_sme[0].error_status_code}, Status::ESME_RINVDSTADR);
    EXPECT_EQ(resp.unsuccess_sme[1].destination_addr, "friends");
}

TEST(SubmitMultiResp, MayEndBeforeItsListButNotInsideIt) {
    UnsuccessSme one{.destination_addr = "15550002000", .error_status_code = 0x0B};
    SubmitMultiResp resp;
    resp.message_id = "a1";
    resp.unsuccess_sme.push_back(one);
    const auto body = body_of(resp);
    const std::size_t id_octets = 3;
    for (std::size_t octets = 0; octets <= body.size(); ++octets) {
        SubmitMultiResp read;
        DecodeError error;
        const bool ok =
            decode(frame_of(std::string_view(body).substr(0, octets), resp.id), read, error, false);
        const bool whole = octets == 0 || octets == id_octets || octets == body.size();
        EXPECT_EQ(ok, whole) << octets;
        EXPECT_EQ(read.unsuccess_sme.size(), octets == body.size() ? 1u : 0u);
    }
}

TEST(SubmitMultiResp, OfARefusalKeepsWhatWasWhole) {
    const auto octets = golden::octets("submit_multi_resp");
    const auto body = std::string_view(octets).substr(header_octets);
    SubmitMultiResp resp;
    DecodeError error;
    EXPECT_TRUE(decode(frame_of(body.substr(0, body.size() - 1), resp.id, Status::ESME_RSUBMITFAIL),
                       resp, error));
    EXPECT_EQ(error.code, errc::truncated);
    EXPECT_EQ(resp.unsuccess_sme.size(), 1u);
}

TEST(QuerySmResp, MayEndBeforeItsState) {
    QuerySmResp resp;
    DecodeError error;
    EXPECT_TRUE(decode(frame_of(std::string_view("7\0\0", 3), resp.id), resp, error, false));
    EXPECT_EQ(resp.message_id, "7");
    EXPECT_EQ(resp.message_state, 0);
}

TEST(ListsDeathTest, WhatThePduCannotHoldIsABrokenPromise) {
    std::string out;
    SubmitMulti many;
    many.dest_address.resize(256);
    EXPECT_DEATH(encode(out, many, 1), "broken promise: items.size\\(\\) <= 255");
    SubmitMulti odd;
    odd.dest_address.push_back({.dest_flag = 3});
    EXPECT_DEATH(encode(out, odd, 1), "broken promise: value >= min");
}

}  // namespace
}  // namespace parley::smpp
