#include "tests/simulation/world.h"

#include <algorithm>
#include <set>
#include <utility>

namespace parley::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr const char* brand_number = "+15550001000";

std::string contact_name(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "+1555700" + std::string(4 - digits.size(), '0') + digits;
}

std::string marker(std::uint64_t n) {
    const std::string digits = std::to_string(n);
    return "m=" + std::string(8 - digits.size(), '0') + digits;
}

}  // namespace

struct World::Connection {
    std::uint32_t shard = 0;
    std::uint32_t link = 0;
    carrier_sim::SessionId session = 0;
    bool open = true;
    Instant to_carrier{};  // when the last octets handed over arrive
    Instant to_engine{};
    Instant silent_until{};
    Wire wire;
};

/// What a shard asks of its world. Those of a crashed engine are never called again.
class World::PortsOf : public Ports {
public:
    PortsOf(World& world, std::uint32_t shard) : world_(world), shard_(shard) {}

    void post(std::uint32_t to, std::vector<Mail> mail) override {
        Instant& last = world_.mail_arrives_[{shard_, to}];
        last = std::max(last, world_.now_.at + world_.draw(microseconds(1), microseconds(300)));
        auto letters = std::make_shared<std::vector<Mail>>(std::move(mail));
        world_.at_engine(last - world_.now_.at, [&world = world_, to, letters] {
            world.shards_[to]->on_mail(world.now_, std::move(*letters));
            world.want_turn(to);
        });
    }
    void commit(std::unique_ptr<storage::Section> section) override {
        section->seal(world_.next_section_++);
        world_.sealed_.push_back({shard_, std::move(section)});
        world_.commit_later();
    }
    void query(std::function<void(storage::Store&)> ask, std::function<void(Now)> then) override {
        world_.questions_.push_back({shard_, std::move(ask), std::move(then)});
        world_.commit_later();
    }
    void wake() override { world_.want_turn(shard_); }
    void log(Severity, std::string_view, std::string_view) override {}

private:
    World& world_;
    std::uint32_t shard_;
};

World::World(Plan plan)
    : plan_(std::move(plan)),
      dice_(plan_.seed * 0x9E3779B97F4A7C15ULL + 1),
      now_{Instant(seconds(1000)), 1'790'000'000'000},
      config_(make_config()),
      directory_(config_),
      routes_(config_),
      disk_(storage::make_memory_disk()),
      carrier_(plan_.carrier, Dice(plan_.seed + 7)),
      checkers_(plan_.window, plan_.throughput, config_.carriers[0].response_timeout) {}

World::~World() = default;

config::Config World::make_config() const {
    config::Config config;
    config.node.spill_after = seconds(2);
    config::Carrier carrier;
    carrier.id = "acme";
    carrier.address = "carrier:2775";
    carrier.system_id = "parley";
    carrier.links = 2;
    carrier.window = plan_.window;
    carrier.throughput = plan_.throughput;
    carrier.on_uncertain = plan_.resend ? config::OnUncertain::resend : config::OnUncertain::hold;
    carrier.uncertain_hold = seconds(30);
    carrier.response_timeout = seconds(2);
    carrier.enquire_link_every = seconds(5);
    carrier.reconnect_min = milliseconds(100);
    carrier.reconnect_max = seconds(1);
    carrier.throttle_pause = milliseconds(200);
    carrier.retry_min = milliseconds(100);
    carrier.retry_max = seconds(1);
    carrier.receipt_timeout = std::chrono::minutes(20);
    config.carriers.push_back(carrier);
    config.brands.push_back({.id = "demo", .senders = {brand_number}});
    config.routes.push_back({"+", {"acme"}});
    config.accounts.push_back({.id = "shop", .brand = "demo", .api_keys = {"k"}});
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

void World::run_until(Instant end, const std::function<bool()>& enough) {
    while (!agenda_.empty() && agenda_.begin()->first.first <= end && !enough()) {
        auto entry = agenda_.extract(agenda_.begin());
        const Duration passed = entry.key().first - now_.at;
        if (passed.count() > 0) {
            now_.at += passed;
            now_.wall =
                1'790'000'000'000 +
                std::chrono::duration_cast<milliseconds>(now_.at.time_since_epoch()).count();
        }
        entry.mapped()();
    }
}

// ---- The engine
// ----------------------------------------------------------------------------------

void World::boot() {
    ++boots_;
    storage::Recovered recovered;
    auto opened = storage::open_memory_store(disk_, true, recovered);
    if (!opened) throw Violation("the store does not open: " + opened.error().text);
    store_ = std::move(*opened);
    next_section_ = recovered.next_section;
    commons_.live_octets = 0;
    commons_.live_octets_max = 1LL << 40U;
    commons_.evicted = store_->evicted_count();
    turn_wanted_.assign(shard_count, false);
    armed_.assign(shard_count, Instant::max());
    read_up_to_.assign(shard_count, 0);
    mail_arrives_.clear();
    for (std::uint32_t shard = 0; shard < shard_count; ++shard) {
        ports_.push_back(std::make_unique<PortsOf>(*this, shard));
        shards_.push_back(std::make_unique<Shard>(Shard::Setup{.config = config_,
                                                               .directory = directory_,
                                                               .routes = routes_,
                                                               .commons = commons_,
                                                               .ports = *ports_.back(),
                                                               .index = shard,
                                                               .count = shard_count,
                                                               .seed = dice_.next(),
                                                               .boot = boots_},
                                                  now_));
    }
    store_->each_suppression([this](std::string_view scope, std::string_view contact) {
        for (auto& shard : shards_)
            shard->recover_suppression(scope, contact);
    });
    for (auto& part : recovered.parts) {
        const std::uint32_t shard = storage::shard_of_contact(part->source, shard_count);
        shards_[shard]->recover(now_, std::move(part));
    }
    for (auto& receipt : recovered.receipts)
        shards_[0]->recover(now_, std::move(receipt));
    for (auto& message : recovered.messages) {
        const std::uint32_t shard = storage::shard_of_contact(message->contact(), shard_count);
        shards_[shard]->recover(now_, std::move(message));
    }
    for (std::uint32_t shard = 0; shard < shard_count; ++shard)
        want_turn(shard);
}

/// As SIGKILL does it: memory and sockets are gone, the disk stays.
void World::crash() {
    ++boots_;  // whatever the engine had planned is forgotten
    sealed_.clear();
    questions_.clear();
    commit_due_ = false;
    shards_.clear();
    ports_.clear();
    store_.reset();
    storage::crash(*disk_);
    const auto all = std::exchange(by_link_, {});
    for (const auto& [link, connection] : all)
        hang_up(connection, false);
    at(draw(milliseconds(1), milliseconds(500)), [this] { boot(); });
}

void World::want_turn(std::uint32_t shard) {
    if (turn_wanted_[shard]) return;
    turn_wanted_[shard] = true;
    at_engine(draw(microseconds(0), microseconds(30)), [this, shard] { turn(shard); });
}

void World::turn(std::uint32_t shard) {
    turn_wanted_[shard] = false;
    shards_[shard]->turn(now_);
    read_events(shard);
    std::vector<std::uint32_t> touched;
    shards_[shard]->take_touched_links(touched);
    for (const std::uint32_t link : touched)
        serve(shard, link);
    arm(shard);
}

void World::arm(std::uint32_t shard) {
    const auto deadline = shards_[shard]->next_deadline();
    if (!deadline || armed_[shard] <= *deadline) return;
    armed_[shard] = *deadline;
    const Duration wait = std::max(Duration(0), *deadline - now_.at);
    at_engine(wait, [this, shard, due = *deadline] {
        if (armed_[shard] != due) return;
        armed_[shard] = Instant::max();
        shards_[shard]->on_deadline(now_);
        want_turn(shard);
    });
}

void World::commit_later() {
    if (std::exchange(commit_due_, true)) return;
    at_engine(draw(microseconds(50), milliseconds(dice_.chance(0.02) ? 200 : 4)),
              [this] { commit(); });
}

void World::commit() {
    commit_due_ = false;
    std::vector<Sealed> sealed = std::exchange(sealed_, {});
    std::vector<Question> questions = std::exchange(questions_, {});
    std::vector<storage::Section*> sections;
    sections.reserve(sealed.size());
    for (const Sealed& each : sealed)
        sections.push_back(each.section.get());
    if (!sections.empty()) {
        if (const auto error = store_->commit(sections)) throw Violation(error->text);
        commons_.evicted = store_->evicted_count();
    }
    for (Sealed& each : sealed) {
        auto section = std::make_shared<std::unique_ptr<storage::Section>>(std::move(each.section));
        at_engine(draw(microseconds(1), microseconds(100)), [this, shard = each.shard, section] {
            shards_[shard]->on_committed(now_, std::move(*section));
            want_turn(shard);
        });
    }
    for (Question& each : questions) {
        each.ask(*store_);
        at_engine(draw(microseconds(1), microseconds(100)),
                  [this, shard = each.shard, then = std::move(each.then)] {
                      then(now_);
                      want_turn(shard);
                  });
    }
}

void World::read_events(std::uint32_t shard) {
    const events::Stream& stream = shards_[shard]->desk().stream;
    stream.since(read_up_to_[shard],
                 [this](const events::Event& event) { checkers_.happened(event); });
    read_up_to_[shard] = stream.newest();
}

// ---- The network
// ---------------------------------------------------------------------------------

Duration World::travel(Connection& connection, Instant& last) {
    last = std::max(
        {last, connection.silent_until, now_.at + draw(microseconds(50), milliseconds(10))});
    return last - now_.at;
}

void World::serve(std::uint32_t shard, std::uint32_t link) {
    Shard& engine = *shards_[shard];
    const auto close_if_wished = [&] {
        if (!engine.link_wants_close(link)) return false;
        const auto found = by_link_.find({shard, link});
        if (found != by_link_.end()) hang_up(found->second, false);
        return true;
    };
    close_if_wished();
    if (engine.link_wants_connect(now_, link)) dial(shard, link);
    const auto found = by_link_.find({shard, link});
    if (found == by_link_.end() || !found->second->open) return;
    const std::shared_ptr<Connection> connection = found->second;
    for (std::string_view output = engine.link_output(link); !output.empty();
         output = engine.link_output(link)) {
        const std::size_t size = plan_.split ? 1 + dice_.below(output.size()) : output.size();
        auto octets = std::make_shared<std::string>(output.substr(0, size));
        for (const char each : *octets) {
            trace_ = (trace_ ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
        }
        checkers_.engine_wrote(now_, connection->wire, *octets);
        at(travel(*connection, connection->to_carrier), [this, connection, octets] {
            if (!connection->open) return;
            carrier_.on_bytes(now_, connection->session, *octets);
            serve_carrier();
        });
        engine.on_link_written(now_, link, size);
    }
    close_if_wished();
}

void World::dial(std::uint32_t shard, std::uint32_t link) {
    at_engine(draw(milliseconds(1), milliseconds(20)), [this, shard, link] {
        if (trouble_ && dice_.chance(0.1)) {
            shards_[shard]->on_link_connect_failed(now_, link);
        } else {
            auto connection = std::make_shared<Connection>();
            connection->shard = shard;
            connection->link = link;
            connection->session = carrier_.open(now_);
            connections_[connection->session] = connection;
            by_link_[{shard, link}] = connection;
            shards_[shard]->on_link_connected(now_, link);
        }
        want_turn(shard);
    });
}

void World::hang_up(std::shared_ptr<Connection> connection, bool tell_engine) {
    if (!std::exchange(connection->open, false)) return;
    connections_.erase(connection->session);
    const auto mine = by_link_.find({connection->shard, connection->link});
    if (mine != by_link_.end() && mine->second == connection) by_link_.erase(mine);
    // The carrier hears of it a little later, and what it has written meanwhile is lost.
    at(draw(microseconds(10), milliseconds(5)), [this, session = connection->session] {
        carrier_.on_closed(now_, session);
        serve_carrier();
    });
    if (!tell_engine || shards_.empty()) return;
    shards_[connection->shard]->on_link_closed(now_, connection->link);
    want_turn(connection->shard);
}

void World::serve_carrier() {
    std::vector<carrier_sim::SessionId> touched;
    carrier_.take_touched(touched);
    for (const carrier_sim::SessionId session : touched) {
        const auto found = connections_.find(session);
        if (found == connections_.end()) continue;
        const std::shared_ptr<Connection> connection = found->second;
        for (std::string_view output = carrier_.output(session); !output.empty();
             output = carrier_.output(session)) {
            const std::size_t size = plan_.split ? 1 + dice_.below(output.size()) : output.size();
            auto octets = std::make_shared<std::string>(output.substr(0, size));
            carrier_.on_written(now_, session, size);
            at_engine(travel(*connection, connection->to_engine), [this, connection, octets] {
                if (!connection->open) return;
                checkers_.engine_reads(connection->wire, *octets);
                shards_[connection->shard]->on_link_bytes(now_, connection->link, *octets);
                want_turn(connection->shard);
            });
        }
        if (carrier_.wants_close(session)) hang_up(connection, true);
    }
    arm_carrier();
}

void World::arm_carrier() {
    const auto deadline = carrier_.next_deadline();
    if (!deadline || carrier_armed_ <= *deadline) return;
    carrier_armed_ = *deadline;
    at(std::max(Duration(0), *deadline - now_.at), [this, due = *deadline] {
        if (carrier_armed_ != due) return;
        carrier_armed_ = Instant::max();
        carrier_.on_deadline(now_);
        serve_carrier();
    });
}

// ---- A run
// ---------------------------------------------------------------------------------------

void World::send_one(std::uint32_t number) {
    if (shards_.empty()) return;  // nobody answers the door: nothing is promised
    const std::string contact = contact_name(dice_.below(plan_.contacts));
    std::string text = marker(number) + (dice_.chance(0.2) ? " Grüße €10" : " hello there");
    if (dice_.chance(0.1)) text += " \xF0\x9F\x8E\x89";
    if (dice_.chance(plan_.long_share)) {
        for (std::uint64_t n = 10 + dice_.below(40); n > 0; --n)
            text += " and something more";
    }
    api::SendRequest request{.account = "shop", .from = brand_number, .to = contact, .text = text};
    request.message_class = static_cast<storage::MessageClass>(dice_.below(3));
    request.validity_ms = 10LL * 60 * 1000;
    if (dice_.chance(0.05)) request.send_at = now_.wall + static_cast<UnixMs>(dice_.below(3000));
    const bool held = request.send_at != 0;
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count));
    shards_[shard]->send(
        {request}, [this, number, contact, held](const std::vector<api::SendOutcome>& outcomes) {
            const api::SendOutcome& outcome = outcomes.front();
            // A held message enters its conversation later, so its place there is not that of its
            // id.
            if (outcome.problem == api::Problem::none) {
                checkers_.accepted(outcome.id, held ? "" : marker(number), contact);
            } else if (outcome.problem != api::Problem::suppressed) {
                throw Violation("refused: " + outcome.detail);
            }
        });
    if (!dice_.chance(plan_.reply_share)) return;
    const bool stop = dice_.chance(plan_.stop_share);
    const std::string words = stop                ? "Stop. Thank you"
                              : dice_.chance(0.1) ? std::string(300, 'x') + " please stop by later"
                              : dice_.chance(0.1) ? "HELP"
                                                  : "Yes, and when?";
    at(draw(milliseconds(1), milliseconds(800)), [this, contact, words, stop] {
        carrier_.send_mo(now_, contact, brand_number, words,
                         stop ? carrier_sim::MoKind::opt_out : carrier_sim::MoKind::plain);
        serve_carrier();
    });
}

void World::make_traffic() {
    for (std::uint32_t number = 1; number <= plan_.messages; ++number) {
        at(draw(milliseconds(0), plan_.busy), [this, number] { send_one(number); });
    }
}

void World::make_trouble() {
    const auto some_connection = [this]() -> std::shared_ptr<Connection> {
        if (by_link_.empty()) return nullptr;
        return std::next(by_link_.begin(), static_cast<long>(dice_.below(by_link_.size())))->second;
    };
    for (std::uint32_t n = 0; n < plan_.cuts; ++n) {
        at(draw(milliseconds(0), plan_.busy), [this, some_connection] {
            if (const auto connection = some_connection()) hang_up(connection, true);
        });
    }
    for (std::uint32_t n = 0; n < plan_.silences; ++n) {
        at(draw(milliseconds(0), plan_.busy), [this, some_connection] {
            if (const auto connection = some_connection()) {
                connection->silent_until = now_.at + draw(milliseconds(100), seconds(20));
            }
        });
    }
    for (std::uint32_t n = 0; n < plan_.crashes; ++n) {
        at(draw(milliseconds(0), plan_.busy), [this] {
            if (!shards_.empty()) crash();
        });
    }
}

bool World::all_ended() const {
    if (shards_.empty() || store_->evicted_count() != 0 || carrier_.delivers_open() != 0) {
        return false;
    }
    return std::all_of(shards_.begin(), shards_.end(), [](const auto& shard) {
        return shard->desk().live.empty() && shard->desk().open.empty();
    });
}

void World::run() {
    boot();
    make_traffic();
    make_trouble();
    const Instant busy_end = now_.at + plan_.busy + seconds(1);
    run_until(busy_end, [] { return false; });
    trouble_ = false;
    carrier_sim::Settings kind = carrier_.settings();
    kind.response_lost_chance = 0;
    kind.throttle_chance = 0;
    carrier_.change(kind);
    serve_carrier();
    // Asking whether all has ended costs more than a step, so it is asked every virtual second.
    const Instant end = busy_end + plan_.calm;
    while (now_.at < end && !all_ended()) {
        run_until(now_.at + seconds(1), [] { return false; });
        now_.at = std::max(now_.at, std::min(end, agenda_.begin()->first.first));
    }
    look_at_the_end();
}

std::string World::what_is_left() const {
    if (shards_.empty()) return "the engine is down";
    std::string left = std::to_string(store_->evicted_count()) + " evicted, " +
                       std::to_string(carrier_.delivers_open()) + " deliver_sm open";
    for (const auto& shard : shards_) {
        for (const auto& [id, message] : shard->desk().live) {
            left +=
                "; " + storage::to_text(message->id) + " " +
                std::string(storage::name(message->status)) + " on " +
                std::to_string(shard->desk().shard) + ", in flight " +
                storage::to_text(shard->desk().conversations.in_flight(message->conversation()));
            for (const storage::Segment& segment : message->segments) {
                left += " " + std::to_string(static_cast<int>(segment.phase)) + "/" +
                        std::to_string(segment.command_status);
            }
        }
        for (const auto& carrier : shard->desk().carriers) {
            if (!carrier) continue;
            left += "; lanes " + std::to_string(carrier->lanes.size()) + " ready " +
                    std::to_string(carrier->ready.size()) + " open intents " +
                    std::to_string(carrier->open_intents) + " intending " +
                    std::to_string(carrier->intending);
        }
        for (const Link& link : shard->desk().links) {
            left += "; " + link.name + " " + std::string(session::name(link.session.state()));
        }
    }
    return left;
}

void World::look_at_the_end() {
    if (!all_ended()) throw Violation("something never ended: " + what_is_left());
    // Once more from the disk alone: what a successor would see.
    const auto before = checkers_.accepted_count();
    for (std::uint64_t n = 0; n < plan_.contacts; ++n) {
        const auto conversation = storage::ConversationId::of(brand_number, contact_name(n));
        for (const auto& entry : store_->thread(conversation, {}, 100'000)) {
            const auto message = store_->find_message(entry.id);
            if (!message)
                throw Violation("in a thread and nowhere else: " + storage::to_text(entry.id));
            checkers_.ended(*message);
        }
    }
    if (before != checkers_.accepted_count()) throw Violation("the checkers are broken");
    checkers_.finish();
    if (plan_.resend) return;
    // Under hold nothing goes out twice, whatever happened.
    std::set<std::pair<std::string, std::string>> seen;
    for (const carrier_sim::SubmitRecord& submit : carrier_.books().submits) {
        if (submit.status != smpp::Status::ESME_ROK) continue;
        // A marker names a message. Later segments of two messages may well be the same octets.
        const std::string text = submit.text();
        if (!text.starts_with("m=") && !text.starts_with("You have been")) continue;
        if (!seen.emplace(submit.destination, submit.octets).second) {
            throw Violation("sent twice under hold: " + submit.text());
        }
    }
}

}  // namespace parley::simulation
