#include "protocol/http/pdu_json.h"

#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/framer.h"

#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::string_view_literals;
namespace json = boost::json;

json::object json_of(std::string_view octets, const PduNames& names = {}) {
    smpp::Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    if (frame) add_pdu(writer, *frame, names);
    writer.end_object();
    return json::parse(out).as_object();
}

template <class Pdu>
json::object json_of_pdu(const Pdu& pdu, const PduNames& names = {},
                         smpp::Status status = smpp::Status::ESME_ROK) {
    std::string octets;
    encode(octets, pdu, 7, status);
    return json_of(octets, names);
}

smpp::SubmitSm a_submit() {
    smpp::SubmitSm submit;
    submit.source_addr = "15550001000";
    submit.data_coding = 8;
    submit.short_message = "\0H\0i"sv;
    return submit;
}

TEST(PduJson, HasHeaderFieldsAndTlvs) {
    auto submit = a_submit();
    submit.tlvs.add(smpp::Tag::user_message_reference, "\0\7"sv);
    const auto object = json_of_pdu(submit);
    EXPECT_EQ(object.at("command"), "submit_sm");
    EXPECT_EQ(object.at("status"), "ESME_ROK");
    EXPECT_EQ(object.at("sequence_number"), 7);
    EXPECT_FALSE(object.contains("error"));
    const auto& fields = object.at("fields").as_object();
    EXPECT_EQ(fields.at("source_addr"), "15550001000");
    EXPECT_EQ(fields.at("data_coding"), 8);
    EXPECT_EQ(fields.at("short_message").at("hex"), "00480069");
    EXPECT_EQ(json::serialize(object.at("tlvs")),
              R"([{"tag":"0x0204","name":"user_message_reference","hex":"0007","value":7}])");
}

TEST(PduJson, EveryPduIsAnObjectOfItsOwnFields) {
    std::set<std::string> commands;
    smpp::for_each_pdu([&](const auto& pdu) {
        const auto object = json_of_pdu(pdu);
        commands.insert(std::string(object.at("command").as_string()));
        EXPECT_TRUE(object.contains("fields")) << object.at("command");
        EXPECT_FALSE(object.contains("error")) << object.at("command");
    });
    EXPECT_EQ(commands.size(), 39u);
}

TEST(PduJson, MasksEveryPassword) {
    const auto masked = [](auto pdu) {
        pdu.password = "secret08";
        const auto object = json_of_pdu(pdu);
        EXPECT_EQ(object.at("fields").at("password"), "***");
        EXPECT_EQ(json::serialize(object).find("secret"), std::string::npos);
        EXPECT_EQ(json::serialize(object).find("736563"), std::string::npos);
        pdu.password = "";
        EXPECT_EQ(json_of_pdu(pdu).at("fields").at("password"), "");
    };
    masked(smpp::BindTransmitter{});
    masked(smpp::BindReceiver{});
    masked(smpp::BindTransceiver{});
    masked(smpp::Outbind{});
}

TEST(PduJson, ABrokenBindShowsNothingOfItsPassword) {
    smpp::BindReceiver bind;
    bind.password = "secret08";
    std::string octets;
    encode(octets, bind, 1);
    octets.resize(octets.size() - 5);
    octets[3] = static_cast<char>(octets.size());
    const auto object = json_of(octets);
    EXPECT_EQ(object.at("error"),
              "bind_receiver.system_type: 1 octets promised, 0 left, at offset "
              "26");
    EXPECT_EQ(json::serialize(object).find("secret"), std::string::npos);
    EXPECT_EQ(json::serialize(object).find("736563"), std::string::npos);
}

TEST(PduJson, ShowsListsAsArrays) {
    smpp::SubmitMulti multi;
    multi.dest_address.push_back({.dest_addr_ton = 1, .destination_addr = "1555"});
    multi.dest_address.push_back({.dest_flag = 2, .dl_name = "friends"});
    EXPECT_EQ(json::serialize(json_of_pdu(multi).at("fields").at("dest_address")),
              R"([{"dest_flag":1,"dest_addr_ton":1,"dest_addr_npi":0,"destination_addr":"1555"},)"
              R"({"dest_flag":2,"dl_name":"friends"}])");
}

TEST(PduJson, NamesAndTypesTlvsAsTheCarrierDoes) {
    const smpp::TlvDefinition india_entity{smpp::Tag{0x1400}, "pe_id", smpp::TlvType::text, 1, 30};
    auto submit = a_submit();
    submit.tlvs.add(smpp::Tag{0x1400}, "1007164392842");
    submit.tlvs.add(smpp::Tag{0x1501}, "\0\xFF"sv);
    submit.tlvs.add(smpp::Tag::message_state, "\2\2");
    submit.tlvs.add(smpp::Tag::receipted_message_id, "abc\0"sv);
    EXPECT_EQ(
        json::serialize(
            json_of_pdu(submit, {.tlvs = smpp::TlvDictionary({india_entity})}).at("tlvs")),
        R"([{"tag":"0x1400","name":"pe_id","hex":"31303037313634333932383432",)"
        R"("value":"1007164392842"},{"tag":"0x1501","hex":"00FF"},)"
        R"({"tag":"0x0427","name":"message_state","hex":"0202","value":514,"fault":"length"},)"
        R"({"tag":"0x001E","name":"receipted_message_id","hex":"61626300","value":"abc"}])");
}

TEST(PduJson, NamesStatusesAsTheCarrierDoes) {
    smpp::SubmitSmResp resp;
    const PduNames names{.statuses = smpp::CarrierStatuses({{smpp::Status{0x401}, "NO_CREDIT"}})};
    EXPECT_EQ(json_of_pdu(resp, names, smpp::Status{0x401}).at("status"), "NO_CREDIT");
    EXPECT_EQ(json_of_pdu(resp, {}, smpp::Status{0x401}).at("status"), "vendor 0x00000401");
    EXPECT_EQ(json_of_pdu(resp, names, smpp::Status{0x401}).at("command_status"), 0x401);
}

TEST(PduJson, LosesNoOctetOfAStringThatIsNotUtf8) {
    smpp::SubmitSmResp resp;
    resp.message_id = "a\xFF";
    const auto fields = json_of_pdu(resp).at("fields").as_object();
    EXPECT_EQ(fields.at("message_id"), "a\xEF\xBF\xBD");
    EXPECT_EQ(fields.at("message_id_hex"), "61FF");
}

TEST(PduJson, ShowsACommandThatItDoesNotKnow) {
    const auto object = json_of("\0\0\0\x12\0\0\0\xF0\0\0\0\0\0\0\0\x23\1\2"sv);
    EXPECT_EQ(object.at("command"), "0x000000F0");
    EXPECT_EQ(object.at("body"), "0102");
    EXPECT_EQ(object.at("error"), "unknown command_id");
}

TEST(PduJson, ATolerantReadShowsFieldsAndError) {
    std::string octets;
    encode(octets, a_submit(), 1);
    octets += "\4\x24\0\x50yz"sv;
    octets[3] = static_cast<char>(octets.size());
    const auto object = json_of(octets);
    EXPECT_EQ(object.at("fields").at("source_addr"), "15550001000");
    EXPECT_TRUE(object.at("error").as_string().starts_with("submit_sm.message_payload: 80 octets"));
}

}  // namespace
}  // namespace parley::http
