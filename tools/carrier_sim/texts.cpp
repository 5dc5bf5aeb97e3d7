#include "tools/carrier_sim/texts.h"

#include "protocol/text/charset.h"
#include "protocol/text/user_data.h"

namespace parley::carrier_sim {
namespace {

constexpr std::uint8_t udhi = 0x40;  // SMPP 3.4 §5.2.12

text::Encoding encoding_of(DefaultAlphabet alphabet) {
    switch (alphabet) {
        case DefaultAlphabet::latin1:
            return text::Encoding::latin1;
        case DefaultAlphabet::ascii:
            return text::Encoding::ascii;
        case DefaultAlphabet::gsm7:
        case DefaultAlphabet::gsm7_packed:
            break;
    }
    return text::Encoding::gsm7;
}

text::Method method_of(Parts parts) {
    switch (parts) {
        case Parts::udh16:
            return text::Method::udh16;
        case Parts::sar:
            return text::Method::sar;
        case Parts::payload:
            return text::Method::payload;
        case Parts::udh8:
            break;
    }
    return text::Method::udh8;
}

}  // namespace

std::string_view octets_of(const smpp::ShortMessageFields& pdu) {
    if (!pdu.short_message.empty()) return pdu.short_message;
    return pdu.tlvs.find(smpp::Tag::message_payload).value_or(std::string_view{});
}

std::string text_of(std::uint8_t esm_class, std::uint8_t data_coding, std::string_view octets,
                    DefaultAlphabet alphabet) {
    text::Dialect dialect;
    dialect.codings[0] = encoding_of(alphabet);
    dialect.packed = alphabet == DefaultAlphabet::gsm7_packed;
    text::UserData data{.concatenation = {}, .body = octets};
    if ((esm_class & udhi) != 0) data = text::parse_user_data(octets);
    return text::decode(data_coding, data.body, dialect, data.tables, data.fill_bits).text;
}

text::Segmented cut_text(std::string_view utf8, DefaultAlphabet alphabet, Parts parts,
                         std::uint16_t reference) {
    const text::Layout layout{.encoding = encoding_of(alphabet),
                              .method = method_of(parts),
                              .packed = alphabet == DefaultAlphabet::gsm7_packed};
    text::Segmented cut = text::split(utf8, layout, reference);
    if (!cut.segments.empty()) {
        cut.data_coding = 0;
        return cut;
    }
    return text::split(utf8, {.encoding = text::Encoding::ucs2, .method = layout.method},
                       reference);
}

}  // namespace parley::carrier_sim
