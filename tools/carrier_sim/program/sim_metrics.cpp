#include "tools/carrier_sim/program/sim_metrics.h"

#include <array>

namespace parley::carrier_sim {
namespace {

struct CounterOf {
    std::string_view name;
    std::uint64_t Counts::*count;
    std::string_view unit;
    std::string_view meaning;
};
constexpr auto counters = std::to_array<CounterOf>({
    {"sim_sessions_total", &Counts::sessions, "sessions", "Connections taken"},
    {"sim_sessions_ended_total", &Counts::sessions_ended, "sessions",
     "Sessions that the simulator ended by its settings"},
    {"sim_binds_total", &Counts::binds, "binds", "Binds accepted"},
    {"sim_binds_refused_total", &Counts::binds_refused, "binds", "Binds refused"},
    {"sim_pdus_total", &Counts::pdus, "PDUs", "PDUs read"},
    {"sim_nacks_total", &Counts::nacks, "PDUs", "generic_nack sent"},
    {"sim_submits_total", &Counts::submits, "PDUs", "submit_sm read"},
    {"sim_submits_accepted_total", &Counts::accepted, "PDUs", "submit_sm taken"},
    {"sim_submits_throttled_total", &Counts::throttled, "PDUs", "submit_sm above a rate"},
    {"sim_submits_beyond_window_total", &Counts::window_exceeded, "PDUs",
     "submit_sm beyond the window"},
    {"sim_responses_lost_total", &Counts::responses_lost, "PDUs",
     "submit_sm_resp kept back on purpose"},
    {"sim_receipts_made_total", &Counts::receipts_made, "receipts",
     "Receipts, duplicates included"},
    {"sim_receipts_missing_total", &Counts::receipts_missing, "receipts",
     "Receipts kept back on purpose"},
    {"sim_receipts_sent_total", &Counts::receipts_sent, "PDUs",
     "Receipts written, repetitions included"},
    {"sim_receipts_acked_total", &Counts::receipts_acked, "receipts", "Receipts answered ESME_ROK"},
    {"sim_receipts_refused_total", &Counts::receipts_refused, "PDUs",
     "Receipts answered otherwise"},
    {"sim_messages_made_total", &Counts::mo_made, "messages", "Messages that handsets wrote"},
    {"sim_messages_acked_total", &Counts::mo_acked, "messages",
     "Of those, answered ESME_ROK in every part"},
    {"sim_delivers_repeated_total", &Counts::delivers_repeated, "PDUs",
     "Sent again: unanswered, refused, or the session ended"},
    {"sim_garbage_octets_total", &Counts::garbage_octets, "octets", "Garbage sent on purpose"},
});
constexpr std::string_view when_high = "It is what the scenario asks for, or what the peer does";

std::vector<metrics::About> list_of_all() {
    std::vector<metrics::About> list;
    const auto add = [&](std::string_view name, metrics::Kind kind, std::string_view unit,
                         std::string_view labels, std::string_view meaning) {
        list.push_back({.name = name,
                        .kind = kind,
                        .unit = unit,
                        .labels = labels,
                        .meaning = meaning,
                        .when_high = when_high});
    };
    for (const CounterOf& counter : counters)
        add(counter.name, metrics::Kind::counter, counter.unit, "carrier", counter.meaning);
    add("sim_answers_total", metrics::Kind::counter, "PDUs", "carrier, status",
        "submit_sm_resp by command_status");
    add("sim_sessions_open", metrics::Kind::gauge, "sessions", "carrier", "Connections");
    add("sim_sessions_bound", metrics::Kind::gauge, "sessions", "carrier", "Bound sessions");
    add("sim_delivers_open", metrics::Kind::gauge, "PDUs", "carrier",
        "Receipts and handsets' messages not yet answered");
    return list;
}

}  // namespace

SimMetrics::SimMetrics(const AllRunning& carriers) : list_(list_of_all()), registry_(list_) {
    for (const auto& running : carriers) {
        const metrics::Scope scope = registry_.scope().with("carrier", running->id);
        OfCarrier carrier{.running = running.get(), .scope = scope};
        for (const CounterOf& counter : counters)
            carrier.counters.push_back(scope.counter(counter.name));
        carrier.sessions_open = scope.gauge("sim_sessions_open");
        carrier.sessions_bound = scope.gauge("sim_sessions_bound");
        carrier.delivers_open = scope.gauge("sim_delivers_open");
        carriers_.push_back(std::move(carrier));
    }
}

std::string SimMetrics::exposition() {
    for (OfCarrier& each : carriers_) {
        const CarrierSim& carrier = each.running->carrier;
        const Books& books = carrier.books();
        for (std::size_t i = 0; i < counters.size(); ++i)
            each.counters[i].follow(static_cast<double>(books.counts.*counters[i].count));
        for (const auto& [status, count] : books.answers) {
            auto known = each.answers.find(status);
            if (known == each.answers.end()) {
                const auto scope = each.scope.with("status", smpp::name(status));
                known = each.answers.emplace(status, scope.counter("sim_answers_total")).first;
            }
            known->second.follow(static_cast<double>(count));
        }
        each.sessions_open.set(static_cast<double>(carrier.sessions_open()));
        each.sessions_bound.set(static_cast<double>(carrier.sessions_bound()));
        each.delivers_open.set(static_cast<double>(carrier.delivers_open()));
    }
    return registry_.exposition();
}

}  // namespace parley::carrier_sim
