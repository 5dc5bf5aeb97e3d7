#include "tools/loadgen/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

namespace parley::loadgen {
namespace {

constexpr double half_width = 560;
constexpr double full_width = 1140;
constexpr double height = 270;
constexpr double left = 76;
constexpr double right = 14;
constexpr double top = 10;
constexpr double bottom = 44;
constexpr double plot_height = height - top - bottom;

/// A coordinate: a tenth of a pixel is enough.
std::string at(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string attribute(std::string_view name, double value) {
    return " " + std::string(name) + "=\"" + at(value) + "\"";
}

/// The next of 1, 2, 5, 10 … that is no smaller.
double round_step(double step) {
    const double decade = std::pow(10, std::floor(std::log10(step)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * decade >= step * 0.999) return factor * decade;
    }
    return 10 * decade;
}

/// Where values stand on the y axis, and its ticks.
class YAxis {
public:
    YAxis(const ChartSpec& spec) : logarithmic_(spec.y_scale == ChartSpec::Scale::logarithmic) {
        double most = 0;
        double least = 0;
        bool any = false;
        for (const auto& series : spec.series) {
            for (const auto& [x, y] : series.points) {
                any = true;
                most = std::max(most, y);
                if (y > 0 && (least == 0 || y < least)) least = y;
            }
        }
        if (!any) return;
        if (logarithmic_)
            span_decades(least, most);
        else
            span_linear(most);
    }

    bool empty() const { return max_ <= min_; }
    const std::vector<double>& ticks() const { return ticks_; }
    std::optional<double> place(double value) const {
        if (!logarithmic_) return top + plot_height * (1 - value / max_);
        if (value <= 0) return std::nullopt;
        const double share = (std::log10(value) - min_) / (max_ - min_);
        return top + plot_height * (1 - std::max(0.0, share));
    }

private:
    void span_linear(double most) {
        // Nothing at all is a figure as well: a line along the bottom.
        constexpr double ticks_wanted = 4;
        const double step = most > 0 ? round_step(most / ticks_wanted) : 1;
        most = std::max(most, step);
        max_ = step * std::ceil(most / step * 1.0001);
        for (double tick = 0; tick <= max_ * 1.0001; tick += step)
            ticks_.push_back(tick);
    }

    void span_decades(double least, double most) {
        if (most <= 0) return;
        min_ = std::floor(std::log10(least));
        max_ = std::ceil(std::log10(most));
        if (max_ == min_) max_ += 1;
        const bool few = max_ - min_ <= 2;
        for (double decade = min_; decade <= max_; ++decade) {
            for (const double factor : {1.0, 2.0, 5.0}) {
                if (factor > 1 && (!few || decade == max_)) continue;
                ticks_.push_back(factor * std::pow(10, decade));
            }
        }
    }

    bool logarithmic_;
    double min_ = 0;  // of a logarithm: its exponent
    double max_ = 0;
    std::vector<double> ticks_;
};

class Drawing {
public:
    explicit Drawing(const ChartSpec& spec)
        : spec_(spec), axis_(spec), width_(spec.wide ? full_width : half_width) {}

    bool empty() const { return axis_.empty() || spec_.x_max <= spec_.x_min; }

    std::string svg() {
        out_ = "<svg viewBox=\"0 0 " + at(width_) + " " + at(height) +
               "\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\">";
        grid();
        for (const auto& series : spec_.series)
            draw(series);
        for (const auto& tip : spec_.tips)
            draw(tip);
        return out_ + "</svg>";
    }

private:
    double x_place(double x) const {
        return left + (width_ - left - right) * (x - spec_.x_min) / (spec_.x_max - spec_.x_min);
    }

    void text(double x, double y, std::string_view anchor, std::string_view words) {
        out_ += "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" +
                std::string(anchor) + "\">" + escaped(words) + "</text>";
    }
    void line(double x1, double y1, double x2, double y2) {
        out_ += "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
                attribute("y2", y2) + " class=\"grid\"/>";
    }

    void grid() {
        for (const double tick : axis_.ticks()) {
            const double y = *axis_.place(tick);
            line(left, y, width_ - right, y);
            text(left - 8, y + 4, "end", spec_.y_text(tick));
        }
        for (const auto& [x, label] : spec_.x_ticks) {
            line(x_place(x), top, x_place(x), height - bottom);
            text(x_place(x), height - bottom + 17, "middle", label);
        }
        text((left + width_ - right) / 2, height - 6, "middle", spec_.x_title);
    }

    /// A line's path; it breaks where a value has no place.
    std::string path_of(const Series& series) const {
        std::string path;
        bool pen_down = false;
        for (const auto& [x, value] : series.points) {
            const auto y = axis_.place(value);
            if (y) path += (pen_down ? "L" : "M") + at(x_place(x)) + " " + at(*y);
            pen_down = y.has_value();
        }
        return path;
    }

    void draw(const Series& series) {
        if (series.points.empty()) return;
        const auto path = path_of(series);
        if (path.empty()) return;
        if (series.look == Series::Look::area) {
            out_ += "<path class=\"area " + series.colour + "\" d=\"" + path + "L" +
                    at(x_place(series.points.back().first)) + " " + at(height - bottom) + "L" +
                    at(x_place(series.points.front().first)) + " " + at(height - bottom) + "Z\"/>";
        }
        const std::string_view look = series.look == Series::Look::dashed ? "dashed "
                                      : series.look == Series::Look::thin ? "thin "
                                                                          : "";
        out_ +=
            "<path class=\"line " + std::string(look) + series.colour + "\" d=\"" + path + "\"/>";
    }

    void draw(const ChartSpec::Tip& tip) {
        const double from = x_place(std::max(tip.from, spec_.x_min));
        const double to = x_place(std::min(tip.to, spec_.x_max));
        out_ += "<rect class=\"tip\"" + attribute("x", from) + attribute("y", top) +
                attribute("width", std::max(0.0, to - from)) + attribute("height", plot_height) +
                "><title>" + escaped(tip.text) + "</title></rect>";
    }

    const ChartSpec& spec_;
    YAxis axis_;
    double width_;
    std::string out_;
};

}  // namespace

std::string chart_svg(const ChartSpec& spec) {
    Drawing drawing(spec);
    if (drawing.empty()) return "<p class=\"quiet\">Nothing of this kind was measured.</p>";
    return drawing.svg();
}

std::string chart_legend(const ChartSpec& spec) {
    std::string legend = "<p class=\"legend\">";
    for (const auto& series : spec.series) {
        const bool dashed = series.look == Series::Look::dashed;
        legend += "<span><i class=\"swatch " + series.colour + (dashed ? " dashed" : "") +
                  "\"></i>" + escaped(series.name) + "</span> ";
    }
    return legend + "</p>";
}

std::vector<std::pair<double, std::string>> time_ticks(double seconds) {
    if (seconds <= 0) return {};
    constexpr std::array<double, 17> steps{0.1, 0.2, 0.5, 1,   2,    5,    10,   20,   30,
                                           60,  120, 300, 600, 1800, 3600, 7200, 21600};
    constexpr double ticks_max = 12;
    const auto* step = std::ranges::find_if(
        steps, [&](double candidate) { return seconds / candidate <= ticks_max; });
    const double each = step == steps.end() ? round_step(seconds / ticks_max) : *step;
    std::vector<std::pair<double, std::string>> ticks;
    for (int i = 0; i * each <= seconds * 1.0001; ++i) {
        const double moment = i * each;
        char label[32];
        if (each < 1)
            std::snprintf(label, sizeof label, "%.1f s", moment);
        else if (each < 60)
            std::snprintf(label, sizeof label, "%.0f s", moment);
        else
            std::snprintf(label, sizeof label, "%.0f min", moment / 60);
        ticks.emplace_back(moment, label);
    }
    return ticks;
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // XML knows no control characters but these.
                out += static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\t' ? c : ' ';
        }
    }
    return out;
}

}  // namespace parley::loadgen
