#include "protocol/text/choose.h"

#include "protocol/text/utf8.h"

#include <algorithm>
#include <utility>

namespace parley::text {
namespace {

/// The character that begins at this octet.
Forced forced_at(std::string_view utf8, std::size_t offset) {
    Forced forced{.point = 0, .position = 0, .offset = offset};
    for (std::size_t at = 0; at <= offset; ++forced.position)
        forced.point = next_code_point(utf8, at);
    --forced.position;
    return forced;
}

// Tries one layout after the other and keeps the best.
class Contest {
public:
    Contest(std::string_view utf8, const Rules& rules) : utf8_(utf8), rules_(rules) {}

    /// The first character that does not fit, if any.
    std::optional<char32_t> enter(Encoding encoding, ShiftTables tables = {}) {
        if (best_.segments == 1) return std::nullopt;
        const Layout layout{.encoding = encoding,
                            .tables = tables,
                            .method = rules_.method,
                            .packed = rules_.packed && encoding == Encoding::gsm7,
                            .elements = rules_.elements};
        const Measure size = measure(utf8_, layout);
        if (size.misfit) {
            furthest_ = std::max(furthest_, *size.misfit + 1);
            std::size_t at = *size.misfit;
            return next_code_point(utf8_, at);
        }
        const bool better = best_.segments == 0 || size.segments < best_.segments;
        if (size.segments != 0 && better) {
            best_.layout = layout;
            best_.segments = size.segments;
            best_.units = size.units;
        }
        return std::nullopt;
    }

    Choice finish() {
        const bool wide = best_.segments == 0 || best_.layout.encoding == Encoding::ucs2;
        if (wide && furthest_ != 0) best_.forced = forced_at(utf8_, furthest_ - 1);
        return std::move(best_);
    }

private:
    std::string_view utf8_;
    const Rules& rules_;
    Choice best_;
    std::size_t furthest_ = 0;  // 1 + octet offset of the misfit that came last; 0: none
};

/// A single shift table only helps with a character that the locking one beside it has not: to
/// look for the first such character spares nearly all of the 182 pairs.
void enter_national(const Rules& rules, Contest& contest) {
    for (std::uint8_t i = 0; i < languages; ++i) {
        const Language locked = language_of(i);
        const bool may_lock = rules.locking.has(locked) && has_locking_table(locked);
        if (locked != Language::none && !may_lock) continue;
        const auto misfit = contest.enter(Encoding::gsm7, {locked, Language::none});
        if (!misfit) continue;
        for (std::uint8_t k = 1; k < languages; ++k) {
            const ShiftTables tables{locked, language_of(k)};
            if (!rules.single.has(tables.single)) continue;
            if (gsm7::code_of(*misfit, tables).width != 0) contest.enter(Encoding::gsm7, tables);
        }
    }
}

Choice choose_as_it_is(std::string_view utf8, const Rules& rules) {
    Contest contest(utf8, rules);
    if (rules.gsm7) contest.enter(Encoding::gsm7);
    if (rules.ascii) contest.enter(Encoding::ascii);
    if (rules.latin1) contest.enter(Encoding::latin1);
    if (rules.cyrillic) contest.enter(Encoding::cyrillic);
    if (rules.hebrew) contest.enter(Encoding::hebrew);
    if (rules.ucs2) contest.enter(Encoding::ucs2);
    // A header that names a language and SAR parameters exclude each other.
    if (rules.gsm7 && rules.method != Method::sar) enter_national(rules, contest);
    return contest.finish();
}

}  // namespace

std::optional<Forced> not_gsm7(std::string_view utf8) {
    const Measure size = measure(utf8, Layout{.encoding = Encoding::gsm7});
    if (!size.misfit) return std::nullopt;
    return forced_at(utf8, *size.misfit);
}

Choice choose(std::string_view utf8, const Rules& rules) {
    Choice choice = choose_as_it_is(utf8, rules);
    if (!rules.replace_lookalikes || choice.segments == 1) return choice;
    Replaced plain = replace_lookalikes(utf8);
    if (plain.replacements.empty()) return choice;
    Choice other = choose_as_it_is(plain.text, rules);
    const bool saves =
        other.segments != 0 && (choice.segments == 0 || other.segments < choice.segments);
    if (!saves) return choice;
    other.replacements = std::move(plain.replacements);
    other.text = std::move(plain.text);
    return other;
}

}  // namespace parley::text
