#pragma once
// The SMPP ports of one carrier: gives each of its sessions a socket. Reads and writes as much per
// system call as the kernel gives, because one PDU per call costs twenty times as much (DESIGN §4).
// Decides nothing.

#include "tools/carrier_sim/behaviour.h"
#include "tools/carrier_sim/program/events.h"
#include "tools/carrier_sim/program/stream.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::carrier_sim {

struct SmppPorts {
    std::vector<tools::Endpoint> plain;
    std::vector<tools::Endpoint> tls;
    std::string certificate;
    std::string key;
};

class SmppSide {
public:
    /// Throws when a port cannot be had. The carrier must outlive it; place tells its events from
    /// those of other carriers.
    SmppSide(Events& events, std::uint16_t place, const SmppPorts& ports, CarrierSim& carrier);

    /// Where it listens: "127.0.0.1:2775", "127.0.0.1:3550 (TLS)".
    std::vector<std::string> addresses() const;
    void accept_all(Now now, std::uint32_t listener);
    void on_event(Now now, SessionId id, std::uint32_t happened);
    void on_dialled(Now now, std::uint32_t id);
    /// Does what the carrier wants of its sessions. Once per turn, after everything was told.
    void serve(Now now);

private:
    struct Listener {
        tools::Endpoint endpoint;  // with its port
        bool tls = false;
        tools::Descriptor socket;
    };
    struct Peer {
        Stream stream;
        bool reads = true;
        bool blocked = false;  // the kernel takes no more until it says so
    };

    void open(Listener& listener, std::uint32_t place);
    void open_or_close_ports();
    void dial_outbinds(Now now);
    void add(Now now, SessionId id, Stream stream);
    void read(Now now, SessionId id, Peer& peer);
    /// False: the connection broke.
    bool write(Now now, SessionId id, Peer& peer);
    void serve_one(Now now, SessionId id);
    void forget(Now now, SessionId id);

    Events& events_;
    std::uint16_t place_;
    CarrierSim& carrier_;
    std::optional<TlsContext> tls_;
    std::vector<Listener> listeners_;
    bool listening_ = true;
    std::unordered_map<SessionId, Peer> peers_;
    std::unordered_map<std::uint32_t, tools::Descriptor> dials_;
    std::uint32_t next_dial_ = 0;
    std::vector<SessionId> touched_;
    std::string scratch_;
};

}  // namespace parley::carrier_sim
