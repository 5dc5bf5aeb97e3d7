// A trace in, a dialect out: what is proposed loads as the configuration's own, and holds nothing
// that people wrote.

#include "tools/parley/dialect_learn.h"

#include "config/load.h"
#include "protocol/smpp/address.h"
#include "protocol/smpp/hex.h"
#include "protocol/text/message_id.h"
#include "tests/support/capture_writer.h"
#include "tests/support/pdu_bytes.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace parley::tools {
namespace {

namespace fs = std::filesystem;
using config::Alphabet;
using config::IdBase;
using test::bytes;
using test::CaptureWriter;

/// One carrier's traffic, in hexadecimal.
class Trace {
public:
    void submit(const std::string& contact, const std::string& response_id,
                smpp::Status status = smpp::Status::ESME_ROK) {
        smpp::SubmitSm pdu;
        pdu.source_addr_ton = number_type.ton;
        pdu.source_addr_npi = number_type.npi;
        pdu.source_addr = sender;
        pdu.dest_addr_ton = number_type.ton;
        pdu.dest_addr_npi = number_type.npi;
        pdu.destination_addr = contact;
        pdu.short_message = "secret words";
        pdu.registered_delivery = 1;
        add(bytes(pdu, ++sequence_));
        smpp::SubmitSmResp resp;
        resp.message_id = response_id;
        add(bytes(resp, sequence_, status));
    }
    void receipt(const std::string& contact, const std::string& id,
                 const std::string& stat = "DELIVRD", const std::string& err = "000") {
        const std::string text = "id:" + id + " sub:001 dlvrd:001 submit date:2601010000 done " +
                                 "date:260101000000 stat:" + stat + " err:" + err +
                                 " text:secret words";
        smpp::DeliverSm pdu;
        pdu.esm_class = receipt_class;
        pdu.source_addr = contact;
        pdu.destination_addr = "15550001000";
        pdu.short_message = text;
        pdu.tlvs.add(smpp::Tag{0x1403}, chain);
        add(bytes(pdu, ++sequence_));
    }
    void handset(const std::string& text) {
        smpp::DeliverSm pdu;
        pdu.source_addr = "15557000001";
        pdu.destination_addr = "15550001000";
        pdu.short_message = text;
        add(bytes(pdu, ++sequence_));
    }
    void bind(const std::string& password) {
        smpp::BindTransceiver pdu;
        pdu.system_id = "shop";
        pdu.password = password;
        std::string octets;
        encode(octets, pdu, ++sequence_, smpp::Status::ESME_ROK, smpp::Strings::as_read);
        add(octets);
        add(bytes(smpp::BindTransceiverResp{}, sequence_));
    }
    std::string hex() const { return hex_; }

    smpp::WireAddress number_type{1, 1, ""};  // of both addresses
    std::string sender = "15550001000";
    std::string chain = "310260";
    std::uint8_t receipt_class = 0x04;

private:
    void add(const std::string& octets) { hex_ += smpp::to_hex(octets) + "\n"; }

    std::string hex_;
    std::uint32_t sequence_ = 0;
};

std::string decimal(unsigned n) {
    return std::to_string(910'000'000 + 7919 * n);
}
std::string contact(unsigned n) {
    return std::to_string(15'557'000'000 + n % 4);  // so that threads have several messages
}

class Learn : public ::testing::Test {
protected:
    Learn() {
        std::string pattern = (fs::temp_directory_path() / "learn_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~Learn() override { fs::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& octets) {
        std::ofstream(folder_ / name, std::ios::binary) << octets;
        return (folder_ / name).string();
    }
    void learn(std::vector<std::string> inputs) {
        std::ostringstream out;
        std::ostringstream complaints;
        exit_code = learn_dialect({std::move(inputs), {}}, out, complaints);
        text = out.str();
        complaint = complaints.str();
    }
    void learn(const Trace& trace) { learn({file("trace.hex", trace.hex())}); }
    bool says(std::string_view part) const { return text.find(part) != std::string::npos; }

    /// As `dialect: { like: ./learned.yaml }` of a carrier has it, and as a block in its place.
    config::Dialect loaded() {
        file("learned.yaml", text);
        const std::string carrier =
            "carriers:\n  - id: acme\n    address: 127.0.0.1:2775\n    system_id: parley\n";
        auto named = dialect_of(carrier + "    dialect: { like: ./learned.yaml }\n");
        std::istringstream lines(text);
        std::string block = carrier + "    dialect:\n";
        for (std::string line; std::getline(lines, line);)
            block += "      " + line + "\n";
        auto inside = dialect_of(block);
        inside.like = named.like;
        EXPECT_EQ(inside, named);
        return named;
    }

    int exit_code = -1;
    std::string text;
    std::string complaint;

private:
    config::Dialect dialect_of(const std::string& yaml) {
        const auto loaded = config::load(file("parley.yaml", yaml));
        for (const auto& each : loaded.complaints)
            ADD_FAILURE() << config::to_text(each) << "\n" << text;
        return loaded.config ? loaded.config->carriers.at(0).dialect : config::Dialect{};
    }

    fs::path folder_;
};

TEST_F(Learn, HexadecimalResponsesAndDecimalReceipts) {
    Trace trace;
    for (unsigned n = 0; n < 60; ++n)
        trace.submit(contact(n), *text::decimal_to_hex(decimal(n)));
    for (unsigned n = 0; n < 60; ++n)
        trace.receipt(contact(n), "0" + decimal(n));
    learn(trace);
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("message_id: { base: hex_to_decimal }\n")) << text;
    EXPECT_TRUE(
        says("60 of 60 receipts between the addresses of a message name exactly one so; "
             "confidence: high"))
        << text;
    EXPECT_EQ(loaded().message_id, (config::MessageIds{.base = IdBase::hex_to_decimal}));
    EXPECT_FALSE(says("secret"));
    EXPECT_FALSE(says("1555")) << "no numbers";
}

TEST_F(Learn, ReceiptsWhoseAddressesLeadNowhereAreFoundByTheirIds) {
    Trace trace;
    for (unsigned n = 0; n < 10; ++n)
        trace.submit(contact(n), "x-" + decimal(n));
    for (unsigned n = 0; n < 10; ++n)
        trace.receipt("4400000" + std::to_string(n), decimal(n));
    learn(trace);
    EXPECT_TRUE(says("message_id: { response_prefix: \"x-\" }\n")) << text;
    EXPECT_TRUE(says("whatever their addresses; confidence: medium")) << text;
    EXPECT_EQ(loaded().message_id.response_prefix, "x-");
}

TEST_F(Learn, ACarrierThatDoesAsTheSpecificationSaysNeedsNoDialect) {
    Trace trace;
    trace.bind("secret08");
    for (unsigned n = 0; n < 10; ++n) {
        trace.submit(contact(n), decimal(n));
        trace.receipt(contact(n), decimal(n));
    }
    learn(trace);
    EXPECT_TRUE(says("receipts have the ids of the responses")) << text;
    EXPECT_FALSE(says("addresses:")) << text;
    config::Dialect dialect = loaded();
    dialect.like.clear();
    dialect.tlvs.clear();
    EXPECT_EQ(dialect, config::Dialect{});
}

TEST_F(Learn, EveryOtherDifferenceWithItsEvidence) {
    Trace trace;
    trace.bind("longer than eight");
    for (unsigned n = 0; n < 4; ++n) {
        trace.submit(contact(n), decimal(n));
        trace.receipt(contact(n), decimal(n), "ACCEPTD");
    }
    trace.submit(contact(7), decimal(7));
    trace.receipt(contact(7), decimal(7), "REJECTD", "00B");
    trace.receipt(contact(7), decimal(7), "STRANGE", "1");
    trace.submit(contact(8), "", smpp::Status{0x401});
    trace.submit(contact(9), "", smpp::Status::ESME_RTHROTTLED);
    for (int n = 0; n < 3; ++n)
        trace.handset("secret@words_of.somebody");
    learn(trace);
    const config::Dialect dialect = loaded();
    EXPECT_EQ(dialect.data_coding.meaning[0], Alphabet::ascii);
    EXPECT_TRUE(dialect.send_in.ascii && !dialect.send_in.gsm7 && dialect.send_in.ucs2);
    EXPECT_TRUE(dialect.accepted_is_final);
    EXPECT_TRUE(dialect.long_password);
    EXPECT_TRUE(dialect.statuses.empty()) << "what they mean only the carrier knows";
    EXPECT_TRUE(says("#   0x401 not of the specification: 1 of 7; without a rule: fail\n")) << text;
    EXPECT_TRUE(says("#   - { status: 0x401, reaction: fail, name: its_name }")) << text;
    EXPECT_TRUE(says("0x58 ESME_RTHROTTLED: 1 of 7; without a rule: throttle\n")) << text;
    EXPECT_EQ(
        dialect.tlvs,
        (std::vector<config::TlvRule>{{{0x1403}, "tlv_1403", config::TlvType::text, {6, 6}}}));
    EXPECT_TRUE(says("#   0x1403: 6 times, 6 octets, text, in deliver_sm\n")) << text;
    EXPECT_TRUE(
        says("Fields in the order id, sub, dlvrd, submit date, done date, stat, err, text: "
             "6 times"))
        << text;
    EXPECT_TRUE(says("Dates of 10 characters: 6 times")) << text;
    EXPECT_TRUE(says("Dates of 12 characters: 6 times")) << text;
    EXPECT_TRUE(says("read as on the way) STRANGE: 1 times")) << text;
    EXPECT_TRUE(says("may name them) 00B: 1 times")) << text;
    EXPECT_FALSE(says("secret")) << "no text, no password";
    EXPECT_FALSE(says("eight"));
    EXPECT_FALSE(says("310260")) << "no values";
}

TEST_F(Learn, TonAndNpiThatAlwaysDifferAreProposedByKindOfAddress) {
    Trace trace;
    trace.number_type = {0, 1, ""};
    for (unsigned n = 0; n < 8; ++n)
        trace.submit(contact(n), decimal(n));
    trace.sender = "PARLEY";
    trace.number_type = {5, 1, ""};
    for (unsigned n = 0; n < 2; ++n)
        trace.submit(contact(n), decimal(20 + n));
    learn(trace);
    const config::Dialect dialect = loaded();
    EXPECT_EQ(dialect.addresses.number, (config::NumberType{0, 1}));
    EXPECT_EQ(dialect.addresses.name, (config::NumberType{5, 0})) << "two prove nothing";
    EXPECT_EQ(dialect.addresses.recipient, (config::NumberType{1, 1}))
        << "it was one and the other";
    EXPECT_TRUE(says("#   name 5 and 1: 2 times\n")) << text;
    EXPECT_TRUE(says("Always so; confidence: medium.\naddresses: { number: { ton: 0, npi: 1 } }\n"))
        << text;
}

TEST_F(Learn, NumbersThatAreAlwaysWrittenWithAPlus) {
    Trace trace;
    trace.sender = "+15550001000";
    for (unsigned n = 0; n < 4; ++n)
        trace.submit("+" + contact(n), decimal(n));
    learn(trace);
    EXPECT_TRUE(loaded().addresses.plus) << text;
    EXPECT_TRUE(says("addresses: { plus: true }\n")) << text;
}

TEST_F(Learn, ReceiptsThatComeWithTheClassOfAMessage) {
    Trace trace;
    trace.receipt_class = 0;
    for (unsigned n = 0; n < 10; ++n) {
        trace.submit(contact(n), decimal(n));
        trace.receipt(contact(n), decimal(n));
    }
    learn(trace);
    EXPECT_TRUE(says("10 of 10 came with the esm_class of a message.")) << text;
    EXPECT_TRUE(loaded().receipts_without_class);
    EXPECT_TRUE(says("receipts have the ids of the responses")) << "and they are receipts here";
}

TEST_F(Learn, TheTypesOfVendorTlvsByWhatTheirOctetsAre) {
    for (const auto& [octets, type] :
         {std::pair(std::string("one"), config::TlvType::text),
          std::pair(std::string("one\0", 4), config::TlvType::c_string),
          std::pair(std::string("\x01\x02", 2), config::TlvType::octets)}) {
        Trace trace;
        trace.chain = octets;
        trace.receipt(contact(1), decimal(1));
        learn(trace);
        const auto size = static_cast<std::uint32_t>(octets.size());
        EXPECT_EQ(loaded().tlvs,
                  (std::vector<config::TlvRule>{{{0x1403}, "tlv_1403", type, {size, size}}}));
    }
}

TEST_F(Learn, AnAcceptedThatIsFollowedByAnotherIsNotTheLastWord) {
    Trace trace;
    for (unsigned n = 0; n < 5; ++n) {
        trace.submit(contact(n), decimal(n));
        trace.receipt(contact(n), decimal(n), "ACCEPTD");
        if (n != 0) trace.receipt(contact(n), decimal(n));
    }
    learn(trace);
    EXPECT_TRUE(says("ACCEPTD was the last receipt of 1 messages, and followed by another of 4"));
    EXPECT_FALSE(loaded().accepted_is_final);
}

TEST_F(Learn, TheAlphabetOfDataCodingZero) {
    struct Case {
        std::string text;
        std::string_view says;
    };
    for (const Case& each : {Case{"Zo\xEB \xFF", "data_coding: { 0: latin1 }"},
                             Case{"Zo\xC3\xAB", "It looks like UTF-8"},
                             Case{std::string("at\0home f~r", 11), "It is GSM 7"},
                             Case{"nothing special", "That proves no alphabet"}}) {
        Trace trace;
        for (int n = 0; n < 4; ++n)
            trace.handset(each.text);
        learn(trace);
        EXPECT_TRUE(says(each.says)) << text;
        (void)loaded();
    }
}

TEST_F(Learn, FromCapturesWhoseNumbersBeginAnew) {
    const CaptureWriter::Peer esme{std::string("\x0A\0\0\x01", 4), 40000};
    const CaptureWriter::Peer smsc{std::string("\x0A\0\0\x02", 4), 2775};
    std::vector<std::string> inputs;
    for (unsigned half = 0; half < 2; ++half) {
        CaptureWriter capture(half == 0 ? CaptureWriter::Format::pcap
                                        : CaptureWriter::Format::pcapng);
        std::uint32_t out = 1;
        std::uint32_t in = 1;
        std::int64_t at = 1'767'268'800'000'000'000;
        const auto say = [&](const CaptureWriter::Peer& from, const CaptureWriter::Peer& to,
                             std::uint32_t& place, const std::string& octets) {
            capture.tcp(at += 1'000'000, from, to, place, CaptureWriter::ack, octets);
            place += static_cast<std::uint32_t>(octets.size());
        };
        // The second file's responses would answer the first one's requests, which have none.
        for (unsigned n = 0; n < 8; ++n) {
            const std::string number = contact(half * 2 + n % 2);
            smpp::SubmitSm submit;
            submit.source_addr = "15550001000";
            submit.destination_addr = number;
            say(esme, smsc, out, bytes(submit, n + 1));
            if (half == 0 && n >= 4) continue;
            smpp::SubmitSmResp resp;
            const std::string id = "AB" + decimal(half * 8 + n);
            resp.message_id = id;
            say(smsc, esme, in, bytes(resp, n + 1));
            smpp::DeliverSm receipt;
            receipt.esm_class = 0x04;
            receipt.source_addr = number;
            receipt.destination_addr = "15550001000";
            const std::string text = "id:00ab" + decimal(half * 8 + n) + " stat:DELIVRD";
            receipt.short_message = text;
            say(smsc, esme, in, bytes(receipt, n + 1));
        }
        inputs.push_back(file("half" + std::to_string(half), capture.octets()));
    }
    learn(inputs);
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("12 of 12 answered submit_sm were taken")) << text;
    EXPECT_TRUE(says("message_id: { drop_leading_zeros: true, fold_case: true }")) << text;
    (void)loaded();
}

TEST_F(Learn, WhatCannotBeReadIsNamedAndTheRestCounts) {
    Trace trace;
    for (unsigned n = 0; n < 10; ++n) {
        trace.submit(contact(n), decimal(n));
        trace.receipt(contact(n), "0" + decimal(n));
    }
    learn({file("good.hex", trace.hex()), file("bad.hex", "zz")});
    EXPECT_EQ(exit_code, 1);
    EXPECT_NE(complaint.find("bad.hex"), std::string::npos);
    EXPECT_TRUE(says("message_id: { drop_leading_zeros: true }")) << text;
    (void)loaded();
}

}  // namespace
}  // namespace parley::tools
