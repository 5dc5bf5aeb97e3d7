#pragma once
// Load over the native HTTP API: kept-alive connections that POST to /v1/messages.

#include "tools/loadgen/connection.h"
#include "tools/loadgen/event_stream.h"
#include "tools/loadgen/ledger.h"
#include "tools/loadgen/options.h"
#include "tools/loadgen/request_bytes.h"
#include "tools/loadgen/response_reader.h"
#include "tools/loadgen/side.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

class HttpSide final : public Side {
public:
    /// Throws when the target's name or a file is no good.
    HttpSide(const Options& options, Desk& desk);

    void start(std::int64_t now) override;
    bool ready() const override { return !options_.receipts || stream_.ready(); }
    void issue(std::int64_t now) override;
    bool has_room() const override { return !free_.empty(); }
    void on_event(std::uint32_t token, std::uint32_t events) override;
    std::int64_t check(std::int64_t now) override;
    std::uint64_t in_flight() const override { return in_flight_ + again_.size(); }
    std::uint64_t receipts_outstanding() const override { return stream_.book().outstanding(); }
    void say_goodbye(std::int64_t /*now*/) override {}
    bool gone() const override { return true; }
    void abandon(std::int64_t now) override;

private:
    // Connections.
    void dial(std::uint32_t index, std::int64_t now);
    void on_connecting(std::uint32_t index);
    void on_readable(std::uint32_t index);
    void lost(std::uint32_t index, std::int64_t now, std::string_view why);
    void watch(std::uint32_t index);
    void mark_free(std::uint32_t index);
    void check(std::uint32_t index, std::int64_t now);

    // Requests.
    bool due(std::int64_t now) const;
    Request next_request(std::int64_t now);
    void on_response(Connection& connection, const Response& response, std::int64_t now);
    void count_items(const Request& request, std::string_view body);
    void accepted(std::string_view id, std::uint64_t message, std::int64_t sent_ns);
    void give_up(const Request& request, std::int64_t now);

    const Options& options_;
    Desk& desk_;
    tools::SocketAddress address_;
    std::unique_ptr<Tls> tls_;
    Ledger accepted_ledger_;
    Ledger unanswered_ledger_;
    RequestBytes bytes_;
    EventStream stream_;  // when receipts are wanted

    std::vector<Connection> connections_;
    std::deque<std::uint32_t> free_;      // connections that can take a request, in turn
    std::vector<std::uint32_t> touched_;  // by the current issue()
    std::uint32_t open_ = 0;
    std::uint32_t not_ready_ = 0;  // closed, connecting or resting: look often
    std::int64_t last_open_ns_ = 0;

    ResponseReader reader_;
    std::string scratch_;
    std::deque<Request> again_;  // --retry
    std::uint64_t in_flight_ = 0;
};

}  // namespace parley::loadgen
