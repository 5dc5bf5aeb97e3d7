#include "config/dialects.h"

#include <algorithm>

namespace parley::config {

std::optional<std::string> ready_dialect(std::string_view name) {
    const auto all = ready_dialects();
    const auto found = std::ranges::find(all, name, &ReadyDialect::name);
    if (found == all.end()) return std::nullopt;
    return std::string(found->text);
}

}  // namespace parley::config
