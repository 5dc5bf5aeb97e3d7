// parley-sim: a simulated carrier on a real port. One thread: sockets, books and handsets.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/program/books_json.h"
#include "tools/carrier_sim/program/control_side.h"
#include "tools/carrier_sim/program/events.h"
#include "tools/carrier_sim/program/mo_bursts.h"
#include "tools/carrier_sim/program/options.h"
#include "tools/carrier_sim/program/settings_text.h"
#include "tools/carrier_sim/program/smpp_side.h"
#include "tools/support/flags.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

namespace parley::carrier_sim {
namespace {

volatile std::sig_atomic_t stop_asked = 0;

/// A signal that comes between the check and the wait is noticed this late.
constexpr Duration wait_max = std::chrono::milliseconds(100);
/// Deadlines closer than this are served together; no carrier keeps time more exactly.
constexpr Duration nap_min = std::chrono::microseconds(200);

Duration time_to_wait(Now now, const CarrierSim& carrier, const MoBursts& bursts) {
    auto wait = wait_max;
    for (const auto& deadline : {carrier.next_deadline(), bursts.next_deadline(now)}) {
        if (!deadline) continue;
        wait = std::min(wait, std::max(*deadline - now.at, nap_min));
    }
    return wait;
}

double seconds_since(Instant started) {
    return std::chrono::duration<double>(Events::now().at - started).count();
}

void run(const Options& options) {
    Events events;
    const auto started = Events::now().at;
    CarrierSim carrier(options.settings, Dice(options.seed));
    MoBursts bursts;
    SmppSide smpp(events, options.listen, carrier);
    ControlSide control(events, options.control, ControlApi(carrier, bursts, started));
    std::printf("parley-sim: SMPP on %s:%u, control on http://%s:%u\n", options.listen.host.c_str(),
                smpp.port(), options.control.host.c_str(), control.port());
    std::fflush(stdout);

    for (auto now = Events::now(); stop_asked == 0;) {
        events.wait(time_to_wait(now, carrier, bursts),
                    [&, fresh = false](auto source, auto id, auto happened) mutable {
                        if (!fresh) now = Events::now();
                        fresh = true;
                        switch (source) {
                            case Source::smpp_listener:
                                return smpp.accept_all(now);
                            case Source::smpp:
                                return smpp.on_event(now, id, happened);
                            case Source::control_listener:
                                return control.accept_all();
                            case Source::control:
                                return control.on_event(now, id, happened);
                        }
                    });
        now = Events::now();
        if (const auto deadline = carrier.next_deadline(); deadline && *deadline <= now.at) {
            carrier.on_deadline(now);
        }
        bursts.run(now, carrier);
        smpp.serve(now);
    }
    std::printf("%s\n", books_summary(carrier, seconds_since(started)).c_str());
}

}  // namespace
}  // namespace parley::carrier_sim

int main(int argc, char** argv) {
    using namespace parley;
    try {
        const auto options = carrier_sim::read_options(argc, argv);
        if (!options) return 0;
        struct sigaction stop {};
        stop.sa_handler = [](int) { carrier_sim::stop_asked = 1; };
        ::sigaction(SIGINT, &stop, nullptr);
        ::sigaction(SIGTERM, &stop, nullptr);
        carrier_sim::run(*options);
        return 0;
    } catch (const tools::UsageError& error) {
        std::fprintf(stderr, "parley-sim: %s\n", error.what());
        return 2;
    } catch (const carrier_sim::SettingError& error) {
        std::fprintf(stderr, "parley-sim: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "parley-sim: %s\n", error.what());
        return 1;
    }
}
