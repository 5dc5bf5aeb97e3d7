// Neither direction of the codec allocates. This file replaces operator new for the whole program
// and counts.

#include "protocol/smpp/framer.h"
#include "protocol/smpp/time.h"
#include "tests/golden/hex.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

namespace {
std::atomic<int> allocations_total = 0;
}  // namespace

// Not inlined, or GCC sees a free() of what new gave and warns.
// NOLINTBEGIN(cppcoreguidelines-no-malloc): these are what manages memory
[[gnu::noinline]] void* operator new(std::size_t octets) {
    ++allocations_total;
    if (void* memory = std::malloc(octets)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t octets, const std::nothrow_t&) noexcept {
    ++allocations_total;
    return std::malloc(octets);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
// NOLINTEND(cppcoreguidelines-no-malloc)

namespace parley::smpp {
namespace {

template <class Act>
int allocations_in(Act act) {
    const int before = allocations_total;
    act();
    return allocations_total - before;
}

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
    EXPECT_EQ(allocations_in([] { std::string(1000, 'x').clear(); }), 1);
    submit_with_tlvs(0);  // its text is made on the first call
    EXPECT_EQ(allocations_in([] { submit_with_tlvs(5); }), 1) << "the fifth TLV";
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
