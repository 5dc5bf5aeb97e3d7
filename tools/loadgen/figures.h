#pragma once
// Figures as people read them: three digits that matter, a unit, thousands apart.

#include <string>

namespace parley::loadgen {

/// "0", "431 µs", "3.21 ms", "12.0 s", "3 min 20 s".
std::string duration_text(double nanoseconds);
/// "99.97 %"; 1 is "100 %", and nothing less is.
std::string share_text(double share);
/// "1,234,567"; "0.25" below ten when it is no whole number.
std::string count_text(double count);
/// "1.23 M", "45.0 k", "999".
std::string short_text(double count);
/// A figure of these without the zeros behind its point: "20.0 ms" is "20 ms".
std::string trimmed(std::string figure);

}  // namespace parley::loadgen
