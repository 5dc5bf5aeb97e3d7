// Writes the reference pages that come from the code: parley-describe settings > page.md

#include "config/reference.h"

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    if (argc != 2 || std::string_view(argv[1]) != "settings") {
        std::cerr << "usage: parley-describe settings\n";
        return 2;
    }
    std::cout << parley::config::reference_markdown();
    return std::cout.flush() ? 0 : 1;
}
