#pragma once
// The files of config/dialects, as the build found them: a part of the program, so that
// `dialect: { like: infobip }` needs no file beside it.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::config {

struct ReadyDialect {
    std::string_view name;  // of the file, without .yaml
    std::string_view text;
};
/// In order of name.
std::span<const ReadyDialect> ready_dialects();
/// The text of one; empty when there is none of this name.
std::optional<std::string> ready_dialect(std::string_view name);

}  // namespace parley::config
