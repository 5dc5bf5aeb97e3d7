// The hot paths of the text codec do not allocate. This file replaces operator new for the whole
// program and counts.

#include "protocol/text/choose.h"
#include "protocol/text/receipt.h"
#include "protocol/text/receipt_time.h"
#include "protocol/text/segments.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

namespace {
std::atomic<int> allocations_total = 0;
}  // namespace

// Not inlined, or GCC sees a free() of what new gave and warns.
[[gnu::noinline]] void* operator new(std::size_t octets) {
    ++allocations_total;
    if (void* memory = std::malloc(octets)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace parley::text {
namespace {

template <class Act>
int allocations_in(Act act) {
    const int before = allocations_total;
    act();
    return allocations_total - before;
}

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

const std::string texts[] = {times(16, "one message "), times(40, "three segments "),
                             times(60, "Ж"), times(200, "Ж€"), times(90, "€[é]")};

TEST(Allocations, AreCounted) {
    EXPECT_EQ(allocations_in([] { times(1, std::string(1000, 'x')); }), 2);
}

TEST(Allocations, AreNoneWhenCounting) {
    for (const auto& text : texts)
        EXPECT_EQ(allocations_in([&] { (void)count(text); }), 0) << text;
}

TEST(Allocations, AreNoneWhenAskingWhatForcedUnicode) {
    for (const auto& text : texts)
        EXPECT_EQ(allocations_in([&] { (void)not_gsm7(text); }), 0) << text;
}

TEST(Allocations, AreNoneWhenASegmentIsWrittenIntoABufferThatIsLargeEnough) {
    std::string out;
    out.reserve(10'000);
    for (const auto& text : texts) {
        out.clear();
        EXPECT_EQ(allocations_in([&] { (void)write_segment(text, 7, 0, out); }), 0) << text;
        EXPECT_FALSE(out.empty());
    }
}

TEST(Allocations, AreTheOutputAloneWhenOneSegmentIsSplit) {
    const std::string text(160, 'x');
    EXPECT_EQ(allocations_in([&] { (void)split(text, 7); }), 2) << "the vector and the string";
}

TEST(Allocations, AreNoneWhenGsm7IsWrittenAndReadWithBuffersThatAreLargeEnough) {
    std::string septets, again;
    septets.reserve(10'000);
    again.reserve(10'000);
    for (const ShiftTables tables : {ShiftTables{}, ShiftTables{Language::turkish, {}}}) {
        const int allocated = allocations_in([&] {
            encode_gsm7("[ÖÄÜ] costs 5 €", septets, tables);
            decode_gsm7(septets, again, tables);
        });
        EXPECT_EQ(allocated, 0);
    }
    EXPECT_FALSE(again.empty());
}

TEST(Allocations, AreNoneWhenAReceiptIsRead) {
    constexpr std::string_view receipt =
        "id:0123456789 sub:001 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
        "err:000 text:This is a sample mes";
    EXPECT_EQ(allocations_in([&] {
                  const auto joined = join_receipt(
                      {.receipted_message_id = "0123456789", .message_state = 2}, receipt);
                  EXPECT_TRUE(read_receipt_time(joined->done_date));
              }),
              0);
}

}  // namespace
}  // namespace parley::text
