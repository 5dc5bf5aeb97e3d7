// Whole lives per second through the store on a real disk: accept → intend → answer → receipt and
// settle, in groups, every commit synced. Prints one line a second and a summary.
//
//   store_bench [--lives n] [--group n] [--folder path] [--async]

#include "tests/bench/lives.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>

#include <sys/resource.h>

namespace {

using namespace parley;
using bench::Clock;
using bench::Pipeline;

struct Options {
    std::size_t lives = 2'000'000;
    std::size_t group = 256;
    std::string folder = "./store_bench.data";
    bool sync = true;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        const auto value = [&] { return i + 1 < argc ? argv[++i] : ""; };
        if (name == "--lives") options.lives = std::strtoull(value(), nullptr, 10);
        if (name == "--group") options.group = std::strtoull(value(), nullptr, 10);
        if (name == "--folder") options.folder = value();
        if (name == "--async") options.sync = false;
    }
    return options;
}

double cpu_seconds(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double ms(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

void summarise(Pipeline& pipeline, double seconds, double all_cpu, double own_cpu) {
    auto& commits = pipeline.commits;
    std::ranges::sort(commits);
    const auto lives = static_cast<double>(pipeline.settled);
    std::cout << "lives_per_second " << static_cast<long>(lives / seconds) << "\ncommit_ms p50 "
              << ms(commits[commits.size() / 2]) << " p99 "
              << ms(commits[commits.size() * 99 / 100]) << " max " << ms(commits.back())
              << "\ncpu_us_per_life " << all_cpu * 1e6 / lives << " (own thread "
              << own_cpu * 1e6 / lives << ")\nsection_ns_per_life "
              << static_cast<long>(ms(pipeline.section_time) * 1e6 / lives)
              << " (five entries, building excluded)\n";
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse(argc, argv);
    std::filesystem::remove_all(options.folder);
    storage::Recovered recovered;
    auto store =
        storage::open_rocksdb_store({.folder = options.folder, .sync = options.sync}, recovered);
    if (!store) {
        std::cerr << store.error().text << '\n';
        return 1;
    }
    Pipeline pipeline(**store, recovered.next_section, options.group);
    const auto begin = Clock::now();
    const double cpu = cpu_seconds(RUSAGE_SELF);
    const double own = cpu_seconds(RUSAGE_THREAD);
    auto tell_at = begin + std::chrono::seconds(1);
    std::size_t told = 0;
    while (pipeline.settled < options.lives) {
        if (!pipeline.turn(options.group)) return 1;
        if (Clock::now() < tell_at) continue;
        std::cout << pipeline.settled - told << " lives in this second, held in memory "
                  << (*store)->memory_octets() << " octets" << std::endl;
        told = pipeline.settled;
        tell_at += std::chrono::seconds(1);
    }
    const double seconds = ms(Clock::now() - begin) / 1000;
    summarise(pipeline, seconds, cpu_seconds(RUSAGE_SELF) - cpu, cpu_seconds(RUSAGE_THREAD) - own);
    store->reset();
    std::filesystem::remove_all(options.folder);
    return 0;
}
