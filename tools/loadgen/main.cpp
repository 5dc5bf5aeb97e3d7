// parley-load: a load source for the engine's HTTP API.

#include "tools/loadgen/load.h"
#include "tools/support/flags.h"

#include <csignal>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace parley;
    try {
        auto options = loadgen::read_options(argc, argv);
        if (!options) return 0;
        struct sigaction stop {};
        stop.sa_handler = [](int) { loadgen::Load::ask_to_stop(); };
        ::sigaction(SIGINT, &stop, nullptr);
        ::sigaction(SIGTERM, &stop, nullptr);
        return loadgen::Load(std::move(*options)).run();
    } catch (const tools::UsageError& error) {
        std::fprintf(stderr, "parley-load: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "parley-load: %s\n", error.what());
        return 1;
    }
}
