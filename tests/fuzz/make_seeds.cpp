// Writes every golden file as octets, and some SMPP times, into a folder: the fuzzers' first
// corpus.

#include "tests/golden/hex.h"

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_seeds FOLDER\n");
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const auto& name : parley::golden::names()) {
        std::ofstream(folder / name, std::ios::binary) << parley::golden::octets(name);
    }
    for (const auto* time : {"260102030405600+", "240229235959948-", "020610233429000R"})
        std::ofstream(folder / (std::string("time_") + time), std::ios::binary) << time;
}
