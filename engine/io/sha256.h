#pragma once
// SHA-256 (OpenSSL), injected where pure code needs it.

#include <array>
#include <cstdint>
#include <string_view>

namespace parley::io {

std::array<std::uint8_t, 32> sha256(std::string_view octets);

}  // namespace parley::io
