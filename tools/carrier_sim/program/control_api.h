#pragma once
// What the control port answers: books out, orders in. Pure: a request's parts in, a status and
// JSON out; what it changes, it changes in the carrier it was given.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/program/mo_bursts.h"

#include <string>
#include <string_view>

namespace parley::carrier_sim {

struct ControlAnswer {
    unsigned status = 200;
    std::string body;  // JSON
};

class ControlApi {
public:
    /// Both must outlive it.
    ControlApi(CarrierSim& carrier, MoBursts& bursts, Instant started)
        : carrier_(carrier), bursts_(bursts), started_(started) {}

    /// target: path and query as sent.
    ControlAnswer answer(Now now, std::string_view method, std::string_view target,
                         std::string_view body);

private:
    std::string look(Now now, std::string_view path, std::string_view query);
    std::string order(Now now, std::string_view path, std::string_view body);

    CarrierSim& carrier_;
    MoBursts& bursts_;
    Instant started_;
};

}  // namespace parley::carrier_sim
