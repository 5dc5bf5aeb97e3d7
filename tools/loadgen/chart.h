#pragma once
// Charts as SVG that stands in a page by itself: lines over time or over percentiles. Colours are
// classes of the page's style, so that light and dark are the page's business.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::loadgen {

struct Series {
    enum class Look : std::uint8_t { line, thin, dashed, area };

    std::string name;
    std::string colour;  // class of the page: "c1" …
    Look look = Look::line;
    std::vector<std::pair<double, double>> points;  // in order of x
};

struct ChartSpec {
    enum class Scale : std::uint8_t { linear, logarithmic };  // logarithmic: what is 0 has no place

    bool wide = false;  // as the page, not as half of it
    double x_min = 0;
    double x_max = 1;
    std::vector<std::pair<double, std::string>> x_ticks;
    std::string x_title;
    Scale y_scale = Scale::linear;
    std::function<std::string(double)> y_text;
    std::vector<Series> series;
    /// What a pointer over this stretch of x is told, line by line.
    struct Tip {
        double from = 0;
        double to = 0;
        std::string text;
    };
    std::vector<Tip> tips;
};

/// <svg …>…</svg>, well-formed XML; a sentence instead when there is nothing to draw.
std::string chart_svg(const ChartSpec& spec);
/// Names and colours of its series.
std::string chart_legend(const ChartSpec& spec);

/// Round steps for so many seconds: {0, "0 s"}, {5, "5 s"} …
std::vector<std::pair<double, std::string>> time_ticks(double seconds);

/// &, <, > and quotes as XML wants them.
std::string escaped(std::string_view text);

}  // namespace parley::loadgen
