#pragma once
// The parts of a scenario file around the settings, said once: what a carrier, a step and the whole
// may hold. `do`, `for` and `set` of a step are read by hand, and listed on the reference page.

#include "tools/carrier_sim/scenario/fields.h"
#include "tools/carrier_sim/scenario/scenario.h"

namespace parley::carrier_sim {

template <>
struct WordsOf<AtEnd> {
    static constexpr std::array<std::string_view, 3> list{"stay", "repeat", "exit"};
};

template <Is<CarrierSpec> Spec>
void describe(Spec& carrier, auto&& setting) {
    setting("id", carrier.id, "its name in a timeline's 'on', on the control port and in metrics");
    setting("listen", carrier.listen,
            "host:port for SMPP, one or several; port 0 takes a free one (127.0.0.1:2775 for the "
            "first carrier when nothing is said)");
    setting("tls_listen", carrier.tls_listen, "the same with TLS");
    setting("certificate", carrier.certificate,
            "PEM file for tls_listen; empty: self-signed, made at the start");
    setting("key", carrier.key, "PEM file of its private key");
    describe(carrier.behaviour, setting);
}

template <Is<Step> What>
void describe(What& step, auto&& setting) {
    setting("at", step.at, "when, from the start; steps stand in order of time");
    setting("every", step.every, "again and again, so far apart; 0s: once");
    setting("times", step.times, "how often, with every; 0: to the end");
    setting("on", step.on, "carriers by id; empty: all");
}

template <Is<Scenario> Whole>
void describe(Whole& scenario, auto&& setting) {
    setting("about", scenario.about, "what it shows, for --list");
    setting("seed", scenario.seed, "of all chance; --seed goes before it");
    setting("length", scenario.length, "of the timeline; 0s: until its last step is over");
    setting("at_end", scenario.at_end, "what happens then: repeat starts the timeline again");
}

}  // namespace parley::carrier_sim
