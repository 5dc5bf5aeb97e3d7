#include "tools/carrier_sim/delay.h"

#include <cmath>
#include <numbers>

namespace parley::carrier_sim {
namespace {

/// Box and Muller 1958.
double standard_normal(Dice& dice) {
    const double radius = std::sqrt(-2 * std::log(1 - dice.unit()));
    return radius * std::cos(2 * std::numbers::pi * dice.unit());
}

Duration log_normal(Dice& dice, const DelayRange& range) {
    constexpr double z_99 = 2.3263478740408408;  // the normal distribution's 99th percentile
    const auto median = static_cast<double>(range.min.count());
    const double sigma = std::log(static_cast<double>(range.max.count()) / median) / z_99;
    return Duration(std::llround(median * std::exp(sigma * standard_normal(dice))));
}

}  // namespace

Duration draw(Dice& dice, const DelayRange& range) {
    if (range.max <= range.min) return range.min;
    if (range.log_normal && range.min > Duration::zero()) return log_normal(dice, range);
    const auto width = static_cast<std::uint64_t>((range.max - range.min).count()) + 1;
    return range.min + Duration(static_cast<Duration::rep>(dice.below(width)));
}

}  // namespace parley::carrier_sim
