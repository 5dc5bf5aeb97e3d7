#include "protocol/text/segments.h"

#include "protocol/text/gsm7_table.h"
#include "protocol/text/utf8.h"

namespace parley::text {
namespace {

struct Room {
    std::size_t alone;  // units of a text that needs no header
    std::size_t each;   // units of a segment beside its six octets of header
    std::size_t octets_per_unit;
};
constexpr Room room_of(Encoding encoding) {
    return encoding == Encoding::gsm7 ? Room{160, 153, 1} : Room{70, 67, 2};
}

// Counts units and segments of characters that must not be cut.
struct Tally {
    Room room;
    std::size_t units = 0;
    std::size_t segments = 1;
    std::size_t filled = 0;

    void add(std::size_t width) {
        units += width;
        if (filled + width > room.each) {
            ++segments;
            filled = 0;
        }
        filled += width;
    }
    SegmentCount result(Encoding encoding) const {
        const std::size_t needed = units <= room.alone ? 1 : segments;
        return {encoding, needed <= segments_max ? needed : 0, units};
    }
};

SegmentCount count_ucs2(std::string_view utf8) {
    Tally tally{room_of(Encoding::ucs2)};
    for (std::size_t at = 0; at < utf8.size();) {
        const char32_t point = next_code_point(utf8, at);
        tally.add(point != malformed && point > 0xFFFF ? 2 : 1);
    }
    return tally.result(Encoding::ucs2);
}

// End of the segment that begins at `from`, moved back where it would cut a pair in two.
std::size_t segment_end(std::string_view octets, std::size_t from, Encoding encoding) {
    const Room room = room_of(encoding);
    const std::size_t end = from + room.each * room.octets_per_unit;
    if (end >= octets.size()) return octets.size();
    if (encoding == Encoding::gsm7) {
        return static_cast<unsigned char>(octets[end - 1]) == gsm7::escape ? end - 1 : end;
    }
    const bool leads_pair = (static_cast<unsigned char>(octets[end - 2]) & 0xFC) == 0xD8;
    return leads_pair ? end - 2 : end;
}

std::vector<std::string_view> cut(std::string_view octets, Encoding encoding) {
    std::vector<std::string_view> bodies;
    for (std::size_t from = 0; from < octets.size();) {
        const std::size_t end = segment_end(octets, from, encoding);
        bodies.push_back(octets.substr(from, end - from));
        from = end;
    }
    return bodies;
}

std::string with_header(std::uint8_t reference, std::size_t total, std::size_t part,
                        std::string_view body) {
    std::string octets;
    octets.reserve(6 + body.size());
    for (const std::size_t octet :
         {std::size_t{5}, std::size_t{0}, std::size_t{3}, std::size_t{reference}, total, part}) {
        octets.push_back(static_cast<char>(octet));
    }
    return octets.append(body);
}

std::uint8_t octet_at(std::string_view octets, std::size_t at) {
    return static_cast<std::uint8_t>(octets[at]);
}

std::optional<Concatenation> read_concatenation(std::uint8_t id, std::string_view data) {
    Concatenation found{};
    if (id == 0x00 && data.size() == 3) {
        found = {octet_at(data, 0), octet_at(data, 1), octet_at(data, 2), false};
    } else if (id == 0x08 && data.size() == 4) {
        const auto reference =
            static_cast<std::uint16_t>(octet_at(data, 0) << 8 | octet_at(data, 1));
        found = {reference, octet_at(data, 2), octet_at(data, 3), true};
    }
    if (found.total == 0 || found.part == 0 || found.part > found.total) return std::nullopt;
    return found;
}

}  // namespace

Segmented split(std::string_view utf8, std::uint8_t reference) {
    Segmented result;
    std::string octets;
    if (!encode_gsm7(utf8, octets)) {
        result.encoding = Encoding::ucs2;
        octets = encode_ucs2(utf8);
    }
    result.data_coding = data_coding_of(result.encoding);
    const Room room = room_of(result.encoding);
    if (octets.size() <= room.alone * room.octets_per_unit) {
        result.segments.push_back(std::move(octets));
        return result;
    }
    const auto bodies = cut(octets, result.encoding);
    if (bodies.size() > segments_max) return result;
    result.udhi = true;
    result.segments.reserve(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        result.segments.push_back(with_header(reference, bodies.size(), i + 1, bodies[i]));
    }
    return result;
}

SegmentCount count(std::string_view utf8) {
    Tally tally{room_of(Encoding::gsm7)};
    for (std::size_t at = 0; at < utf8.size();) {
        const auto code = gsm7::code_of(next_code_point(utf8, at));
        if (code.width == 0) return count_ucs2(utf8);
        tally.add(code.width);
    }
    return tally.result(Encoding::gsm7);
}

UserData parse_user_data(std::string_view octets) {
    UserData result{.concatenation = {}, .body = octets};
    if (octets.empty() || octet_at(octets, 0) >= octets.size()) {
        result.broken = true;
        return result;
    }
    std::string_view header = octets.substr(1, octet_at(octets, 0));
    result.body = octets.substr(1 + header.size());
    while (header.size() >= 2 && octet_at(header, 1) <= header.size() - 2) {
        const std::uint8_t length = octet_at(header, 1);
        // The last of repeated elements counts (TS 23.040 §9.2.3.24).
        if (auto found = read_concatenation(octet_at(header, 0), header.substr(2, length))) {
            result.concatenation = found;
        }
        header.remove_prefix(2 + std::size_t{length});
    }
    return result;
}

}  // namespace parley::text
