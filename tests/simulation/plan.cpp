#include "tests/simulation/plan.h"

#include <algorithm>

namespace parley::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string brand_number(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "+1555000" + std::string(4 - digits.size(), '0') + digits;
}

std::string contact_number(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "+1555700" + std::string(4 - digits.size(), '0') + digits;
}

void know_templates(config::Carrier& carrier, std::uint32_t tag, config::TlvType type) {
    carrier.dialect.tlvs.push_back({{tag}, template_name, type, {1, 30}});
}

CarrierPlan& Plan::add_carrier(const std::string& id) {
    CarrierPlan plan;
    config::Carrier& engine = plan.engine;
    engine.id = id;
    engine.address = {id + ":2775"};
    engine.system_id = "parley";
    engine.links = 2;
    engine.window = 5;
    engine.uncertain_hold = seconds(30);
    engine.response_timeout = seconds(2);
    engine.enquire_link_every = seconds(5);
    engine.reconnect_min = milliseconds(100);
    engine.reconnect_max = seconds(1);
    engine.throttle_pause = milliseconds(200);
    engine.retry_min = milliseconds(100);
    engine.retry_max = seconds(1);
    engine.receipt_timeout = std::chrono::minutes(20);
    engine.failover_after = seconds(2);
    plan.behaviour.keep_books = true;
    plan.behaviour.deliver_timeout = seconds(3);
    carriers.push_back(std::move(plan));
    return carriers.back();
}

bool Plan::carriers_may_block() const {
    return std::ranges::any_of(carriers, [](const CarrierPlan& carrier) {
        const config::Dialect& dialect = carrier.engine.dialect;
        return std::ranges::any_of(dialect.statuses,
                                   [](const config::StatusRule& rule) {
                                       return rule.reaction == config::Reaction::suppress;
                                   }) ||
               std::ranges::any_of(dialect.receipt_errors, [](const config::ReceiptRule& rule) {
                   return rule.reaction == config::ReceiptReaction::suppress;
               });
    });
}

Plan Plan::quiet() {
    Plan plan;
    plan.add_carrier("acme");
    plan.brands.push_back({.id = "demo", .senders = {brand_number(1000)}});
    plan.routes.push_back({"+", {"acme"}});
    plan.split = false;
    return plan;
}

namespace {

void draw_behaviour(Dice& dice, carrier_sim::Settings& carrier) {
    carrier.response_delay = {milliseconds(0), milliseconds(dice.below(80))};
    // All sorts of "late": soon, after the message has left memory, long after.
    const std::uint64_t late = dice.chance(0.2) ? 600'000 : 6'000;
    carrier.receipt_delay = {milliseconds(0), milliseconds(1 + dice.below(late))};
    carrier.response_reorder_chance = dice.chance(0.5) ? 0.2 : 0;
    carrier.response_lost_chance = dice.chance(0.3) ? 0.03 : 0;
    carrier.throttle_chance = dice.chance(0.3) ? 0.1 : 0;
    carrier.receipt_before_response_chance = dice.chance(0.4) ? 0.3 : 0;
    carrier.receipt_lead = {milliseconds(0), milliseconds(40)};
    carrier.receipt_duplicate_chance = dice.chance(0.4) ? 0.1 : 0;
    carrier.receipt_enroute_chance = dice.chance(0.4) ? 0.2 : 0;
    carrier.receipt_other_session_chance = dice.chance(0.5) ? 0.3 : 0;
    carrier.receipt_tlvs = dice.chance(0.5);
    carrier.receipt_text = !carrier.receipt_tlvs || dice.chance(0.5);
    carrier.receipt_as_data_sm = dice.chance(0.2);
    if (dice.chance(0.3)) {
        carrier.refusals = {{"", smpp::Status::ESME_RMSGQFUL, dice.chance(0.5) ? 0.05 : 0.0},
                            {"", smpp::Status::ESME_RSYSERR, dice.chance(0.5) ? 0.2 : 0.0},
                            {"", smpp::Status::ESME_RSUBMITFAIL, dice.chance(0.3) ? 0.05 : 0.0}};
    }
    if (dice.chance(0.4)) {
        carrier.receipt_states = {{text::MessageState::delivered, 8},
                                  {text::MessageState::undeliverable, 1},
                                  {text::MessageState::expired, 1}};
    }
    carrier.mo_part_delay = {milliseconds(0), milliseconds(dice.below(400))};
    carrier.mo_part_duplicate_chance = dice.chance(0.4) ? 0.2 : 0;
    carrier.mo_part_lost_chance = dice.chance(0.2) ? 0.1 : 0;
    if (dice.chance(0.2)) carrier.window_max = 3;
    if (dice.chance(0.2)) carrier.enquire_link_every = seconds(2);
}

void draw_carrier(Dice& dice, CarrierPlan& plan) {
    config::Carrier& engine = plan.engine;
    engine.links = static_cast<std::uint32_t>(1 + dice.below(2));
    if (dice.chance(0.3)) engine.bind = config::BindMode::transmitter_receiver;
    engine.window = static_cast<std::uint32_t>(1 + dice.below(12));
    engine.throughput = dice.chance(0.3) ? static_cast<double>(20 + dice.below(200)) : 0;
    engine.link_throughput = dice.chance(0.2) ? static_cast<double>(10 + dice.below(100)) : 0;
    engine.burst = dice.chance(0.2) ? static_cast<std::uint32_t>(1 + dice.below(10)) : 0;
    if (dice.chance(0.25)) engine.on_uncertain = config::OnUncertain::resend;
    if (dice.chance(0.1)) engine.on_uncertain = config::OnUncertain::fail;
    engine.attempts_max = static_cast<std::uint32_t>(1 + dice.below(4));
    draw_behaviour(dice, plan.behaviour);
    const bool pairs = engine.bind == config::BindMode::transmitter_receiver;
    if (dice.chance(0.2)) plan.behaviour.sessions_max = engine.links * (pairs ? 2 : 1);
    if (dice.chance(0.2)) engine.uncertain_max = static_cast<std::uint32_t>(1 + dice.below(40));
}

/// Of receipts with two ids one may be in another form than the response's: the second, or the
/// first.
void draw_ids(Dice& dice, CarrierPlan& plan) {
    carrier_sim::Settings& carrier = plan.behaviour;
    if (!carrier.receipt_tlvs || !carrier.receipt_text || !dice.chance(0.6)) return;
    using carrier_sim::IdForm;
    carrier.id_in_response = dice.chance(0.5) ? IdForm::hex : IdForm::decimal;
    const bool first = dice.chance(0.5);
    carrier.id_in_receipt_tlv = first ? IdForm::hex : IdForm::decimal;
    carrier.id_in_receipt_text = first ? IdForm::decimal : IdForm::hex;
}

void draw_house(Dice& dice, Plan& plan) {
    const char* const names[] = {"acme", "beta", "coda"};
    const std::uint64_t carriers = 1 + dice.below(3);
    for (std::uint64_t n = 0; n < carriers; ++n)
        draw_carrier(dice, plan.add_carrier(names[n]));
    std::vector<config::RouteCarrier> all;
    for (const CarrierPlan& carrier : plan.carriers)
        all.emplace_back(carrier.engine.id);
    plan.routes.push_back({"+", all});
    if (carriers > 1) {
        std::rotate(all.begin(), all.begin() + 1, all.end());
        plan.routes.push_back({"+1555700000", all});
        plan.routes.push_back({"+1555700001", {all.front()}});
    }
    plan.brands.push_back({.id = "demo", .senders = {brand_number(1000)}});
    if (dice.chance(0.6)) plan.brands.front().senders.push_back(brand_number(1001));
    if (dice.chance(0.5)) {
        plan.brands.push_back({.id = "club",
                               .senders = {brand_number(2000), brand_number(2001)},
                               .suppression_scope = config::SuppressionScope::sender});
    }
}

void draw_trouble(Dice& dice, Plan& plan) {
    const auto up_to = [&](std::uint64_t most) {
        return static_cast<std::uint32_t>(dice.below(most + 1));
    };
    plan.cuts = up_to(3);
    plan.silences = up_to(1);
    plan.stalls = dice.chance(0.3) ? up_to(2) : 0;
    plan.crashes = dice.chance(0.7) ? up_to(3) : 0;
    plan.drains = dice.chance(0.3) ? up_to(2) : 0;
    plan.full_disks = dice.chance(0.2) ? up_to(2) : 0;
    plan.outages = dice.chance(0.4) ? up_to(2) : 0;
    plan.refusals = dice.chance(0.3) ? up_to(2) : 0;
    plan.reshards = dice.chance(0.2) ? up_to(2) : 0;
    plan.removals = plan.carriers.size() > 1 && dice.chance(0.15) ? 1 : 0;
    plan.sync = !dice.chance(0.2);
    plan.power_cuts = !plan.sync && dice.chance(0.7) ? up_to(2) : 0;
    if (dice.chance(0.15))
        plan.live_octets_max = 4'000 + static_cast<std::int64_t>(dice.below(60'000));
    plan.split = dice.chance(0.7);
}

void draw_tlvs(Dice& dice, Plan& plan) {
    if (!dice.chance(0.5)) return;
    plan.tlv_share = 0.3;
    std::uint32_t tag = 0x1400;
    for (CarrierPlan& carrier : plan.carriers) {
        const auto type = dice.chance(0.5) ? config::TlvType::text : config::TlvType::c_string;
        if (dice.chance(0.7)) know_templates(carrier.engine, ++tag, type);
        if (dice.chance(0.3)) carrier.engine.tlvs = {{"0x3000", "c0ffee"}};
        carrier.behaviour.own_tlvs = dice.chance(0.5);
    }
}

/// What carriers' own answers ask for, other than what the specification makes of them.
void draw_reactions(Dice& dice, Plan& plan) {
    for (CarrierPlan& carrier : plan.carriers) {
        if (!dice.chance(0.2)) continue;
        const auto reaction =
            dice.chance(0.5) ? config::Reaction::suppress : config::Reaction::fail_over;
        constexpr auto status = smpp::Status::ESME_RINVDSTADR;
        carrier.engine.dialect.statuses.push_back(
            {.status = {static_cast<std::uint32_t>(status)}, .reaction = reaction});
        carrier.behaviour.refusals.push_back({"", status, 0.05});
    }
}

/// Drawn last, so that seeds which know nothing of it stay what they were.
void draw_links(Dice& dice, Plan& plan) {
    for (CarrierPlan& carrier : plan.carriers) {
        config::Carrier& engine = carrier.engine;
        if (dice.chance(0.2)) {
            engine.address.insert(engine.address.begin(), nowhere);
            engine.bind_timeout = milliseconds(500);
            if (dice.chance(0.5)) engine.hosts = config::HostOrder::spread;
        }
        if (dice.chance(0.2)) engine.inactivity_timeout = seconds(1 + dice.below(4));
        if (dice.chance(0.2)) engine.extra_transmitters = 1;
        if (dice.chance(0.2)) engine.extra_receivers = 1;
        // Told of all the sessions that it allows; fewer might leave no receiver.
        carrier.behaviour.sessions_max += engine.extra_transmitters + engine.extra_receivers;
        if (dice.chance(0.2)) engine.bind_every = milliseconds(dice.below(1'000));
    }
}

void draw_routes(Dice& dice, Plan& plan) {
    for (config::Route& route : plan.routes) {
        if (dice.chance(0.3)) route.pick = config::RoutePick::weight;
        for (config::RouteCarrier& carrier : route.carriers)
            carrier.weight = static_cast<std::uint32_t>(dice.below(4));
        if (dice.chance(0.3))
            route.failover_after =
                config::Millis(1'000 + static_cast<std::int64_t>(dice.below(9'000)));
        if (dice.chance(0.1))
            route.validity = config::Millis(10'000 + static_cast<std::int64_t>(dice.below(60'000)));
    }
}

/// Drawn last as well. Of receipts that never come, the carrier can be asked.
void draw_inquiries(Dice& dice, CarrierPlan& plan) {
    config::Carrier& engine = plan.engine;
    if (dice.chance(0.3)) {
        engine.query = {.after = seconds(1 + dice.below(10)),
                        .rate = static_cast<double>(1 + dice.below(20)),
                        .times = static_cast<std::uint32_t>(1 + dice.below(3))};
        plan.behaviour.receipt_missing_chance = dice.chance(0.5) ? 0.2 : 0;
        plan.behaviour.knows_query_sm = !dice.chance(0.2);
    }
    engine.cancel_sm = dice.chance(0.2);
    plan.behaviour.takes_changes = dice.chance(0.5);
}

/// Drawn last, after all others. Slow enough to hold something up, and fast enough for what there
/// is; what the day does not hold expires.
void draw_limits(Dice& dice, Plan& plan) {
    const auto number = [&](std::uint64_t least, std::uint64_t most) {
        return static_cast<std::uint32_t>(least + dice.below(most - least + 1));
    };
    for (CarrierPlan& carrier : plan.carriers) {
        if (!dice.chance(0.3)) continue;
        std::vector<config::Limit>& limits = carrier.engine.limits;
        limits.push_back({.name = "campaign",
                          .rate = static_cast<double>(number(2, 30)),
                          .burst = dice.chance(0.5) ? number(1, 5) : 0});
        if (dice.chance(0.5)) limits.back().brand = plan.brands.front().id;
        if (dice.chance(0.4))
            limits.push_back(
                {.name = "each", .each_sender = true, .rate = static_cast<double>(number(1, 20))});
        if (dice.chance(0.4))
            limits.push_back({.name = "day",
                              .brand = plan.brands.back().id,
                              .per_day = number(10, 200),
                              .reserve = number(0, 30)});
    }
}

}  // namespace

Plan Plan::draw(std::uint64_t seed) {
    Dice dice(seed);
    Plan plan;
    plan.seed = seed;
    plan.shards = static_cast<std::uint32_t>(1 + dice.below(4));
    plan.contacts = static_cast<std::uint32_t>(2 + dice.below(30));
    plan.messages = static_cast<std::uint32_t>(40 + dice.below(160));
    plan.short_lived_share = dice.chance(0.3) ? 0.2 : 0;
    plan.order_share = dice.chance(0.3) ? 0.1 : 0;
    plan.until_forgotten = dice.chance(0.1);
    draw_house(dice, plan);
    draw_trouble(dice, plan);
    for (CarrierPlan& carrier : plan.carriers)
        draw_ids(dice, carrier);
    draw_tlvs(dice, plan);
    draw_reactions(dice, plan);
    draw_links(dice, plan);
    plan.cancel_share = dice.chance(0.4) ? 0.25 : 0;
    plan.reloads = dice.chance(0.3) ? static_cast<std::uint32_t>(1 + dice.below(5)) : 0;
    draw_routes(dice, plan);
    for (CarrierPlan& carrier : plan.carriers)
        draw_inquiries(dice, carrier);
    draw_limits(dice, plan);
    return plan;
}

}  // namespace parley::simulation
