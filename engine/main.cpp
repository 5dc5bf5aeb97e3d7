// parleyd: arguments, configuration, run until told to stop.

#include "config/load.h"
#include "config/print.h"
#include "engine/carrier/examine.h"
#include "engine/engine.h"
#include "engine/io/log.h"
#include "engine/io/operator_table_file.h"
#include "engine/io/tls_context.h"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

constexpr const char* usage =
    "parleyd: the Parley messaging engine\n"
    "  parleyd <parley.yaml>           run until SIGTERM or SIGINT\n"
    "  parleyd --check <parley.yaml>   read the configuration, say what is wrong with it\n"
    "  parleyd --help\n"
    "Exit status: 0 stopped or checked, 1 could not start, 2 wrong use or configuration.\n";

int complain(const std::vector<parley::config::Complaint>& complaints) {
    for (const auto& complaint : complaints) {
        std::cerr << parley::config::to_text(complaint) << "\n";
    }
    return 2;
}

/// What only OpenSSL can judge.
std::vector<parley::config::Complaint> check_tls(const parley::config::Loaded& loaded) {
    std::vector<parley::config::Complaint> complaints;
    const auto& carriers = loaded.config->carriers;
    for (std::size_t n = 0; n < carriers.size(); ++n) {
        if (!carriers[n].tls) continue;
        const auto problem = parley::io::check_tls(*carriers[n].tls);
        if (!problem) continue;
        complaints.push_back(parley::config::locate(
            loaded.file, loaded.places,
            "carriers[" + std::to_string(n) + "].tls." + problem->setting, problem->text));
    }
    return complaints;
}

/// Why the operator table cannot be used; empty when it can, or there is none.
std::string check_operators(const parley::config::OperatorTable& settings) {
    if (settings.file.empty()) return {};
    const auto read = parley::io::read_operator_table(settings.file);
    const auto* why = std::get_if<std::string>(&read);
    return why != nullptr ? *why : std::string();
}

int run(parley::config::Config config) {
    // Blocked before any thread starts, so that only this one receives them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    if (!config.smpp.listen.empty()) {
        parley::io::write_log(parley::Severity::warning, "not_served",
                              "smpp.listen: this version has no SMPP server for accounts");
    }
    const std::string listen = config.http.listen;
    parley::Engine engine(std::move(config));
    if (const auto problem = engine.start()) {
        std::cerr << "parleyd: " << *problem << "\n";
        return 1;
    }
    parley::io::write_log(parley::Severity::info, "started", "http://" + listen);
    int signal = 0;
    sigwait(&signals, &signal);
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
    const bool check = arguments.size() == 2 && arguments[0] == "--check";
    if (!check && (arguments.size() != 1 || arguments[0].starts_with("-"))) {
        std::cerr << usage;
        return 2;
    }
    auto loaded =
        parley::config::load(std::string(arguments.back()), parley::config::process_environment,
                             parley::carrier::contradictions);
    if (!loaded.config) return complain(loaded.complaints);
    if (const auto complaints = check_tls(loaded); !complaints.empty()) return complain(complaints);
    if (check) {
        if (const auto why = check_operators(loaded.config->operator_table); !why.empty()) {
            std::cerr << why << "\n";
            return 2;
        }
        std::cout << arguments.back() << ": good\n";
        return 0;
    }
    return run(std::move(*loaded.config));
}
