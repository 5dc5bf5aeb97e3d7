#pragma once
// What ICU does for us: the East Asian character sets, and where one user-perceived character ends.
// Nobody else includes its headers.

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::text {

/// JIS in any of its forms: ISO-2022-JP when there is an escape, otherwise Shift_JIS or EUC-JP,
/// whichever the octets are. Both: EUC-JP when they show its hiragana, or when extended:
/// data_coding 13 promises JIS X 0212, which Shift_JIS has not. Appends UTF-8. False when something
/// became U+FFFD.
bool decode_japanese(std::string_view octets, bool extended, std::string& text);

/// KS C 5601 as EUC-KR, with the later additions of code page 949. Appends as above.
bool decode_korean(std::string_view octets, std::string& text);

/// The last place at or before `limit` where `text` may be cut between extended grapheme clusters
/// (Unicode Standard Annex 29); 0 when its first cluster goes on beyond. Requires that text is
/// valid UTF-8, begins with a cluster, and that limit is between two of its code points.
std::size_t last_cluster_end(std::string_view text, std::size_t limit);

}  // namespace parley::text
