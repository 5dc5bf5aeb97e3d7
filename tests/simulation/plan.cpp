#include "tests/simulation/plan.h"

namespace parley::simulation {

using std::chrono::milliseconds;

Plan Plan::draw(std::uint64_t seed) {
    Dice dice(seed);
    Plan plan;
    plan.seed = seed;
    plan.contacts = static_cast<std::uint32_t>(2 + dice.below(30));
    plan.messages = static_cast<std::uint32_t>(40 + dice.below(160));
    plan.window = static_cast<std::uint32_t>(1 + dice.below(12));
    plan.throughput = dice.chance(0.3) ? static_cast<double>(20 + dice.below(200)) : 0;
    plan.resend = dice.chance(0.3);
    plan.cuts = static_cast<std::uint32_t>(dice.below(4));
    plan.silences = static_cast<std::uint32_t>(dice.below(2));
    plan.crashes = static_cast<std::uint32_t>(dice.below(4));
    plan.split = dice.chance(0.7);

    carrier_sim::Settings& carrier = plan.carrier;
    carrier.keep_books = true;
    carrier.response_delay = {milliseconds(0), milliseconds(dice.below(80))};
    carrier.receipt_delay = {milliseconds(0), milliseconds(1 + dice.below(6000))};
    carrier.response_reorder_chance = dice.chance(0.5) ? 0.2 : 0;
    carrier.response_lost_chance = dice.chance(0.3) ? 0.03 : 0;
    carrier.throttle_chance = dice.chance(0.3) ? 0.1 : 0;
    carrier.receipt_before_response_chance = dice.chance(0.4) ? 0.3 : 0;
    carrier.receipt_lead = {milliseconds(0), milliseconds(40)};
    carrier.receipt_duplicate_chance = dice.chance(0.4) ? 0.1 : 0;
    carrier.receipt_other_session_chance = dice.chance(0.5) ? 0.3 : 0;
    carrier.receipt_tlvs = dice.chance(0.5);
    carrier.receipt_text = !carrier.receipt_tlvs || dice.chance(0.5);
    carrier.deliver_timeout = std::chrono::seconds(3);
    if (dice.chance(0.4)) {
        carrier.receipt_states = {{text::MessageState::delivered, 8},
                                  {text::MessageState::undeliverable, 1},
                                  {text::MessageState::expired, 1}};
    }
    return plan;
}

}  // namespace parley::simulation
