// What finding a route costs, of tables of 1 to 100,000, and looking up a number's operator among
// millions of rows; and that neither allocates: when one did, its bench says so and the program
// fails.

#include "engine/carrier/routes.h"
#include "engine/clock.h"
#include "tests/support/count_allocations.h"

#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {
bool broken = false;
}  // namespace

namespace parley::carrier {
namespace {

std::string digits(Dice& dice, std::size_t count) {
    std::string text = "+1";
    while (text.size() < count + 1)
        text += static_cast<char>('0' + dice.below(10));
    return text;
}

std::vector<std::string> numbers() {
    Dice dice(1);
    constexpr int count = 4'096;
    std::vector<std::string> list;
    list.reserve(count);
    for (int n = 0; n < count; ++n)
        list.push_back(digits(dice, 11));
    return list;
}

/// Asks for one number after the other; fails when that allocates.
template <typename Ask>
void measure(benchmark::State& state, Ask ask) {
    const std::vector<std::string> asked = numbers();
    for (const std::string& number : asked)
        benchmark::DoNotOptimize(ask(number));
    const std::uint64_t before = testing::allocations_total;
    std::size_t next = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(ask(asked[next++ % asked.size()]));
    if (testing::allocations_total != before) {
        broken = true;
        state.SkipWithError("it allocated");
    }
    state.SetItemsProcessed(state.iterations());
}

Asked asked_about(const std::string& number) {
    return {.contact = number, .sender = "+15550001000", .account = "shop", .brand = "demo"};
}

/// Prefixes of all lengths, as a rate sheet has them.
void routes_by_prefix(benchmark::State& state) {
    config::Config config;
    config.carriers.push_back({.id = "acme"});
    config.routes.push_back({.prefix = "+", .carriers = {"acme"}});
    Dice dice(2);
    while (config.routes.size() < static_cast<std::size_t>(state.range(0)))
        config.routes.push_back({.prefix = digits(dice, 2 + dice.below(6)), .carriers = {"acme"}});
    const Routes routes(config);
    measure(state, [&](const std::string& number) { return &routes.find(asked_about(number)); });
}
BENCHMARK(routes_by_prefix)->Arg(1)->Arg(1'000)->Arg(100'000);

/// A route or two for each customer, all with the same prefix.
void routes_by_account(benchmark::State& state) {
    config::Config config;
    config.carriers.push_back({.id = "acme"});
    config.routes.push_back({.carriers = {"acme"}, .accounts = {"shop"}});
    while (config.routes.size() < static_cast<std::size_t>(state.range(0)))
        config.routes.push_back(
            {.carriers = {"acme"}, .accounts = {"account" + std::to_string(config.routes.size())}});
    const Routes routes(config);
    measure(state, [&](const std::string& number) { return &routes.find(asked_about(number)); });
}
BENCHMARK(routes_by_account)->Arg(1)->Arg(1'000)->Arg(100'000);

void routes_by_pattern(benchmark::State& state) {
    config::Config config;
    config.carriers.push_back({.id = "acme"});
    for (std::int64_t n = 0; n < state.range(0); ++n)
        config.routes.push_back(
            {.carriers = {"acme"}, .pattern = "\\+44" + std::to_string(n) + "\\d*"});
    const Routes routes(config);
    measure(state, [&](const std::string& number) { return &routes.find(asked_about(number)); });
}
BENCHMARK(routes_by_pattern)->Arg(1)->Arg(10)->Arg(100);

/// Ported numbers of a country, and its ranges.
OperatorTable table_of(std::int64_t rows) {
    OperatorTableReader reader;
    Dice dice(3);
    std::string line;
    for (int range = 0; range < 10'000; ++range)
        reader.feed("+1" + std::to_string(10'000 + range) + ",operator" +
                    std::to_string(range % 40) + "\n");
    const std::uint64_t step = 8'000'000'000ULL / static_cast<std::uint64_t>(rows);
    std::uint64_t number = 2'000'000'000;
    for (std::int64_t n = 0; n < rows; ++n) {
        number += 1 + dice.below(2 * step - 1);
        line.assign("+1").append(std::to_string(number)).append(",operator");
        line.append(std::to_string(dice.below(40))).append("\n");
        reader.feed(line);
    }
    auto table = reader.finish();
    return table ? std::move(*table) : OperatorTable();
}

void operator_of_a_number(benchmark::State& state) {
    const OperatorTable table = table_of(state.range(0));
    measure(state, [&](const std::string& number) { return table.find(number).digits; });
    state.counters["octets/row"] =
        static_cast<double>(table.octets()) / static_cast<double>(table.rows());
}
BENCHMARK(operator_of_a_number)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

void operator_table_read(benchmark::State& state) {
    for (auto _ : state)
        benchmark::DoNotOptimize(table_of(state.range(0)).rows());
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(operator_table_read)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void carrier_by_weight(benchmark::State& state) {
    config::Config config;
    for (const char* id : {"acme", "beta", "coda"})
        config.carriers.push_back({.id = id});
    config.routes.push_back(
        {.carriers = {{"acme", 6}, {"beta", 3}, {"coda", 1}}, .pick = config::RoutePick::weight});
    const Routes routes(config);
    const Route& route = routes.find({.contact = "+15557654321"});
    measure(state, [&](const std::string& number) {
        const auto conversation = storage::ConversationId::of("+15550001000", number);
        double best = route.draw(0, conversation);
        for (std::size_t choice = 1; choice < route.carriers.size(); ++choice)
            best = std::max(best, route.draw(choice, conversation));
        return best;
    });
}
BENCHMARK(carrier_by_weight);

}  // namespace
}  // namespace parley::carrier

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return broken ? 1 : 0;
}
