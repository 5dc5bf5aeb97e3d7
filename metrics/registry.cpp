#include "metrics/registry.h"

#include <algorithm>
#include <locale>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
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

}  // namespace

// Names are wrong at start or never, so registering throws, like all that keeps a program from
// starting. Nothing is ever taken out again: handles stay good as long as the registry.
struct Registry::Impl {
    enum class Kind { counter, gauge, histogram };
    struct Known {
        Kind kind;
        std::string help;
        std::vector<double> upper_bounds;
    };

    /// Registers the name, or makes sure that it means the same as before.
    void agree(std::string_view name, const Known& wanted, const Labels& labels) {
        if (!is_snake_case(name)) refuse(name, "expected lower-case words joined by '_'");
        if ((wanted.kind == Kind::counter) != name.ends_with("_total"))
            refuse(name, "counters, and only they, end in _total");
        if (wanted.help.empty()) refuse(name, "has no help");
        for (const auto& [label, value] : labels) {
            if (!is_snake_case(label) || label == "le" || label == "quantile")
                refuse(name, "label '" + label + "' is not a free lower-case word");
        }
        const auto [entry, is_new] = known_.emplace(std::string(name), wanted);
        if (is_new) return;
        if (entry->second.kind != wanted.kind) refuse(name, "is registered as another type");
        if (entry->second.help != wanted.help) refuse(name, "is registered with another help");
        if (entry->second.upper_bounds != wanted.upper_bounds)
            refuse(name, "is registered with other buckets");
    }

    template <typename Builder>
    auto& family(Builder builder, std::string_view name, std::string_view help) {
        return builder.Name("parley_" + std::string(name))
            .Help(std::string(help))
            .Register(registry_);
    }

    std::mutex mutex_;  // registering only: counting is atomic, and collecting locks for itself
    std::map<std::string, Known, std::less<>> known_;
    prometheus::Registry registry_;
};

Registry::Registry() : impl_(std::make_unique<Impl>()) {}
Registry::~Registry() = default;

std::string Registry::exposition() const {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    prometheus::TextSerializer().Serialize(out, impl_->registry_.Collect());
    return std::move(out).str();
}

Scope Scope::with(std::string label, std::string value) const {
    Scope inner = *this;
    inner.labels_.insert_or_assign(std::move(label), std::move(value));
    return inner;
}

Counter Scope::counter(std::string_view name, std::string_view help) const {
    if (registry_ == nullptr) return {};
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    impl.agree(name, {Registry::Impl::Kind::counter, std::string(help), {}}, labels_);
    return Counter(&impl.family(prometheus::BuildCounter(), name, help).Add(labels_));
}

Gauge Scope::gauge(std::string_view name, std::string_view help) const {
    if (registry_ == nullptr) return {};
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    impl.agree(name, {Registry::Impl::Kind::gauge, std::string(help), {}}, labels_);
    return Gauge(&impl.family(prometheus::BuildGauge(), name, help).Add(labels_));
}

Histogram Scope::histogram(std::string_view name, std::string_view help,
                           std::vector<double> upper_bounds) const {
    if (registry_ == nullptr) return {};
    if (!std::ranges::is_sorted(upper_bounds, std::ranges::less_equal{}))
        refuse(name, "upper bounds must grow");
    Registry::Impl& impl = *registry_->impl_;
    const std::scoped_lock lock(impl.mutex_);
    impl.agree(name, {Registry::Impl::Kind::histogram, std::string(help), upper_bounds}, labels_);
    auto& family = impl.family(prometheus::BuildHistogram(), name, help);
    return Histogram(&family.Add(labels_, upper_bounds));
}

}  // namespace parley::metrics
