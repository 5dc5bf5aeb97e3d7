// simulate: runs seeds and says which fail. Exit status 0: all good, 1: a seed failed, 2: wrong
// use.

#include "tests/simulation/world.h"

#include <charconv>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string_view>

namespace {

using parley::simulation::Plan;
using parley::simulation::World;

bool run(std::uint64_t seed, bool talk) {
    World world(Plan::draw(seed));
    try {
        world.run();
    } catch (const std::exception& error) {
        std::cout << "seed " << seed << " failed: " << error.what()
                  << "\n  replay: ./dev sim --seed " << seed << "\n";
        return false;
    }
    if (talk) {
        std::cout << "seed " << seed << " good: " << world.checkers().accepted_count()
                  << " accepted, " << world.books().counts.submits << " submits, trace " << std::hex
                  << world.trace() << std::dec << "\n";
    }
    return true;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 3 ? argv[1] : "";
    const auto value = argc == 3 ? number(argv[2]) : std::nullopt;
    if (!value || (what != "--seed" && what != "--seeds")) {
        std::cerr << "simulate --seed N     replay one run\n"
                     "simulate --seeds N    run the seeds 1 to N\n";
        return 2;
    }
    if (what == "--seed") return run(*value, true) ? 0 : 1;
    std::uint64_t failed = 0;
    for (std::uint64_t seed = 1; seed <= *value; ++seed)
        failed += run(seed, false) ? 0 : 1;
    std::cout << *value - failed << " passed, " << failed << " failed\n";
    return failed == 0 ? 0 : 1;
}
