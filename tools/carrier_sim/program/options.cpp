#include "tools/carrier_sim/program/options.h"

#include "tools/carrier_sim/program/settings_text.h"
#include "tools/support/flags.h"

#include <algorithm>
#include <cstdio>

namespace parley::carrier_sim {
namespace {

void set_from_assignment(Settings& settings, std::string_view assignment) {
    const auto equals = assignment.find('=');
    if (equals == assignment.npos) {
        throw tools::UsageError("--set: '" + std::string(assignment) + "' is not name=value");
    }
    set_from_text(settings, assignment.substr(0, equals), assignment.substr(equals + 1));
}

}  // namespace

std::optional<Options> read_options(int argc, const char* const* argv) {
    Options options;
    tools::Flags flags(
        "parley-sim is a carrier with handsets, on a real SMPP port.\n"
        "Its books and orders are on the control port: GET / there lists them.");
    flags.value("listen", "HOST:PORT", "SMPP (127.0.0.1:2775); port 0 takes a free one",
                [&](auto given) { options.listen = tools::parse_endpoint(given); });
    flags.value("control", "HOST:PORT", "HTTP control and books (127.0.0.1:2780)",
                [&](auto given) { options.control = tools::parse_endpoint(given); });
    flags.number("seed", "N", "of all chance (1)", options.seed);
    flags.value("set", "NAME=VALUE", "any setting below by name",
                [&](auto given) { set_from_assignment(options.settings, given); });
    for (const auto& setting : setting_help()) {
        auto name = setting.name;
        std::replace(name.begin(), name.end(), '_', '-');
        flags.value(name, setting.is_switch ? "true|false" : "VALUE", setting.help,
                    [&options, name = setting.name](auto given) {
                        set_from_text(options.settings, name, given);
                    });
    }
    if (!flags.parse(argc, argv)) {
        std::fputs(flags.help().c_str(), stdout);
        return std::nullopt;
    }
    return options;
}

}  // namespace parley::carrier_sim
