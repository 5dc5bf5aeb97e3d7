#pragma once
// The SMPP port: gives each session of the carrier a socket. Reads and writes as much per system
// call as the kernel gives, because one PDU per call costs twenty times as much (DESIGN §4).
// Decides nothing.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/program/events.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::carrier_sim {

class SmppSide {
public:
    /// Throws when the port cannot be had. The carrier must outlive it.
    SmppSide(Events& events, const tools::Endpoint& endpoint, CarrierSim& carrier);

    std::uint16_t port() const { return tools::port_of(listener_); }
    void accept_all(Now now);
    void on_event(Now now, SessionId id, std::uint32_t happened);
    /// Does what the carrier wants of its sessions. Once per turn, after everything was told.
    void serve(Now now);

private:
    struct Peer {
        tools::Descriptor socket;
        bool reads = true;
        bool blocked = false;  // the kernel takes no more until it says so
    };

    void read(Now now, SessionId id, Peer& peer);
    /// False: the connection broke.
    bool write(Now now, SessionId id, Peer& peer);
    void serve_one(Now now, SessionId id);
    void forget(Now now, SessionId id);

    Events& events_;
    CarrierSim& carrier_;
    tools::Descriptor listener_;
    std::unordered_map<SessionId, Peer> peers_;
    std::vector<SessionId> touched_;
    std::string scratch_;
};

}  // namespace parley::carrier_sim
