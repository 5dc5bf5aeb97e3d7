// libFuzzer: whatever stands in a field of SMPP time, the laws of time_laws.h hold.

#include "tests/fuzz/time_laws.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view text(reinterpret_cast<const char*>(data), octets);
    parley::smpp::laws::time_holds(text);
    parley::smpp::laws::time_holds(text.substr(0, 16));
    // Digits from any octets, so that most inputs get past the form to the calendar.
    if (octets >= 16) {
        char digits[16];
        for (std::size_t i = 0; i < 15; ++i)
            digits[i] = static_cast<char>('0' + data[i] % 10);
        digits[15] = "+-R"[data[15] % 3];
        parley::smpp::laws::time_holds({digits, sizeof digits});
    }
    if (octets >= sizeof(std::int32_t)) {
        std::int32_t seconds = 0;
        std::memcpy(&seconds, data, sizeof seconds);
        parley::smpp::laws::duration_holds(seconds % (40 * 86'400));
    }
    return 0;
}
