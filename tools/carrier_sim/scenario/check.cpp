#include "tools/carrier_sim/scenario/check.h"

#include <algorithm>
#include <map>

namespace parley::carrier_sim {
namespace {

constexpr std::uint32_t repeats_looked_at_max = 1'000;

/// One time span in which something of a carrier is held.
struct Hold {
    Duration from;
    Duration to;
    const Step* step;
    const Order* order;
};

class Check {
public:
    Check(const Reading& at, const Node& root, const Scenario& scenario)
        : at_(at), root_(root), scenario_(scenario) {}

    void run() {
        carriers();
        for (std::size_t i = 0; i < scenario_.timeline.size(); ++i)
            step(i);
        overlaps();
        opposites();
    }

private:
    config::Place place_of(std::string_view list, std::size_t item, std::string_view name) const {
        const Node* all = root_.find(list);
        if (all == nullptr || item >= all->items.size()) return {};
        const Node* value = all->items[item].find(name);
        return value == nullptr ? all->items[item].place : value->place;
    }

    void carriers() {
        std::map<std::string, std::size_t> ids;
        std::map<std::string, std::string> ports;
        for (std::size_t i = 0; i < scenario_.carriers.size(); ++i) {
            const CarrierSpec& carrier = scenario_.carriers[i];
            const Reading here = at_.inside("carriers").at(i);
            const auto place = [&](std::string_view name) { return place_of("carriers", i, name); };
            if (!ids.emplace(carrier.id, i).second)
                here.inside("id").complain(place("id"),
                                           "'" + carrier.id + "' is another carrier's as well");
            const auto is_name = [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
            };
            if (carrier.id.empty() || !std::ranges::all_of(carrier.id, is_name))
                here.inside("id").complain(place("id"), "'" + carrier.id +
                                                            "' given, expected letters, digits, "
                                                            "'.', '-' or '_'");
            if (i > 0 && carrier.listen.empty() && carrier.tls_listen.empty())
                here.complain(place("id"), "listens nowhere: expected listen or tls_listen");
            for (const auto& [name, list] : {std::pair("listen", &carrier.listen),
                                             std::pair("tls_listen", &carrier.tls_listen)}) {
                for (const std::string& address : *list)
                    endpoint(here.inside(name), place(name), address, ports, carrier.id);
            }
            if (carrier.certificate.empty() != carrier.key.empty())
                here.complain(place(carrier.key.empty() ? "certificate" : "key"),
                              "expected certificate and key, or neither");
        }
    }

    void endpoint(const Reading& here, config::Place place, const std::string& address,
                  std::map<std::string, std::string>& ports, const std::string& id) {
        const auto colon = address.rfind(':');
        const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
        const bool good =
            colon != std::string::npos && colon > 0 && !port.empty() && port.size() <= 5 &&
            port.find_first_not_of("0123456789") == std::string::npos && std::stoul(port) <= 65'535;
        if (!good) return here.complain(place, "'" + address + "' given, expected host:port");
        if (port != "0" && !ports.emplace(address, id).second)
            here.complain(place, address + " is " + ports[address] + "'s already");
    }

    void step(std::size_t i) {
        const Step& step = scenario_.timeline[i];
        const Reading here = at_.inside("timeline").at(i);
        const auto place = [&](std::string_view name) { return place_of("timeline", i, name); };
        if (i > 0 && step.at < scenario_.timeline[i - 1].at)
            here.inside("at").complain(
                place("at"), duration_text(step.at) + " comes before the step above it (" +
                                 duration_text(scenario_.timeline[i - 1].at) + ")");
        if (scenario_.length > Duration::zero() && step.at >= scenario_.length)
            here.inside("at").complain(place("at"), duration_text(step.at) +
                                                        " never comes: the scenario ends at " +
                                                        duration_text(scenario_.length));
        if (step.times > 0 && step.every == Duration::zero())
            here.inside("times").complain(place("times"), "means nothing without 'every'");
        for (const std::string& id : step.on) {
            const auto is_it = [&](const CarrierSpec& carrier) { return carrier.id == id; };
            if (std::ranges::any_of(scenario_.carriers, is_it)) continue;
            std::vector<std::string> ids;
            for (const CarrierSpec& carrier : scenario_.carriers)
                ids.push_back(carrier.id);
            here.inside("on").complain(
                place("on"), with_suggestion("there is no carrier '" + id + "'", id, ids));
        }
        const bool endless = scenario_.at_end != AtEnd::stay &&
                             scenario_.length == Duration::zero() &&
                             step.every > Duration::zero() && step.times == 0;
        if (endless)
            here.inside("every").complain(place("every"),
                                          "without an end: expected 'times', or a 'length' of the "
                                          "scenario");
        for (const Order& order : step.orders) {
            const bool lasts = order.lasts > Duration::zero();
            if (lasts && step.every > Duration::zero() && order.lasts > step.every)
                here.complain(order.place,
                              "'" + order.words + "' lasts " + duration_text(order.lasts) +
                                  " and comes again every " + duration_text(step.every));
        }
    }

    template <class Visit>
    void each_carrier_of(const Step& step, Visit visit) const {
        for (const CarrierSpec& carrier : scenario_.carriers) {
            if (step.on.empty() || std::ranges::find(step.on, carrier.id) != step.on.end())
                visit(carrier.id);
        }
    }

    std::uint32_t repeats_of(const Step& step) const {
        if (step.every == Duration::zero()) return 1;
        std::uint64_t times = step.times == 0 ? repeats_looked_at_max : step.times;
        if (scenario_.length > step.at) {
            const auto room = (scenario_.length - step.at + step.every - Duration(1)) / step.every;
            times = std::min<std::uint64_t>(times, static_cast<std::uint64_t>(room));
        }
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(times, repeats_looked_at_max));
    }

    /// Two steps that hold the same thing at the same time: which one would be right afterwards?
    void overlaps() {
        std::map<std::string, std::vector<Hold>> holds;  // by carrier and what is held
        for (const Step& step : scenario_.timeline) {
            for (const Order& order : step.orders) {
                const std::string held = held_by(order.deed);
                if (held.empty()) continue;
                each_carrier_of(step, [&](const std::string& id) {
                    for (std::uint32_t n = 0; n < repeats_of(step); ++n) {
                        const Duration from = step.at + n * step.every;
                        holds[id + "\n" + held].push_back(
                            {from, from + order.lasts, &step, &order});
                    }
                });
            }
        }
        for (auto& [what, list] : holds) {
            std::ranges::stable_sort(list, {}, &Hold::from);
            look_at(what.substr(what.find('\n') + 1), list);
        }
    }

    void look_at(const std::string& held, const std::vector<Hold>& list) {
        const Hold* before = nullptr;
        for (const Hold& hold : list) {
            if (before != nullptr && before->order != hold.order && hold.from < before->to) {
                const Reading here =
                    at_.inside("timeline")
                        .at(static_cast<std::size_t>(hold.step - scenario_.timeline.data()));
                return here.complain(hold.order->place,
                                     "'" + hold.order->words + "' comes at " +
                                         duration_text(hold.from) + ", while '" +
                                         before->order->words + "' (line " +
                                         std::to_string(before->order->place.line) + ") holds " +
                                         held + " until " + duration_text(before->to));
            }
            if (before == nullptr || hold.to > before->to) before = &hold;
        }
    }

    /// "resume" before anything froze.
    void opposites() {
        std::map<std::string, bool> frozen;
        std::map<std::string, bool> deaf;
        for (std::size_t i = 0; i < scenario_.timeline.size(); ++i) {
            const Step& step = scenario_.timeline[i];
            for (const Order& order : step.orders) {
                each_carrier_of(step, [&](const std::string& id) {
                    const auto* freeze = std::get_if<Freeze>(&order.deed);
                    const auto* listen = std::get_if<Listen>(&order.deed);
                    const bool idle = (freeze != nullptr && !freeze->on && !frozen[id]) ||
                                      (listen != nullptr && listen->on && !deaf[id]);
                    if (idle)
                        at_.inside("timeline")
                            .at(i)
                            .complain(order.place, "'" + order.words + "' has nothing to end at " +
                                                       duration_text(step.at));
                    const bool for_good = order.lasts == Duration::zero();
                    if (freeze != nullptr) frozen[id] = freeze->on && for_good;
                    if (listen != nullptr) deaf[id] = !listen->on && for_good;
                });
            }
        }
    }

    const Reading& at_;
    const Node& root_;
    const Scenario& scenario_;
};

}  // namespace

std::string held_by(const Deed& deed) {
    if (const auto* set = std::get_if<SetOne>(&deed)) return set->name;
    if (std::holds_alternative<RefuseSubmits>(deed)) return "submits";
    if (std::holds_alternative<RefuseBinds>(deed)) return "binds";
    if (std::holds_alternative<Freeze>(deed)) return "the carrier frozen";
    if (std::holds_alternative<Listen>(deed)) return "its ports";
    return {};
}

std::optional<Duration> length_of(const Scenario& scenario) {
    if (scenario.length > Duration::zero()) return scenario.length;
    Duration end{0};
    for (const Step& step : scenario.timeline) {
        if (step.every > Duration::zero() && step.times == 0) return std::nullopt;
        const Duration last =
            step.at + step.every * (step.times > 0 ? static_cast<int>(step.times) - 1 : 0);
        end = std::max(end, last);
        for (const Order& order : step.orders)
            end = std::max(end, last + order.lasts);
    }
    return end;
}

void check(const Reading& at, const Node& root, const Scenario& scenario) {
    Check(at, root, scenario).run();
}

}  // namespace parley::carrier_sim
