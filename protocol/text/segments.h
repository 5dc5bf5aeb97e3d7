#pragma once
// Cuts a long text into segments: with a concatenation header in each (3GPP TS 23.040
// §9.2.3.24.1), for the SAR parameters, or not at all (message_payload). Never inside an escape
// pair or a surrogate pair, and inside a user-perceived character only where it is longer than a
// segment.

#include "protocol/text/charset.h"
#include "protocol/text/user_data.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::text {

/// A long text has at most 255 segments: the total is one octet everywhere.
inline constexpr std::size_t segments_max = 255;

/// How the parts of a long text are told apart.
enum class Method : std::uint8_t {
    udh8,     // header with an 8-bit reference: 153 septets, 67 UTF-16 units each
    udh16,    // header with a 16-bit reference: 152 septets, 66 units
    sar,      // sar_* parameters; room as for udh16, since the SMSC will write such a header
    payload,  // one message_payload; the SMSC cuts it
};

/// How a text is written.
struct Layout {
    static constexpr std::size_t elements_max = 100;

    /// binary: what is split are octets, not a text, and they are cut anywhere. jis and ksc5601 are
    /// only read.
    Encoding encoding = Encoding::gsm7;
    ShiftTables tables{};  // gsm7: named in a header of every segment. Not with sar.
    Method method = Method::udh8;
    bool packed = false;  // gsm7 in seven bits a septet
    /// Further header elements for every segment, such as ports; at most elements_max octets. Not
    /// with sar: a header and SAR parameters exclude each other (SMPP 3.4 §5.2.12).
    std::string_view elements{};
};

struct Segmented {
    Encoding encoding = Encoding::gsm7;
    std::uint8_t data_coding = 0;
    bool udhi = false;                  // set esm_class 0x40
    std::vector<std::string> segments;  // short_message of each, header included; empty: too long
    Method method = Method::udh8;       // payload: the one segment is for message_payload;
                                        // sar: sar_segment_seqnum is the place in segments + 1
    std::uint16_t reference = 0;
};

/// gsm7 when the default alphabet holds the text, else ucs2; 8-bit references.
/// reference: the concatenation reference of this message; unused when one segment suffices.
/// An empty text is one empty segment. Requires valid UTF-8.
Segmented split(std::string_view utf8, std::uint8_t reference);
/// As laid out; no segments when the encoding does not hold the text. data_coding is that of the
/// default dialect.
Segmented split(std::string_view utf8, const Layout& layout, std::uint16_t reference);

struct SegmentHead {
    Encoding encoding = Encoding::gsm7;
    std::uint8_t data_coding = 0;
    bool udhi = false;
    std::size_t segments = 1;  // of the whole text
};
/// Appends what split(utf8, reference).segments[index] holds, and builds nothing else. Empty when
/// there is no such segment.
std::optional<SegmentHead> write_segment(std::string_view utf8, std::uint8_t reference,
                                         std::size_t index, std::string& out);

struct SegmentCount {
    Encoding encoding;
    std::size_t segments;  // 0 when it would need more than segments_max
    std::size_t units;     // septets, octets or UTF-16 units, headers not counted
};
/// What split() would do, without building it (no allocation).
SegmentCount count(std::string_view utf8);

/// What split(utf8, layout) would do. With payload, segments are those that a phone would get.
struct Measure {
    std::size_t segments = 0;  // 0: too long, or not in this encoding
    std::size_t units = 0;
    /// Octet offset of the first character that the encoding does not hold.
    std::optional<std::size_t> misfit{};
};
Measure measure(std::string_view utf8, const Layout& layout);

}  // namespace parley::text
