#include "metrics/registry.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <locale>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace parley::metrics {
namespace {

using Labels = std::map<std::string, std::string>;

/// Lower-case words joined by one underscore each: what prometheus.io/docs/practices/naming asks
/// for and the library would partly let pass.
bool is_snake_case(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.back() != '_' &&
           name.find("__") == std::string_view::npos && std::ranges::all_of(name, allowed);
}

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
    throw std::invalid_argument("metric '" + std::string(name) + "': " + std::string(why));
}

std::string names_of(const Labels& labels) {
    std::string names;
    for (const auto& [label, value] : labels)
        names.append(names.empty() ? "" : ", ").append(label);
    return names;
}

void check(const About& about) {
    if (!is_snake_case(about.name)) refuse(about.name, "expected lower-case words joined by '_'");
    if ((about.kind == Kind::counter) != about.name.ends_with("_total"))
        refuse(about.name, "counters, and only they, end in _total");
    if (about.meaning.empty() || about.unit.empty() || about.when_high.empty())
        refuse(about.name, "is not described in full");
}

/// The count is that of the buckets read, so the two always agree.
prometheus::ClientMetric as_metric(const Labels& labels, const HistogramCells& cells) {
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : labels)
        metric.label.push_back({label, value});
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < cells.counts.size(); ++i) {
        count += cells.counts[i].load(std::memory_order_relaxed);
        const bool last = i == cells.upper_bounds.size();
        metric.histogram.bucket.push_back(
            {count, last ? std::numeric_limits<double>::infinity() : cells.upper_bounds[i]});
    }
    metric.histogram.sample_count = count;
    metric.histogram.sample_sum = cells.sum.load(std::memory_order_relaxed);
    return metric;
}

}  // namespace

// Names are wrong at start or never, so registering throws, like all that keeps a program from
// starting. Nothing is taken out again but by forget(): handles stay good as long as the registry.
struct Registry::Impl {
    explicit Impl(std::span<const About> list) {
        for (const About& about : list) {
            check(about);
            if (!known_.emplace(about.name, Known{&about, {}}).second)
                refuse(about.name, "is listed twice");
        }
    }

    struct Known {
        const About* about;
        std::optional<std::vector<double>> upper_bounds;  // once registered
        std::map<Labels, std::unique_ptr<HistogramCells>> histograms{};
        std::map<Labels, std::function<void()>> others{};  // what takes them out
    };

    /// What the list says of it, which has to be what the caller means.
    const About& agree(std::string_view name, Kind kind, const Labels& labels,
                       const std::vector<double>& upper_bounds = {}) {
        const auto found = known_.find(name);
        if (found == known_.end()) refuse(name, "is not in the catalogue");
        Known& known = found->second;
        if (known.about->kind != kind) refuse(name, "is of another type in the catalogue");
        for (const auto& [label, value] : labels) {
            if (!is_snake_case(label) || label == "le" || label == "quantile")
                refuse(name, "label '" + label + "' is not a free lower-case word");
        }
        if (names_of(labels) != known.about->labels)
            refuse(name, "has other labels in the catalogue than '" + names_of(labels) + "'");
        if (!known.upper_bounds) known.upper_bounds = upper_bounds;
        if (*known.upper_bounds != upper_bounds) refuse(name, "is registered with other buckets");
        return *known.about;
    }

    template <typename Builder>
    auto& family(Builder builder, const About& about) {
        return builder.Name("parley_" + std::string(about.name))
            .Help(std::string(about.meaning))
            .Register(registry_);
    }

    template <typename Builder>
    auto& series(Builder builder, const About& about, const Labels& labels) {
        auto& all = family(builder, about);
        auto& one = all.Add(labels);
        known_.at(about.name).others[labels] = [&all, &one] { all.Remove(&one); };
        return one;
    }

    void forget(const Labels& labels) {
        const auto is_of_these = [&](const auto& series) {
            return std::ranges::includes(series.first, labels);
        };
        for (auto& [name, known] : known_) {
            for (const auto& [of, remove] : known.others) {
                if (std::ranges::includes(of, labels)) remove();
            }
            std::erase_if(known.others, is_of_these);
            std::erase_if(known.histograms, is_of_these);
        }
    }

    HistogramCells& histogram(const About& about, const Labels& labels,
                              const std::vector<double>& upper_bounds) {
        auto& cells = known_.at(about.name).histograms[labels];
        if (!cells) cells = std::make_unique<HistogramCells>(upper_bounds);
        return *cells;
    }

    std::vector<prometheus::MetricFamily> collect() {
        std::vector<prometheus::MetricFamily> families = registry_.Collect();
        const std::scoped_lock lock(mutex_);
        for (const auto& [name, known] : known_) {
            if (known.histograms.empty()) continue;
            prometheus::MetricFamily& family = families.emplace_back();
            family.name = "parley_" + std::string(name);
            family.help = known.about->meaning;
            family.type = prometheus::MetricType::Histogram;
            for (const auto& [labels, cells] : known.histograms)
                family.metric.push_back(as_metric(labels, *cells));
        }
        return families;
    }

    std::mutex mutex_;  // registering and collecting: counting is atomic
    std::map<std::string_view, Known> known_;
    prometheus::Registry registry_;
};

Registry::Registry(std::span<const About> list) : impl_(std::make_unique<Impl>(list)) {}
Registry::~Registry() = default;

std::string Registry::exposition() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    prometheus::TextSerializer().Serialize(out, impl_->collect());
    return std::move(out).str();
}

Scope Scope::with(std::string label, std::string value) const {
    Scope inner = *this;
    inner.labels_.insert_or_assign(std::move(label), std::move(value));
    return inner;
}

Counter Scope::counter(std::string_view name) const {
    if (registry_ == nullptr) return {};
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    const About& about = impl.agree(name, Kind::counter, labels_);
    return Counter(&impl.series(prometheus::BuildCounter(), about, labels_));
}

Gauge Scope::gauge(std::string_view name) const {
    if (registry_ == nullptr) return {};
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    const About& about = impl.agree(name, Kind::gauge, labels_);
    return Gauge(&impl.series(prometheus::BuildGauge(), about, labels_));
}

void Scope::forget() const {
    if (registry_ == nullptr || labels_.empty()) return;
    const std::scoped_lock lock(registry_->impl_->mutex_);
    registry_->impl_->forget(labels_);
}

Histogram Scope::histogram(std::string_view name, const std::vector<double>& upper_bounds) const {
    if (registry_ == nullptr) return {};
    if (!std::ranges::is_sorted(upper_bounds, std::ranges::less_equal{}))
        refuse(name, "upper bounds must grow");
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    const About& about = impl.agree(name, Kind::histogram, labels_, upper_bounds);
    return Histogram(&impl.histogram(about, labels_, upper_bounds));
}

}  // namespace parley::metrics
