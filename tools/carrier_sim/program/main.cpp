// parley-sim: simulated carriers on real ports. One thread: sockets, books, handsets and timeline.

#include "tools/carrier_sim/program/books_json.h"
#include "tools/carrier_sim/program/clock.h"
#include "tools/carrier_sim/program/control_side.h"
#include "tools/carrier_sim/program/events.h"
#include "tools/carrier_sim/program/options.h"
#include "tools/carrier_sim/program/running.h"
#include "tools/carrier_sim/program/sim_metrics.h"
#include "tools/carrier_sim/program/smpp_side.h"
#include "tools/carrier_sim/scenario/settings_text.h"
#include "tools/carrier_sim/scenario/timeline.h"
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

AllRunning make_carriers(const Scenario& scenario) {
    AllRunning all;
    Dice seeds(scenario.seed);
    for (const CarrierSpec& spec : scenario.carriers) {
        // The first one's chance is the seed itself, so that alone or not it does the same.
        const Dice dice(all.empty() ? scenario.seed : seeds.next());
        all.push_back(std::make_unique<Running>(spec.id, spec.behaviour, dice));
    }
    return all;
}

std::vector<Stage> stages_of(const AllRunning& carriers) {
    std::vector<Stage> stages;
    for (const auto& each : carriers)
        stages.push_back({each->id, &each->carrier, &each->bursts});
    return stages;
}

SmppPorts ports_of(const CarrierSpec& spec) {
    SmppPorts ports{.plain = {}, .tls = {}, .certificate = spec.certificate, .key = spec.key};
    for (const std::string& address : spec.listen)
        ports.plain.push_back(tools::parse_endpoint(address));
    for (const std::string& address : spec.tls_listen)
        ports.tls.push_back(tools::parse_endpoint(address));
    return ports;
}

/// All that runs, and the loop that drives it.
class Program {
public:
    explicit Program(const Options& options)
        : options_(options),
          clock_(options.speed),
          started_(clock_.now().at),
          carriers_(make_carriers(options.scenario)),
          timeline_(options.scenario, stages_of(carriers_), started_),
          metrics_(carriers_),
          control_(events_, options.control, ControlApi(carriers_, timeline_, metrics_, started_)) {
        for (std::size_t i = 0; i < carriers_.size(); ++i) {
            sides_.push_back(std::make_unique<SmppSide>(events_, static_cast<std::uint16_t>(i),
                                                        ports_of(options.scenario.carriers[i]),
                                                        carriers_[i]->carrier));
        }
    }

    void say_where() const {
        for (std::size_t i = 0; i < sides_.size(); ++i) {
            std::string list;
            for (const std::string& address : sides_[i]->addresses())
                list += (list.empty() ? "" : ", ") + address;
            const bool alone = sides_.size() == 1;
            std::printf("parley-sim: %sSMPP on %s%s",
                        alone ? "" : (carriers_[i]->id + ": ").c_str(), list.c_str(),
                        alone ? ", " : "\n");
        }
        std::printf("%scontrol on http://%s:%u\n",
                    sides_.size() == 1 ? "" : "parley-sim: ", options_.control.host.c_str(),
                    control_.port());
        std::fflush(stdout);
    }

    void run() {
        for (auto now = clock_.now(); stop_asked == 0 && !is_over();) {
            events_.wait(time_to_wait(now), [&, fresh = false](Tag tag, auto happened) mutable {
                if (!fresh) now = clock_.now();
                fresh = true;
                on_event(now, tag, happened);
            });
            now = clock_.now();
            timeline_.run(now);
            for (std::size_t i = 0; i < carriers_.size(); ++i)
                serve(now, i);
            print_told();
        }
    }

    void print_summary() const {
        const double seconds = std::chrono::duration<double>(clock_.now().at - started_).count();
        for (const auto& each : carriers_) {
            const std::string summary = books_summary(each->carrier, seconds);
            if (carriers_.size() == 1) {
                std::printf("%s\n", summary.c_str());
            } else {
                std::printf("%s: %s\n", each->id.c_str(), summary.c_str());
            }
        }
        std::fflush(stdout);
    }

private:
    bool is_over() const { return options_.scenario.at_end == AtEnd::exit && timeline_.is_over(); }

    Duration time_to_wait(Now now) const {
        auto wait = wait_max;
        const auto until = [&](std::optional<Instant> deadline) {
            if (!deadline) return;
            wait = std::min(wait, std::max(clock_.in_the_world(*deadline - now.at), nap_min));
        };
        until(timeline_.next_deadline());
        for (const auto& each : carriers_) {
            until(each->carrier.next_deadline());
            until(each->bursts.next_deadline(now));
        }
        return wait;
    }

    void on_event(Now now, Tag tag, std::uint32_t happened) {
        switch (tag.source) {
            case Source::smpp_listener:
                return sides_[tag.carrier]->accept_all(now, tag.id);
            case Source::smpp:
                return sides_[tag.carrier]->on_event(now, tag.id, happened);
            case Source::smpp_dial:
                return sides_[tag.carrier]->on_dialled(now, tag.id);
            case Source::control_listener:
                return control_.accept_all();
            case Source::control:
                return control_.on_event(now, tag.id, happened);
        }
    }

    void serve(Now now, std::size_t i) {
        CarrierSim& carrier = carriers_[i]->carrier;
        if (const auto deadline = carrier.next_deadline(); deadline && *deadline <= now.at)
            carrier.on_deadline(now);
        carriers_[i]->bursts.run(now, carrier);
        sides_[i]->serve(now);
    }

    void print_told() {
        for (const std::string& line : timeline_.take_told()) {
            std::printf("%s\n", line.c_str());
            std::fflush(stdout);
        }
    }

    const Options& options_;
    Clock clock_;
    Instant started_;
    AllRunning carriers_;
    Timeline timeline_;
    SimMetrics metrics_;
    Events events_;
    ControlSide control_;
    std::vector<std::unique_ptr<SmppSide>> sides_;
};

void run(const Options& options) {
    Program program(options);
    program.say_where();
    program.run();
    program.print_summary();
}

}  // namespace
}  // namespace parley::carrier_sim

int main(int argc, char** argv) {
    using namespace parley;
    const auto complain = [](const char* what, int code) {
        std::fprintf(stderr, "parley-sim: %s\n", what);
        return code;
    };
    try {
        const auto options = carrier_sim::read_options(argc, argv);
        if (!options) return 0;
        struct sigaction stop {};
        stop.sa_handler = [](int) { carrier_sim::stop_asked = 1; };
        ::sigaction(SIGINT, &stop, nullptr);
        ::sigaction(SIGTERM, &stop, nullptr);
        carrier_sim::run(*options);
        return 0;
    } catch (const carrier_sim::ScenarioError& error) {
        std::fprintf(stderr, "%s\n", error.what());  // file:line:column stands first
        return 2;
    } catch (const tools::UsageError& error) {
        return complain(error.what(), 2);
    } catch (const carrier_sim::SettingError& error) {
        return complain(error.what(), 2);
    } catch (const std::exception& error) {
        return complain(error.what(), 1);
    }
}
