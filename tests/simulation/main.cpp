// simulate: runs seeds and says which fail. Exit status 0: all good, 1: a seed failed, 2: wrong
// use.

#include "tests/simulation/world.h"

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace {

using parley::simulation::Plan;
using parley::simulation::World;

std::uint64_t running = 0;  // the seed, for on_abort()

/// A broken promise (protocol/ensure.h) ends the process: say which seed it was.
void on_abort(int) {
    std::array<char, 64> text{};
    char* const digits = std::to_chars(text.data(), text.data() + 20, running).ptr;
    for (const std::string_view part :
         {std::string_view("replay: ./dev sim --seed "),
          std::string_view(text.data(), static_cast<std::size_t>(digits - text.data())),
          std::string_view(" --trace\n")}) {
        [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, part.data(), part.size());
    }
}

bool run(std::uint64_t seed, bool talk, bool trace) {
    running = seed;
    World world(Plan::draw(seed), trace ? &std::cout : nullptr);
    try {
        parley::simulation::run(world);
    } catch (const std::exception& error) {
        std::cout << "seed " << seed << " failed: " << error.what()
                  << "\n  replay: ./dev sim --seed " << seed << " --trace\n";
        return false;
    }
    if (talk) {
        std::cout << "seed " << seed << " good: " << world.checkers().accepted_count()
                  << " accepted, " << world.checkers().refused_count() << " refused, "
                  << world.submits() << " submits, " << world.checkers().inbound_count()
                  << " inbound, " << world.boots() << " boots, trace " << std::hex << world.trace()
                  << std::dec << "\n";
    }
    return true;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

int run_all(const std::vector<std::uint64_t>& seeds) {
    std::uint64_t failed = 0;
    for (const std::uint64_t seed : seeds)
        failed += run(seed, false, false) ? 0 : 1;
    std::cout << seeds.size() - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}

/// One seed a line; what follows it on the line says why it is there.
std::optional<std::vector<std::uint64_t>> read_seeds(const char* path) {
    std::ifstream file(path);
    if (!file) return std::nullopt;
    std::vector<std::uint64_t> seeds;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        const auto seed = number(std::string_view(line).substr(0, line.find(' ')));
        if (!seed) return std::nullopt;
        seeds.push_back(*seed);
    }
    return seeds;
}

int usage() {
    std::cerr << "simulate --seed N [--trace]   replay one run, step by step with --trace\n"
                 "simulate --seeds N [--from M] run N seeds, from 1 or M on\n"
                 "simulate --file PATH          run the seeds of a file\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGABRT, on_abort);
    const std::string_view what = argc > 2 ? argv[1] : "";
    if (what == "--file" && argc == 3) {
        const auto seeds = read_seeds(argv[2]);
        return seeds ? run_all(*seeds) : usage();
    }
    const auto value = argc > 2 ? number(argv[2]) : std::nullopt;
    if (!value) return usage();
    if (what == "--seed") {
        const bool trace = argc == 4 && std::string_view(argv[3]) == "--trace";
        if (argc != 3 && !trace) return usage();
        return run(*value, true, trace) ? 0 : 1;
    }
    const auto from = argc == 5 && std::string_view(argv[3]) == "--from" ? number(argv[4])
                      : argc == 3 ? std::optional<std::uint64_t>(1)
                                  : std::nullopt;
    if (what != "--seeds" || !from) return usage();
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t n = 0; n < *value; ++n)
        seeds.push_back(*from + n);
    return run_all(seeds);
}
