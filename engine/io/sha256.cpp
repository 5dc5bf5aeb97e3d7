#include "engine/io/sha256.h"

#include "protocol/ensure.h"

#include <openssl/evp.h>

namespace parley::io {

std::array<std::uint8_t, 32> sha256(std::string_view octets) {
    std::array<std::uint8_t, 32> digest{};
    unsigned size = 0;
    const int done =
        EVP_Digest(octets.data(), octets.size(), digest.data(), &size, EVP_sha256(), nullptr);
    ENSURE(done == 1 && size == digest.size());
    return digest;
}

}  // namespace parley::io
