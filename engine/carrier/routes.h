#pragma once
// Destination prefix to an ordered list of carriers. Longest prefix wins.

#include "config/config.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::carrier {

class Routes {
public:
    explicit Routes(const config::Config& config);
    /// Positions in Config::carriers, best first; empty: no route. contact in E.164 with "+".
    const std::vector<std::uint16_t>& find(std::string_view contact) const;

    /// Of the route that find() takes; empty: none fits.
    std::string_view prefix_for(std::string_view contact) const;

private:
    struct Entry {
        std::string prefix;
        std::vector<std::uint16_t> carriers;
    };
    std::vector<Entry> entries_;  // longest prefix first
    std::vector<std::uint16_t> none_;
};

}  // namespace parley::carrier
