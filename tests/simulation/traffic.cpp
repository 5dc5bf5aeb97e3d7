// Traffic and trouble, drawn.

#include "tests/simulation/texts.h"
#include "tests/simulation/world.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace parley::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

class Traffic {
public:
    explicit Traffic(World& world) : world_(world), plan_(world.plan()), dice_(world.dice()) {}

    void run() {
        world_.boot();
        for (std::uint32_t number = 1; number <= plan_.messages; ++number) {
            world_.at(some_time(), [this, number] { one_message(number); });
        }
        make_trouble();
        world_.pass(plan_.busy + seconds(1));
        world_.finish();
    }

private:
    Duration some_time() { return world_.draw(milliseconds(0), plan_.busy); }
    Duration up_to(Duration most) { return world_.draw(milliseconds(50), most); }

    const std::string& some_sender() {
        const config::Brand& brand = plan_.brands[dice_.below(plan_.brands.size())];
        return brand.senders[dice_.below(brand.senders.size())];
    }
    std::string some_carrier() {
        return plan_.carriers[dice_.below(plan_.carriers.size())].engine.id;
    }
    std::string some_link() {
        const auto all = world_.links();
        return all.empty() ? "" : all[dice_.below(all.size())];
    }

    void one_message(std::uint32_t number) {
        Order order;
        order.from = some_sender();
        order.to = contact_number(dice_.below(plan_.contacts));
        order.text = marker(number) + (dice_.chance(0.2) ? " Grüße €10" : " hello there");
        if (dice_.chance(0.1)) order.text += " \xF0\x9F\x8E\x89";
        if (dice_.chance(plan_.long_share)) order.text += filler(10 + dice_.below(40));
        order.message_class = static_cast<storage::MessageClass>(dice_.below(3));
        if (dice_.chance(plan_.later_share)) order.later = up_to(seconds(3));
        if (dice_.chance(plan_.short_lived_share)) order.validity = up_to(seconds(6));
        if (plan_.tlv_share > 0 && dice_.chance(plan_.tlv_share))
            order.template_id = std::to_string(1107 * std::uint64_t{10'000} + number);
        world_.send(order);
        if (dice_.chance(plan_.reply_share)) one_reply(number, order);
        if (dice_.chance(plan_.order_share)) one_order(order);
        if (dice_.chance(plan_.cancel_share)) one_cancel(order.text);
    }

    void one_reply(std::uint32_t number, const Order& to) {
        std::string words = "Yes, and when? " + tag('i', number);
        if (dice_.chance(plan_.stop_share)) {
            words = stop_text(number, dice_.chance(0.3) ? 10 + dice_.below(20) : 0);
        } else if (dice_.chance(plan_.start_share)) {
            words = start_text();
        } else if (dice_.chance(0.1)) {
            words = "HELP";
        } else if (dice_.chance(0.2)) {
            words += filler(8 + dice_.below(30));
        }
        world_.at(world_.draw(milliseconds(1), milliseconds(800)),
                  [this, to, words, carrier = some_carrier()] {
                      world_.say(carrier, to.to, to.from, words);
                  });
    }

    void one_order(const Order& about) {
        const std::string scope = world_.checkers().scope_of(about.from);
        const bool stop = dice_.chance(0.5);
        world_.at(up_to(seconds(1)), [this, scope, contact = about.to, stop] {
            stop ? world_.suppress(scope, contact) : world_.restore(scope, contact);
        });
    }

    void one_cancel(const std::string& text) {
        world_.at(world_.draw(milliseconds(0), seconds(2)), [this, marker = marker_of(text)] {
            if (const auto id = world_.checkers().id_of(marker)) world_.cancel(*id);
        });
    }

    void make_trouble() {
        const auto times = [this](std::uint32_t n, const std::function<void()>& what) {
            for (; n > 0; --n)
                world_.at(some_time(), what);
        };
        times(plan_.cuts, [this] { world_.cut(some_link()); });
        times(plan_.silences, [this] { world_.silence(some_link(), up_to(seconds(20))); });
        times(plan_.stalls, [this] { world_.stall(some_link(), up_to(seconds(15))); });
        times(plan_.crashes, [this] { world_.crash(); });
        times(plan_.power_cuts, [this] { world_.cut_power(); });
        times(plan_.drains, [this] { world_.drain(); });
        times(plan_.full_disks, [this] { world_.fill_disk(up_to(seconds(3))); });
        times(plan_.outages, [this] { world_.take_away(some_carrier(), up_to(seconds(12))); });
        times(plan_.refusals, [this] { refuse_for_a_while(some_carrier()); });
        times(plan_.reshards, [this] {
            world_.set_shards(static_cast<std::uint32_t>(1 + dice_.below(4)));
            world_.crash();
        });
        times(plan_.removals, [this] {
            if (plan_.carriers.size() > 1) world_.remove_carrier(some_carrier());
            world_.crash();
        });
        times(plan_.reloads,
              [this] { world_.reload([this](Plan& plan) { change_something(plan); }); });
    }

    /// What an operator may find another value for while the engine runs.
    void change_something(Plan& plan) {
        config::Carrier& carrier = plan.carriers[dice_.below(plan.carriers.size())].engine;
        switch (dice_.below(8)) {
            case 0:
                carrier.throughput =
                    dice_.chance(0.3) ? 0 : static_cast<double>(20 + dice_.below(200));
                carrier.adaptive = dice_.chance(0.7);
                break;
            case 1:
                carrier.window = static_cast<std::uint32_t>(1 + dice_.below(12));
                carrier.link_throughput = static_cast<double>(dice_.below(100));
                break;
            case 2:
                carrier.links = 1;
                break;
            case 3:
                carrier.system_id += "2";
                if (carrier.system_id.size() > 15) carrier.system_id = "parley";
                break;
            case 4:
                carrier.dialect.segmentation =
                    carrier.dialect.segmentation == config::Segmentation::udh8
                        ? config::Segmentation::udh16
                        : config::Segmentation::udh8;
                break;
            case 5:
                for (config::Route& route : plan.routes)
                    std::ranges::rotate(route.carriers, route.carriers.begin() + 1);
                break;
            case 6:
                put_back_or_take_out(plan);
                break;
            default:
                carrier.response_timeout = seconds(1 + dice_.below(3));
                carrier.enquire_link_every = seconds(2 + dice_.below(5));
        }
    }

    void put_back_or_take_out(Plan& plan) {
        if (taken_out_) {
            plan.routes.front().carriers.push_back(taken_out_->engine.id);
            plan.carriers.push_back(*std::exchange(taken_out_, std::nullopt));
            return;
        }
        if (plan.carriers.size() < 2) return;
        const auto leaves =
            plan.carriers.begin() + static_cast<std::ptrdiff_t>(dice_.below(plan.carriers.size()));
        for (config::Route& route : plan.routes)
            std::erase_if(route.carriers, [&](const config::RouteCarrier& each) {
                return each.id == leaves->engine.id;
            });
        std::erase_if(plan.routes,
                      [](const config::Route& route) { return route.carriers.empty(); });
        taken_out_ = *leaves;
        plan.carriers.erase(leaves);
    }

    void refuse_for_a_while(const std::string& id) {
        const smpp::Status all[] = {smpp::Status::ESME_RTHROTTLED, smpp::Status::ESME_RMSGQFUL,
                                    smpp::Status::ESME_RSYSERR};
        const smpp::Status status = all[dice_.below(3)];
        world_.tell(id + " refuses everything with " + smpp::name(status));
        world_.carrier(id).refuse_submits(status);
        world_.at(up_to(seconds(5)), [this, id] {
            world_.tell(id + " accepts again");
            world_.carrier(id).refuse_submits(std::nullopt);
        });
    }

    std::optional<CarrierPlan> taken_out_;
    World& world_;
    const Plan& plan_;
    Dice& dice_;
};

}  // namespace

void run(World& world) {
    Traffic(world).run();
}

}  // namespace parley::simulation
