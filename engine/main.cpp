// parleyd: arguments, configuration, run until told to stop.

#include "config/load.h"
#include "engine/engine.h"
#include "engine/io/log.h"
#include "engine/io/operator_table_file.h"
#include "engine/reload.h"
#include "storage/folder.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

constexpr const char* usage =
    "parleyd: the Parley messaging engine\n"
    "  parleyd <parley.yaml>           run until SIGTERM or SIGINT; SIGHUP reads it again\n"
    "  parleyd --check <parley.yaml>   read the configuration, say what is wrong with it\n"
    "  parleyd --check <new> --against <old>   and what it would change, and how\n"
    "  parleyd --help\n"
    "Exit status: 0 stopped or checked, 1 could not start, 2 wrong use or configuration.\n";

int complain(const std::vector<parley::config::Complaint>& complaints) {
    for (const auto& complaint : complaints) {
        std::cerr << parley::config::to_text(complaint) << "\n";
    }
    return 2;
}

/// As an engine that runs with `old` would take `file` over.
int tell_plan(const std::string& old, const std::string& file) {
    const auto running = parley::load_checked(old);
    if (!running.config) return complain(running.complaints);
    const auto reloaded = parley::read_again(*running.config, file);
    if (!reloaded.config) return complain(reloaded.complaints);
    for (const auto& change : reloaded.changes)
        std::cout << parley::config::to_text(change) << "\n";
    if (reloaded.changes.empty()) std::cout << file << ": changes nothing\n";
    return 0;
}

/// Why the operator table cannot be used; empty when it can, or there is none.
std::string check_operators(const parley::config::OperatorTable& settings) {
    if (settings.file.empty()) return {};
    const auto read = parley::io::read_operator_table(settings.file);
    const auto* why = std::get_if<std::string>(&read);
    return why != nullptr ? *why : std::string();
}

/// Until the process that uses the data folder has left, or as long as the configuration says.
/// False: told to stop meanwhile.
bool wait_for_predecessor(const parley::config::Node& node, const sigset_t& signals) {
    using Clock = std::chrono::steady_clock;
    constexpr timespec look_again{.tv_sec = 0, .tv_nsec = 20'000'000};
    const auto until = Clock::now() + node.predecessor_wait;
    bool told = false;
    while (Clock::now() < until && parley::storage::in_use(node.data_dir)) {
        if (!std::exchange(told, true)) {
            parley::io::write_log(parley::Severity::info, "waiting",
                                  "for the process that uses " + node.data_dir);
        }
        const int signal = sigtimedwait(&signals, nullptr, &look_again);
        if (signal == SIGTERM || signal == SIGINT) return false;
    }
    return true;
}

int run(parley::config::Config config, const std::string& file) {
    // Blocked before any thread starts, so that only this one receives them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    if (!config.smpp.listen.empty()) {
        parley::io::write_log(parley::Severity::warning, "not_served",
                              "smpp.listen: this version has no SMPP server for accounts");
    }
    const std::string listen = config.http.listen;
    if (!wait_for_predecessor(config.node, signals)) return 0;
    parley::Engine engine(std::move(config), file);
    if (const auto problem = engine.start()) {
        std::cerr << "parleyd: " << *problem << "\n";
        return 1;
    }
    parley::io::write_log(parley::Severity::info, "started", "http://" + listen);
    int signal = 0;
    while (sigwait(&signals, &signal) == 0 && signal == SIGHUP)
        engine.reload();
    parley::io::write_log(parley::Severity::info, "stopping", "draining");
    engine.stop();
    parley::io::write_log(parley::Severity::info, "stopped", "");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.size() == 1 && arguments[0] == "--help") {
        std::cout << usage;
        return 0;
    }
    const bool check = arguments.size() >= 2 && arguments[0] == "--check";
    const bool compare = check && arguments.size() == 4 && arguments[2] == "--against";
    const bool known = check ? compare || arguments.size() == 2
                             : arguments.size() == 1 && !arguments[0].starts_with("-");
    if (!known) {
        std::cerr << usage;
        return 2;
    }
    const std::string file(arguments[check ? 1 : 0]);
    auto loaded = parley::load_checked(file);
    if (!loaded.config) return complain(loaded.complaints);
    if (compare) return tell_plan(std::string(arguments[3]), file);
    if (check) {
        if (const auto why = check_operators(loaded.config->operator_table); !why.empty()) {
            std::cerr << why << "\n";
            return 2;
        }
        std::cout << file << ": good\n";
        return 0;
    }
    return run(std::move(*loaded.config), file);
}
