#pragma once
// What must hold for any text that anybody sends and any octets that any peer sends. The fuzzers
// and the property tests hold protocol/text to it; a law that breaks aborts and names itself.

#include "protocol/ensure.h"
#include "protocol/text/choose.h"
#include "protocol/text/message_id.h"
#include "protocol/text/reassembly.h"
#include "protocol/text/receipt.h"
#include "protocol/text/receipt_time.h"
#include "protocol/text/segments.h"
#include "protocol/text/single_octet.h"
#include "protocol/text/utf8.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::text::laws {

/// Any octets as valid UTF-8: what is malformed becomes U+FFFD.
inline std::string as_utf8(std::string_view octets) {
    std::string text;
    for (std::size_t at = 0; at < octets.size();) {
        const char32_t point = next_code_point(octets, at);
        append_utf8(point == malformed ? replacement : point, text);
    }
    return text;
}

/// A copy in a heap block of its own size, so that a sanitizer sees one octet too far.
class Exact {
public:
    explicit Exact(std::string_view octets) : octets_(octets.begin(), octets.end()) {}
    std::string_view view() const { return {octets_.data(), octets_.size()}; }

private:
    std::vector<char> octets_;
};

inline std::string without_cr(std::string text) {
    std::erase(text, '\r');
    return text;
}

/// A guard behind a packed text may come out as one CR more (pack_septets); all else is exact.
inline bool same_text(const std::string& read, std::string_view sent, const Layout& layout) {
    if (!layout.packed) return read == sent;
    return without_cr(read) == without_cr(std::string(sent));
}

inline std::size_t largest_segment(const Layout& layout) {
    return layout.encoding == Encoding::gsm7 && !layout.packed ? 160 : 140;
}

/// One segment as a receiver reads it.
struct Read {
    std::optional<Concatenation> place;
    Decoded decoded;
};
inline Read read_segment(const Segmented& cut, std::size_t index, const Layout& layout) {
    const Dialect dialect{.packed = layout.packed};
    const std::string& segment = cut.segments[index];
    if (!cut.udhi) return {std::nullopt, decode(cut.data_coding, segment, dialect)};
    const UserData data = parse_user_data(segment);
    ENSURE(!data.broken);
    return {data.concatenation,
            decode(cut.data_coding, data.body, dialect, data.tables, data.fill_bits)};
}

/// A segment's header says which part it is, as its method has it.
inline void place_holds(const Read& read, const Segmented& cut, std::size_t index) {
    const bool headed = cut.method == Method::udh8 || cut.method == Method::udh16;
    ENSURE(read.place.has_value() == (headed && cut.segments.size() > 1));
    if (!read.place) return;
    ENSURE(read.place->part == index + 1 && read.place->total == cut.segments.size());
    ENSURE(read.place->wide == (cut.method == Method::udh16));
    ENSURE(read.place->reference == (read.place->wide ? cut.reference : cut.reference & 0xFF));
}

/// join(split(x)) is x; each segment is readable by itself and small enough; measure() knew.
inline void layout_holds(std::string_view text, const Layout& layout, std::uint16_t reference) {
    const Measure size = measure(text, layout);
    const Segmented cut = split(text, layout, reference);
    if (size.segments == 0) {
        ENSURE(cut.segments.empty());
        ENSURE(!size.misfit || *size.misfit < text.size());
        return;
    }
    const bool whole = layout.method == Method::payload;
    ENSURE(cut.segments.size() == (whole ? 1 : size.segments));
    std::string joined;
    for (std::size_t i = 0; i < cut.segments.size(); ++i) {
        ENSURE(whole || cut.segments[i].size() <= largest_segment(layout));
        const Read read = read_segment(cut, i, layout);
        ENSURE(read.decoded.lossless);
        place_holds(read, cut, i);
        joined += read.decoded.text;
    }
    ENSURE(same_text(joined, text, layout));
}

/// The parts arrive in any order, some twice before the last, and become the text again.
inline void reassembly_holds(const Segmented& cut, std::string_view text, unsigned order) {
    if (cut.segments.size() < 2) return;
    std::vector<std::size_t> arrivals;
    for (std::size_t i = 0; i < cut.segments.size(); ++i)
        arrivals.push_back((i + order) % cut.segments.size());
    if (order % 2 == 1) std::reverse(arrivals.begin(), arrivals.end());
    if (order % 3 == 0) arrivals.insert(arrivals.begin(), arrivals.front());

    Reassembly reassembly({});
    Reassembly::Result result;
    for (const std::size_t index : arrivals) {
        ENSURE(result.outcome != Reassembly::Outcome::whole);
        const UserData data = parse_user_data(cut.segments[index]);
        ENSURE(data.concatenation.has_value());
        result = reassembly.add({.reference = data.concatenation->reference,
                                 .total = data.concatenation->total,
                                 .wide = data.concatenation->wide},
                                {.number = data.concatenation->part,
                                 .data_coding = cut.data_coding,
                                 .octets = std::string(data.body)});
        ENSURE(result.given_up.empty());
    }
    ENSURE(result.outcome == Reassembly::Outcome::whole);
    std::string octets;
    for (const Part& part : result.parts)
        octets += part.octets;
    ENSURE(decode(cut.data_coding, octets).text == text);
}

/// The way that the engine takes: count at intake, a segment at each submit.
inline void default_way_holds(std::string_view text, std::uint8_t reference) {
    const SegmentCount size = count(text);
    const Segmented cut = split(text, reference);
    ENSURE(size.segments == cut.segments.size());
    ENSURE(size.segments == 0 || size.encoding == cut.encoding);
    ENSURE(size.encoding == narrowest(text));
    for (std::size_t i = 0; i < cut.segments.size(); ++i) {
        std::string out;
        const auto head = write_segment(text, reference, i, out);
        ENSURE(head && head->udhi == cut.udhi && head->data_coding == cut.data_coding);
        ENSURE(head->segments == cut.segments.size());
        ENSURE(out == cut.segments[i]);
    }
    reassembly_holds(cut, text, reference);
    const Layout wide{.encoding = size.encoding, .method = Method::udh16};
    reassembly_holds(split(text, wide, static_cast<std::uint16_t>(reference * 257)), text,
                     reference + 1u);
}

/// decode(encode(x)) is x in every encoding that holds it, this national alphabet among them.
inline void encodings_hold(std::string_view text, Language language) {
    ENSURE(decode_ucs2(encode_ucs2(text)) == text);
    for (const Encoding encoding :
         {Encoding::ascii, Encoding::latin1, Encoding::cyrillic, Encoding::hebrew}) {
        std::string octets;
        if (!encode_single_octet(text, encoding, octets)) continue;
        const Decoded decoded = decode(data_coding_of(encoding), octets);
        ENSURE(decoded.lossless && decoded.text == text);
    }
    for (const ShiftTables tables :
         {ShiftTables{}, ShiftTables{language, Language::none}, ShiftTables{language, language}}) {
        std::string septets;
        if (!encode_gsm7(text, septets, tables)) {
            ENSURE(septets.empty());
            continue;
        }
        std::string again;
        ENSURE(decode_gsm7(septets, again, tables) && again == text);
    }
}

/// What is chosen is never more than what a simpler rule needs, and is what split() makes of it.
inline void choice_holds(std::string_view text, const Rules& rules) {
    const Choice choice = choose(text, rules);
    const std::string_view sent = choice.replacements.empty() ? text : choice.text;
    if (choice.segments == 0) {
        ENSURE(measure(
                   text,
                   {.encoding = Encoding::ucs2, .method = rules.method, .elements = rules.elements})
                       .segments == 0 ||
               !rules.ucs2);
        return;
    }
    const Measure size = measure(sent, choice.layout);
    ENSURE(size.segments == choice.segments && size.units == choice.units);
    if (rules.gsm7 && rules.ucs2) {
        const std::size_t simple =
            choose(text,
                   {.method = rules.method, .packed = rules.packed, .elements = rules.elements})
                .segments;
        ENSURE(simple == 0 || choice.segments <= simple);
    }
    if (choice.forced) {
        std::size_t at = choice.forced->offset;
        ENSURE(at < sent.size() && next_code_point(sent, at) == choice.forced->point);
        // One that stopped some other alphabet further on may well be in the default one.
        const bool plain = rules.gsm7 && !rules.ascii && !rules.latin1 && !rules.cyrillic &&
                           !rules.hebrew && rules.single.empty() && rules.locking.empty();
        ENSURE(!plain || gsm7::code_of(choice.forced->point).width == 0);
    }
    for (const Replacement& replaced : choice.replacements)
        ENSURE(lookalike_of(replaced.from) == replaced.to);
}

/// Whatever octets come: the text is valid UTF-8, and only what was lost is U+FFFD.
inline void octets_hold(std::string_view octets, std::uint8_t data_coding) {
    const Exact exact(octets);
    for (const bool packed : {false, true}) {
        const Decoded decoded = decode(data_coding, exact.view(), {.packed = packed});
        ENSURE(valid_utf8(decoded.text));
        ENSURE(decoded.lossless || decoded.text.find("\xEF\xBF\xBD") != std::string::npos);
    }
    const UserData data = parse_user_data(exact.view());
    ENSURE(data.body.data() + data.body.size() == exact.view().data() + exact.view().size());
    ENSURE(data.broken || data.fill_bits < 7);
    if (data.concatenation) {
        ENSURE(data.concatenation->part >= 1);
        ENSURE(data.concatenation->part <= data.concatenation->total);
    }
    for (unsigned fill_bits = 0; fill_bits < 7; ++fill_bits) {
        std::string again;
        const std::string septets = unpack_septets(exact.view(), fill_bits);
        pack_septets(septets, fill_bits, again);
        const std::string once_more = unpack_septets(again, fill_bits);
        ENSURE(once_more == septets || once_more == septets + '\r');
    }
}

// ---- Receipts.

inline bool is_inside(std::string_view field, std::string_view whole) {
    return field.empty() || (field.data() >= whole.data() &&
                             field.data() + field.size() <= whole.data() + whole.size());
}

inline void receipt_holds(std::string_view octets) {
    const Exact exact(octets);
    const std::string_view text = exact.view();
    const auto receipt = parse_receipt(text);
    if (!receipt) return;
    ENSURE(!receipt->id.empty() || !receipt->stat.empty());
    for (const auto field : {receipt->id, receipt->sub, receipt->dlvrd, receipt->submit_date,
                             receipt->done_date, receipt->stat, receipt->err, receipt->text}) {
        ENSURE(is_inside(field, text));
    }
    for (const auto date : {receipt->submit_date, receipt->done_date}) {
        const auto time = read_receipt_time(date);
        ENSURE(!time || (time->year >= 2000 && time->month >= 1 && time->month <= 12));
    }
    // Joined with parameters that say the same, it says the same.
    ReceiptParameters parameters{.receipted_message_id = receipt->id};
    if (receipt->state) parameters.message_state = static_cast<std::uint8_t>(*receipt->state);
    const auto joined = join_receipt(parameters, text);
    ENSURE(joined && !joined->disagrees() && joined->other_id.empty());
    ENSURE(joined->state == receipt->state);
}

/// A key is its own key, whatever the form, and a response's is a receipt's.
inline void message_id_holds(std::string_view id, const MessageIdForm& form) {
    const std::string of_receipt = form.from_receipt(id);
    const std::string of_response = form.from_response(id);
    ENSURE(form.from_receipt(of_receipt) == of_receipt);
    ENSURE(form.from_receipt(of_response) == of_response);
    ENSURE(of_receipt.empty() == id.empty());
    if (const auto decimal = hex_to_decimal(id)) {
        ENSURE(same_message_id(*decimal, id));
        ENSURE(hex_to_decimal(*decimal_to_hex(*decimal)) == decimal);
    }
}

}  // namespace parley::text::laws
