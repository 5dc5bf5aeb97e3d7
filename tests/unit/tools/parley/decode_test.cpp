#include "tools/parley/decode.h"

#include "protocol/smpp/hex.h"
#include "tests/golden/hex.h"
#include "tests/support/capture_writer.h"
#include "tests/support/pdu_bytes.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::tools {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using test::bytes;
using test::CaptureWriter;

const CaptureWriter::Peer esme{std::string("\x0A\0\0\x01", 4), 40000};
const CaptureWriter::Peer smsc{std::string("\x0A\0\0\x02", 4), 2775};
constexpr std::int64_t noon = 1'767'268'800'000'000'000;  // 2026-01-01 12:00:00 UTC
constexpr std::int64_t ms = 1'000'000;

class Decode : public ::testing::Test {
protected:
    ~Decode() override { fs::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& octets) {
        if (folder_.empty()) {
            std::string pattern = (fs::temp_directory_path() / "decode_XXXXXX").string();
            folder_ = mkdtemp(pattern.data());
        }
        std::ofstream(folder_ / name, std::ios::binary) << octets;
        return (folder_ / name).string();
    }
    void run(DecodeOptions options) {
        std::ostringstream out;
        std::ostringstream complaints;
        exit_code = decode(options, out, complaints);
        text = out.str();
        complaint = complaints.str();
    }
    std::vector<json::object> objects() const {
        std::vector<json::object> all;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            all.push_back(json::parse(line).as_object());
        return all;
    }
    bool says(std::string_view part) const { return text.find(part) != std::string::npos; }

    int exit_code = -1;
    std::string text;
    std::string complaint;

private:
    fs::path folder_;
};

std::string hex_of(std::string_view octets) {
    return smpp::to_hex(octets);
}

/// A bind and a submit_sm with their answers, the answers after 2 and 30 ms.
CaptureWriter a_session(CaptureWriter::Format format) {
    CaptureWriter capture(format);
    smpp::BindTransceiver bind;
    bind.system_id = "shop";
    bind.password = "secret08";
    smpp::SubmitSmResp resp;
    resp.message_id = "a1";
    const auto bind_octets = bytes(bind, 1);
    const auto bind_resp = bytes(smpp::BindTransceiverResp{}, 1);
    capture.tcp(noon, esme, smsc, 99, CaptureWriter::syn, "");
    capture.tcp(noon, smsc, esme, 499, CaptureWriter::syn | CaptureWriter::ack, "");
    capture.tcp(noon, esme, smsc, 100, CaptureWriter::ack, bind_octets);
    capture.tcp(noon + 2 * ms, smsc, esme, 500, CaptureWriter::ack, bind_resp);
    const auto at = 100 + static_cast<std::uint32_t>(bind_octets.size());
    capture.tcp(noon + 10 * ms, esme, smsc, at, CaptureWriter::ack,
                bytes(test::submit_to("15550002000", "Hello"), 2));
    capture.tcp(noon + 40 * ms, smsc, esme, 500 + static_cast<std::uint32_t>(bind_resp.size()),
                CaptureWriter::ack, bytes(resp, 2));
    return capture;
}

TEST_F(Decode, ReadsHexadecimalDigitsAsPeopleHaveThem) {
    const auto octets = bytes(smpp::EnquireLink{}, 7);
    for (const auto& written :
         {hex_of(octets), std::string("00000010 00000015 00000000 00000007"),
          std::string("00:00:00:10:00:00:00:15:00:00:00:00:00:00:00:07"),
          std::string("0x00000010, 0x00000015, 0x00000000, 0x00000007  # a comment"),
          std::string("\\x00\\x00\\x00\\x10\\x00\\x00\\x00\\x15\n0000 0000 0000 0007\n")}) {
        run({.inputs = {written}});
        EXPECT_EQ(exit_code, 0) << complaint;
        EXPECT_EQ(text, "#1  offset 0\nenquire_link  seq 7  16 octets\n\n");
    }
}

TEST_F(Decode, DigitsThatTheShellCutAreOneInput) {
    run({.inputs = {"00000010", "00000015", "00000000", "00000007"}});
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("enquire_link  seq 7"));
}

TEST_F(Decode, ReadsAFileOfDigitsWithManyPdus) {
    const auto path = file(
        "two.hex", hex_of(bytes(smpp::EnquireLink{}, 7)) + "\n" + hex_of(bytes(smpp::Unbind{}, 8)));
    run({.inputs = {path}});
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("#2  offset 16\nunbind  seq 8")) << text;
}

TEST_F(Decode, ShowsFieldsWithTheirMeaningAndTheMessageAsText) {
    smpp::SubmitSm submit = test::submit_to("15550002000", {}, true);
    submit.esm_class = 0x40;
    submit.data_coding = 8;
    submit.validity_period = "260101120000004+";
    submit.short_message = std::string_view("\5\0\3\7\2\1\0H\0i\0\xE9", 12);
    run({.inputs = {hex_of(bytes(submit, 3))}});
    EXPECT_TRUE(says("    source_addr_ton         1  (international)\n")) << text;
    EXPECT_TRUE(says("    esm_class               64  (user data header)\n")) << text;
    EXPECT_TRUE(says("    data_coding             8  (UCS-2 (ISO/IEC-10646))\n")) << text;
    EXPECT_TRUE(says("\"260101120000004+\"  (2026-01-01 11:00:00 UTC)\n")) << text;
    EXPECT_TRUE(says("    text                    \"Hi\xC3\xA9\"\n")) << text;
    EXPECT_FALSE(says("protocol_id")) << "0 says nothing";
    run({.inputs = {hex_of(bytes(submit, 3))}, .all_fields = true});
    EXPECT_TRUE(says("    protocol_id             0\n")) << text;
}

TEST_F(Decode, SaysWhatAReceiptSays) {
    run({.inputs = {hex_of(golden::octets("deliver_sm_receipt"))}});
    EXPECT_TRUE(
        says("    receipt                 id \"0059113978\", stat \"DELIVRD\" (DELIVERED), "
             "err \"012\"\n"))
        << text;
    smpp::DeliverSm deliver;
    deliver.esm_class = 0x04;
    deliver.short_message = "thank you";
    run({.inputs = {hex_of(bytes(deliver, 1))}});
    EXPECT_TRUE(says("    receipt                 its text is none that we know\n")) << text;
    deliver.esm_class = 0;
    run({.inputs = {hex_of(bytes(deliver, 1))}});
    EXPECT_FALSE(says("receipt   ")) << text;
}

TEST_F(Decode, MasksPasswordsInEveryForm) {
    for (const auto* name : {"bind_transmitter", "bind_receiver", "bind_transceiver", "outbind"}) {
        for (const bool as_json : {false, true}) {
            run({.inputs = {hex_of(golden::octets(name))}, .json = as_json, .all_fields = true});
            EXPECT_TRUE(says("***")) << text;
            EXPECT_FALSE(says("secret")) << text;
            EXPECT_FALSE(says("736563")) << text;
        }
    }
}

TEST_F(Decode, EscapesWhatWouldMoveATerminal) {
    smpp::SubmitSmResp resp;
    resp.message_id = "a\x1B[2Jb\xFF";
    run({.inputs = {hex_of(bytes(resp, 1))}});
    EXPECT_TRUE(says(R"("a\x1B[2Jb\xFF")")) << text;
}

TEST_F(Decode, NamesTheOffsetOfWhatIsNoDigit) {
    run({.inputs = {"00000010 0000001z"}});
    EXPECT_EQ(exit_code, 1);
    EXPECT_EQ(complaint, "parley decode: 'z' at offset 16 (line 1) is no hexadecimal digit\n");
    const auto path = file("odd.hex", "00\n0");
    run({.inputs = {path}});
    EXPECT_EQ(complaint, "parley decode: " + path +
                             ": an odd number of hexadecimal digits: the one at offset 3 (line 2) "
                             "has no partner\n");
}

TEST_F(Decode, NamesTheOffsetOfAPduThatIsNotWholeAndShowsThoseBeforeIt) {
    const auto whole = bytes(smpp::EnquireLink{}, 7);
    run({.inputs = {hex_of(whole + bytes(smpp::Unbind{}, 8).substr(0, 10))}});
    EXPECT_EQ(exit_code, 1);
    EXPECT_TRUE(says("enquire_link  seq 7"));
    EXPECT_EQ(complaint,
              "parley decode: no whole PDU at offset 16: 10 octets are left, a header has 16\n");

    const auto submit = bytes(test::submit_to("15550002000", "Hello"), 2);
    run({.inputs = {hex_of(whole + submit.substr(0, 20))}});
    EXPECT_EQ(complaint, "parley decode: no whole PDU at offset 16: 20 of the " +
                             std::to_string(submit.size()) +
                             " octets that its command_length promises\n");

    run({.inputs = {hex_of(whole) + "0000000F 00000015 00000000 00000001"}});
    EXPECT_EQ(complaint, "parley decode: no PDU at offset 16: command_length is below 16 (15)\n");
}

TEST_F(Decode, NamesTheFieldOfABodyThatDoesNotDecode) {
    run({.inputs = {hex_of(golden::octets("submit_sm_length_past_end"))}});
    EXPECT_TRUE(says("error: submit_sm.short_message: 160 octets promised, 12 left, at offset 55"))
        << text;
}

TEST_F(Decode, SaysThatAFileIsNotThere) {
    run({.inputs = {"no/such/file.pcap"}});
    EXPECT_EQ(exit_code, 1);
    EXPECT_EQ(complaint, "parley decode: no/such/file.pcap: there is no such file\n");
}

TEST_F(Decode, ReadsCapturesOfBothFormatsAlike) {
    std::string seen[2];
    for (const auto format : {CaptureWriter::Format::pcap, CaptureWriter::Format::pcapng}) {
        run({.inputs = {file("a.cap", a_session(format).octets())}});
        EXPECT_EQ(exit_code, 0) << complaint;
        EXPECT_TRUE(
            says("#1  2026-01-01 12:00:00.000000  10.0.0.1:40000 > 10.0.0.2:2775\n"
                 "bind_transceiver  seq 1"))
            << text;
        EXPECT_TRUE(
            says("#4  2026-01-01 12:00:00.040000  10.0.0.2:2775 > 10.0.0.1:40000\n"
                 "submit_sm_resp  seq 2  ESME_ROK"))
            << text;
        seen[static_cast<int>(format)] = text;
    }
    EXPECT_EQ(seen[0], seen[1]);
}

TEST_F(Decode, PairsResponsesWithRequestsAndSaysHowLongTheyTook) {
    auto capture = a_session(CaptureWriter::Format::pcap);
    // The other side's numbers are its own: this is no answer to, nor a repetition of, submit 2.
    capture.tcp(noon + 50 * ms, smsc, esme, 1000, CaptureWriter::ack,
                bytes(smpp::EnquireLink{}, 2));
    const auto path = file("a.pcap", capture.octets());
    run({.inputs = {path}, .session = true});
    EXPECT_TRUE(says("answers                 #1 after 2.000 ms")) << text;
    EXPECT_TRUE(says("answers                 #3 after 30.0 ms")) << text;
    EXPECT_TRUE(says("submit_sm: 1 sent, 1 answered, 0 of them refused; latency min 30.0 ms"))
        << text;
    EXPECT_TRUE(says("#5 enquire_link seq 2 was not answered")) << text;

    run({.inputs = {path}, .json = true, .session = true});
    const auto all = objects();
    EXPECT_EQ(all.at(3).at("answers"), 3);
    EXPECT_EQ(all.at(3).at("latency_us"), 30'000);
    EXPECT_EQ(json::serialize(all.back().at("unanswered")), "[5]");
}

TEST_F(Decode, ANackAnswersWhateverHadItsNumber) {
    std::string stream = bytes(test::submit_to("15550002000", "Hello"), 2);
    stream += test::header_bytes(smpp::Command::generic_nack, 2, smpp::Status::ESME_RINVCMDID);
    stream += bytes(smpp::DeliverSmResp{}, 9);
    run({.inputs = {hex_of(stream)}, .session = true});
    EXPECT_TRUE(says("answers                 #1\n")) << text;
    EXPECT_TRUE(says("submit_sm: 1 sent, 1 answered, 1 of them refused\n")) << text;
    EXPECT_TRUE(says("1 responses answer no request that was seen")) << text;
}

TEST_F(Decode, PutsSegmentsInOrderAndDropsThoseThatCameTwice) {
    const auto octets =
        bytes(test::submit_to("15550002000", "Hello"), 1) + bytes(smpp::Unbind{}, 2);
    CaptureWriter capture;
    const std::uint32_t first = 0xFFFFFFF0;  // the numbers wrap inside
    const auto part = [&](std::size_t from, std::size_t count) {
        capture.tcp(noon, esme, smsc, first + 1 + static_cast<std::uint32_t>(from),
                    CaptureWriter::ack, std::string_view(octets).substr(from, count));
    };
    capture.tcp(noon, esme, smsc, first, CaptureWriter::syn, "");
    part(0, 10);
    part(30, 20);
    part(0, 10);
    part(5, 15);
    part(20, 12);
    part(45, octets.size());
    part(30, 20);
    run({.inputs = {file("a.pcap", capture.octets())}});
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("\"Hello\"")) << text;
    EXPECT_TRUE(says("unbind  seq 2")) << text;
    EXPECT_FALSE(says("note:")) << text;
}

TEST_F(Decode, NamesAHoleInTheCaptureAndGoesOnBehindIt) {
    const auto one = bytes(smpp::EnquireLink{}, 1);
    const auto two = bytes(test::submit_to("15550002000", "Hello"), 2);
    const auto three = bytes(smpp::Unbind{}, 3);
    CaptureWriter capture;
    capture.tcp(noon, esme, smsc, 0, CaptureWriter::syn, "");
    capture.tcp(noon, esme, smsc, 1, CaptureWriter::ack, one);
    // Of the second PDU only the last 10 octets were captured.
    capture.tcp(noon, esme, smsc, static_cast<std::uint32_t>(1 + one.size() + two.size() - 10),
                CaptureWriter::ack, two.substr(two.size() - 10) + three);
    run({.inputs = {file("a.pcap", capture.octets())}});
    EXPECT_EQ(exit_code, 0) << complaint;
    EXPECT_TRUE(says("enquire_link  seq 1"));
    EXPECT_TRUE(says("unbind  seq 3")) << text;
    EXPECT_TRUE(says("note: 10.0.0.1:40000 > 10.0.0.2:2775: the capture lacks " +
                     std::to_string(two.size() - 10) + " octets at offset 16"))
        << text;
    EXPECT_TRUE(says("10 octets at offset " + std::to_string(16 + two.size() - 10) +
                     " passed over, up to the next PDU"))
        << text;
}

TEST_F(Decode, FindsTheFirstPduOfACaptureThatBeganLater) {
    const auto submit = bytes(test::submit_to("15550002000", "Hello"), 2);
    CaptureWriter capture;
    capture.tcp(noon, esme, smsc, 5000, CaptureWriter::ack,
                submit.substr(submit.size() - 7) + bytes(smpp::Unbind{}, 3));
    run({.inputs = {file("a.pcap", capture.octets())}});
    EXPECT_TRUE(says("unbind  seq 3")) << text;
    EXPECT_TRUE(says("7 octets at offset 0 passed over")) << text;
}

TEST_F(Decode, LeavesOtherProtocolsOutUnlessTheirPortIsNamed) {
    CaptureWriter capture;
    const CaptureWriter::Peer web{smsc.address, 80};
    capture.tcp(noon, esme, web, 0, CaptureWriter::syn, "");
    capture.tcp(noon, esme, web, 1, CaptureWriter::ack, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    capture.frame(noon, std::string(12, '\x02') + "\x08\x06" + std::string(28, '\0'));  // ARP
    const auto path = file("a.pcap", capture.octets());
    run({.inputs = {path}});
    EXPECT_EQ(exit_code, 0);
    EXPECT_EQ(text, "note: 1 directions of TCP connections that are no SMPP were left out\n");
    run({.inputs = {path}, .ports = {80}});
    EXPECT_TRUE(
        says("note: 10.0.0.1:40000 > 10.0.0.2:80: no PDU at offset 0: command_length is "
             "above the maximum (1195725856)"))
        << text;
}

TEST_F(Decode, ReadsIpv6) {
    CaptureWriter capture;
    const CaptureWriter::Peer a{std::string(15, '\0') + "\1", 40000};
    const CaptureWriter::Peer b{std::string(15, '\0') + "\1", 2775};
    capture.tcp(noon, a, b, 0, CaptureWriter::syn, "");
    capture.tcp(noon, a, b, 1, CaptureWriter::ack, bytes(smpp::EnquireLink{}, 1));
    run({.inputs = {file("a.pcap", capture.octets())}});
    EXPECT_TRUE(says("[::1]:40000 > [::1]:2775\nenquire_link  seq 1")) << text << complaint;
}

TEST_F(Decode, NamesTheEndOfAPduThatTheCaptureDoesNotHave) {
    const auto submit = bytes(test::submit_to("15550002000", "Hello"), 2);
    CaptureWriter capture;
    capture.tcp(noon, esme, smsc, 0, CaptureWriter::syn, "");
    capture.tcp(noon, esme, smsc, 1, CaptureWriter::ack, submit.substr(0, 30));
    run({.inputs = {file("a.pcap", capture.octets())}});
    EXPECT_TRUE(says("30 octets at offset 0 are the beginning of a PDU that is not whole")) << text;
}

TEST_F(Decode, ABrokenCaptureIsNamedWithItsOffset) {
    auto octets = a_session(CaptureWriter::Format::pcap).octets();
    octets.resize(octets.size() - 5);
    const auto path = file("a.pcap", octets);
    run({.inputs = {path}});
    EXPECT_EQ(exit_code, 1);
    EXPECT_TRUE(says("submit_sm  seq 2")) << "what came before is shown";
    EXPECT_TRUE(complaint.starts_with("parley decode: " + path +
                                      ": the capture breaks off after 5 packets, at offset "))
        << complaint;
}

TEST_F(Decode, NamesTlvsAsTheDialectDoes) {
    auto submit = test::submit_to("919000000000", "Hello");
    submit.tlvs.add(smpp::Tag{0x1401}, "1007164392842");
    run({.inputs = {hex_of(bytes(submit, 1))}, .dialect = "india_dlt"});
    EXPECT_TRUE(says("    dlt_template_id         \"1007164392842\"\n")) << text;
    run({.inputs = {hex_of(bytes(submit, 1))}});
    EXPECT_TRUE(says("    tlv_0x1401              0x31303037313634333932383432\n")) << text;
}

TEST_F(Decode, NamesStatusesAsTheDialectDoes) {
    smpp::SubmitSmResp refused;
    const std::string octets = bytes(refused, 7, smpp::Status{0x401});
    run({.inputs = {hex_of(octets)}, .dialect = "hollatags"});
    EXPECT_TRUE(says("out_of_credit")) << text;
    run({.inputs = {hex_of(octets)}, .json = true, .dialect = "hollatags"});
    EXPECT_EQ(objects().at(0).at("status"), "out_of_credit");
}

TEST_F(Decode, ReadsTextsAsTheDialectDoes) {
    const auto octets = hex_of(bytes(test::submit_to("4917000000", "Gr\xFC\xDF Gott"), 1));
    run({.inputs = {octets}, .dialect = "sinch_cloud_latin1"});
    EXPECT_TRUE(says("Grüß Gott")) << text;
    run({.inputs = {octets}, .json = true, .dialect = "sinch_cloud_latin1"});
    EXPECT_EQ(objects().at(0).at("text"), "Grüß Gott");
    run({.inputs = {octets}});
    EXPECT_FALSE(says("Grüß Gott")) << text;
}

TEST_F(Decode, TakesADialectFromAFileAndSaysWhatIsWrongWithIt) {
    auto submit = test::submit_to("919000000000", "Hello");
    submit.tlvs.add(smpp::Tag{0x1501}, "\x07");
    const auto ours = file(
        "ours.yaml",
        "like: india_dlt\ntlvs: [{ tag: 0x1501, name: priority, type: integer, length: 1 }]\n");
    run({.inputs = {hex_of(bytes(submit, 1))}, .dialect = ours});
    EXPECT_TRUE(says("    priority                7\n")) << text << complaint;

    const auto bad = file("bad.yaml", "tlvs: [{ tag: 0x0424, name: x, type: text }]\n");
    run({.inputs = {hex_of(bytes(submit, 1))}, .dialect = bad});
    EXPECT_EQ(exit_code, 1);
    EXPECT_EQ(complaint, "parley decode: " + bad +
                             ":1:15: tlvs[0].tag: 0x0424 is message_payload in the specification: "
                             "expected a tag that it does not define\n");
    run({.inputs = {hex_of(bytes(submit, 1))}, .dialect = "india"});
    EXPECT_EQ(exit_code, 1);
    EXPECT_TRUE(
        complaint.starts_with("parley decode: dialects/india.yaml: there is no ready "
                              "dialect 'india': expected one of "))
        << complaint;
    run({.inputs = {hex_of(bytes(submit, 1))}, .dialect = "./none.yaml"});
    EXPECT_EQ(complaint, "parley decode: ./none.yaml: cannot be read: expected a readable file\n");
}

TEST_F(Decode, EveryGoldenFileIsShownInBothForms) {
    for (const auto& name : golden::names()) {
        run({.inputs = {hex_of(golden::octets(name))}});
        EXPECT_TRUE(exit_code == 0 || !complaint.empty()) << name;
        run({.inputs = {hex_of(golden::octets(name))}, .json = true});
        for (const auto& object : objects())
            EXPECT_TRUE(object.contains("command")) << name;
    }
}

}  // namespace
}  // namespace parley::tools
