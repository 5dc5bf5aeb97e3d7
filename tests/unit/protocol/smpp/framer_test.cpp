#include "protocol/smpp/framer.h"

#include "tests/golden/hex.h"

#include <vector>

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

/// Three PDUs of different length, the middle one with a body.
std::string a_stream() {
    std::string stream;
    encode(stream, EnquireLink{}, 1);
    SubmitSm submit;
    submit.destination_addr = "15550002000";
    submit.short_message = "Hello";
    encode(stream, submit, 2);
    encode(stream, Unbind{}, 3);
    return stream;
}

std::vector<std::uint32_t> sequence_numbers(Framer& framer) {
    std::vector<std::uint32_t> numbers;
    while (const auto frame = framer.next())
        numbers.push_back(frame->header.sequence_number);
    return numbers;
}

TEST(Framer, CutsAStreamThatIsSplitAnywhere) {
    const auto stream = a_stream();
    for (std::size_t first = 0; first <= stream.size(); ++first) {
        for (std::size_t second = first; second <= stream.size(); ++second) {
            Framer framer;
            std::vector<std::uint32_t> numbers;
            for (const auto& part : {stream.substr(0, first), stream.substr(first, second - first),
                                     stream.substr(second)}) {
                framer.feed(part);
                for (const auto number : sequence_numbers(framer))
                    numbers.push_back(number);
            }
            ASSERT_EQ(numbers, (std::vector<std::uint32_t>{1, 2, 3})) << first << ", " << second;
            ASSERT_EQ(framer.buffered(), 0u);
            ASSERT_FALSE(framer.error());
        }
    }
}

TEST(Framer, GivesTheBodyWithoutTheHeader) {
    Framer framer;
    framer.feed(a_stream());
    framer.next();
    const auto frame = framer.next();
    ASSERT_TRUE(frame);
    SubmitSm submit;
    DecodeError error;
    ASSERT_TRUE(decode(*frame, submit, error)) << error.message(Command::submit_sm);
    EXPECT_EQ(submit.short_message, "Hello");
    EXPECT_EQ(frame->body.size() + header_octets, frame->header.command_length);
}

TEST(Framer, FramesStayValidUntilTheNextFeed) {
    Framer framer;
    framer.feed(a_stream());
    framer.next();
    const auto frame = framer.next();
    const std::string body(frame->body);
    while (framer.next()) {
    }
    EXPECT_EQ(frame->body, body);
}

TEST(Framer, WaitsForAWholeHeaderAndAWholeBody) {
    const auto stream = a_stream();
    Framer framer;
    framer.feed(std::string_view(stream).substr(0, 15));
    EXPECT_FALSE(framer.next());
    EXPECT_EQ(framer.buffered(), 15u);
    framer.feed(std::string_view(stream).substr(15, 30));
    EXPECT_TRUE(framer.next());
    EXPECT_FALSE(framer.next());
    EXPECT_EQ(framer.buffered(), 29u);
    EXPECT_FALSE(framer.error());
}

TEST(Framer, TakesHttpForALengthThatCannotBe) {
    Framer framer;
    framer.feed("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    EXPECT_FALSE(framer.next());
    EXPECT_EQ(framer.error(), errc::command_length_too_long);
    EXPECT_EQ(framer.bad_header().command_length, 0x47455420u);
}

TEST(Framer, RefusesALengthBelowTheHeaderAndShowsIt) {
    Framer framer;
    framer.feed(golden::from_hex("0000000F 00000004 00000000 00000025"));
    EXPECT_FALSE(framer.next());
    EXPECT_EQ(framer.error(), errc::command_length_too_short);
    EXPECT_EQ(framer.bad_header().command_length, 15u);
    EXPECT_EQ(framer.bad_header().command_id, Command::submit_sm);
    EXPECT_EQ(framer.bad_header().sequence_number, 0x25u);
}

TEST(Framer, RefusesALongPduByItsHeaderAlone) {
    Framer framer(100);
    framer.feed(golden::from_hex("00000064 00000004 00000000 00000001"));
    EXPECT_FALSE(framer.next());
    EXPECT_FALSE(framer.error()) << "100 is the maximum, not above it";

    Framer refusing(100);
    refusing.feed(golden::from_hex("00000065 00000004 00000000 00000001"));
    EXPECT_FALSE(refusing.next());
    EXPECT_EQ(refusing.error(), errc::command_length_too_long);
}

TEST(Framer, ReadsNothingAndKeepsNothingOfALostStream) {
    Framer framer;
    framer.feed("GET / HTTP/1.1\r\n");
    EXPECT_FALSE(framer.next());
    framer.feed(a_stream());
    EXPECT_FALSE(framer.next());
    EXPECT_EQ(framer.buffered(), 0u);
    EXPECT_EQ(framer.error(), errc::command_length_too_long) << "an error stays";
}

TEST(Framer, GivesThePdusInFrontOfABadLength) {
    Framer framer;
    framer.feed(a_stream() + std::string(16, '\0'));
    EXPECT_EQ(sequence_numbers(framer), (std::vector<std::uint32_t>{1, 2, 3}));
    EXPECT_EQ(framer.error(), errc::command_length_too_short);
}

TEST(Framer, ReadsOnWhenItsOwnerDoesNotTakeEverythingAtOnce) {
    Framer framer;
    std::vector<std::uint32_t> numbers;
    for (int round = 0; round < 100; ++round) {  // three come, one is taken
        framer.feed(a_stream());
        numbers.push_back(framer.next()->header.sequence_number);
    }
    for (const auto number : sequence_numbers(framer))
        numbers.push_back(number);
    ASSERT_EQ(numbers.size(), 300u);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        EXPECT_EQ(numbers[i], i % 3 + 1);
}

}  // namespace
}  // namespace parley::smpp
