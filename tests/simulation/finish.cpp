// The end of a run: peace, until everything has ended; then a look at all of it.

#include "tests/simulation/connection.h"

#include <algorithm>
#include <iterator>

namespace parley::simulation {

using std::chrono::seconds;

void World::finish() {
    make_peace();
    pass(seconds(1));  // what was just asked for is answered first
    // Asking whether all has ended costs more than a step, so it is asked every virtual second.
    const Instant end = now_.at + plan_.calm;
    while (now_.at < end && !all_ended())
        pass(seconds(1));
    if (!all_ended()) throw Violation("something never ended: " + what_is_left());
    look_at_everything();
    if (!plan_.until_forgotten) return;
    // Receipts that nobody waits for are kept for an hour. Then one more commit sweeps up.
    pass(std::chrono::minutes(70));
    suppress("brand:nobody", contact_number(0));
    pass(seconds(1));
    if (journal_records() > 2 || !disk_->family(storage::Family::live).empty()) {
        throw Violation("all has ended, and the journal still holds " +
                        std::to_string(journal_records()) + " records, " +
                        std::to_string(disk_->family(storage::Family::live).size()) + " items");
    }
}

void World::make_peace() {
    peace_ = true;
    tell("peace");
    storage::set_full(*disk_, false);
    for (const auto& carrier : carriers_) {
        carrier_sim::Settings kind = carrier->sim.settings();
        kind.response_lost_chance = 0;
        kind.throttle_chance = 0;
        kind.refusals.clear();
        kind.answers_enquire_link = true;
        kind.session_life = {};
        carrier->sim.change(kind);
        carrier->sim.refuse_submits(std::nullopt);
        carrier->sim.refuse_binds(std::nullopt);
        carrier->sim.listen(true);
        carrier->away_until = Instant{};
        serve_carrier(*carrier);
    }
}

bool World::all_ended() const {
    if (!is_up() || draining_ || store_->evicted_count() != 0) return false;
    for (const auto& carrier : carriers_) {
        const bool served = std::ranges::any_of(
            plan_.carriers, [&](const auto& each) { return each.engine.id == carrier->id; });
        if (served && carrier->sim.delivers_open() != 0) return false;
    }
    return std::all_of(shards_.begin(), shards_.end(), [](const auto& shard) {
        return shard->desk().live.size() == 0 && shard->desk().open.empty() &&
               shard->inbound().parts_pending() == 0;
    });
}

std::string World::what_is_left() const {
    if (!is_up()) return "the engine is down";
    std::string left = std::to_string(store_->evicted_count()) + " evicted";
    for (const auto& carrier : carriers_)
        left += ", " + carrier->id + " has " + std::to_string(carrier->sim.delivers_open()) +
                " deliver_sm open";
    for (const auto& shard : shards_) {
        shard->desk().live.each([&](const storage::Message& message) {
            left += "; " + storage::to_text(message.id) + " " +
                    std::string(storage::name(message.status)) + " by " + message.carrier + " on " +
                    std::to_string(shard->desk().shard) + ", in flight " +
                    storage::to_text(shard->desk().conversations.in_flight(message.conversation()));
            for (const storage::Segment& segment : message.segments) {
                left += " " + std::to_string(static_cast<int>(segment.phase)) + "/" +
                        std::to_string(segment.command_status);
            }
        });
        for (const auto& carrier : shard->desk().carriers) {
            if (!carrier) continue;
            left += "; " + carrier->settings->id + " lanes " +
                    std::to_string(carrier->lanes.size()) + " ready " +
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

/// Of what is kept though no message lives: receipts that nobody has asked for, parts of messages
/// that are whole.
std::int64_t World::held_octets() const {
    std::int64_t octets = 0;
    for (const auto& shard : shards_) {
        octets += shard->inbound().parts_octets();
        for (const auto& carrier : shard->desk().carriers) {
            if (!carrier) continue;
            for (const auto& [handle, receipt] : carrier->early)
                octets += memory_octets(receipt->tlvs);
        }
    }
    return octets;
}

std::size_t World::early_receipts() const {
    std::size_t held = 0;
    for (const auto& shard : shards_) {
        for (const auto& carrier : shard->desk().carriers)
            held += carrier ? carrier->early.size() : 0;
    }
    return held;
}

std::size_t World::aging() const {
    std::size_t entries = 0;
    for (const auto& shard : shards_)
        entries += shard->desk().aging.size();
    return entries;
}

void World::look_at_everything() {
    if (const std::int64_t octets = commons_.live_octets - held_octets(); octets != 0) {
        throw Violation("nothing lives, and " + std::to_string(octets) +
                        " octets are counted as used");
    }
    for (const storage::MessageId id : checkers_.accepted())
        checkers_.ended(id, find(id));
    for (const storage::MessageId id : checkers_.lost())
        checkers_.still_lost(id, find(id));
    for (const config::Brand& brand : plan_.brands) {
        for (const std::string& sender : brand.senders) {
            for (std::uint64_t n = 0; n < plan_.contacts; ++n) {
                checkers_.thread(sender, contact_number(n), thread(sender, contact_number(n)));
            }
            for (const std::string& stranger : plan_.strangers)
                checkers_.thread(sender, stranger, thread(sender, stranger));
        }
    }
    for (const auto& carrier : carriers_)
        checkers_.carrier_books(carrier->id, carrier->sim.books());
    checkers_.finish();
    check_keywords();
    for (const ConsentBook::Pair& pair : checkers_.consent().pairs()) {
        const auto wanted = checkers_.consent().stopped_in_the_end(pair);
        const auto suppression = this->suppression(pair.first, pair.second);
        // A carrier's block may be newer than any word of the contact.
        if (suppression && suppression->rule == "carrier") continue;
        if (wanted && suppression.has_value() != *wanted) {
            throw Violation(pair.second + " in " + pair.first + " ought " +
                            (*wanted ? "to" : "not to") + " be suppressed");
        }
    }
}

}  // namespace parley::simulation
