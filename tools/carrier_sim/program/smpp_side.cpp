#include "tools/carrier_sim/program/smpp_side.h"

#include <algorithm>
#include <cstdio>
#include <exception>

namespace parley::carrier_sim {
namespace {

constexpr std::size_t read_octets = 256 * 1024;
/// For a carrier that reads slowly: otherwise the kernel would read for it.
constexpr int slow_buffer_octets = 4 * 1024;

}  // namespace

SmppSide::SmppSide(Events& events, std::uint16_t place, const SmppPorts& ports, CarrierSim& carrier)
    : events_(events), place_(place), carrier_(carrier) {
    scratch_.resize(read_octets);
    if (!ports.tls.empty()) tls_.emplace(ports.certificate, ports.key);
    for (const tools::Endpoint& endpoint : ports.plain)
        listeners_.push_back({endpoint, false, {}});
    for (const tools::Endpoint& endpoint : ports.tls)
        listeners_.push_back({endpoint, true, {}});
    for (std::uint32_t i = 0; i < listeners_.size(); ++i)
        open(listeners_[i], i);
}

void SmppSide::open(Listener& listener, std::uint32_t place) {
    listener.socket = tools::listen_on(listener.endpoint);
    listener.endpoint.port = tools::port_of(listener.socket);
    events_.add(listener.socket.get(), {Source::smpp_listener, place_, place});
}

std::vector<std::string> SmppSide::addresses() const {
    std::vector<std::string> list;
    for (const Listener& listener : listeners_)
        list.push_back(listener.endpoint.text() + (listener.tls ? " (TLS)" : ""));
    return list;
}

void SmppSide::accept_all(Now now, std::uint32_t place) {
    const Listener& listener = listeners_[place];
    while (listener.socket) {
        tools::Descriptor socket(
            ::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket) return;
        tools::send_without_delay(socket);
        if (carrier_.read_octets_max() > 0)
            ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &slow_buffer_octets,
                         sizeof slow_buffer_octets);
        Stream stream = listener.tls ? Stream(std::move(socket), *tls_) : Stream(std::move(socket));
        add(now, carrier_.open(now), std::move(stream));
    }
}

void SmppSide::add(Now now, SessionId id, Stream stream) {
    events_.add(stream.fd(), {Source::smpp, place_, id});
    peers_.emplace(id, Peer{.stream = std::move(stream)});
    serve_one(now, id);
}

void SmppSide::on_event(Now now, SessionId id, std::uint32_t happened) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    auto& peer = found->second;
    if (Events::writable(happened)) {
        peer.blocked = false;
        serve_one(now, id);
        if (!peers_.contains(id)) return;
    }
    if (peer.reads && Events::readable(happened)) return read(now, id, peer);
    if (Events::hung_up(happened)) forget(now, id);
}

void SmppSide::read(Now now, SessionId id, Peer& peer) {
    do {
        const std::size_t limit = carrier_.read_octets_max();
        const std::size_t size = limit == 0 ? read_octets : std::min(limit, read_octets);
        std::size_t octets = 0;
        switch (peer.stream.read(scratch_.data(), size, octets)) {
            case Stream::Result::done:
                carrier_.on_bytes(now, id, {scratch_.data(), octets});
                break;
            case Stream::Result::wait:
                return;
            case Stream::Result::closed:
                return forget(now, id);
        }
    } while (peer.stream.has_pending() && carrier_.accepts_input(id));
}

void SmppSide::serve(Now now) {
    if (carrier_.listens() != listening_) open_or_close_ports();
    dial_outbinds(now);
    // Room in an output can make the carrier put more into it; a few rounds take what is there, the
    // rest waits for the next turn so that reading is not starved.
    for (int round = 0; round < 4; ++round) {
        carrier_.take_touched(touched_);
        if (touched_.empty()) return;
        for (const auto id : touched_)
            serve_one(now, id);
    }
}

void SmppSide::open_or_close_ports() {
    listening_ = carrier_.listens();
    for (std::uint32_t i = 0; i < listeners_.size(); ++i) {
        if (!listening_) {
            listeners_[i].socket.reset();
            continue;
        }
        try {
            open(listeners_[i], i);
        } catch (const std::exception& error) {  // somebody took the port meanwhile
            std::fprintf(stderr, "parley-sim: %s\n", error.what());
        }
    }
}

void SmppSide::dial_outbinds(Now) {
    for (const std::string& address : carrier_.take_outbinds()) {
        try {
            tools::Descriptor socket = tools::dial(tools::resolve(tools::parse_endpoint(address)));
            if (!socket) throw std::runtime_error(tools::reason(errno));
            events_.add_dial(socket.get(), {Source::smpp_dial, place_, next_dial_});
            dials_.emplace(next_dial_++, std::move(socket));
        } catch (const std::exception& error) {
            std::fprintf(stderr, "parley-sim: outbind to %s: %s\n", address.c_str(), error.what());
        }
    }
}

void SmppSide::on_dialled(Now now, std::uint32_t id) {
    const auto found = dials_.find(id);
    if (found == dials_.end()) return;
    tools::Descriptor socket = std::move(found->second);
    dials_.erase(found);
    if (const int error = tools::connect_error(socket); error != 0) {
        std::fprintf(stderr, "parley-sim: outbind: %s\n", tools::reason(error).c_str());
        return;
    }
    const SessionId session = carrier_.open_outbind(now);
    events_.want(socket.get(), {Source::smpp, place_, session}, true, false);
    peers_.emplace(session, Peer{.stream = Stream(std::move(socket))});
    serve_one(now, session);
}

void SmppSide::serve_one(Now now, SessionId id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    auto& peer = found->second;
    if (!peer.blocked && !write(now, id, peer)) return forget(now, id);
    if (carrier_.wants_close(id) && !peer.blocked && carrier_.output(id).empty())
        return forget(now, id);
    const bool reads = carrier_.accepts_input(id);
    // Saves the system call while nothing changed, which is nearly always.
    if (reads == peer.reads && !peer.blocked) return;
    const bool again = reads && !peer.reads;
    peer.reads = reads;
    events_.want(peer.stream.fd(), {Source::smpp, place_, id}, reads, peer.blocked);
    if (again && peer.stream.has_pending()) read(now, id, peer);
}

bool SmppSide::write(Now now, SessionId id, Peer& peer) {
    // One write in nearly every case; several small ones when the carrier splits what it writes.
    for (auto output = carrier_.output(id); !output.empty(); output = carrier_.output(id)) {
        std::size_t octets = 0;
        const auto result = peer.stream.write(output, octets);
        if (result == Stream::Result::closed) return false;
        peer.blocked = octets < output.size();
        if (octets > 0) carrier_.on_written(now, id, octets);
        if (peer.blocked) break;
    }
    return true;
}

void SmppSide::forget(Now now, SessionId id) {
    peers_.erase(id);
    carrier_.on_closed(now, id);
}

}  // namespace parley::carrier_sim
