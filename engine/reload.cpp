#include "engine/reload.h"

#include "config/check.h"
#include "engine/api/auth.h"
#include "engine/carrier/examine.h"
#include "engine/io/sha256.h"
#include "engine/io/tls_context.h"

#include <stdexcept>
#include <utility>

namespace parley {

namespace {

/// What only OpenSSL can judge.
std::vector<config::Contradiction> check_tls(const config::Config& config) {
    std::vector<config::Contradiction> found;
    for (std::size_t n = 0; n < config.carriers.size(); ++n) {
        const auto check = [&](const char* where, const auto& settings) {
            if (!settings) return;
            const auto problem = io::check_tls(*settings);
            if (!problem) return;
            found.push_back(
                {"carriers[" + std::to_string(n) + "]." + where + problem->setting, problem->text});
        };
        check("tls.", config.carriers[n].tls);
        if (config.carriers[n].outbind) check("outbind.tls.", config.carriers[n].outbind->tls);
    }
    return found;
}

std::vector<config::Contradiction> check_keys(const config::Config& config) {
    try {
        const api::Keyring keyring(config, io::sha256);
    } catch (const std::invalid_argument& error) {
        return {{"accounts", error.what()}};
    }
    return {};
}

void complain(config::Loaded& loaded, const std::vector<config::Contradiction>& found) {
    for (const config::Contradiction& each : found)
        loaded.complaints.push_back(
            config::locate(loaded.file, loaded.places, each.setting, each.text));
}

}  // namespace

config::Loaded load_checked(const std::string& file) {
    config::Loaded loaded =
        config::load(file, config::process_environment, carrier::contradictions);
    if (!loaded.config) return loaded;
    complain(loaded, check_tls(*loaded.config));
    complain(loaded, check_keys(*loaded.config));
    if (!loaded.complaints.empty()) loaded.config.reset();
    return loaded;
}

Reloaded read_again(
    const config::Config& running, const std::string& file,
    const std::function<std::vector<config::Contradiction>(const config::Config&)>& try_out) {
    config::Loaded loaded = load_checked(file);
    Reloaded reloaded;
    if (loaded.config) {
        reloaded.changes = config::plan(running, *loaded.config);
        config::Config next = config::without_restart(running, std::move(*loaded.config));
        // What waits for a restart may not go with what does not.
        std::vector<config::Contradiction> found = config::check(next);
        if (found.empty()) found = carrier::contradictions(next);
        for (config::Contradiction& each : found)
            each.text += " (as long as what needs a restart is as it was)";
        if (found.empty() && try_out) found = try_out(next);
        complain(loaded, found);
        if (found.empty()) reloaded.config = std::move(next);
    }
    reloaded.complaints = std::move(loaded.complaints);
    return reloaded;
}

}  // namespace parley
