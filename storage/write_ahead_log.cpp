#include "storage/write_ahead_log.h"

#include "storage/errors.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <boost/crc.hpp>

namespace parley::storage {

namespace {

// The form of a log (RocksDB wiki, "Write Ahead Log File Format"): blocks of 32 KiB; in a block,
// records of checksum (4), length (2), type (1) and payload, numbers little-endian. What does not
// fit is cut into a first, middle and last piece. Fewer than 7 octets at a block's end are filler.
constexpr std::size_t block_octets = 32 * 1024;
constexpr std::size_t head_octets = 7;

enum class Piece : std::uint8_t { none = 0, whole = 1, first = 2, middle = 3, last = 4 };

std::uint32_t take(std::string_view octets, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    while (count-- > 0)
        value = value << 8U | static_cast<std::uint8_t>(octets[at + count]);
    return value;
}

/// CRC-32C, masked so that a checksum of checksums is none of the usual ones.
std::uint32_t checksum(std::string_view octets) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(octets.data(), octets.size());
    const std::uint32_t plain = crc.checksum();
    return (plain >> 15U | plain << 17U) + 0xA282EAD8U;
}

struct Record {
    Piece piece = Piece::none;
    std::size_t end = 0;
};

/// The record at this offset, if its checksum is right.
std::optional<Record> record_at(std::string_view log, std::size_t at) {
    const std::size_t block_end = std::min(log.size(), (at / block_octets + 1) * block_octets);
    if (at + head_octets > block_end) return {};
    const auto type = static_cast<std::uint8_t>(log[at + 6]);
    const std::size_t end = at + head_octets + take(log, at + 4, 2);
    if (type < 1 || type > 4 || end > block_end) return {};
    if (checksum(log.substr(at + 6, end - at - 6)) != take(log, at, 4)) return {};
    return Record{static_cast<Piece>(type), end};
}

/// Behind filler the next record begins with the next block.
std::size_t without_filler(std::size_t at) {
    const std::size_t left = block_octets - at % block_octets;
    return left < head_octets ? at + left : at;
}

bool begins_a_write(const std::optional<Record>& record) {
    return record && (record->piece == Piece::whole || record->piece == Piece::first);
}

/// Whether any write begins behind the offset. In the damaged block a record may begin anywhere, as
/// lengths cannot be trusted; later blocks begin with one.
bool another_write_behind(std::string_view log, std::size_t at) {
    const std::size_t block_end = std::min(log.size(), (at / block_octets + 1) * block_octets);
    for (std::size_t any = at + 1; any < block_end; ++any) {
        if (begins_a_write(record_at(log, any))) return true;
    }
    for (std::size_t block = block_end; block < log.size(); block += block_octets) {
        for (auto record = record_at(log, block); record; record = record_at(log, record->end)) {
            if (begins_a_write(record)) return true;
            if (record->end / block_octets != block / block_octets) break;
        }
    }
    return false;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

std::optional<std::size_t> damage_in_log(std::string_view log) {
    for (std::size_t at = 0; (at = without_filler(at)) < log.size();) {
        const auto record = record_at(log, at);
        if (!record) return another_write_behind(log, at) ? std::optional(at) : std::nullopt;
        at = record->end;
    }
    return {};
}

std::optional<StoreError> check_logs(const std::filesystem::path& folder) {
    std::error_code error;
    for (std::filesystem::directory_iterator each(folder, error), end; !error && each != end;
         each.increment(error)) {
        if (each->path().extension() != ".log") continue;
        const auto damaged = damage_in_log(read_file(each->path()));
        if (!damaged) continue;
        return corrupt("journal file " + each->path().string() + " is damaged at octet " +
                       std::to_string(*damaged) +
                       " and goes on behind it; node.durability: async would go on with what "
                       "stands before the damage and give up the rest");
    }
    return {};
}

}  // namespace parley::storage
