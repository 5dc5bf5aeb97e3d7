#pragma once
// What the control port answers: books out, orders in. Pure: a request's parts in, a status and
// JSON out; what it changes, it changes in the carrier it was given.

#include "tools/carrier_sim/program/running.h"
#include "tools/carrier_sim/program/sim_metrics.h"
#include "tools/carrier_sim/scenario/timeline.h"

#include <string>
#include <string_view>

namespace parley::carrier_sim {

struct ControlAnswer {
    unsigned status = 200;
    std::string body;
    std::string_view type = "application/json";
};

class ControlApi {
public:
    /// All must outlive it.
    ControlApi(const AllRunning& carriers, Timeline& timeline, SimMetrics& metrics, Instant started)
        : carriers_(&carriers), timeline_(&timeline), metrics_(&metrics), started_(started) {}

    /// target: path and query as sent. A path that begins with /carriers/ID is for that carrier,
    /// any other for the first one.
    ControlAnswer answer(Now now, std::string_view method, std::string_view target,
                         std::string_view body);

private:
    Running& carrier_in(std::string_view& path) const;
    std::string look(Now now, std::string_view path, std::string_view query);
    std::string look_into_books(const Running& running, std::string_view path,
                                std::string_view query) const;
    std::string order(Now now, std::string_view path, std::string_view body);

    const AllRunning* carriers_;
    Timeline* timeline_;
    SimMetrics* metrics_;
    Instant started_;
};

}  // namespace parley::carrier_sim
