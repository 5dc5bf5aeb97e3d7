#include "storage/write_ahead_log.h"

#include <string>

#include <boost/crc.hpp>
#include <gtest/gtest.h>

namespace parley::storage {
namespace {

constexpr std::size_t block = 32 * 1024;

void append_number(std::string& out, std::uint32_t value, std::size_t octets) {
    for (; octets > 0; --octets, value >>= 8U)
        out += static_cast<char>(value);
}

/// Writes a log as RocksDB does: cuts what does not fit into a block into pieces.
class Log {
public:
    void write(std::size_t octets, char fill) {
        bool begin = true;
        while (begin || octets > 0) {
            const std::size_t left = block - text.size() % block;
            if (left < 7) {
                text.append(left, '\0');
                continue;
            }
            const std::size_t piece = std::min(octets, left - 7);
            octets -= piece;
            const char type = begin ? (octets == 0 ? 1 : 2) : (octets == 0 ? 4 : 3);
            record(type, std::string(piece, fill));
            begin = false;
        }
    }
    std::string text;

private:
    void record(char type, const std::string& payload) {
        boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
        crc.process_byte(static_cast<unsigned char>(type));
        crc.process_bytes(payload.data(), payload.size());
        const std::uint32_t plain = crc.checksum();
        append_number(text, (plain >> 15U | plain << 17U) + 0xA282EAD8U, 4);
        append_number(text, static_cast<std::uint32_t>(payload.size()), 2);
        text += type;
        text += payload;
    }
};

TEST(WriteAheadLog, AWholeLogIsWhole) {
    Log log;
    EXPECT_FALSE(damage_in_log(log.text));
    for (std::size_t n = 0; n < 300; ++n)
        log.write(n * 37 % 5'000, static_cast<char>(n));
    log.write(200'000, 'x');
    log.write(0, 'x');
    EXPECT_FALSE(damage_in_log(log.text));
}

TEST(WriteAheadLog, AnEndTornAnywhereIsNoDamage) {
    Log log;
    log.write(100, 'a');
    log.write(70'000, 'b');
    for (std::size_t length = 0; length < log.text.size(); length += 61)
        EXPECT_FALSE(damage_in_log(log.text.substr(0, length))) << length;
    for (const std::size_t tail : {1U, 500U, 100'000U}) {
        EXPECT_FALSE(damage_in_log(log.text + std::string(tail, '\0'))) << tail;
        EXPECT_FALSE(damage_in_log(log.text + std::string(tail, '\x01'))) << tail;
    }
}

TEST(WriteAheadLog, TheLastWriteMayMissItsBeginningAlthoughItsEndIsThere) {
    Log log;
    log.write(100, 'a');
    const std::size_t begin = log.text.size();
    log.write(150'000, 'b');
    // Pages reach the disk in any order, and nobody was thanked for this write.
    log.text.replace(begin, 40'000, 40'000, '\0');
    EXPECT_FALSE(damage_in_log(log.text));
}

TEST(WriteAheadLog, AWriteThatCannotBeReadBeforeAnotherIsDamage) {
    Log log;
    log.write(100, 'a');
    const std::size_t second = log.text.size();
    log.write(3'000, 'b');
    log.write(100, 'c');
    for (const std::size_t at : {0U, 3U, 4U, 5U, 6U, 7U, 1'000U, 3'006U}) {
        std::string spoiled = log.text;
        spoiled[second + at] ^= 0x10;
        EXPECT_EQ(damage_in_log(spoiled), second) << at;
    }
    std::string shorter = log.text;
    shorter.erase(second + 50, 333);
    EXPECT_EQ(damage_in_log(shorter), second);
}

TEST(WriteAheadLog, AnotherWriteIsFoundBlocksLaterToo) {
    Log log;
    log.write(100, 'a');
    const std::size_t second = log.text.size();
    log.write(100'000, 'b');
    log.write(100, 'c');
    log.text.replace(second, 40'000, 40'000, '\0');
    EXPECT_EQ(damage_in_log(log.text), second);
}

}  // namespace
}  // namespace parley::storage
