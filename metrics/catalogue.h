#pragma once
// Every metric of the engine, once: what it is called, what it means, what to do about it. The
// registry knows no other; docs/reference/metrics.md is written from here.

#include <span>
#include <string>
#include <string_view>

namespace parley::metrics {

enum class Kind { counter, gauge, histogram };

struct About {
    std::string_view name;  // without the prefix "parley_"
    Kind kind = Kind::gauge;
    std::string_view unit;    // what one is, or the base unit: "messages", "seconds"
    std::string_view labels;  // "carrier, link": in order of the alphabet; empty: none
    std::string_view meaning;
    std::string_view when_high;  // what whoever is on duty does about it
};

/// In the order of the reference page.
std::span<const About> catalogue();

/// The page docs/reference/metrics.md. tools/describe writes it; a test fails when the file in the
/// repository says something else.
std::string reference_markdown();

}  // namespace parley::metrics
