#include "protocol/text/icu.h"

#include <algorithm>
#include <cstdint>
#include <memory>

#include <unicode/ubrk.h>
#include <unicode/ucnv.h>
#include <unicode/utext.h>

namespace parley::text {
namespace {

template <auto close>
struct Closer {
    void operator()(auto* handle) const { close(handle); }
};
using Converter = std::unique_ptr<UConverter, Closer<ucnv_close>>;
using Breaks = std::unique_ptr<UBreakIterator, Closer<ubrk_close>>;

constexpr const char* shift_jis = "Shift_JIS";
constexpr const char* euc_jp = "EUC-JP";
constexpr const char* iso_2022_jp_2 = "ISO-2022-JP-2";  // knows JIS X 0212 as well
constexpr const char* cp_949 = "windows-949";
constexpr std::string_view replacement_utf8 = "\xEF\xBF\xBD";
constexpr std::string_view substitute = "\x1A";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

/// One direct conversion, octets to UTF-8.
std::string convert(const char* charset, std::string_view octets) {
    UErrorCode error = U_ZERO_ERROR;
    const Converter from(ucnv_open(charset, &error));
    const Converter to(ucnv_open("UTF-8", &error));
    if (U_FAILURE(error)) return {};
    std::string text(octets.size() * 4 + 16, '\0');  // an octet gives three at most, U+FFFD
    char* out = text.data();
    const char* in = octets.data();
    ucnv_convertEx(to.get(), from.get(), &out, text.data() + text.size(), &in,
                   octets.data() + octets.size(), nullptr, nullptr, nullptr, nullptr, true, true,
                   &error);
    text.resize(U_SUCCESS(error) ? static_cast<std::size_t>(out - text.data()) : 0);
    // For one unreadable octet ICU may write the control SUB instead of U+FFFD.
    if (octets.find(substitute) != std::string_view::npos) return text;
    replace_all(text, substitute, replacement_utf8);
    return text;
}

bool is_clean(std::string_view text) {
    return text.find(replacement_utf8) == std::string_view::npos;
}

bool is_ascii(std::string_view octets) {
    return std::all_of(octets.begin(), octets.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Whether some two-octet character is in EUC-JP's row of hiragana.
bool shows_hiragana(std::string_view octets) {
    for (std::size_t at = 0; at + 1 < octets.size(); ++at) {
        const auto lead = static_cast<unsigned char>(octets[at]);
        if (lead < 0x80) continue;
        if (lead == 0xA4) return true;
        ++at;
    }
    return false;
}

const char* japanese_form(std::string_view octets, bool extended) {
    if (octets.find('\x1B') != std::string_view::npos || is_ascii(octets)) return iso_2022_jp_2;
    const bool euc = is_clean(convert(euc_jp, octets));
    if (!euc) return shift_jis;
    if (extended) return euc_jp;  // Shift_JIS has no JIS X 0212
    const bool shifted = is_clean(convert(shift_jis, octets));
    return shifted && !shows_hiragana(octets) ? shift_jis : euc_jp;
}

/// Opening one costs far more than using it, so each thread keeps its own.
UBreakIterator* cluster_breaks() {
    thread_local const Breaks breaks = [] {
        UErrorCode error = U_ZERO_ERROR;
        return Breaks(ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &error));
    }();
    return breaks.get();
}

}  // namespace

bool decode_japanese(std::string_view octets, bool extended, std::string& text) {
    const std::string converted = convert(japanese_form(octets, extended), octets);
    text += converted;
    return is_clean(converted);
}

bool decode_korean(std::string_view octets, std::string& text) {
    // ICU has characters for two octets that Korean has not: 0x80 a control, 0xFF a private one.
    std::string converted = convert(cp_949, octets);
    replace_all(converted, "\xC2\x80", replacement_utf8);
    replace_all(converted, "\xEF\xA3\xB7", replacement_utf8);
    text += converted;
    return is_clean(converted);
}

std::size_t last_cluster_end(std::string_view text, std::size_t limit) {
    UBreakIterator* breaks = cluster_breaks();
    if (breaks == nullptr) return limit;  // ICU without its data: cut between code points
    UErrorCode error = U_ZERO_ERROR;
    UText view = UTEXT_INITIALIZER;
    utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &error);
    ubrk_setUText(breaks, &view, &error);
    std::size_t end = limit;
    if (U_SUCCESS(error) && limit < text.size()) {
        const auto at = static_cast<std::int32_t>(limit);
        if (!ubrk_isBoundary(breaks, at)) {
            const std::int32_t before = ubrk_preceding(breaks, at);
            end = before == UBRK_DONE ? 0 : static_cast<std::size_t>(before);
        }
    }
    utext_close(&view);
    return end;
}

}  // namespace parley::text
