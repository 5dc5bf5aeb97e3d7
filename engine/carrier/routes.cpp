#include "engine/carrier/routes.h"

#include <algorithm>

namespace parley::carrier {

Routes::Routes(const config::Config& config) {
    for (const config::Route& route : config.routes) {
        Entry entry{route.prefix, {}};
        for (const std::string& id : route.carriers) {
            const auto found = std::find_if(config.carriers.begin(), config.carriers.end(),
                                            [&](const auto& carrier) { return carrier.id == id; });
            if (found != config.carriers.end()) {
                entry.carriers.push_back(
                    static_cast<std::uint16_t>(found - config.carriers.begin()));
            }
        }
        entries_.push_back(std::move(entry));
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& left, const Entry& right) {
        return left.prefix.size() > right.prefix.size();
    });
}

const std::vector<std::uint16_t>& Routes::find(std::string_view contact) const {
    for (const Entry& entry : entries_) {
        if (contact.starts_with(entry.prefix)) return entry.carriers;
    }
    return none_;
}

std::string_view Routes::prefix_for(std::string_view contact) const {
    for (const Entry& entry : entries_) {
        if (contact.starts_with(entry.prefix)) return entry.prefix;
    }
    return {};
}

}  // namespace parley::carrier
