#include "tools/loadgen/figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace parley::loadgen {
namespace {

std::string printed(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

/// "3.21", "32.1", "321".
std::string three_digits(double value) {
    return printed(value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
}

}  // namespace

std::string duration_text(double nanoseconds) {
    if (nanoseconds <= 0) return "0";
    if (nanoseconds < 999.5) return printed("%.0f ns", nanoseconds);
    if (nanoseconds < 999.5e3) return three_digits(nanoseconds / 1e3) + " µs";
    if (nanoseconds < 999.5e6) return three_digits(nanoseconds / 1e6) + " ms";
    const double seconds = nanoseconds / 1e9;
    if (seconds < 119.5) return three_digits(seconds) + " s";
    const double minutes = std::floor(std::round(seconds) / 60);
    return printed("%.0f min ", minutes) + printed("%.0f s", std::round(seconds) - 60 * minutes);
}

std::string share_text(double share) {
    if (share == 1) return "100 %";
    if (share == 0) return "0 %";
    // Never rounded up to all, nor down to nothing.
    const double percent = 100 * share;
    if (percent < 0.001) return "< 0.001 %";
    if (percent > 99.999 && percent < 100) return "> 99.999 %";
    return printed(percent > 99.9 && percent < 100 ? "%.3f %%" : "%.2f %%", percent);
}

std::string count_text(double count) {
    if (count < 10 && count != std::floor(count)) return printed("%.2f", count);
    auto digits = printed("%.0f", count);
    const auto first = static_cast<std::ptrdiff_t>(digits.starts_with('-') ? 1 : 0);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

std::string short_text(double count) {
    if (count >= 999.5e6) return three_digits(count / 1e9) + " G";
    if (count >= 999.5e3) return three_digits(count / 1e6) + " M";
    if (count >= 999.5) return three_digits(count / 1e3) + " k";
    return count == std::floor(count) ? printed("%.0f", count) : three_digits(count);
}

std::string trimmed(std::string figure) {
    const auto point = figure.find('.');
    if (point == figure.npos) return figure;
    const auto end = std::min(figure.find_first_not_of("0123456789", point + 1), figure.size());
    const auto kept = figure.find_last_not_of('0', end - 1);
    const auto from = kept == point ? point : kept + 1;
    return figure.erase(from, end - from);
}

}  // namespace parley::loadgen
