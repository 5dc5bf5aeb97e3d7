// Time, orders and what the API shows.

#include "tests/simulation/world.h"

#include "protocol/smpp/address.h"
#include "tests/simulation/connection.h"
#include "tests/simulation/texts.h"

#include <algorithm>
#include <iomanip>
#include <utility>

namespace parley::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr UnixMs wall_start = 1'790'000'000'000;

std::string scope_in(const Plan& plan, const std::string& sender) {
    for (const config::Brand& brand : plan.brands) {
        for (const std::string& each : brand.senders) {
            if (each != sender) continue;
            const bool by_brand = brand.suppression_scope == config::SuppressionScope::brand;
            return by_brand ? "brand:" + brand.id : "sender:" + sender;
        }
    }
    return "sender:" + sender;
}

std::string brand_of(const Plan& plan, const std::string& sender) {
    for (const config::Brand& brand : plan.brands) {
        if (std::ranges::find(brand.senders, sender) != brand.senders.end()) return brand.id;
    }
    return "";
}

}  // namespace

World::World(Plan plan, std::ostream* trace)
    : plan_(std::move(plan)),
      carriers_may_block_(plan_.carriers_may_block()),
      out_(trace),
      dice_(plan_.seed * 0x9E3779B97F4A7C15ULL + 1),
      now_{Instant(seconds(1000)), wall_start + 1'000'000},
      disk_(storage::make_memory_disk()),
      checkers_([this](const std::string& sender) { return scope_in(plan_, sender); }) {
    if (out_ != nullptr) {
        checkers_.tell([this](const std::string& what) { tell(what); });
    }
    meet_carriers();
}

/// They all count from the same number: ids mean something to their own carrier only.
void World::meet_carriers() {
    for (const CarrierPlan& plan : plan_.carriers) {
        const auto is_it = [&](const auto& each) { return each->id == plan.engine.id; };
        if (std::ranges::any_of(carriers_, is_it)) continue;
        carriers_.push_back(
            std::make_unique<Carrier>(plan, Dice(plan_.seed + 7 + carriers_.size())));
        if (plan.behaviour.own_tlvs) checkers_.sends_own_tlvs(plan.engine.id);
    }
}

World::~World() = default;

config::Config World::make_config() const {
    config::Config config;
    config.node.spill_after = seconds(2);
    config.node.retention = plan_.retention;
    config.node.drain_limit = std::chrono::duration_cast<config::Millis>(plan_.drain_limit);
    for (const CarrierPlan& carrier : plan_.carriers)
        config.carriers.push_back(carrier.engine);
    config.brands = plan_.brands;
    config.routes = plan_.routes;
    for (const config::Brand& brand : plan_.brands) {
        const auto weight = plan_.weights.find(brand.id);
        config.accounts.push_back({.id = brand.id,
                                   .brand = brand.id,
                                   .weight = weight == plan_.weights.end() ? 1 : weight->second,
                                   .api_keys = {"k"}});
    }
    return config;
}

// ---- Time
// ----------------------------------------------------------------------------------------

void World::at(Duration from_now, std::function<void()> what) {
    agenda_.emplace(std::pair(now_.at + from_now, ++serial_), std::move(what));
}

void World::at_engine(Duration from_now, std::function<void()> what) {
    at(from_now, [this, boot = boots_, what = std::move(what)] {
        if (boot == boots_) what();
    });
}

Duration World::draw(Duration least, Duration most) {
    return least + Duration(dice_.below(static_cast<std::uint64_t>((most - least).count()) + 1));
}

void World::pass(Duration time) {
    run_until(now_.at + time);
}

void World::run_until(Instant end) {
    const auto advance = [this](Instant to) {
        if (to <= now_.at) return;
        now_.at = to;
        now_.wall = wall_start +
                    std::chrono::duration_cast<milliseconds>(now_.at.time_since_epoch()).count();
    };
    while (!agenda_.empty() && agenda_.begin()->first.first <= end) {
        auto entry = agenda_.extract(agenda_.begin());
        advance(entry.key().first);
        entry.mapped()();
    }
    advance(end);
}

void World::tell(const std::string& what) {
    if (out_ == nullptr) return;
    *out_ << std::fixed << std::setprecision(6)
          << static_cast<double>(now_.at.time_since_epoch().count()) / 1e6 - 1000 << "  " << what
          << "\n";
}

// ---- What people do
// -------------------------------------------------------------------------------

void World::send(const Order& order) {
    if (!is_up()) return;  // nobody answers the door: nothing is promised
    const ConsentBook::Pair pair{scope_in(plan_, order.from), order.to};
    Answer answer;
    answer.sender = order.from;
    answer.contact = order.to;
    answer.text = order.text;
    answer.marker = marker_of(order.text);
    answer.template_id = order.template_id;
    checkers_.asks(answer.marker, order.template_id);
    answer.held = order.later > Duration::zero();
    answer.stopped_before = checkers_.consent().is_stopped(pair);
    answer.may_be_stopped_before =
        carriers_may_block_ || checkers_.consent().may_be_stopped(now_, pair);
    answer.may_be_full = plan_.live_octets_max < (1LL << 39U);
    answer.may_be_draining = draining_;
    api::SendRequest request{.account = brand_of(plan_, order.from),
                             .from = order.from,
                             .to = order.to,
                             .text = order.text,
                             .message_class = order.message_class};
    const auto ms = [](Duration time) {
        return std::chrono::duration_cast<milliseconds>(time).count();
    };
    request.validity_ms = ms(order.validity);
    if (!order.template_id.empty()) request.tlvs = {{template_name, order.template_id}};
    if (answer.held) request.send_at = now_.wall + ms(order.later);
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count_));
    shards_[shard]->send({request}, [this, answer](
                                        const std::vector<api::SendOutcome>& outcomes) mutable {
        answer.outcome = outcomes.front();
        answer.may_be_draining = answer.may_be_draining || draining_;
        answer.may_be_unavailable =
            disk_was_full_ != Instant{} && now_.at <= disk_was_full_ + seconds(1);
        tell(answer.marker + " from " + answer.sender + " to " + answer.contact + ": " +
             (answer.outcome.problem == api::Problem::none ? storage::to_text(answer.outcome.id)
                                                           : "refused, " + answer.outcome.detail));
        checkers_.answered(now_, answer);
        if (answer.outcome.problem == api::Problem::none) {
            accepted_.push_back(answer.outcome.id);
        } else {
            refusals_.push_back(answer.outcome.problem);
        }
    });
}

std::string World::refusal_of(const std::string& from, const std::string& to,
                              const smpp::NamedTlvs& tlvs) {
    std::string detail;
    bool answered = false;
    shards_.front()->send({{.account = brand_of(plan_, from),
                            .from = from,
                            .to = to,
                            .text = "Refuse this",
                            .tlvs = tlvs}},
                          [&](const std::vector<api::SendOutcome>& outcomes) {
                              answered = true;
                              if (outcomes.front().problem == api::Problem::invalid_tlv)
                                  detail = outcomes.front().detail;
                          });
    want_turn(0);
    run_until_answered(answered);
    return detail;
}

void World::cancel(storage::MessageId id) {
    if (!is_up()) return;
    tell("order: cancel " + storage::to_text(id));
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count_));
    shards_[shard]->cancel(id, [this, id](const api::ChangeOutcome& outcome) {
        tell("cancel " + storage::to_text(id) + ": " +
             std::string(outcome.message ? storage::name(outcome.message->status) : "nobody's"));
        checkers_.cancel_answered(id, outcome);
    });
    want_turn(shard);
}

api::ChangeOutcome World::change(storage::MessageId id, const std::string& text,
                                 Duration validity) {
    api::ChangeOutcome outcome;
    bool answered = false;
    tell("order: change " + storage::to_text(id));
    const auto ms = std::chrono::duration_cast<milliseconds>(validity).count();
    shards_.front()->change(id, {.text = text, .validity_ms = ms},
                            [&](const api::ChangeOutcome& heard) {
                                outcome = heard;
                                answered = true;
                            });
    want_turn(0);
    run_until_answered(answered);
    if (outcome.done) checkers_.changed(id, text);
    return outcome;
}

api::ChangeOutcome World::cancel_and_wait(storage::MessageId id) {
    api::ChangeOutcome outcome;
    bool answered = false;
    tell("order: cancel " + storage::to_text(id));
    shards_.front()->cancel(id, [&](const api::ChangeOutcome& heard) {
        outcome = heard;
        answered = true;
    });
    want_turn(0);
    run_until_answered(answered);
    checkers_.cancel_answered(id, outcome);
    return outcome;
}

void World::say(const std::string& carrier_id, const std::string& contact,
                const std::string& sender, const std::string& text) {
    const auto kind = is_stop(text)    ? carrier_sim::MoKind::opt_out
                      : is_start(text) ? carrier_sim::MoKind::opt_in
                                       : carrier_sim::MoKind::plain;
    tell(contact + " writes to " + sender + " over " + carrier_id + ": " + text);
    carrier(carrier_id).send_mo(now_, contact, sender, text, kind);
    serve_carriers();
}

void World::suppress(const std::string& scope, const std::string& contact) {
    if (!is_up()) return;
    tell("order: suppress " + scope + " " + contact);
    ordered_.insert({scope, contact});
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count_));
    const auto token = checkers_.consent().begin({scope, contact}, ConsentBook::Wish::stop,
                                                 "shard " + std::to_string(shard));
    shards_[shard]->suppress({scope, contact, "api", "", "account", now_.wall},
                             [this, token](api::Problem problem) {
                                 if (problem == api::Problem::none)
                                     checkers_.consent().acknowledge(now_, token);
                             });
    want_turn(shard);
}

void World::restore(const std::string& scope, const std::string& contact) {
    if (!is_up()) return;
    tell("order: restore " + scope + " " + contact);
    ordered_.insert({scope, contact});
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count_));
    const auto token = checkers_.consent().begin({scope, contact}, ConsentBook::Wish::start,
                                                 "shard " + std::to_string(shard));
    shards_[shard]->restore(scope, contact, [this, token](api::Problem problem) {
        if (problem == api::Problem::none) checkers_.consent().acknowledge(now_, token);
    });
    want_turn(shard);
}

// ---- What the API shows
// ---------------------------------------------------------------------------

void World::run_until_answered(const bool& answered) {
    while (!answered && !agenda_.empty())
        run_until(agenda_.begin()->first.first);
}

std::optional<storage::Message> World::find(storage::MessageId id) {
    std::optional<storage::Message> found;
    bool answered = false;
    shards_.front()->find_message(id, [&](std::optional<storage::Message> message) {
        found = std::move(message);
        answered = true;
    });
    run_until_answered(answered);
    return found;
}

std::vector<storage::Message> World::thread(const std::string& sender, const std::string& contact) {
    std::vector<storage::Message> all;
    bool answered = false;
    shards_.front()->thread(storage::ConversationId::of(sender, contact), {}, 100'000,
                            [&](api::ThreadView view) {
                                all = std::move(view.messages);
                                answered = true;
                            });
    run_until_answered(answered);
    return all;
}

std::optional<storage::Suppression> World::suppression(const std::string& scope,
                                                       const std::string& contact) {
    std::optional<storage::Suppression> suppression;
    bool answered = false;
    shards_.front()->find_suppression(scope, contact,
                                      [&](std::optional<storage::Suppression> found) {
                                          suppression = std::move(found);
                                          answered = true;
                                      });
    run_until_answered(answered);
    return suppression;
}

bool World::is_suppressed(const std::string& scope, const std::string& contact) {
    return suppression(scope, contact).has_value();
}

std::vector<api::LinkView> World::link_views() {
    std::vector<api::LinkView> views;
    bool answered = false;
    shards_.front()->links([&](std::vector<api::LinkView> found) {
        views = std::move(found);
        answered = true;
    });
    run_until_answered(answered);
    return views;
}

api::QueueView World::queue() {
    api::QueueView view;
    bool answered = false;
    shards_.front()->queue([&](api::QueueView found) {
        view = std::move(found);
        answered = true;
    });
    run_until_answered(answered);
    return view;
}

std::vector<api::UnmatchedReceipt> World::unmatched_receipts(const api::UnmatchedFilter& filter) {
    std::vector<api::UnmatchedReceipt> receipts;
    bool answered = false;
    shards_.front()->unmatched_receipts(filter, 200, [&](std::vector<api::UnmatchedReceipt> found) {
        receipts = std::move(found);
        answered = true;
    });
    run_until_answered(answered);
    return receipts;
}

std::size_t World::journal_records() const {
    return disk_->family(storage::Family::journal).size();
}

std::uint64_t World::submits() const {
    std::uint64_t all = 0;
    for (const auto& carrier : carriers_)
        all += carrier->sim.books().counts.accepted;
    return all;
}

}  // namespace parley::simulation
