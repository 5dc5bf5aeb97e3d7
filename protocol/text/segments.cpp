#include "protocol/text/segments.h"

#include "protocol/ensure.h"
#include "protocol/text/gsm7_table.h"
#include "protocol/text/icu.h"
#include "protocol/text/single_octet.h"
#include "protocol/text/utf8.h"

#include <algorithm>

namespace parley::text {
namespace {

constexpr std::size_t octets_max = 140;  // of one short message, header included
constexpr std::size_t septets_max = octets_max * 8 / 7;

/// Elements of every segment's header that the text itself asks for.
std::size_t element_octets(const Layout& layout) {
    std::size_t octets = layout.elements.size();
    if (layout.tables.single != Language::none) octets += 3;
    if (layout.tables.locking != Language::none) octets += 3;
    return octets;
}

std::size_t concatenation_octets(Method method) {
    return method == Method::udh16 || method == Method::sar ? 6 : 5;
}

/// Characters' units that fit beside so many octets of elements.
std::size_t units_beside(Encoding encoding, std::size_t elements) {
    const std::size_t header = elements == 0 ? 0 : elements + 1;
    switch (encoding) {
        case Encoding::gsm7:
            return septets_max - (header * 8 + 6) / 7;
        case Encoding::ucs2:
            return (octets_max - header) / 2;
        default:
            return octets_max - header;
    }
}

struct Room {
    std::size_t alone;  // units of a text that is one segment
    std::size_t each;   // units of each segment of a longer one
};
Room room_of(const Layout& layout) {
    const std::size_t elements = element_octets(layout);
    return {units_beside(layout.encoding, elements),
            units_beside(layout.encoding, elements + concatenation_octets(layout.method))};
}

gsm7::Code gsm7_code_of(char32_t point, const Layout& layout) {
    return layout.tables == ShiftTables{} ? gsm7::default_code_of(point)
                                          : gsm7::code_of(point, layout.tables);
}

/// Units that a character takes; 0 when the encoding does not hold it.
std::size_t width_of(char32_t point, const Layout& layout) {
    switch (layout.encoding) {
        case Encoding::gsm7:
            return gsm7_code_of(point, layout).width;
        case Encoding::ucs2:
            return point != malformed && point > 0xFFFF ? 2 : 1;
        default:
            return is_single_octet(layout.encoding) && single_octet_of(point, layout.encoding) ? 1
                                                                                               : 0;
    }
}

/// Units that must be free behind a character: a packed text that fills its last octet with a
/// septet that looks like filling needs one more (pack_septets).
std::size_t guard_of(char32_t point, const Layout& layout) {
    if (!layout.packed || layout.encoding != Encoding::gsm7) return 0;
    const std::uint8_t septet = gsm7_code_of(point, layout).septet;
    return septet == 0 || septet == '\r' ? 1 : 0;
}

/// Whether same_run() of a text is that many units of one each.
bool runs_count(const Layout& layout) {
    if (layout.encoding != Encoding::gsm7)
        return layout.encoding == Encoding::ucs2 || is_single_octet(layout.encoding);
    return layout.tables.locking == Language::none && !layout.packed;
}

bool is_ascii(char octet) {
    return static_cast<unsigned char>(octet) < 0x80;
}

/// All units of a text, and where it does not fit the encoding.
Measure units_of(std::string_view utf8, const Layout& layout) {
    if (layout.encoding == Encoding::binary) return {.units = utf8.size()};
    const bool runs = runs_count(layout);
    Measure measure;
    for (std::size_t at = 0; at < utf8.size();) {
        if (runs && is_ascii(utf8[at])) {
            const std::size_t run = gsm7::same_run(utf8.substr(at));
            measure.units += run;
            at += run;
            if (at == utf8.size()) break;
        }
        const std::size_t before = at;
        const char32_t point = next_code_point(utf8, at);
        const std::size_t width = width_of(point, layout);
        if (width == 0) {
            measure.misfit = before;
            break;
        }
        measure.units += width;
    }
    return measure;
}

/// Two neighbours of these are never one user-perceived character; of others, ICU knows. Letters
/// without marks, Han, kana and whole syllables of Hangul.
bool stands_alone(char32_t point) {
    return point < 0x300 || (point >= 0x400 && point < 0x483) ||
           (point >= 0x48A && point < 0x530) || (point >= 0x370 && point < 0x400) ||
           (point >= 0x2010 && point < 0x2028) || (point >= 0x20A0 && point < 0x20C0) ||
           (point >= 0x3041 && point < 0x3097) || (point >= 0x30A0 && point < 0x3100) ||
           (point >= 0x4E00 && point < 0xA000) || (point >= 0xAC00 && point < 0xD7A4);
}

bool may_cut_between(char32_t left, char32_t right) {
    return stands_alone(left) && stands_alone(right) && !(left == U'\r' && right == U'\n');
}

char32_t code_point_before(std::string_view utf8, std::size_t at) {
    std::size_t begin = at - 1;
    while (begin > 0 && at - begin < 4 && (static_cast<unsigned char>(utf8[begin]) & 0xC0) == 0x80)
        --begin;
    return next_code_point(utf8, begin);
}

/// Where the segment that begins at `from` ends. Requires that the encoding holds the text.
std::size_t segment_end(std::string_view utf8, std::size_t from, std::size_t room,
                        const Layout& layout) {
    if (layout.encoding == Encoding::binary) return std::min(from + room, utf8.size());
    const bool runs = runs_count(layout);
    std::size_t at = from;
    std::size_t filled = 0;
    for (;;) {
        if (runs && at < utf8.size() && is_ascii(utf8[at])) {
            const std::size_t run = gsm7::same_run(utf8.substr(at, room - filled));
            filled += run;
            at += run;
        }
        if (at == utf8.size()) return at;
        std::size_t behind = at;
        const char32_t point = next_code_point(utf8, behind);
        const std::size_t width = width_of(point, layout);
        if (filled + width + guard_of(point, layout) > room) {
            if (may_cut_between(code_point_before(utf8, at), point)) return at;
            const std::size_t end = last_cluster_end(utf8.substr(from, behind - from), at - from);
            return end == 0 ? at : from + end;  // a cluster longer than a segment is cut
        }
        filled += width;
        at = behind;
    }
}

/// Segments of a text that does not fit into one; more than segments_max are not all counted.
std::size_t count_parts(std::string_view utf8, std::size_t room, const Layout& layout) {
    std::size_t parts = 0;
    for (std::size_t from = 0; from < utf8.size() && parts <= segments_max; ++parts)
        from = segment_end(utf8, from, room, layout);
    return parts;
}

void append_body(std::string_view utf8, const Layout& layout, unsigned fill_bits,
                 std::string& out) {
    switch (layout.encoding) {
        case Encoding::gsm7:
            if (layout.packed) {
                std::string septets;
                encode_gsm7(utf8, septets, layout.tables);
                pack_septets(septets, fill_bits, out);
            } else {
                encode_gsm7(utf8, out, layout.tables);
            }
            break;
        case Encoding::ucs2:
            encode_ucs2(utf8, out);
            break;
        case Encoding::binary:
            out += utf8;
            break;
        default:
            encode_single_octet(utf8, layout.encoding, out);
    }
}

/// A header, when there is anything to say in it, and the body. Whether there was a header.
bool append_segment(std::string_view utf8, const Layout& layout,
                    const std::optional<Concatenation>& place, std::string& out) {
    std::size_t header = element_octets(layout);
    if (place) header += concatenation_octets(layout.method);
    if (header != 0) {
        out.push_back(static_cast<char>(header));
        if (place) append_concatenation(*place, out);
        append_shift(layout.tables, out);
        out += layout.elements;
    }
    append_body(utf8, layout, header == 0 ? 0 : fill_bits_after(header + 1), out);
    return header != 0;
}

std::optional<Concatenation> place_of(const Layout& layout, std::uint16_t reference,
                                      std::size_t total, std::size_t part) {
    if (layout.method != Method::udh8 && layout.method != Method::udh16) return std::nullopt;
    const bool wide = layout.method == Method::udh16;
    return Concatenation{wide ? reference : static_cast<std::uint16_t>(reference & 0xFF),
                         static_cast<std::uint8_t>(total), static_cast<std::uint8_t>(part), wide};
}

/// Octets of a whole segment, for reserving.
std::size_t octets_of(const Layout& layout) {
    return layout.encoding == Encoding::gsm7 && !layout.packed ? septets_max : octets_max;
}

Segmented split_measured(std::string_view utf8, const Layout& layout, const Measure& size,
                         std::uint16_t reference) {
    Segmented result{.encoding = layout.encoding,
                     .data_coding = data_coding_of(layout.encoding),
                     .segments = {},
                     .method = layout.method,
                     .reference = reference};
    if (size.segments == 0) return result;
    if (size.segments == 1 || layout.method == Method::payload) {
        result.udhi = append_segment(utf8, layout, std::nullopt, result.segments.emplace_back());
        return result;
    }
    const std::size_t room = room_of(layout).each;
    result.segments.reserve(size.segments);
    for (std::size_t from = 0; from < utf8.size();) {
        const std::size_t end = segment_end(utf8, from, room, layout);
        std::string& segment = result.segments.emplace_back();
        segment.reserve(octets_of(layout));
        const auto place = place_of(layout, reference, size.segments, result.segments.size());
        result.udhi = append_segment(utf8.substr(from, end - from), layout, place, segment);
        from = end;
    }
    return result;
}

/// The default layout that holds the text, with its size.
struct Plan {
    Layout layout;
    Measure size;
};
Plan plan(std::string_view utf8) {
    Plan plan{};
    plan.size = measure(utf8, plan.layout);
    if (plan.size.misfit) {
        plan.layout.encoding = Encoding::ucs2;
        plan.size = measure(utf8, plan.layout);
    }
    return plan;
}

/// Writes a text that fits into one segment, in one pass. False, with out unchanged, when it does
/// not, or may not.
bool write_alone(std::string_view utf8, std::string& out, Encoding& encoding) {
    if (utf8.size() > 3 * (octets_max / 2)) return false;
    const std::size_t before = out.size();
    encoding = Encoding::gsm7;
    std::size_t most = septets_max;
    if (!encode_gsm7(utf8, out)) {
        encoding = Encoding::ucs2;
        most = octets_max;
        encode_ucs2(utf8, out);
    }
    if (out.size() - before <= most) return true;
    out.resize(before);
    return false;
}

}  // namespace

Measure measure(std::string_view utf8, const Layout& layout) {
    ENSURE(layout.elements.size() <= Layout::elements_max);
    ENSURE(layout.method != Method::sar || element_octets(layout) == 0);
    Measure measure = units_of(utf8, layout);
    if (measure.misfit) return measure;
    const Room room = room_of(layout);
    const bool alone = layout.packed ? segment_end(utf8, 0, room.alone, layout) == utf8.size()
                                     : measure.units <= room.alone;
    measure.segments = alone ? 1 : count_parts(utf8, room.each, layout);
    if (measure.segments > segments_max) measure.segments = 0;
    return measure;
}

Segmented split(std::string_view utf8, const Layout& layout, std::uint16_t reference) {
    return split_measured(utf8, layout, measure(utf8, layout), reference);
}

Segmented split(std::string_view utf8, std::uint8_t reference) {
    std::string alone;
    Segmented result;
    if (write_alone(utf8, alone, result.encoding)) {
        result.data_coding = data_coding_of(result.encoding);
        result.reference = reference;
        result.segments.push_back(std::move(alone));
        return result;
    }
    const Plan whole = plan(utf8);
    return split_measured(utf8, whole.layout, whole.size, reference);
}

std::optional<SegmentHead> write_segment(std::string_view utf8, std::uint8_t reference,
                                         std::size_t index, std::string& out) {
    SegmentHead head;
    const std::size_t before = out.size();
    if (write_alone(utf8, out, head.encoding)) {
        head.data_coding = data_coding_of(head.encoding);
        if (index == 0) return head;
        out.resize(before);
        return std::nullopt;
    }
    const Plan whole = plan(utf8);
    if (index >= whole.size.segments) return std::nullopt;
    head.encoding = whole.layout.encoding;
    head.data_coding = data_coding_of(head.encoding);
    head.segments = whole.size.segments;
    if (whole.size.segments == 1) {
        head.udhi = append_segment(utf8, whole.layout, std::nullopt, out);
        return head;
    }
    const std::size_t room = room_of(whole.layout).each;
    std::size_t from = 0;
    for (std::size_t i = 0; i < index; ++i)
        from = segment_end(utf8, from, room, whole.layout);
    const std::size_t end = segment_end(utf8, from, room, whole.layout);
    out.reserve(out.size() + octets_of(whole.layout));
    head.udhi =
        append_segment(utf8.substr(from, end - from), whole.layout,
                       place_of(whole.layout, reference, whole.size.segments, index + 1), out);
    return head;
}

SegmentCount count(std::string_view utf8) {
    const Plan whole = plan(utf8);
    return {whole.layout.encoding, whole.size.segments, whole.size.units};
}

}  // namespace parley::text
