#pragma once
// The sentences of a timeline: "throttle to 50/s for 20s". One table says which there are; it is
// what is read, suggested and printed on the reference page.

#include "tools/carrier_sim/scenario/fields.h"
#include "tools/carrier_sim/scenario/scenario.h"

#include <optional>
#include <span>
#include <string_view>

namespace parley::carrier_sim {

struct SentenceHelp {
    std::string_view form;  // "throttle to RATE"
    std::string_view help;
    bool lasts = false;  // "for TIME" may follow
};
std::span<const SentenceHelp> sentences();

/// Empty after a complaint, which points at the word that was not understood.
std::optional<Order> read_sentence(const Reading& at, const Node& node);

}  // namespace parley::carrier_sim
