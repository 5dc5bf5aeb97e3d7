#include "protocol/smpp/dump.h"

#include "protocol/smpp/framer.h"
#include "tests/golden/hex.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

std::string dump_of(std::string_view octets) {
    Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    return frame ? dump(*frame) : "no frame";
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(Dump, ShowsFieldsByTheirNames) {
    const auto text = dump_of(golden::octets("submit_sm"));
    EXPECT_TRUE(text.starts_with("submit_sm seq=7 status=ESME_ROK service_type=\"\"")) << text;
    EXPECT_TRUE(has(text, " source_addr_ton=1 source_addr_npi=1 source_addr=\"15550001000\""))
        << text;
    EXPECT_TRUE(has(text, " validity_period=\"000000010000000R\"")) << text;
}

TEST(Dump, NeverShowsAPassword) {
    for (const auto* name : {"bind_transmitter", "bind_receiver", "bind_transceiver", "outbind"}) {
        const auto text = dump_of(golden::octets(name));
        EXPECT_FALSE(has(text, "secret")) << text;
        EXPECT_FALSE(has(text, "longer")) << text;
        EXPECT_FALSE(has(text, "736563726574")) << text << ": in hexadecimal";
    }
    EXPECT_TRUE(has(dump_of(golden::octets("bind_receiver")), " password=*** "));
}

TEST(Dump, ABrokenBindShowsNoOctetsOfItself) {
    auto octets = golden::octets("bind_receiver");
    octets.resize(octets.size() - 6);  // the end of address_range, its NUL with it
    octets[3] = static_cast<char>(octets.size());
    const auto text = dump_of(octets);
    EXPECT_TRUE(has(text, "error=\"bind_receiver.address_range: ")) << text;
    EXPECT_FALSE(has(text, "secret")) << text;
    EXPECT_FALSE(has(text, "736563726574")) << text;
}

TEST(Dump, EscapesWhatIsNotPrintable) {
    EXPECT_TRUE(has(dump_of(golden::octets("deliver_sm")),
                    R"( short_message="Say \"yes\"\\no\x00\xE9\x0A")"));
}

TEST(Dump, StaysOneLineWhateverIsInIt) {
    for (const auto& name : golden::names()) {
        EXPECT_FALSE(has(dump_of(golden::octets(name)), "\n")) << name;
    }
}

TEST(Dump, NamesKnownTlvsAndNumbersTheOthers) {
    const auto text = dump_of(golden::octets("submit_sm_payload"));
    EXPECT_TRUE(has(text, " message_payload=0x696E20746865207061796C6F6164")) << text;
    EXPECT_TRUE(has(text, " sar_msg_ref_num=0x002A")) << text;
    EXPECT_TRUE(has(text, " tlv_0x1501=0x00FF")) << text;
}

TEST(Dump, SaysWhatWasWrong) {
    EXPECT_TRUE(has(dump_of(golden::octets("submit_sm_length_past_end")),
                    " error=\"submit_sm.short_message: 160 octets promised, 12 left, at offset 55\""
                    " body_octets=51"));
    const auto tolerated = dump_of(golden::octets("submit_sm_tlv_past_end"));
    EXPECT_TRUE(has(tolerated, " user_message_reference=0x0007 error=")) << tolerated;
}

TEST(Dump, ShowsACommandThatItDoesNotKnow) {
    EXPECT_EQ(dump_of(golden::octets("unknown_command")),
              "command_0x000000F0 seq=35 status=ESME_ROK body=0x0102");
}

TEST(Dump, QuotesAStatusOfTwoWords) {
    EXPECT_TRUE(
        has(dump_of(golden::octets("submit_sm_resp_vendor")), " status=\"vendor 0x00000401\" "));
}

}  // namespace
}  // namespace parley::smpp
