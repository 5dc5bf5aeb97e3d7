// How fast one core turns PDUs into bytes and back, and how often it allocates while doing so. An
// allocation where there should be none is an error and makes the program end with 1.

#include "protocol/smpp/codec.h"
#include "protocol/smpp/framer.h"
#include "protocol/smpp/time.h"
#include "tests/support/count_allocations.h"

#include <string>

#include <benchmark/benchmark.h>

namespace {
bool all_as_promised = true;
}  // namespace

namespace parley::smpp {
namespace {

/// 160 characters and two TLVs: a full GSM message as a customer sends it.
const std::string text_160(160, 'x');

SubmitSm a_submit() {
    SubmitSm submit;
    submit.source_addr_ton = submit.source_addr_npi = 1;
    submit.source_addr = "15550001000";
    submit.dest_addr_ton = submit.dest_addr_npi = 1;
    submit.destination_addr = "15550002000";
    submit.registered_delivery = 1;
    submit.short_message = text_160;
    submit.tlvs.add(Tag::user_message_reference, std::string_view("\0\7", 2));
    submit.tlvs.add(Tag{0x1401}, "1007164392842");
    return submit;
}

DeliverSm a_receipt() {
    DeliverSm receipt;
    receipt.source_addr = "15550002000";
    receipt.destination_addr = "15550001000";
    receipt.esm_class = 0x04;
    receipt.short_message =
        "id:0123456789 sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD "
        "err:000 text:";
    receipt.tlvs.add(Tag::receipted_message_id, std::string_view("0123456789\0", 11));
    receipt.tlvs.add(Tag::message_state, "\2");
    return receipt;
}

/// Reports PDUs and octets a second and allocations per PDU of what ran since it was made.
class Report {
public:
    explicit Report(benchmark::State& state) : state_(state), before_(testing::allocations_total) {}
    /// allowed: allocations in each PDU.
    void finish(std::size_t pdus, std::size_t octets, std::uint64_t allowed = 0) {
        const auto counted = testing::allocations_total - before_;
        const auto allocations = static_cast<double>(counted);
        const auto runs = state_.iterations();
        state_.SetItemsProcessed(runs * static_cast<std::int64_t>(pdus));
        state_.SetBytesProcessed(runs * static_cast<std::int64_t>(octets));
        state_.counters["allocations/pdu"] =
            allocations / (static_cast<double>(runs) * static_cast<double>(pdus));
        const auto all_pdus = static_cast<std::uint64_t>(runs) * pdus;
        if (counted <= allowed * all_pdus) return;
        all_as_promised = false;
        state_.SkipWithError("allocates where it must not");
    }

private:
    benchmark::State& state_;
    std::uint64_t before_;
};

/// 256 at a time into one buffer that is written and used again, as a link does.
constexpr std::size_t batch_pdus = 256;

template <class Pdu>
void encode_batches(benchmark::State& state, const Pdu& pdu) {
    std::string out;
    for (std::size_t i = 0; i < batch_pdus; ++i)
        encode(out, pdu, 1);
    const std::size_t octets = out.size();
    Report report(state);
    std::uint32_t sequence_number = 0;
    for (auto _ : state) {
        out.clear();
        for (std::size_t i = 0; i < batch_pdus; ++i)
            encode(out, pdu, ++sequence_number);
        benchmark::DoNotOptimize(out.data());
        benchmark::ClobberMemory();
    }
    report.finish(batch_pdus, octets);
}

template <class Pdu>
void decode_one(benchmark::State& state, const Pdu& pdu, std::uint64_t allocations_allowed = 0) {
    std::string out;
    encode(out, pdu, 1);
    Framer framer;
    framer.feed(out);
    const auto frame = framer.next();
    Report report(state);
    for (auto _ : state) {
        Pdu again;
        DecodeError error;
        bool ok = decode(*frame, again, error);
        benchmark::DoNotOptimize(ok);
        benchmark::DoNotOptimize(again);
    }
    report.finish(1, out.size(), allocations_allowed);
}

void encode_submit_sm(benchmark::State& state) {
    encode_batches(state, a_submit());
}
void encode_receipt(benchmark::State& state) {
    encode_batches(state, a_receipt());
}
void decode_submit_sm(benchmark::State& state) {
    decode_one(state, a_submit());
}
/// Tlvs has room for four in place: the one case that allocates.
void decode_submit_sm_with_five_tlvs(benchmark::State& state) {
    auto submit = a_submit();
    for (int i = 0; i < 3; ++i)
        submit.tlvs.add(static_cast<Tag>(0x1402 + i), "1007164392842");
    decode_one(state, submit, 1);
}
void decode_receipt(benchmark::State& state) {
    decode_one(state, a_receipt());
}

/// 64 KiB reads of a stream of submit_sm, framed and decoded.
void frame_and_decode_submit_sm(benchmark::State& state) {
    std::string stream;
    for (std::size_t i = 0; i < batch_pdus * 16; ++i)
        encode(stream, a_submit(), 1);
    constexpr std::size_t read_octets = 64 * 1024;
    Framer framer;
    SubmitSm submit;
    DecodeError error;
    std::size_t pdus = 0;
    const auto read_stream = [&] {
        for (std::size_t at = 0; at < stream.size(); at += read_octets) {
            framer.feed(std::string_view(stream).substr(at, read_octets));
            while (const auto frame = framer.next())
                pdus += decode(*frame, submit, error) ? 1 : 0;
        }
    };
    read_stream();
    const std::size_t pdus_per_stream = pdus;
    Report report(state);
    for (auto _ : state)
        read_stream();
    report.finish(pdus_per_stream, stream.size());
    if (pdus_per_stream == batch_pdus * 16) return;
    all_as_promised = false;
    state.SkipWithError("not every PDU came back");
}

/// The largest list that has no need of the heap.
void decode_submit_multi_to_two(benchmark::State& state) {
    SubmitMulti multi;
    multi.source_addr = "15550001000";
    for (int i = 0; i < 2; ++i)
        multi.dest_address.push_back({.dest_addr_ton = 1, .destination_addr = "15550002000"});
    multi.short_message = text_160;
    decode_one(state, multi);
}

void read_and_write_time(benchmark::State& state) {
    const std::string text = "260102030405600+";
    Report report(state);
    for (auto _ : state) {
        const auto time = read_time(text);
        auto written = write_time(std::get<AbsoluteTime>(*time));
        benchmark::DoNotOptimize(written);
    }
    report.finish(1, text.size());
}

BENCHMARK(encode_submit_sm);
BENCHMARK(encode_receipt);
BENCHMARK(decode_submit_sm);
BENCHMARK(decode_submit_sm_with_five_tlvs);
BENCHMARK(decode_receipt);
BENCHMARK(decode_submit_multi_to_two);
BENCHMARK(frame_and_decode_submit_sm);
BENCHMARK(read_and_write_time);

}  // namespace
}  // namespace parley::smpp

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return all_as_promised ? 0 : 1;
}
