#pragma once
// The national language shift tables of 3GPP TS 23.038 annex A, as data with look-ups both ways.

#include "protocol/text/gsm7_table.h"

namespace parley::text::gsm7 {

/// nullptr for Language::none and, of the locking tables, for Spanish.
const Table* locking_table(Language language);
const Table* single_table(Language language);

/// Septet of a code point in one of these tables; width is 1, or 0 when it is not there. Where a
/// table has a character twice, the lower septet counts.
Code locking_code(char32_t point, Language language);
Code single_code(char32_t point, Language language);

}  // namespace parley::text::gsm7
