#include "tools/loadgen/event_stream.h"

#include <array>
#include <optional>
#include <utility>

namespace parley::loadgen {
namespace {

using text::MessageState;

/// The ends of a message, in the words of receipts.
constexpr std::array<std::pair<std::string_view, MessageState>, 6> ends{{
    {"message.delivered", MessageState::delivered},
    {"message.undelivered", MessageState::undeliverable},
    {"message.failed", MessageState::rejected},
    {"message.expired", MessageState::expired},
    {"message.unknown", MessageState::unknown},
    {"message.canceled", MessageState::deleted},
}};

std::optional<MessageState> end_of(std::string_view event) {
    for (const auto& [name, state] : ends) {
        if (name == event) return state;
    }
    return std::nullopt;
}

}  // namespace

void EventStream::dial(const tools::SocketAddress& address, const Tls* tls) {
    if (!wire_.dial(address, tls)) return lost("cannot connect: " + wire_.trouble());
    desk_.watch(wire_.fd(), token_, true, false);
}

void EventStream::on_event(std::int64_t now) {
    if (wire_.state() == Wire::State::closed) return;
    if (wire_.open()) return read(now);
    if (!wire_.settle()) return lost("cannot connect: " + wire_.trouble());
    desk_.watch(wire_.fd(), token_, wire_.wants_write(), true);
    if (wire_.open()) ask();
}

void EventStream::ask() {
    std::string request = "GET /v1/stream HTTP/1.1\r\nHost: " + options_.target.text() + "\r\n";
    if (!options_.http.key.empty())
        request += "Authorization: Bearer " + options_.http.key + "\r\n";
    request += "Accept: text/event-stream\r\n\r\n";
    // An empty socket takes a few hundred octets at once.
    if (wire_.write(request) != static_cast<std::ptrdiff_t>(request.size()))
        lost("it takes no request");
}

void EventStream::read(std::int64_t now) {
    std::array<char, 64 * 1024> bytes;
    do {
        const auto n = wire_.read(bytes.data(), bytes.size());
        if (n < 0) return lost("the connection was closed");
        if (n == 0) return;
        reader_.feed({bytes.data(), static_cast<std::size_t>(n)});
        take_events(now);
    } while (wire_.has_more() && desk_.complaint.empty());
}

void EventStream::take_events(std::int64_t now) {
    const int status = reader_.status();
    if (status == 0) return;
    if (status != 200)
        return lost(status < 0 ? "it speaks no HTTP" : "it answers " + std::to_string(status));
    ready_ = true;
    EventReader::Event event;
    while (reader_.next(event))
        take(event, now);
}

void EventStream::take(const EventReader::Event& event, std::int64_t now) {
    if (event.name == "message.received") return desk_.tally.inbound();
    if (event.name == "reset")
        return desk_.tally.odd("event stream resets", "events were missed: receipts are, too");
    const auto state = end_of(event.name);
    if (!state || event.message_id.empty()) return;
    const auto found = book_.receive(event.message_id, state, now);
    if (found.match == ReceiptBook::Match::settled)
        desk_.tally.receipt_settled(found.receipt_ns - found.sent_ns, text::name(*state));
    else if (found.match == ReceiptBook::Match::repeated)
        desk_.tally.receipt_repeated();
    else if (found.match == ReceiptBook::Match::unknown)
        desk_.tally.receipts_unknown(1);
}

void EventStream::expect(std::string_view id, std::int64_t sent_ns) {
    desk_.tally.receipt_expected();
    const auto found = book_.expect(id, sent_ns);
    if (found.match != ReceiptBook::Match::settled) return;
    desk_.tally.receipt_settled(found.receipt_ns - found.sent_ns,
                                text::name(found.state.value_or(MessageState::unknown)));
}

void EventStream::lost(const std::string& why) {
    wire_.close();
    if (desk_.closing) return;
    desk_.complain("the event stream of " + options_.target.text() +
                   ", which receipts are read from: " + why);
}

}  // namespace parley::loadgen
