#include "tools/loadgen/submit_forms.h"

#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"
#include "protocol/smpp/message.h"
#include "tests/support/count_allocations.h"

#include <gtest/gtest.h>

namespace parley::loadgen {
namespace {

using text::Encoding;

MessageMix mix_of(Sample sample) {
    return MessageMix({.texts = Weighted<Sample>(std::move(sample)),
                       .senders = {"+15550001000", "24273"},
                       .destinations = Destinations::from_prefix("+1556")});
}

/// What a peer reads of the message that was filled in; valid until the next call.
class Peer {
public:
    const smpp::SubmitSm& reads(const smpp::SubmitSm& sent) {
        std::string bytes;
        smpp::encode(bytes, sent, 1);
        framer_.feed(bytes);
        const auto frame = framer_.next();
        smpp::DecodeError error;
        pdu_ = {};
        EXPECT_TRUE(frame && smpp::decode(*frame, pdu_, error)) << error.message({});
        return pdu_;
    }

private:
    smpp::Framer framer_;
    smpp::SubmitSm pdu_;
};

TEST(SubmitForms, AMessageCarriesItsRecipientAndItsMarker) {
    const auto mix = mix_of(sample_text(Encoding::gsm7, 20));
    SubmitForms forms(mix, {});
    Peer peer;
    const auto& pdu = peer.reads(forms.form(0, 0, 0).fill("+15567654321", 123'456));
    EXPECT_EQ(pdu.source_addr, "15550001000");
    EXPECT_EQ(pdu.source_addr_ton, 1);
    EXPECT_EQ(pdu.destination_addr, "15567654321");
    EXPECT_EQ(pdu.dest_addr_ton, 1);
    EXPECT_EQ(pdu.dest_addr_npi, 1);
    EXPECT_EQ(pdu.short_message, "n=000123456 your tab");
    EXPECT_EQ(pdu.data_coding, 0);
    EXPECT_EQ(pdu.esm_class, 0);
    EXPECT_EQ(pdu.registered_delivery, 1);
}

TEST(SubmitForms, NothingOfTheLastMessageIsLeftInTheNext) {
    const auto mix = mix_of(sample_text(Encoding::gsm7, 20));
    SubmitForms forms(mix, {.receipts = false});
    Peer peer;
    forms.form(0, 1, 0).fill("+15567654321", 999'999'999);
    const auto& pdu = peer.reads(forms.form(0, 1, 0).fill("447", 5));
    EXPECT_EQ(pdu.destination_addr, "447");
    EXPECT_EQ(pdu.dest_addr_ton, 0);
    EXPECT_EQ(pdu.source_addr, "24273");
    EXPECT_EQ(pdu.source_addr_ton, 3);
    EXPECT_TRUE(pdu.short_message.starts_with("n=000000005 "));
    EXPECT_EQ(pdu.registered_delivery, 0);
}

TEST(SubmitForms, Ucs2CarriesTheMarkerInSixteenBits) {
    const auto mix = mix_of(sample_text(Encoding::ucs2, 30));
    SubmitForms forms(mix, {});
    Peer peer;
    const auto& pdu = peer.reads(forms.form(0, 0, 0).fill("+15560000001", 42));
    EXPECT_EQ(pdu.data_coding, 8);
    std::string marker;
    text::encode_ucs2(marker_of(42), marker);
    EXPECT_TRUE(pdu.short_message.starts_with(marker));
}

TEST(SubmitForms, PartsShareAReferenceAndCountOn) {
    for (const auto alphabet : {Encoding::gsm7, Encoding::latin1, Encoding::ucs2}) {
        const auto mix = mix_of(sample_text_of_parts(alphabet, 3, text::Method::udh8));
        SubmitForms forms(mix, {});
        ASSERT_EQ(forms.parts(0), 3u);
        Peer peer;
        for (std::uint32_t part = 0; part < 3; ++part) {
            const auto& pdu = peer.reads(forms.form(0, 0, part).fill("+15560000001", 0x1234));
            EXPECT_TRUE(smpp::has_user_data_header(pdu.esm_class));
            const std::string header{'\x05', '\x00', '\x03',
                                     '\x34', '\x03', static_cast<char>(part + 1)};
            EXPECT_EQ(pdu.short_message.substr(0, 6), header);
            if (part == 0 && alphabet != Encoding::ucs2) {
                EXPECT_TRUE(pdu.short_message.substr(6).starts_with(marker_of(0x1234)));
            }
        }
    }
}

TEST(SubmitForms, SarSaysTheSameInParameters) {
    const auto mix = mix_of(sample_text_of_parts(Encoding::gsm7, 2, text::Method::sar));
    SubmitForms forms(mix, {.method = text::Method::sar});
    ASSERT_EQ(forms.parts(0), 2u);
    Peer peer;
    const auto& pdu = peer.reads(forms.form(0, 0, 1).fill("+15560000001", 0x1234));
    EXPECT_EQ(smpp::read_sar(pdu.tlvs), (smpp::Sar{.reference = 0x1234, .total = 2, .number = 2}));
    EXPECT_EQ(pdu.esm_class, 0);
}

TEST(SubmitForms, APayloadIsOnePduAndAShortTextNone) {
    const auto longer = mix_of(sample_text(Encoding::gsm7, 500));
    SubmitForms payload(longer, {.method = text::Method::payload});
    EXPECT_EQ(payload.parts(0), 1u);
    Peer peer;
    const auto& pdu = peer.reads(payload.form(0, 0, 0).fill("+15560000001", 77));
    EXPECT_TRUE(pdu.short_message.empty());
    const auto octets = smpp::message_octets(pdu.short_message, pdu.tlvs);
    EXPECT_EQ(octets.size(), 500u);
    EXPECT_TRUE(octets.starts_with(marker_of(77)));
    const auto shorter = mix_of(sample_text(Encoding::gsm7, 160));
    SubmitForms alone(shorter, {.method = text::Method::payload});
    EXPECT_EQ(peer.reads(alone.form(0, 0, 0).fill("+15560000001", 1)).short_message.size(), 160u);
}

TEST(SubmitForms, ATextOfTooManyPartsIsRefused) {
    auto sample = sample_text(Encoding::ucs2, 10'000);
    sample.utf8 += sample.utf8;
    EXPECT_THROW(SubmitForms(mix_of(sample), {}), tools::UsageError);
}

TEST(SubmitForms, SendingAllocatesNothing) {
    auto mix = mix_of(sample_text_of_parts(Encoding::gsm7, 2, text::Method::udh8));
    SubmitForms forms(mix, {});
    std::string out;
    out.reserve(1'000'000);
    const auto allocations = testing::allocations_in([&] {
        for (std::uint64_t message = 0; message < 1000; ++message) {
            for (std::uint32_t part = 0; part < 2; ++part) {
                auto& form = forms.form(mix.text_of(message), mix.sender_of(message), part);
                smpp::encode(out, form.fill(mix.recipient_of(message), message), 1);
            }
        }
    });
    EXPECT_EQ(allocations, 0u);
}

}  // namespace
}  // namespace parley::loadgen
