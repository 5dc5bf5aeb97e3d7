#include "tools/carrier_sim/program/smpp_side.h"

namespace parley::carrier_sim {
namespace {

constexpr std::size_t read_octets = 256 * 1024;

}  // namespace

SmppSide::SmppSide(Events& events, const tools::Endpoint& endpoint, CarrierSim& carrier)
    : events_(events), carrier_(carrier), listener_(tools::listen_on(endpoint)) {
    scratch_.resize(read_octets);
    events_.add(listener_.get(), Source::smpp_listener, 0);
}

void SmppSide::accept_all(Now now) {
    for (;;) {
        tools::Descriptor socket(
            ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket) return;
        tools::send_without_delay(socket);
        const auto id = carrier_.open(now);
        events_.add(socket.get(), Source::smpp, id);
        peers_[id].socket = std::move(socket);
        serve_one(now, id);
    }
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
    const auto n = ::recv(peer.socket.get(), scratch_.data(), scratch_.size(), 0);
    if (n > 0) {
        carrier_.on_bytes(now, id, {scratch_.data(), static_cast<std::size_t>(n)});
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        forget(now, id);
    }
}

void SmppSide::serve(Now now) {
    // Room in an output can make the carrier put more into it; a few rounds take what is there, the
    // rest waits for the next turn so that reading is not starved.
    for (int round = 0; round < 4; ++round) {
        carrier_.take_touched(touched_);
        if (touched_.empty()) return;
        for (const auto id : touched_)
            serve_one(now, id);
    }
}

void SmppSide::serve_one(Now now, SessionId id) {
    const auto found = peers_.find(id);
    if (found == peers_.end()) return;
    auto& peer = found->second;
    if (!peer.blocked && !write(now, id, peer)) return forget(now, id);
    if (carrier_.wants_close(id) && !peer.blocked) return forget(now, id);
    const bool reads = carrier_.accepts_input(id);
    // Saves the system call while nothing changed, which is nearly always.
    if (reads == peer.reads && !peer.blocked) return;
    peer.reads = reads;
    events_.want(peer.socket.get(), Source::smpp, id, reads, peer.blocked);
}

bool SmppSide::write(Now now, SessionId id, Peer& peer) {
    const auto output = carrier_.output(id);
    if (output.empty()) return true;
    const auto n = ::send(peer.socket.get(), output.data(), output.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    const auto written = n > 0 ? static_cast<std::size_t>(n) : 0;
    peer.blocked = written < output.size();
    if (written > 0) carrier_.on_written(now, id, written);
    return true;
}

void SmppSide::forget(Now now, SessionId id) {
    peers_.erase(id);
    carrier_.on_closed(now, id);
}

}  // namespace parley::carrier_sim
