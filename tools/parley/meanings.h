#pragma once
// What the numbers in SMPP fields mean, in words.

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::tools {

/// "receipt, user data header" for esm_class 0x44; empty when there is nothing to add.
std::string meaning_of(std::string_view field, std::uint32_t value);
/// "2026-01-01 11:00:00 UTC", "in 1 h" for fields that hold SMPP time; empty for others.
std::string meaning_of_time(std::string_view field, std::string_view value);

}  // namespace parley::tools
