#include "protocol/smpp/address.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

TEST(E164, DropsWhatPeopleWriteBetweenDigits) {
    EXPECT_EQ(normalise_e164("+15550001000"), "+15550001000");
    EXPECT_EQ(normalise_e164("+1 (555) 000-1000"), "+15550001000");
    EXPECT_EQ(normalise_e164("+44.7700.900123"), "+447700900123");
    EXPECT_EQ(normalise_e164("(+49) 30 1234567"), "+49301234567");
    EXPECT_EQ(normalise_e164("0044 7700 900123"), "+447700900123");
}

TEST(E164, HasSevenToFifteenDigitsAndNoLeadingZero) {
    EXPECT_EQ(normalise_e164("+1234567"), "+1234567");
    EXPECT_EQ(normalise_e164("+123456789012345"), "+123456789012345");
    EXPECT_FALSE(normalise_e164("+123456"));
    EXPECT_FALSE(normalise_e164("+1234567890123456"));
    EXPECT_FALSE(normalise_e164("+05550001000"));
    EXPECT_FALSE(normalise_e164("0005550001000"));
}

TEST(E164, IsNeverGuessed) {
    for (const auto* written : {"", "+", "00", "15550001000", "07700900123", "+1555000100x",
                                "++15550001000", "+1555+0001000", "tel:+15550001000", "hello"}) {
        EXPECT_FALSE(normalise_e164(written)) << written;
    }
    EXPECT_FALSE(normalise_e164(std::string_view("+1555000\0001000", 13)));
}

TEST(Senders, AreNumbersShortCodesOrNames) {
    EXPECT_EQ(normalise_sender("+1 555 000 1000"), "+15550001000");
    EXPECT_EQ(normalise_sender("12345"), "12345");
    EXPECT_EQ(normalise_sender(" 12345 "), "12345");
    EXPECT_EQ(normalise_sender("12345678"), "12345678");
    EXPECT_EQ(normalise_sender("Parley"), "Parley");
    EXPECT_EQ(normalise_sender("A&B Shop"), "A&B Shop");
    EXPECT_EQ(normalise_sender("ElevenChars"), "ElevenChars");
}

TEST(Senders, AreRefusedWhenTheyAreNoneOfThese) {
    for (const auto* written : {"", "  ", "12", "123456789", "15550001000", "TwelveLetter", "+1555",
                                "+abc", "Caf\xC3\xA9", "a{b", "a\nb", "!!!"}) {
        EXPECT_FALSE(normalise_sender(written)) << written;
    }
}

TEST(Senders, SayWhatTheyAre) {
    EXPECT_EQ(kind_of("+15550001000"), AddressKind::international);
    EXPECT_EQ(kind_of("12345"), AddressKind::short_code);
    EXPECT_EQ(kind_of("Parley"), AddressKind::alphanumeric);
    EXPECT_EQ(kind_of("4you"), AddressKind::alphanumeric);
}

TEST(ToWire, SetsTonAndNpi) {
    const auto number = to_wire("+15550001000");
    EXPECT_EQ(number.ton, 1);
    EXPECT_EQ(number.npi, 1);
    EXPECT_EQ(number.digits, "15550001000");
    const auto code = to_wire("12345");
    EXPECT_EQ(code.ton, 3);
    EXPECT_EQ(code.npi, 0);
    EXPECT_EQ(code.digits, "12345");
    const auto name = to_wire("Parley");
    EXPECT_EQ(name.ton, 5);
    EXPECT_EQ(name.npi, 0);
    EXPECT_EQ(name.digits, "Parley");
}

TEST(FromWire, UndoesToWire) {
    for (const auto* stored : {"+15550001000", "+1234567", "+123456789012345", "123", "12345",
                               "12345678", "Parley", "4you"}) {
        const auto wire = to_wire(stored);
        EXPECT_EQ(from_wire(wire.ton, wire.npi, wire.digits), stored);
    }
}

TEST(FromWire, KnowsAFullNumberWhateverItsTon) {
    EXPECT_EQ(from_wire(0, 0, "15550001000"), "+15550001000");
    EXPECT_EQ(from_wire(0, 1, "+15550001000"), "+15550001000");
    EXPECT_EQ(from_wire(5, 0, "15550001000"), "+15550001000");
    EXPECT_EQ(from_wire(1, 1, "0015550001000"), "+15550001000");
    EXPECT_EQ(from_wire(1, 1, "1234567"), "+1234567");
}

TEST(FromWire, DoesNotTakeAShortCodeForANumber) {
    EXPECT_EQ(from_wire(0, 0, "12345"), "12345");
    EXPECT_EQ(from_wire(0, 0, "1234567"), "1234567");
    EXPECT_EQ(from_wire(1, 1, "12345"), "12345") << "carriers mark short codes international too";
    EXPECT_EQ(from_wire(3, 0, "12345678"), "12345678");
}

TEST(FromWire, DoesNotInventACountryCode) {
    EXPECT_EQ(from_wire(2, 1, "5550001000"), "5550001000");
    EXPECT_EQ(from_wire(0, 1, "07700900123"), "07700900123");
}

TEST(FromWire, KeepsWhatIsNoNumber) {
    EXPECT_EQ(from_wire(5, 0, "Parley"), "Parley");
    EXPECT_EQ(from_wire(0, 0, "WAP push"), "WAP push");
    EXPECT_EQ(from_wire(1, 1, ""), "");
    EXPECT_EQ(from_wire(1, 1, "+"), "+");
    EXPECT_EQ(from_wire(0, 0, "1234567890123456"), "1234567890123456");
}

}  // namespace
}  // namespace parley::smpp
