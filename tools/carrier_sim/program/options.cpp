#include "tools/carrier_sim/program/options.h"

#include "tools/carrier_sim/scenario/read.h"
#include "tools/carrier_sim/scenario/ready.h"
#include "tools/carrier_sim/scenario/settings_text.h"
#include "tools/support/flags.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace parley::carrier_sim {
namespace {

/// What the flags said, to be put over whatever the scenario says.
struct Given {
    std::string scenario;
    std::string check;
    std::string show;
    bool list = false;
    std::string listen;
    std::string tls_listen;
    std::optional<std::uint64_t> seed;
    std::vector<std::pair<std::string, std::string>> settings;
};

std::pair<std::string, std::string> assignment(std::string_view given) {
    const auto equals = given.find('=');
    if (equals == given.npos)
        throw tools::UsageError("--set: '" + std::string(given) + "' is not name=value");
    return {std::string(given.substr(0, equals)), std::string(given.substr(equals + 1))};
}

tools::Flags make_flags(Options& options, Given& given) {
    tools::Flags flags(
        "parley-sim is an SMSC for tests: carriers with handsets, on real SMPP ports.\n"
        "Books and orders are on the control port: GET / there lists them. With no scenario there\n"
        "is one carrier that is quick, polite and always delivers; flags change how it behaves.");
    flags.text("scenario", "NAME|FILE", "a ready scenario (--list), or a file", given.scenario);
    flags.on("list", "the ready scenarios", given.list);
    flags.text("show", "NAME", "prints a ready scenario, to begin one's own with", given.show);
    flags.text("check", "FILE", "reads a scenario and says what is wrong with it", given.check);
    flags.value("listen", "HOST:PORT",
                "SMPP of the first carrier (127.0.0.1:2775); port 0 takes a free one",
                [&](auto text) { given.listen = tools::parse_endpoint(text).text(); });
    flags.value("tls-listen", "HOST:PORT", "the same with TLS, by a certificate made now",
                [&](auto text) { given.tls_listen = tools::parse_endpoint(text).text(); });
    flags.value("control", "HOST:PORT", "HTTP control, books and /metrics (127.0.0.1:2780)",
                [&](auto text) { options.control = tools::parse_endpoint(text); });
    flags.value("seed", "N", "of all chance (1)", [&](auto text) {
        given.seed = tools::read_number<std::uint64_t>("--seed", text, 0,
                                                       std::numeric_limits<std::uint64_t>::max());
    });
    flags.number("speed", "N", "how much faster than the world its time runs (1)", options.speed,
                 0.01, 100'000);
    flags.value("set", "NAME=VALUE", "any setting below by name, of every carrier",
                [&](auto text) { given.settings.push_back(assignment(text)); });
    for (const auto& setting : setting_help()) {
        auto name = setting.name;
        std::replace(name.begin(), name.end(), '_', '-');
        flags.value(
            name, setting.is_switch ? "true|false" : "VALUE",
            setting.help + " (" + setting.value + ")",
            [&given, name = setting.name](auto text) { given.settings.emplace_back(name, text); });
    }
    return flags;
}

Scenario scenario_of(const std::string& name) {
    LoadedScenario loaded = load_scenario(name);
    if (loaded.scenario) return std::move(*loaded.scenario);
    std::string text;
    for (const config::Complaint& complaint : loaded.complaints)
        text += (text.empty() ? "" : "\n") + config::to_text(complaint);
    throw ScenarioError(text);
}

void print_list() {
    for (const ReadyScenario& ready : ready_scenarios()) {
        const Scenario scenario = scenario_of(std::string(ready.name));
        std::printf("%-14s %s\n", scenario.name.c_str(), scenario.about.c_str());
    }
}

void print_ready(const std::string& name) {
    scenario_of(name);  // complains when there is none
    for (const ReadyScenario& ready : ready_scenarios()) {
        if (ready.name == name) std::fwrite(ready.text.data(), 1, ready.text.size(), stdout);
    }
}

}  // namespace

std::optional<Options> read_options(int argc, const char* const* argv) {
    Options options;
    Given given;
    const tools::Flags flags = make_flags(options, given);
    if (!flags.parse(argc, argv)) {
        std::fputs(flags.help().c_str(), stdout);
        return std::nullopt;
    }
    if (given.list) {
        print_list();
        return std::nullopt;
    }
    if (!given.show.empty()) {
        print_ready(given.show);
        return std::nullopt;
    }
    if (!given.check.empty()) {
        scenario_of(given.check);
        std::printf("%s is fine\n", given.check.c_str());
        return std::nullopt;
    }
    if (!given.scenario.empty()) options.scenario = scenario_of(given.scenario);
    Scenario& scenario = options.scenario;
    if (scenario.carriers.empty()) scenario.carriers.emplace_back();
    if (given.seed) scenario.seed = *given.seed;
    CarrierSpec& first = scenario.carriers.front();
    if (!given.listen.empty()) first.listen = {given.listen};
    if (!given.tls_listen.empty()) first.tls_listen = {given.tls_listen};
    if (first.listen.empty() && first.tls_listen.empty()) first.listen = {"127.0.0.1:2775"};
    for (CarrierSpec& carrier : scenario.carriers) {
        for (const auto& [name, value] : given.settings)
            set_from_text(carrier.behaviour, name, value);
    }
    return options;
}

}  // namespace parley::carrier_sim
