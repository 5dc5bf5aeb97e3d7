// libFuzzer: whatever bytes come from a socket, the laws of pdu_laws.h hold.

#include "tests/fuzz/pdu_laws.h"

#include <cstddef>
#include <cstdint>
#include <random>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    const std::string_view stream(reinterpret_cast<const char*>(data), octets);
    // Chunks follow from the input's length, so that an input alone repeats its failure.
    std::minstd_rand dice(static_cast<unsigned>(octets) + 1);
    std::vector<std::size_t> chunk_octets;
    for (int i = 0; i < 8; ++i)
        chunk_octets.push_back(1 + dice() % (i % 2 == 0 ? 7 : 90));
    parley::smpp::laws::stream_holds(stream, chunk_octets);
    return 0;
}
