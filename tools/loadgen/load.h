#pragma once
// The run itself: connections, schedule and answers on one thread and one epoll. Latency on a
// schedule counts from the intended moment, so that a server that stalls is charged for everything
// that had to wait (no coordinated omission).

#include "tools/loadgen/connection.h"
#include "tools/loadgen/ledger.h"
#include "tools/loadgen/options.h"
#include "tools/loadgen/request_bytes.h"
#include "tools/loadgen/tally.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace parley::loadgen {

class Load {
public:
    /// Throws when the target's name or a file is no good.
    explicit Load(Options options);

    /// Runs to the end and prints the summary. The process's exit status: 0, 1 when the target
    /// failed us, 3 when it accepted nothing at all.
    int run();

    /// For signal handlers: the first call ends the run politely, the second at once.
    static void ask_to_stop();

private:
    // Connections.
    void dial(std::uint32_t index, std::int64_t now);
    void on_event(std::uint32_t index, std::uint32_t events);
    void on_connected(std::uint32_t index);
    void on_readable(std::uint32_t index);
    void lost(std::uint32_t index, std::int64_t now, std::string_view why);
    void watch(std::uint32_t index);
    void mark_free(std::uint32_t index);

    // Requests.
    void issue(std::int64_t now);
    bool due(std::int64_t now) const;
    bool exhausted() const;
    std::int64_t intended_ns(std::uint64_t message) const;
    Request next_request(std::int64_t now);
    const RequestBytes& bytes_for(std::uint32_t count);
    void on_response(Connection& connection, const Response& response, std::int64_t now);
    void count_items(const Request& request, std::string_view body);
    void accepted(std::string_view id, std::uint64_t message);
    void give_up(const Request& request);

    // Time.
    void housekeeping(std::int64_t now);
    void note_stop(std::int64_t now);
    std::int64_t wait_ns(std::int64_t now) const;
    bool finished(std::int64_t now) const;
    void complain(std::string sentence);
    void finish();

    Options options_;
    tools::SocketAddress target_;
    Ledger accepted_ledger_;
    Ledger unanswered_ledger_;
    std::int64_t started_ns_;
    Tally tally_;
    RequestBytes usual_request_;
    std::vector<RequestBytes> last_request_;  // a smaller array, when the messages do not divide

    tools::Descriptor epoll_;
    std::vector<Connection> connections_;
    std::deque<std::uint32_t> free_;      // connections that can take a request, in turn
    std::vector<std::uint32_t> touched_;  // by the current issue()
    std::uint32_t open_ = 0;
    std::uint32_t not_ready_ = 0;  // closed, connecting or resting: look often
    std::int64_t last_open_ns_;

    ResponseReader reader_;
    std::string scratch_;
    std::uint64_t next_message_;
    std::uint64_t end_message_;
    std::deque<Request> again_;  // --retry
    std::uint64_t in_flight_ = 0;

    std::int64_t next_line_ns_ = 0;
    std::int64_t next_check_ns_ = 0;
    std::int64_t stop_ns_ = 0;   // when sending ended
    std::int64_t drain_ns_ = 0;  // until when answers are awaited
    std::int64_t last_answer_ns_ = 0;
    std::string complaint_;
};

}  // namespace parley::loadgen
