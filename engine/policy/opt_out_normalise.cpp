// normalise_words: what a phone's keyboard, its owner's mood and a fancy font do to a word, undone.

#include "engine/policy/opt_out.h"
#include "protocol/text/utf8.h"

namespace parley::policy {
namespace {

constexpr char32_t gap = ' ';    // ends a word
constexpr char32_t nothing = 0;  // leaves no trace, not even a gap

constexpr std::string_view latin_1_letters =  // U+00C0 … U+00FF
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
constexpr std::string_view latin_a_letters =  // U+0100 … U+017F
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooo"
    "rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_1_letters.size() == 64 && latin_a_letters.size() == 128);

constexpr bool within(char32_t point, char32_t first, char32_t last) {
    return point >= first && point <= last;
}

constexpr char32_t fold_ascii(char32_t point) {
    if (within(point, 'A', 'Z')) return point + ('a' - 'A');
    return within(point, 'a', 'z') || within(point, '0', '9') ? point : gap;
}

// Accents that stand alone, and what is invisible: soft hyphen, joiners, marks of direction,
// variation selectors. "S<zero width space>TOP" is a STOP.
constexpr bool invisible(char32_t point) {
    return point == 0xAD || within(point, 0x300, 0x36F) || within(point, 0x200B, 0x200F) ||
           within(point, 0x202A, 0x202E) || within(point, 0x2060, 0x2064) || point == 0xFEFF ||
           within(point, 0xFE00, 0xFE0F);
}

// Letters in disguise: full width, circled, mathematical bold and its kin.
constexpr char32_t undisguise(char32_t point) {
    if (within(point, 0xFF01, 0xFF5E)) return fold_ascii(point - 0xFF01 + '!');
    if (within(point, 0x24B6, 0x24E9)) return 'a' + (point - 0x24B6) % 26;
    if (within(point, 0x1D400, 0x1D6A3)) return 'a' + (point - 0x1D400) % 26;
    return nothing;
}

constexpr bool symbol(char32_t point) {
    return point < 0xC0 || within(point, 0x2000, 0x2BFF) || within(point, 0x3000, 0x303F) ||
           within(point, 0xE000, 0xF8FF) || within(point, 0xFE10, 0xFE6F) ||
           within(point, 0xFFE0, 0xFFFF) || point >= 0x1F000;
}

// Letters of other scripts stay as they are: they are words, though none that we know.
constexpr char32_t fold(char32_t point) {
    if (point < 0x80) return fold_ascii(point);
    if (invisible(point)) return nothing;
    if (within(point, 0xC0, 0xFF)) return static_cast<unsigned char>(latin_1_letters[point - 0xC0]);
    if (within(point, 0x100, 0x17F)) {
        return static_cast<unsigned char>(latin_a_letters[point - 0x100]);
    }
    if (const char32_t plain = undisguise(point); plain != nothing) return plain;
    return symbol(point) ? gap : point;
}

class Words {
public:
    explicit Words(std::size_t size) { text_.reserve(size); }

    void add(char32_t point) {
        if (point == nothing) return;
        if (point == gap) {
            pending_gap_ = !text_.empty();
            run_ = 0;
            return;
        }
        if (pending_gap_) text_.push_back(' ');
        run_ = point == previous_ && !pending_gap_ ? run_ + 1 : 1;
        pending_gap_ = false;
        previous_ = point;
        add_letter(point);
    }
    std::string take() { return std::move(text_); }

private:
    // "stooop" is "stop", "good" stays; 100 and 1000 are not the same number.
    void add_letter(char32_t point) {
        const bool letter = within(point, 'a', 'z');
        if (letter && run_ == 3) text_.pop_back();
        if (!letter || run_ < 3) text::append_utf8(point, text_);
    }

    std::string text_;
    char32_t previous_ = nothing;
    unsigned run_ = 0;
    bool pending_gap_ = false;
};

}  // namespace

std::string normalise_words(std::string_view text) {
    Words words(text.size());
    for (std::size_t at = 0; at < text.size();)
        words.add(fold(text::next_code_point(text, at)));
    return words.take();
}

}  // namespace parley::policy
