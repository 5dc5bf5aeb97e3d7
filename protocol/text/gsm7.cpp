#include "protocol/text/gsm7.h"

#include "protocol/text/gsm7_table.h"
#include "protocol/text/national_tables.h"
#include "protocol/text/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace parley::text {
namespace {

using gsm7::Code;

constexpr char gsm_escape = static_cast<char>(gsm7::escape);
constexpr char carriage_return = '\r';

// Characters that are the same octet in ASCII and in the default alphabet.
constexpr auto make_same() {
    std::array<bool, 256> same{};
    for (std::size_t septet = 0; septet < gsm7::basic.size(); ++septet) {
        same[septet] = septet != gsm7::escape && gsm7::basic[septet] == septet;
    }
    return same;
}
constexpr auto same = make_same();

// Sixteen octets at a time, which GCC and Clang put into one register.
using Sixteen [[gnu::vector_size(16)]] = std::uint8_t;

// The table `same` as comparisons: LF, CR, blank to '?' without '$', and the letters.
bool all_same(const char* octets) {
    Sixteen x;
    std::memcpy(&x, octets, sizeof x);
    const Sixteen folded = x & 0xDF;  // lower-case letters upon the upper-case ones
    const auto good = ((x - 0x20 <= 0x3F - 0x20) & (x != 0x24)) | (folded - 'A' <= 'Z' - 'A') |
                      (x == 0x0A) | (x == 0x0D);
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &good, sizeof halves);
    return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

std::string_view run_at(std::string_view text, std::size_t at) {
    return text.substr(at, gsm7::same_run(text.substr(at)));
}

bool append_escaped(std::string_view septets, std::size_t& at, std::string& text,
                    ShiftTables tables) {
    const auto septet = at < septets.size() ? static_cast<unsigned char>(septets[at]) : 0xFF;
    if (septet > 0x7F) {
        append_utf8(replacement, text);
        return false;
    }
    ++at;
    char32_t point = gsm7::single_point(septet, tables.single);
    if (point == 0) point = gsm7::locking_point(septet, tables.locking);
    // §6.2.1.1: a second escape is reserved for a further table and shown as a space.
    if (septet == gsm7::escape) point = U' ';
    append_utf8(point != 0 ? point : replacement, text);
    return point != 0;
}

bool append_septet(unsigned char octet, std::string& text, Language locking) {
    const char32_t point = octet > 0x7F ? 0 : gsm7::locking_point(octet, locking);
    append_utf8(point != 0 ? point : replacement, text);
    return point != 0;
}

std::size_t packed_octets(std::size_t septets, unsigned fill_bits) {
    return (fill_bits + septets * 7 + 7) / 8;
}
/// Whether one septet less would take as many octets: the last one may be filling.
bool may_be_filling(std::size_t septets, unsigned fill_bits) {
    return septets > 0 &&
           packed_octets(septets - 1, fill_bits) == packed_octets(septets, fill_bits);
}

// Gathers septets, least significant bits first.
class Packer {
public:
    Packer(unsigned fill_bits, std::string& out) : bits_(fill_bits), out_(out) {}
    void add(char septet) {
        held_ |= static_cast<unsigned>(septet & 0x7F) << bits_;
        bits_ += 7;
        while (bits_ >= 8)
            flush();
    }
    void finish() {
        if (bits_ > 0) flush();
    }

private:
    void flush() {
        out_.push_back(static_cast<char>(held_ & 0xFF));
        held_ >>= 8;
        bits_ = bits_ > 8 ? bits_ - 8 : 0;
    }
    unsigned held_ = 0;
    unsigned bits_;
    std::string& out_;
};

}  // namespace

std::string_view name(Language language) {
    constexpr std::array<std::string_view, languages> names = {
        "none",    "turkish",   "spanish", "portuguese", "bengali", "gujarati", "hindi",
        "kannada", "malayalam", "oriya",   "punjabi",    "tamil",   "telugu",   "urdu"};
    return names[static_cast<std::size_t>(language)];
}

Language language_of(std::uint8_t identifier) {
    return identifier < languages ? static_cast<Language>(identifier) : Language::none;
}

bool has_locking_table(Language language) {
    return gsm7::locking_table(language) != nullptr;
}

namespace gsm7 {

Code code_of(char32_t point, ShiftTables tables) {
    if (tables == ShiftTables{}) return default_code_of(point);
    const Table* locking = locking_table(tables.locking);
    const Code plain = locking ? locking_code(point, tables.locking) : default_code_of(point);
    if (plain.width == 1) return plain;
    const Table* single = single_table(tables.single);
    Code escaped = single ? single_code(point, tables.single) : default_code_of(point);
    // The default look-up answers for alphabet and extension at once; here only the latter counts.
    if (single ? escaped.width == 0 : escaped.width != 2) return {};
    escaped.width = 2;
    return escaped;
}

char16_t locking_point(std::uint8_t septet, Language language) {
    const Table* table = locking_table(language);
    return table ? (*table)[septet] : basic[septet];
}

char16_t single_point(std::uint8_t septet, Language language) {
    const Table* table = single_table(language);
    return table ? (*table)[septet] : extended[septet];
}

std::size_t same_run(std::string_view text) {
    if (text.empty() || !same[static_cast<unsigned char>(text.front())]) return 0;
    std::size_t at = 0;
    while (text.size() - at >= sizeof(Sixteen) && all_same(text.data() + at))
        at += sizeof(Sixteen);
    // The rest is often the end of a long run: look at the last sixteen once more.
    if (at != 0 && text.size() - at < sizeof(Sixteen) &&
        all_same(text.data() + text.size() - sizeof(Sixteen))) {
        return text.size();
    }
    while (at < text.size() && same[static_cast<unsigned char>(text[at])])
        ++at;
    return at;
}

}  // namespace gsm7

bool encode_gsm7(std::string_view utf8, std::string& out, ShiftTables tables) {
    const std::size_t before = out.size();
    if (out.capacity() - before < utf8.size()) out.reserve(before + utf8.size());
    const bool plain = tables.locking == Language::none;
    for (std::size_t at = 0; at < utf8.size();) {
        if (plain) {
            const std::string_view run = run_at(utf8, at);
            out.append(run);
            at += run.size();
            if (at == utf8.size()) break;
        }
        const Code code = gsm7::code_of(next_code_point(utf8, at), tables);
        if (code.width == 0) {
            out.resize(before);
            return false;
        }
        if (code.width == 2) out.push_back(gsm_escape);
        out.push_back(static_cast<char>(code.septet));
    }
    return true;
}

bool decode_gsm7(std::string_view septets, std::string& text, ShiftTables tables) {
    bool lossless = true;
    if (text.capacity() - text.size() < septets.size()) text.reserve(text.size() + septets.size());
    const bool plain = tables.locking == Language::none;
    for (std::size_t at = 0; at < septets.size();) {
        if (plain) {
            const std::string_view run = run_at(septets, at);
            text.append(run);
            at += run.size();
            if (at == septets.size()) break;
        }
        const auto octet = static_cast<unsigned char>(septets[at++]);
        const bool good = octet == gsm7::escape ? append_escaped(septets, at, text, tables)
                                                : append_septet(octet, text, tables.locking);
        lossless = lossless && good;
    }
    return lossless;
}

std::string decode_gsm7(std::string_view septets, ShiftTables tables) {
    std::string text;
    decode_gsm7(septets, text, tables);
    return text;
}

void pack_septets(std::string_view septets, unsigned fill_bits, std::string& out) {
    out.reserve(out.size() + packed_octets(septets.size() + 1, fill_bits));
    Packer packer(fill_bits, out);
    for (const char septet : septets)
        packer.add(septet);
    const bool room_left = may_be_filling(septets.size() + 1, fill_bits);
    const bool looks_like_filling = may_be_filling(septets.size(), fill_bits) &&
                                    (septets.back() == 0 || septets.back() == carriage_return);
    if (room_left || looks_like_filling) packer.add(carriage_return);
    packer.finish();
}

std::string unpack_septets(std::string_view octets, unsigned fill_bits) {
    std::string septets;
    const std::size_t bits = octets.size() * 8;
    if (bits < fill_bits + 7) return septets;
    septets.reserve((bits - fill_bits) / 7);
    for (std::size_t at = fill_bits; at + 7 <= bits; at += 7) {
        unsigned pair = static_cast<unsigned char>(octets[at / 8]);
        if (at / 8 + 1 < octets.size()) {
            pair |= static_cast<unsigned>(static_cast<unsigned char>(octets[at / 8 + 1])) << 8;
        }
        septets.push_back(static_cast<char>(pair >> at % 8 & 0x7F));
    }
    const bool filled = may_be_filling(septets.size(), fill_bits) &&
                        (septets.back() == 0 || septets.back() == carriage_return);
    if (filled) septets.pop_back();
    return septets;
}

}  // namespace parley::text
