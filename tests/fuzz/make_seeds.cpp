// Writes every golden file as octets into a folder: the fuzzer's first corpus.

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
}
