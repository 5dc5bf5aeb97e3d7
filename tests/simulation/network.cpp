// Links: octets travel in order, in pieces, late; a link may be cut, fall silent, or take nothing.

#include "tests/simulation/connection.h"

#include <algorithm>
#include <utility>

namespace parley::simulation {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

Duration World::travel(Connection& connection, Instant& last) {
    last = std::max(
        {last, connection.silent_until, now_.at + draw(microseconds(50), milliseconds(10))});
    return last - now_.at;
}

void World::close_if_wished(std::uint32_t shard, std::uint32_t link) {
    if (!shards_[shard]->link_wants_close(link)) return;
    const auto found = by_link_.find({shard, link});
    if (found != by_link_.end()) hang_up(found->second, false);
}

void World::hear(Connection& connection) {
    Wire& wire = connection.wire;
    const std::string_view output = shards_[connection.shard]->link_output(connection.link);
    const std::size_t heard = wire.octets_queued - wire.octets_written;
    // Less than that: the session has ended without its last words.
    if (output.size() > heard) checkers_.engine_queued(now_, wire, output.substr(heard));
}

/// At the moment when it is said, whenever it will be written: from then on its answer is waited
/// for, and it has a place in the window.
void World::hear(std::uint32_t shard) {
    for (auto each = by_link_.lower_bound({shard, 0});
         each != by_link_.end() && each->first.first == shard; ++each)
        hear(*each->second);
}

void World::serve(std::uint32_t shard, std::uint32_t link) {
    Shard& engine = *shards_[shard];
    if (engine.link_wants_connect(now_, link)) dial(shard, link);
    const auto found = by_link_.find({shard, link});
    if (found == by_link_.end() || !found->second->open) return;
    const std::shared_ptr<Connection> connection = found->second;
    Wire& wire = connection->wire;
    hear(*connection);
    if (connection->stalled_until > now_.at) return;
    for (std::string_view output = engine.link_output(link); !output.empty();
         output = engine.link_output(link)) {
        const std::size_t size = plan_.split ? 1 + dice_.below(output.size()) : output.size();
        auto octets = std::make_shared<std::string>(output.substr(0, size));
        for (const char each : *octets) {
            trace_ = (trace_ ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
        }
        checkers_.engine_wrote(now_, wire, *octets);
        at(travel(*connection, connection->to_carrier), [this, connection, octets] {
            if (!connection->open) return;
            connection->carrier->sim.on_bytes(now_, connection->session, *octets);
            serve_carrier(*connection->carrier);
        });
        engine.on_link_written(now_, link, size);
    }
    close_if_wished(shard, link);
    // Over for the engine, though its last words are still to be written: nothing is awaited.
    const session::LinkState state = engine.desk().links[link].session.state();
    if (state == session::LinkState::waiting || state == session::LinkState::stopped) {
        checkers_.forget(wire);
        wire.in_flight.clear();
    }
}

World::Carrier& World::carrier_at(std::string_view address) {
    for (const auto& each : carriers_) {
        if (address.starts_with(each->id + ":")) return *each;
    }
    throw Violation("the engine dials nobody: " + std::string(address));
}

void World::dial(std::uint32_t shard, std::uint32_t link) {
    // Where it dials is settled now: by the time that it gets through it may have other hosts.
    const std::string address(shards_[shard]->link_route(link).address);
    if (address == nowhere) return;
    at_engine(draw(milliseconds(1), milliseconds(20)), [this, shard, link, address] {
        Carrier& carrier = carrier_at(address);
        const bool away = carrier.away_until > now_.at || !carrier.sim.listens();
        if (away || (plan_.cuts != 0 && !peace_ && dice_.chance(0.1))) {
            shards_[shard]->on_link_connect_failed(now_, link, session::LinkEnd::connect_failed,
                                                   "");
        } else {
            auto connection = std::make_shared<Connection>();
            connection->carrier = &carrier;
            connection->shard = shard;
            connection->link = link;
            connection->session = carrier.sim.open(now_);
            connection->wire.carrier = carrier.id;
            connection->wire.link = shards_[shard]->desk().links[link].name;
            tell(connection->wire.link + " connected");
            if (draining_) connection->wire.no_submit_beyond = 0;
            carrier.connections[connection->session] = connection;
            by_link_[{shard, link}] = connection;
            checkers_.watch(connection->wire);
            shards_[shard]->on_link_connected(now_, link);
        }
        want_turn(shard);
    });
}

/// By value: what the caller holds may be the map entry that goes here.
void World::hang_up(std::shared_ptr<Connection> connection, bool tell_engine) {
    if (!std::exchange(connection->open, false)) return;
    tell(connection->wire.link + (tell_engine ? " lost" : " closed"));
    checkers_.forget(connection->wire);
    Carrier& carrier = *connection->carrier;
    carrier.connections.erase(connection->session);
    const auto mine = by_link_.find({connection->shard, connection->link});
    if (mine != by_link_.end() && mine->second == connection) by_link_.erase(mine);
    if (connection->unheard) {
        carrier.ghosts.insert(connection->session);
        return;
    }
    // The carrier hears of it a little later, and what it has written meanwhile is lost.
    at(draw(microseconds(10), milliseconds(5)), [this, &carrier, session = connection->session] {
        carrier.sim.on_closed(now_, session);
        serve_carrier(carrier);
    });
    if (!tell_engine || !is_up()) return;
    shards_[connection->shard]->on_link_closed(now_, connection->link,
                                               session::LinkEnd::peer_closed, "");
    want_turn(connection->shard);
}

void World::serve_carrier(Carrier& carrier) {
    std::vector<carrier_sim::SessionId> touched;
    carrier.sim.take_touched(touched);
    for (const carrier_sim::SessionId session : touched) {
        const auto found = carrier.connections.find(session);
        if (found == carrier.connections.end()) continue;
        const std::shared_ptr<Connection> connection = found->second;
        for (std::string_view output = carrier.sim.output(session); !output.empty();
             output = carrier.sim.output(session)) {
            const std::size_t size = plan_.split ? 1 + dice_.below(output.size()) : output.size();
            auto octets = std::make_shared<std::string>(output.substr(0, size));
            carrier.sim.on_written(now_, session, size);
            at_engine(travel(*connection, connection->to_engine), [this, connection, octets] {
                if (!connection->open) return;
                checkers_.engine_reads(now_, connection->wire, *octets);
                shards_[connection->shard]->on_link_bytes(now_, connection->link, *octets);
                want_turn(connection->shard);
            });
        }
        if (carrier.sim.wants_close(session)) {
            at(travel(*connection, connection->to_engine),
               [this, connection] { hang_up(connection, true); });
        }
    }
    bury_ghosts(carrier);
    arm_carrier(carrier);
}

void World::bury_ghosts(Carrier& carrier) {
    std::erase_if(carrier.ghosts, [&](carrier_sim::SessionId session) {
        if (!carrier.sim.wants_close(session)) return false;
        carrier.sim.on_closed(now_, session);
        return true;
    });
}

void World::arm_carrier(Carrier& carrier) {
    const auto deadline = carrier.sim.next_deadline();
    if (!deadline || carrier.armed <= *deadline) return;
    carrier.armed = *deadline;
    at(std::max(Duration(0), *deadline - now_.at), [this, &carrier, due = *deadline] {
        if (carrier.armed != due) return;
        carrier.armed = Instant::max();
        carrier.sim.on_deadline(now_);
        serve_carrier(carrier);
    });
}

// ---- Orders
// --------------------------------------------------------------------------------------

carrier_sim::CarrierSim& World::carrier(const std::string& id) {
    return carrier_at(id + ":").sim;
}

void World::serve_carriers() {
    for (const auto& carrier : carriers_)
        serve_carrier(*carrier);
}

std::vector<std::string> World::links() const {
    std::vector<std::string> names;
    for (const auto& [place, connection] : by_link_)
        names.push_back(connection->wire.link);
    return names;
}

std::shared_ptr<World::Connection> World::find_link(const std::string& link) const {
    for (const auto& [place, connection] : by_link_) {
        if (connection->wire.link == link) return connection;
    }
    return nullptr;
}

void World::cut(const std::string& link) {
    if (const auto connection = find_link(link)) hang_up(connection, true);
}

void World::silence(const std::string& link, Duration how_long) {
    const auto connection = find_link(link);
    if (!connection) return;
    tell(link + " falls silent");
    connection->silent_until = now_.at + how_long;
}

void World::stall(const std::string& link, Duration how_long) {
    const auto connection = find_link(link);
    if (!connection) return;
    tell(link + " takes nothing");
    connection->stalled_until = now_.at + how_long;
    at_engine(how_long, [this, connection] {
        if (connection->open) serve(connection->shard, connection->link);
        want_turn(connection->shard);
    });
}

void World::take_away(const std::string& carrier_id, Duration how_long) {
    Carrier& carrier = carrier_at(carrier_id + ":");
    tell(carrier_id + " is away");
    carrier.away_until = now_.at + how_long;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [session, connection] : carrier.connections)
        all.push_back(connection);
    for (const auto& connection : all)
        hang_up(connection, true);
}

}  // namespace parley::simulation
