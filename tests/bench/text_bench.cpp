// How fast one core turns text into segments and back, and reads receipts; and that the hot paths
// do not allocate: when one did, its bench says so and the program fails.

#include "protocol/text/charset.h"
#include "protocol/text/choose.h"
#include "protocol/text/message_id.h"
#include "protocol/text/receipt.h"
#include "protocol/text/receipt_time.h"
#include "protocol/text/segments.h"
#include "tests/support/count_allocations.h"

#include <string>

#include <benchmark/benchmark.h>

namespace {
bool broken = false;
}  // namespace

namespace parley::text {
namespace {

/// Counts what was allocated since it was made; the buffers are warm by then.
class Report {
public:
    explicit Report(benchmark::State& state) : state_(state), before_(testing::allocations_total) {}
    void finish(std::size_t octets_each, std::uint64_t allocations_each = 0) {
        const std::uint64_t allocated = testing::allocations_total - before_;
        const auto runs = static_cast<std::uint64_t>(state_.iterations());
        state_.SetItemsProcessed(static_cast<std::int64_t>(runs));
        state_.SetBytesProcessed(static_cast<std::int64_t>(runs * octets_each));
        state_.counters["allocations/item"] =
            static_cast<double>(allocated) / static_cast<double>(runs);
        if (allocated > runs * allocations_each) fail("it allocated");
    }
    void fail(const char* why) {
        broken = true;
        state_.SkipWithError(why);
    }

private:
    benchmark::State& state_;
    std::uint64_t before_;
};

std::string times(std::size_t count, std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result += text;
    return result;
}

const std::string one_message =
    "Your parcel 4711 arrives today between 14:00 and 16:00. Reply 1 to confirm, 2 to choose "
    "another day, STOP to end. Questions? Call +1 555 000 1000. Thank you!";
const std::string long_ascii = times(100, one_message);
const std::string with_accents = times(100, "Über 5 € für Ärger, señor? C'est à 20 £ près: {ok} ");

void encode_and_decode(benchmark::State& state, const std::string& text) {
    std::string septets, again;
    const auto once = [&] {
        septets.clear();
        again.clear();
        bool good = encode_gsm7(text, septets);
        good = decode_gsm7(septets, again, {}) && good;
        benchmark::DoNotOptimize(good);
        benchmark::DoNotOptimize(again.data());
    };
    once();
    Report report(state);
    for (auto _ : state)
        once();
    report.finish(text.size());
    if (again != text) report.fail("another text came back");
}

void gsm7_one_message(benchmark::State& state) {
    encode_and_decode(state, one_message);
}
void gsm7_long_ascii(benchmark::State& state) {
    encode_and_decode(state, long_ascii);
}
void gsm7_accents(benchmark::State& state) {
    encode_and_decode(state, with_accents);
}

template <class Work>
void repeat(benchmark::State& state, std::size_t octets, std::uint64_t allocations, Work work) {
    work();
    Report report(state);
    for (auto _ : state)
        work();
    report.finish(octets, allocations);
}

void count_text(benchmark::State& state, const std::string& text) {
    repeat(state, text.size(), 0, [&] {
        SegmentCount size = count(text);
        benchmark::DoNotOptimize(size);
    });
}
void count_one_message(benchmark::State& state) {
    count_text(state, one_message);
}
void count_one_message_of_ucs2(benchmark::State& state) {
    static const std::string text = times(60, "Ж");
    count_text(state, text);
}
void count_three_segments(benchmark::State& state) {
    count_text(state, one_message + one_message);
}

/// What the engine does when it submits: one segment into a buffer that is used again.
void write_text(benchmark::State& state, const std::string& text) {
    std::string out;
    repeat(state, text.size(), 0, [&] {
        out.clear();
        auto head = write_segment(text, 7, 0, out);
        benchmark::DoNotOptimize(head);
        benchmark::DoNotOptimize(out.data());
    });
}
void write_one_message(benchmark::State& state) {
    write_text(state, one_message);
}
void write_one_message_of_ucs2(benchmark::State& state) {
    static const std::string text = times(60, "Ж");
    write_text(state, text);
}
void write_first_of_three(benchmark::State& state) {
    write_text(state, one_message + one_message);
}

/// The vector and the string in it: the output and nothing else.
void split_one_message(benchmark::State& state) {
    repeat(state, one_message.size(), 2, [] {
        Segmented cut = split(one_message, 7);
        benchmark::DoNotOptimize(cut);
    });
}

void choose_among_all(benchmark::State& state) {
    static const std::string text = times(60, "ığdır şöğün ");
    Rules rules;
    rules.single = rules.locking = LanguageSet::all();
    repeat(state, text.size(), 0, [&] {
        Choice choice = choose(text, rules);
        benchmark::DoNotOptimize(choice);
    });
}

constexpr std::string_view a_receipt =
    "id:0123456789 sub:001 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD "
    "err:000 text:This is a sample mes";

void parse_a_receipt(benchmark::State& state) {
    repeat(state, a_receipt.size(), 0, [] {
        auto receipt = parse_receipt(a_receipt);
        benchmark::DoNotOptimize(receipt);
    });
}
void join_a_receipt_with_its_parameters(benchmark::State& state) {
    const ReceiptParameters parameters{"0123456789", std::uint8_t{2}, {}};
    repeat(state, a_receipt.size(), 0, [&] {
        auto receipt = join_receipt(parameters, a_receipt);
        benchmark::DoNotOptimize(receipt);
    });
}
void read_a_time(benchmark::State& state) {
    repeat(state, 10, 0, [] {
        auto time = read_receipt_time("1005232039");
        benchmark::DoNotOptimize(time);
    });
}

void key_in_another_base(benchmark::State& state) {
    const MessageIdForm form{.base = MessageIdForm::Base::hex_to_decimal};
    repeat(state, 8, 3, [&] {
        std::string key = form.from_response("0BC614E1");
        benchmark::DoNotOptimize(key);
    });
}

BENCHMARK(gsm7_one_message);
BENCHMARK(gsm7_long_ascii);
BENCHMARK(gsm7_accents);
BENCHMARK(count_one_message);
BENCHMARK(count_one_message_of_ucs2);
BENCHMARK(count_three_segments);
BENCHMARK(write_one_message);
BENCHMARK(write_one_message_of_ucs2);
BENCHMARK(write_first_of_three);
BENCHMARK(split_one_message);
BENCHMARK(choose_among_all);
BENCHMARK(parse_a_receipt);
BENCHMARK(join_a_receipt_with_its_parameters);
BENCHMARK(read_a_time);
BENCHMARK(key_in_another_base);

}  // namespace
}  // namespace parley::text

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return broken ? 1 : 0;
}
