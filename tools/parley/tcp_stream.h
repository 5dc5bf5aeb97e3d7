#pragma once
// One direction of a TCP connection, from the segments of a capture: put in order, repeated octets
// dropped, holes named. Knows nothing of what the octets mean.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::tools {

class TcpStream {
public:
    /// The segment with the first octets: on SYN the next sequence number counts, otherwise (a
    /// capture that began later) its own.
    void hear(std::uint32_t sequence, bool syn, std::string_view payload, std::int64_t time_ns);

    struct Piece {
        std::string octets;
        std::int64_t time_ns = 0;
        std::uint64_t missing_before = 0;  // octets that the capture does not have
    };
    /// The next octets in order. Empty: none yet. After at_end() holes are passed over.
    std::optional<Piece> next();
    /// No more will come (or more waits behind a hole than can be worth waiting for).
    void at_end() { ended_ = true; }
    bool began_with_syn() const { return began_with_syn_; }

private:
    static constexpr std::size_t waiting_octets_max = 4 << 20;

    std::optional<Piece> take_first(std::uint64_t missing);

    bool began_ = false;
    bool began_with_syn_ = false;
    bool ended_ = false;
    std::uint32_t base_ = 0;  // sequence number of position 0
    std::uint64_t next_ = 0;  // position that comes next
    std::size_t waiting_octets_ = 0;
    std::map<std::uint64_t, std::pair<std::string, std::int64_t>> waiting_;  // by position
};

}  // namespace parley::tools
