#pragma once
// What became of messages that were sent over HTTP: the engine's own event stream on a connection
// of its own, matched with the ids of the answers. A message's end is its receipt.

#include "tools/loadgen/event_reader.h"
#include "tools/loadgen/options.h"
#include "tools/loadgen/receipt_book.h"
#include "tools/loadgen/side.h"
#include "tools/loadgen/wire.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::loadgen {

class EventStream {
public:
    /// token: under which the desk's epoll knows it.
    EventStream(const Options& options, Desk& desk, std::uint32_t token)
        : options_(options), desk_(desk), token_(token) {}

    void dial(const tools::SocketAddress& address, const Tls* tls);
    /// Whether what happens from now on will be heard.
    bool ready() const { return ready_; }
    void on_event(std::int64_t now);
    void close() { wire_.close(); }

    /// A message was accepted under this id.
    void expect(std::string_view id, std::int64_t sent_ns);
    const ReceiptBook& book() const { return book_; }

private:
    void ask();
    void read(std::int64_t now);
    void take_events(std::int64_t now);
    void take(const EventReader::Event& event, std::int64_t now);
    void lost(const std::string& why);

    const Options& options_;
    Desk& desk_;
    std::uint32_t token_;
    Wire wire_;
    EventReader reader_;
    ReceiptBook book_;
    bool ready_ = false;
};

}  // namespace parley::loadgen
