// libFuzzer: whatever is sent and whatever comes, the laws of text_laws.h hold. The first four
// octets choose how; the others are the text, and then octets from a peer.

#include "tests/fuzz/text_laws.h"

#include <cstddef>
#include <cstdint>

namespace {

using namespace parley::text;

Layout layout_of(std::uint8_t choice, std::uint8_t languages_chosen) {
    Layout layout{.method = static_cast<Method>(choice & 3)};
    constexpr std::array encodings = {Encoding::gsm7,  Encoding::gsm7,   Encoding::ucs2,
                                      Encoding::ascii, Encoding::latin1, Encoding::cyrillic,
                                      Encoding::ucs2,  Encoding::hebrew};
    layout.encoding = encodings[choice >> 2 & 7];
    if (layout.encoding == Encoding::gsm7) {
        layout.packed = (choice & 0x20) != 0;
        if (layout.method != Method::sar) {
            layout.tables = {language_of(languages_chosen & 15),
                             language_of(languages_chosen >> 4)};
            if (!has_locking_table(layout.tables.locking)) layout.tables.locking = Language::none;
        }
    }
    if ((choice & 0x40) != 0 && layout.method != Method::sar)
        layout.elements = std::string_view("\x05\x04\x0B\x84\x23\xF0", 6);
    return layout;
}

/// A language and a few others: all thirteen at once would only be slow.
LanguageSet near(Language language) {
    return {language, language_of(static_cast<std::uint8_t>(language) ^ 2), Language::turkish};
}

Rules rules_of(std::uint8_t choice, const Layout& layout) {
    return {.latin1 = (choice & 1) != 0,
            .cyrillic = (choice & 2) != 0,
            .hebrew = (choice & 4) != 0,
            .ucs2 = (choice & 8) == 0,
            .single = (choice & 16) != 0 ? near(layout.tables.single) : LanguageSet{},
            .locking = (choice & 32) != 0 ? near(layout.tables.locking) : LanguageSet{},
            .replace_lookalikes = (choice & 64) != 0,
            .method = layout.method,
            .packed = layout.packed,
            .elements = layout.elements};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t octets) {
    if (octets < 4) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data + 4), octets - 4);
    const std::string text = laws::as_utf8(rest);
    const Layout layout = layout_of(data[0], data[1]);
    laws::layout_holds(text, layout, static_cast<std::uint16_t>(data[2] << 8 | data[3]));
    laws::default_way_holds(text, data[2]);
    laws::encodings_hold(text, language_of(data[1] & 15));
    laws::choice_holds(text, rules_of(data[2], layout));
    laws::octets_hold(rest, data[3]);
    return 0;
}
