// What a capture hides, and that it still decodes.

#include "protocol/smpp/mask.h"

#include "protocol/smpp/codec.h"
#include "protocol/smpp/dump.h"
#include "protocol/smpp/framer.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

std::string masked(std::string octets, Mask what) {
    mask(octets, what);
    return octets;
}

std::string dumped(const std::string& octets) {
    Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    return frame ? dump(*frame) : "no PDU";
}

template <class Pdu>
std::string encoded(const Pdu& pdu) {
    std::string octets;
    encode(octets, pdu, 7);
    return octets;
}

SubmitSm submit() {
    SubmitSm pdu;
    pdu.source_addr = "15550001000";
    pdu.destination_addr = "15557654321";
    pdu.short_message = "meet me at noon";
    return pdu;
}

TEST(Mask, HidesNumbersButTheirLastDigitsAndTexts) {
    const std::string before = encoded(submit());
    const std::string after = masked(before, Mask::personal);
    EXPECT_EQ(after.size(), before.size());
    const std::string words = dumped(after);
    EXPECT_NE(words.find("source_addr=\"*********00\""), words.npos) << words;
    EXPECT_NE(words.find("destination_addr=\"*********21\""), words.npos) << words;
    EXPECT_NE(words.find("short_message=\"***************\""), words.npos) << words;
    EXPECT_EQ(masked(before, Mask::secrets), before);
}

TEST(Mask, KeepsTheUserDataHeaderAndUcs2) {
    SubmitSm pdu = submit();
    pdu.esm_class = 0x40;
    pdu.data_coding = 8;
    const std::string text("\5\0\3\7\2\1\0h\0i", 10);
    pdu.short_message = text;
    const std::string after = masked(encoded(pdu), Mask::personal);
    EXPECT_TRUE(after.ends_with(std::string("\5\0\3\7\2\1\0*\0*", 10)));
}

TEST(Mask, KeepsOfAReceiptAllButTheMessagesWords) {
    DeliverSm pdu;
    pdu.esm_class = 0x04;
    pdu.short_message = "id:42 sub:001 dlvrd:001 stat:DELIVRD err:000 text:meet me at";
    const std::string words = dumped(masked(encoded(pdu), Mask::personal));
    EXPECT_NE(words.find("id:42 sub:001 dlvrd:001 stat:DELIVRD err:000 text:**********"),
              words.npos)
        << words;
}

TEST(Mask, WordsOfAMessageAreHiddenHoweverAReceiptLabelsThem) {
    const std::string fate = "id:42 sub:001 dlvrd:001 submit date:2611260800 stat:DELIVRD err:000";
    const auto receipt = [](const std::string& text) {
        DeliverSm pdu;
        pdu.esm_class = 0x04;
        pdu.short_message = text;
        return dumped(masked(encoded(pdu), Mask::personal));
    };
    for (const std::string label : {"text:", "Text:", "TEXT:", "tEXT: ", "Text :", "msg:", ""}) {
        const std::string words = receipt(fate + " " + label + "meet me id:7 at noon");
        EXPECT_NE(words.find(fate), words.npos) << words;
        for (const auto* gone : {"meet", "me", "id:7", "noon"})
            EXPECT_EQ(words.find(gone, words.find(fate) + fate.size()), words.npos) << words;
    }
    // Among what tells of its fate as well, and where the first key is in capitals.
    const std::string among = receipt("Id:42 meet me stat:DELIVRD noon ERR:000");
    EXPECT_NE(among.find("Id:42 ******* stat:DELIVRD **** ERR:000"), among.npos) << among;
    // Nothing of it is known.
    EXPECT_EQ(receipt("meet me at noon").find("meet"), std::string::npos);
}

TEST(Mask, HidesPayloadsCallbackNumbersAndVendorsTlvsAndKeepsIds) {
    SubmitSm pdu = submit();
    pdu.tlvs.add(Tag::message_payload, "long words");
    pdu.tlvs.add(Tag::callback_num, "15557654321");
    pdu.tlvs.add(Tag::receipted_message_id, std::string_view("42\0", 3));
    pdu.tlvs.add(static_cast<Tag>(0x1400), "entity");
    const std::string after = masked(encoded(pdu), Mask::personal);
    for (const auto* gone : {"long words", "15557654321", "entity"})
        EXPECT_EQ(after.find(gone), after.npos) << gone;
    EXPECT_NE(after.find("42"), after.npos);
}

TEST(Mask, APasswordIsHiddenAlways) {
    BindTransceiver pdu;
    pdu.system_id = "parley";
    pdu.password = "secret";
    const std::string after = masked(encoded(pdu), Mask::secrets);
    EXPECT_EQ(after.find("secret"), after.npos);
    EXPECT_NE(after.find("parley"), after.npos);
}

TEST(Mask, WhatDoesNotDecodeLosesItsBody) {
    std::string broken = encoded(submit());
    broken.resize(broken.size() - 5);
    broken[3] = static_cast<char>(broken.size());
    const std::string after = masked(broken, Mask::personal);
    EXPECT_EQ(after.substr(header_octets), std::string(broken.size() - header_octets, '*'));
    EXPECT_EQ(after.substr(0, header_octets), broken.substr(0, header_octets));
}

}  // namespace
}  // namespace parley::smpp
