// The engine's life: boots and ends, turns, its disk and its mail.

#include "protocol/ensure.h"
#include "tests/simulation/connection.h"
#include "tests/simulation/texts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// ---- What a shard asks for
// ------------------------------------------------------------------------

void World::PortsOf::post(std::uint32_t to, std::vector<Mail> mail) {
    Instant& last = world_.mail_arrives_[{shard_, to}];
    last = std::max(last, world_.now_.at + world_.draw(microseconds(1), microseconds(300)));
    auto letters = std::make_shared<std::vector<Mail>>(std::move(mail));
    world_.at_engine(last - world_.now_.at, [&world = world_, to, letters] {
        world.shards_[to]->on_mail(world.now_, std::move(*letters));
        world.want_turn(to);
    });
}

void World::PortsOf::offer(std::unique_ptr<storage::Section> section) {
    world_.offers_[shard_] = std::move(section);
    world_.commit_later(Duration::zero());
}

std::unique_ptr<storage::Section> World::PortsOf::recall() {
    return std::move(world_.offers_[shard_]);
}

void World::PortsOf::query(std::function<void(storage::Store&)> ask,
                           std::function<void(Now)> then) {
    world_.questions_.push_back({shard_, std::move(ask), std::move(then)});
    world_.commit_later(Duration::zero());
}

void World::PortsOf::log(Severity, std::string_view event, std::string_view detail) {
    world_.tell("engine: " + std::string(event) + " " + std::string(detail));
}

// ---- Boots
// ----------------------------------------------------------------------------------------

void World::boot() {
    ++boots_;
    standing_ = std::make_shared<const Standing>(make_config());
    shard_count_ = plan_.shards;
    storage::Recovered recovered;
    auto opened = storage::open_memory_store(disk_, plan_.sync, recovered);
    if (!opened) throw Violation("the store does not open: " + opened.error().text);
    store_ = std::move(*opened);
    for (const config::Carrier& carrier :
         standing_->config.carriers)  // as engine/engine.cpp does it
        ENSURE(!store_->use_id_form(carrier.id, carrier::Dialect(carrier.dialect).ids()));
    next_section_ = recovered.next_section;
    commons_.live_octets = 0;
    commons_.live_octets_max = plan_.live_octets_max;
    commons_.evicted = store_->evicted_count();
    commons_.store_octets = 0;
    turn_wanted_.assign(shard_count_, false);
    offers_.clear();
    offers_.resize(shard_count_);
    armed_.assign(shard_count_, Instant::max());
    read_up_to_.assign(shard_count_, 0);
    storage_spoke_.assign(shard_count_, Instant{});
    mail_arrives_.clear();
    look_for_uncertain(recovered);
    tell("boot " + std::to_string(boots_) + " with " + std::to_string(shard_count_) + " shards, " +
         std::to_string(recovered.messages.size()) + " messages, " +
         std::to_string(uncertain_.size()) + " segments uncertain");
    for (std::uint32_t shard = 0; shard < shard_count_; ++shard) {
        ports_.push_back(std::make_unique<PortsOf>(*this, shard));
        shards_.push_back(std::make_unique<Shard>(Shard::Setup{.standing = standing_,
                                                               .commons = commons_,
                                                               .ports = *ports_.back(),
                                                               .index = shard,
                                                               .count = shard_count_,
                                                               .seed = dice_.next(),
                                                               .boot = boots_},
                                                  now_));
    }
    checkers_.engine_started(now_, standing_->config);
    if (std::exchange(power_cut_, false)) look_at_what_is_left(recovered);
    recover(std::move(recovered));
    for (std::uint32_t shard = 0; shard < shard_count_; ++shard)
        want_turn(shard);
    check_keywords();
}

storage::MessageId World::plant(storage::Message message) {
    ENSURE(!is_up());
    storage::Recovered recovered;
    const auto store = storage::open_memory_store(disk_, true, recovered);
    ENSURE(store);
    storage::Section section;
    section.accept(message);
    section.seal(recovered.next_section);
    std::array<storage::Section*, 1> sections{&section};
    ENSURE(!(*store)->commit(sections));
    return message.id;
}

/// As engine/engine.cpp does it.
void World::recover(storage::Recovered recovered) {
    store_->each_suppression([this](std::string_view scope, std::string_view contact) {
        for (auto& shard : shards_)
            shard->recover_suppression(scope, contact);
    });
    for (auto& shard : shards_)
        shard->recover_spent(now_, recovered.spent);
    for (auto& part : recovered.parts) {
        const std::uint32_t shard = storage::shard_of_contact(part->source, shard_count_);
        shards_[shard]->recover(now_, std::move(part));
    }
    for (auto& receipt : recovered.receipts) {
        const auto& all = standing_->config.carriers;
        const auto found = std::ranges::find(all, receipt->carrier, &config::Carrier::id);
        const auto index = static_cast<std::uint32_t>(found - all.begin());
        const std::uint32_t home = found == all.end() ? 0 : index % shard_count_;
        shards_[home]->recover(now_, std::move(receipt));
    }
    for (auto& message : recovered.messages) {
        const std::uint32_t shard = storage::shard_of_contact(message->contact(), shard_count_);
        shards_[shard]->recover(now_, std::move(message));
    }
}

void World::look_for_uncertain(const storage::Recovered& recovered) {
    std::set<std::pair<storage::MessageId, std::size_t>> uncertain;
    for (const auto& message : recovered.messages) {
        for (std::size_t n = 0; n < message->segments.size(); ++n) {
            if (message->segments[n].phase != storage::Phase::intended) continue;
            uncertain.emplace(message->id, n);
            tell("uncertain: " + storage::to_text(message->id) + " by " + message->carrier);
        }
    }
    const bool ours = std::ranges::includes(uncertain_, uncertain);  // from before the last boot
    if (std::exchange(drained_in_time_, false) && !ours) {
        throw Violation("every answer came before the engine stopped, and segments are uncertain");
    }
    uncertain_ = std::move(uncertain);
}

// ---- Ends
// -----------------------------------------------------------------------------------------

void World::die() {
    ++boots_;  // whatever the engine had planned is forgotten
    offers_.clear();
    committing_.clear();
    questions_.clear();
    commit_due_ = false;
    in_trouble_ = false;
    draining_ = false;
    reloading_ = false;
    reload_again_ = false;
    shards_.clear();
    ports_.clear();
    store_.reset();
    const auto all = std::exchange(by_link_, {});
    for (const auto& [link, connection] : all)
        hang_up(connection, false);
    checkers_.engine_died();
}

void World::boot_later() {
    at(draw(milliseconds(1), milliseconds(500)), [this] {
        if (!is_up()) boot();
    });
}

void World::crash() {
    if (!is_up()) return;
    tell("SIGKILL");
    die();
    boot_later();
}

void World::vanish() {
    if (!is_up()) return;
    tell("off the network");
    for (const auto& [place, connection] : by_link_)
        connection->unheard = true;
    die();
    boot_later();
}

void World::cut_power() {
    if (!is_up()) return;
    die();
    const std::size_t unsynced = disk_->unsynced_writes();
    const std::size_t lost = dice_.below(std::min<std::size_t>(unsynced, 20) + 1);
    tell("the power is cut, " + std::to_string(lost) + " commits are lost");
    disk_->forget_newest(lost);
    power_cut_ = true;
    boot_later();
}

void World::drain() {
    if (!is_up() || draining_) return;
    tell("SIGTERM");
    draining_ = true;
    for (std::uint32_t shard = 0; shard < shard_count_; ++shard) {
        shards_[shard]->drain(now_);
        want_turn(shard);
    }
    for (const auto& [place, connection] : by_link_) {
        Wire& wire = connection->wire;
        wire.no_submit_beyond = wire.octets_queued;
    }
    await_drained(now_.at + standing_->config.node.drain_limit + seconds(2));
}

/// As Engine::stop() does it.
void World::await_drained(Instant limit) {
    at_engine(milliseconds(20), [this, limit] {
        const bool drained = std::all_of(shards_.begin(), shards_.end(),
                                         [](const auto& shard) { return shard->drained(); });
        if (!drained && now_.at < limit) {
            for (std::uint32_t shard = 0; shard < shard_count_; ++shard)
                want_turn(shard);
            await_drained(limit);
            return;
        }
        bool unanswered = false;
        for (const auto& [place, connection] : by_link_)
            unanswered = unanswered || !connection->wire.in_flight.empty();
        drained_in_time_ = drained && !unanswered;
        while (!disk_->full && !(committing_.empty() && nothing_on_offer()))
            commit();
        tell(drained_in_time_ ? "stopped in order" : "stopped");
        die();
        boot_later();
    });
}

void World::fill_disk(Duration how_long) {
    tell("the disk is full");
    storage::set_full(*disk_, true);
    at(how_long, [this] {
        tell("the disk has room");
        storage::set_full(*disk_, false);
    });
}

void World::remove_carrier(const std::string& id) {
    std::erase_if(plan_.carriers, [&](const CarrierPlan& each) { return each.engine.id == id; });
    for (config::Route& route : plan_.routes)
        std::erase_if(route.carriers,
                      [&](const config::RouteCarrier& each) { return each.id == id; });
    std::erase_if(plan_.routes, [](const config::Route& route) { return route.carriers.empty(); });
    tell(id + " leaves the configuration");
}

/// As Engine::reload() does it.
void World::reload(const std::function<void(Plan&)>& change) {
    change(plan_);
    carriers_may_block_ = carriers_may_block_ || plan_.carriers_may_block();
    meet_carriers();
    if (!is_up() || draining_) return;
    if (reloading_) {
        reload_again_ = true;
    } else {
        begin_reload();
    }
}

void World::begin_reload() {
    tell("another configuration");
    reloading_ = true;
    standing_ = std::make_shared<const Standing>(make_config(), standing_.get());
    checkers_.reloaded(now_, make_config());
    const auto shard = static_cast<std::uint32_t>(dice_.below(shard_count_));
    shards_[shard]->adopt(standing_, [this](Now) {
        tell("the configuration is in force");
        checkers_.in_force(now_);
        reloading_ = false;
        if (std::exchange(reload_again_, false)) begin_reload();
    });
    want_turn(shard);
}

config::Carrier& World::configure(const std::string& carrier) {
    return std::ranges::find(plan_.carriers, carrier,
                             [](const CarrierPlan& each) { return each.engine.id; })
        ->engine;
}

/// After a power cut under async.
void World::look_at_what_is_left(const storage::Recovered& recovered) {
    std::set<storage::MessageId> live;
    for (const auto& message : recovered.messages)
        live.insert(message->id);
    const auto is_there = [&](storage::MessageId id) {
        return live.contains(id) || store_->find_message(id).has_value();
    };
    checkers_.power_was_cut(is_there);
    std::erase_if(accepted_, [&](storage::MessageId id) { return !is_there(id); });
}

/// A STOP and the suppression that it brought are one promise: both are on disk or neither is.
void World::check_keywords() {
    std::map<ConsentBook::Pair, std::pair<storage::MessageId, bool>> last;  // newest; a STOP?
    for (const config::Brand& brand : plan_.brands) {
        for (const std::string& sender : brand.senders) {
            for (std::uint64_t n = 0; n < plan_.contacts; ++n) {
                const std::string contact = contact_number(n);
                const ConsentBook::Pair pair{checkers_.scope_of(sender), contact};
                if (ordered_.contains(pair)) continue;
                const auto conversation = storage::ConversationId::of(sender, contact);
                for (const auto& entry : store_->thread(conversation, {}, 10'000)) {
                    if (entry.direction == storage::Direction::outbound) continue;
                    const auto message = store_->find_message(entry.id);
                    if (!message) throw Violation("in a thread and nowhere else");
                    const bool stop = is_stop(message->text);
                    if (!stop && !is_start(message->text)) continue;
                    auto& newest = last[pair];
                    if (newest.first < entry.id) newest = {entry.id, stop};
                }
            }
        }
    }
    for (const auto& [pair, newest] : last) {
        const auto suppression = store_->find_suppression(pair.first, pair.second);
        // A carrier's block may be newer than any word of the contact.
        if (suppression && suppression->rule == "carrier") continue;
        if (suppression.has_value() != newest.second) {
            throw Violation("the last word of " + pair.second + " to " + pair.first + " was " +
                            (newest.second ? "STOP" : "START") + ", and the store says otherwise");
        }
    }
}

// ---- Turns
// ----------------------------------------------------------------------------------------

/// After whatever has happened to the shard.
void World::want_turn(std::uint32_t shard) {
    hear(shard);
    if (turn_wanted_[shard]) return;
    turn_wanted_[shard] = true;
    at_engine(draw(microseconds(0), microseconds(30)), [this, shard] { turn(shard); });
}

void World::turn(std::uint32_t shard) {
    turn_wanted_[shard] = false;
    ++turns_;
    shards_[shard]->turn(now_);
    read_events(shard);
    std::vector<std::uint32_t> touched;
    shards_[shard]->take_touched_links(touched);
    for (const std::uint32_t link : touched)
        close_if_wished(shard, link);
    for (const std::uint32_t link : touched)
        serve(shard, link);
    const auto& section = shards_[shard]->desk().open.section;
    if (!turn_wanted_[shard] && section && !section->empty())
        throw Violation("after a turn, what is to become durable is not on offer");
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

void World::read_events(std::uint32_t shard) {
    const events::Stream& stream = shards_[shard]->desk().stream;
    stream.since(read_up_to_[shard], [this](const events::Event& event) {
        tell("event: " + event.type + " " + storage::to_text(event.message) + " " + event.reason);
        checkers_.happened(event);
    });
    read_up_to_[shard] = stream.newest();
}

// ---- The storage thread
// ---------------------------------------------------------------------------

/// What it says to one shard arrives in the order in which it was said.
void World::storage_says(std::uint32_t shard, std::function<void()> what) {
    Instant& last = storage_spoke_[shard];
    last = std::max(last, now_.at + draw(microseconds(1), microseconds(100)));
    at_engine(last - now_.at, [this, shard, what = std::move(what)] {
        what();
        want_turn(shard);
    });
}

void World::commit_later(Duration wait) {
    if (std::exchange(commit_due_, true)) return;
    if (wait == Duration::zero()) {
        wait = draw(microseconds(50), milliseconds(dice_.chance(plan_.slow_commits) ? 200 : 4));
    }
    at_engine(wait, [this] { commit(); });
}

void World::commit() {
    commit_due_ = false;
    if (committing_.empty()) take_offers();
    std::vector<storage::Section*> sections;
    for (const Taken& each : committing_)
        sections.push_back(each.section.get());
    if (!sections.empty()) {
        if (const auto error = store_->commit(sections)) {
            if (error->code != storage::errc::disk_full) throw Violation(error->text);
            disk_was_full_ = now_.at;
            in_trouble_ = true;
            for (std::uint32_t shard = 0; shard < shard_count_; ++shard) {
                storage_says(shard, [this, shard, text = error->text] {
                    shards_[shard]->on_store_trouble(now_, text);
                });
            }
            answer_questions();  // a full disk can still be read
            return commit_later(milliseconds(200));
        }
        commons_.evicted = store_->evicted_count();
        commons_.store_octets = store_->memory_octets();
    }
    if (std::exchange(in_trouble_, false)) {
        disk_was_full_ = now_.at;
        for (std::uint32_t shard = 0; shard < shard_count_; ++shard)
            storage_says(shard, [this, shard] { shards_[shard]->on_store_trouble(now_, ""); });
    }
    for (Taken& each : std::exchange(committing_, {})) {
        auto section = std::make_shared<std::unique_ptr<storage::Section>>(std::move(each.section));
        storage_says(each.shard, [this, shard = each.shard, section] {
            shards_[shard]->on_committed(now_, std::move(*section));
        });
    }
    answer_questions();
    if (!nothing_on_offer()) commit_later(Duration::zero());
}

bool World::nothing_on_offer() const {
    return std::ranges::all_of(offers_, [](const auto& offer) { return offer == nullptr; });
}

void World::take_offers() {
    for (std::uint32_t shard = 0; shard < offers_.size(); ++shard) {
        if (!offers_[shard]) continue;
        offers_[shard]->seal(next_section_++);
        committing_.push_back({shard, std::move(offers_[shard])});
    }
}

void World::answer_questions() {
    for (Question& each : std::exchange(questions_, {})) {
        each.ask(*store_);
        storage_says(each.shard, [this, shard = each.shard, then = std::move(each.then)] {
            shards_[shard]->on_answer(now_, then);
        });
    }
}

}  // namespace parley::simulation
