// Neither direction of the codec allocates.

#include "protocol/smpp/framer.h"
#include "protocol/smpp/time.h"
#include "tests/golden/hex.h"
#include "tests/support/count_allocations.h"

#include <gtest/gtest.h>

namespace parley::smpp {
namespace {

using parley::testing::allocations_in;

SubmitSm submit_with_tlvs(int count) {
    static const std::string text(160, 'x');
    SubmitSm submit;
    submit.destination_addr = "15550002000";
    submit.short_message = text;
    for (int i = 0; i < count; ++i)
        submit.tlvs.add(static_cast<Tag>(0x1400 + i), "value");
    return submit;
}

TEST(Allocations, AreCounted) {
    EXPECT_EQ(allocations_in([] { std::string(1000, 'x').clear(); }), 1u);
    submit_with_tlvs(0);  // its text is made on the first call
    EXPECT_EQ(allocations_in([] { submit_with_tlvs(5); }), 1u) << "the fifth TLV";
}

TEST(Allocations, AreNoneWhenEncodingIntoABufferThatIsLargeEnough) {
    std::string out;
    out.reserve(100'000);
    const auto submit = submit_with_tlvs(4);
    EXPECT_EQ(allocations_in([&] {
                  for (std::uint32_t number = 1; number <= 100; ++number) {
                      encode(out, submit, number);
                      encode_header(out, Command::submit_sm_resp, Status::ESME_RTHROTTLED, number);
                  }
              }),
              0);
}

TEST(Allocations, AreOneForAPduInANewBuffer) {
    const auto submit = submit_with_tlvs(4);
    EXPECT_EQ(allocations_in([&] {
                  std::string out;
                  encode(out, submit, 1);
              }),
              1);
}

TEST(Allocations, AreNoneWhenFramingAndDecoding) {
    std::string stream;
    for (std::uint32_t number = 1; number <= 100; ++number) {
        encode(stream, submit_with_tlvs(4), number);
    }
    Framer framer;
    framer.feed(stream);  // grows the buffer once; the second time it is there
    int decoded = 0;
    const auto read = [&] {
        SubmitSm submit;
        DecodeError error;
        while (const auto frame = framer.next())
            decoded += decode(*frame, submit, error) ? 1 : 0;
    };
    read();
    EXPECT_EQ(allocations_in([&] {
                  framer.feed(stream);
                  read();
              }),
              0);
    EXPECT_EQ(decoded, 200);
}

TEST(Allocations, AreNoneForAPduThatDoesNotDecode) {
    const auto octets = golden::octets("submit_sm_length_past_end");
    Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    EXPECT_EQ(allocations_in([&] {
                  SubmitSm submit;
                  DecodeError error;
                  EXPECT_FALSE(decode(*frame, submit, error));
              }),
              0);
}

TEST(Allocations, AreNoneForAListOfTwo) {
    SubmitMulti multi;
    multi.dest_address.resize(2);
    std::string octets;
    encode(octets, multi, 1);
    Framer framer;
    framer.feed(octets);
    const auto frame = framer.next();
    EXPECT_EQ(allocations_in([&] {
                  SubmitMulti again;
                  DecodeError error;
                  EXPECT_TRUE(decode(*frame, again, error));
              }),
              0);
}

TEST(Allocations, AreNoneForTime) {
    EXPECT_EQ(allocations_in([] {
                  const auto time = read_time("260102030405600+");
                  ASSERT_TRUE(time);
                  EXPECT_EQ(write_time(std::get<AbsoluteTime>(*time)).view(), "260102030405600+");
              }),
              0);
}

}  // namespace
}  // namespace parley::smpp
