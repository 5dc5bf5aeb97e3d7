#pragma once
// The control port: HTTP/1.1 connections on the program's epoll, parsed by Beast, answered by the
// control API. Keep-alive and pipelining work, because test clients use them.

#include "tools/carrier_sim/program/control_api.h"
#include "tools/carrier_sim/program/events.h"
#include "tools/support/socket.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace parley::carrier_sim {

class ControlSide {
public:
    /// Throws when the port cannot be had.
    ControlSide(Events& events, const tools::Endpoint& endpoint, ControlApi api);

    std::uint16_t port() const { return tools::port_of(listener_); }
    void accept_all();
    void on_event(Now now, std::uint32_t id, std::uint32_t happened);

private:
    struct Client {
        tools::Descriptor socket;
        std::string unread;
        std::string unwritten;
        bool ending = false;  // close once unwritten is gone
    };

    void answer_all(Now now, Client& client);
    /// Takes one whole request off unread and answers it; false: more bytes are needed.
    bool answer_one(Now now, Client& client);
    static void respond(Client& client, const ControlAnswer& answer, bool keep_alive);
    /// False: gone.
    bool flush(std::uint32_t id, Client& client);

    Events& events_;
    ControlApi api_;
    tools::Descriptor listener_;
    std::unordered_map<std::uint32_t, Client> clients_;
    std::uint32_t next_id_ = 0;
    std::string scratch_;
};

}  // namespace parley::carrier_sim
