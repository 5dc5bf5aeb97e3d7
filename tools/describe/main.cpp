// Writes the reference pages that come from the code: parley-describe settings > page.md

#include "config/reference.h"
#include "metrics/catalogue.h"
#include "protocol/smpp/reference.h"
#include "tools/carrier_sim/scenario/read.h"

#include <iostream>
#include <string_view>

int main(int argc, char** argv) {
    const std::string_view page = argc == 2 ? argv[1] : "";
    if (page == "settings") {
        std::cout << parley::config::reference_markdown();
    } else if (page == "smpp") {
        std::cout << parley::smpp::reference_markdown();
    } else if (page == "metrics") {
        std::cout << parley::metrics::reference_markdown();
    } else if (page == "scenarios") {
        std::cout << parley::carrier_sim::scenario_reference_markdown();
    } else {
        std::cerr << "usage: parley-describe settings|smpp|metrics|scenarios\n";
        return 2;
    }
    return std::cout.flush() ? 0 : 1;
}
