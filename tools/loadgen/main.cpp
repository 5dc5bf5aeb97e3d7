// parley-load: load over SMPP or the HTTP API, and what the target made of it.

#include "tools/loadgen/options.h"
#include "tools/loadgen/run.h"
#include "tools/support/flags.h"

#include <csignal>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace parley;
    using loadgen::Ending;
    try {
        auto options = loadgen::read_options(argc, argv);
        if (!options) return 0;
        loadgen::Run run(std::move(*options));
        struct sigaction stop {};
        stop.sa_handler = [](int) { loadgen::Run::ask_to_stop(); };
        ::sigaction(SIGINT, &stop, nullptr);
        ::sigaction(SIGTERM, &stop, nullptr);
        return static_cast<int>(run.go());
    } catch (const tools::UsageError& error) {
        std::fprintf(stderr, "parley-load: %s\n", error.what());
        return static_cast<int>(Ending::usage);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "parley-load: %s\n", error.what());
        return static_cast<int>(Ending::target_failed);
    }
}
