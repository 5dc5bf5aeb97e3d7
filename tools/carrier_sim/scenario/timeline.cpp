#include "tools/carrier_sim/scenario/timeline.h"

#include "tools/carrier_sim/scenario/fields.h"
#include "tools/carrier_sim/scenario/settings_text.h"

#include <algorithm>
#include <limits>

namespace parley::carrier_sim {
namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// Does one deed; returns what would undo it, of those that can last.
std::optional<Deed> apply(Now now, const Stage& stage, const Deed& deed) {
    CarrierSim& carrier = *stage.carrier;
    using Undo = std::optional<Deed>;
    return std::visit(Overloaded{
                          [&](const SetOne& set) -> Undo {
                              Settings changed = carrier.settings();
                              SetOne before{.name = set.name, .value = changed};
                              copy_setting(set.value, changed, set.name);
                              carrier.change(std::move(changed));
                              return before;
                          },
                          [&](const RefuseSubmits& refuse) -> Undo {
                              carrier.refuse_submits(refuse.status);
                              return RefuseSubmits{};
                          },
                          [&](const RefuseBinds& refuse) -> Undo {
                              carrier.refuse_binds(refuse.status);
                              return RefuseBinds{};
                          },
                          [&](const Freeze& freeze) -> Undo {
                              freeze.on ? carrier.freeze() : carrier.resume(now);
                              return Freeze{!freeze.on};
                          },
                          [&](const Listen& listen) -> Undo {
                              carrier.listen(listen.on);
                              return Listen{!listen.on};
                          },
                          [&](CutConnections) -> Undo {
                              carrier.drop_connections();
                              return {};
                          },
                          [&](HalfOpen) -> Undo {
                              carrier.leave_half_open();
                              return {};
                          },
                          [&](UnbindAll) -> Undo {
                              carrier.unbind_all(now);
                              return {};
                          },
                          [&](const Garbage& garbage) -> Undo {
                              carrier.send_garbage(garbage.octets);
                              return {};
                          },
                          [&](UnknownPdu) -> Undo {
                              carrier.send_unknown_pdu(now);
                              return {};
                          },
                          [&](const Outbind& outbind) -> Undo {
                              carrier.ask_outbind(outbind.address);
                              return {};
                          },
                          [&](const SendMo& mo) -> Undo {
                              carrier.send_mo(now, mo.from, mo.to, mo.text, guess_kind(mo.text));
                              return {};
                          },
                          [&](const MoBurst& burst) -> Undo {
                              stage.bursts->start(now, burst);
                              return {};
                          },
                      },
                      deed);
}

}  // namespace

Timeline::Timeline(Scenario scenario, std::vector<Stage> stages, Instant start)
    : scenario_(std::move(scenario)), stages_(std::move(stages)), start_(start) {
    plan();
}

void Timeline::plan() {
    for (std::size_t i = 0; i < scenario_.timeline.size(); ++i)
        put(start_ + scenario_.timeline[i].at, {.kind = Entry::Kind::step, .step = i});
    if (scenario_.timeline.empty() && scenario_.length == Duration::zero()) return;
    // Behind everything else of its moment.
    constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
    if (const auto length = length_of(scenario_))
        agenda_.emplace(std::pair(start_ + *length, last), Entry{.kind = Entry::Kind::end});
}

void Timeline::put(Instant when, Entry entry) {
    agenda_.emplace(std::pair(when, ++serial_), std::move(entry));
}

void Timeline::run(Now now) {
    while (!agenda_.empty() && agenda_.begin()->first.first <= now.at) {
        const Entry entry = std::move(agenda_.extract(agenda_.begin()).mapped());
        switch (entry.kind) {
            case Entry::Kind::step:
                do_step(now, entry);
                break;
            case Entry::Kind::undo:
                apply(now, stages_[entry.stage], entry.deed);
                tell(now, stages_[entry.stage].id, "over: " + entry.words);
                break;
            case Entry::Kind::end:
                end(now);
                break;
        }
    }
}

void Timeline::do_step(Now now, const Entry& entry) {
    const Step& step = scenario_.timeline[entry.step];
    for (const Order& order : step.orders)
        give(now, order, step.on);
    const bool again =
        step.every > Duration::zero() && (step.times == 0 || entry.turn + 1 < step.times);
    if (!again) return;
    const Instant next = start_ + step.at + step.every * (entry.turn + 1);
    if (scenario_.length > Duration::zero() && next >= start_ + scenario_.length) return;
    put(next, {.kind = Entry::Kind::step, .step = entry.step, .turn = entry.turn + 1});
}

void Timeline::give(Now now, const Order& order, const std::vector<std::string>& on) {
    for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
        if (on.empty() || std::ranges::find(on, stages_[stage].id) != on.end())
            give_to(now, stage, order);
    }
}

void Timeline::give_to(Now now, std::size_t stage, const Order& order) {
    tell(now, stages_[stage].id, order.words);
    auto undo = apply(now, stages_[stage], order.deed);
    if (!undo || order.lasts == Duration::zero()) return;
    put(now.at + order.lasts, {.kind = Entry::Kind::undo,
                               .stage = stage,
                               .deed = std::move(*undo),
                               .words = order.words});
}

void Timeline::end(Now now) {
    if (scenario_.at_end != AtEnd::repeat || length_of(scenario_) == Duration::zero()) {
        over_ = true;
        return tell(now, scenario_.name, "the timeline is over");
    }
    // What lasts across the end ends with it, so that every round begins as the first one did.
    for (auto& [when, entry] : std::exchange(agenda_, {})) {
        if (entry.kind == Entry::Kind::undo) apply(now, stages_[entry.stage], entry.deed);
    }
    start_ += *length_of(scenario_);
    tell(now, scenario_.name, "from the beginning");
    plan();
}

std::optional<Instant> Timeline::next_deadline() const {
    if (agenda_.empty()) return std::nullopt;
    return agenda_.begin()->first.first;
}

void Timeline::tell(Now now, const std::string& who, const std::string& what) {
    constexpr std::size_t told_max = 10'000;  // nobody asked for so long: the newest are enough
    if (told_.size() == told_max) told_.erase(told_.begin(), told_.begin() + told_max / 2);
    constexpr std::chrono::milliseconds grain(100);  // a person reads it
    told_.push_back(duration_text(elapsed(now) / grain * grain) + " " + who + ": " + what);
}

}  // namespace parley::carrier_sim
