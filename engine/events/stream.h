#pragma once
// What happened lately on one shard, for live subscribers and for those who come back: a ring of
// events with rising positions. A position is never used twice within one run of the process.

#include "storage/delivery.h"
#include "storage/message.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::events {

struct Event {
    std::uint64_t position = 0;  // 1, 2, … on this shard
    std::string account;
    std::string brand;
    std::string type;  // "message.received", "message.sent", "message.delivered", …
    storage::MessageId message;
    storage::ConversationId conversation;
    storage::Direction direction{};
    storage::Status status{};
    std::string from;
    std::string to;
    std::string text;    // inbound only: what the person wrote
    std::string reason;  // of a final state other than delivered
    storage::UnixMs at = 0;
    smpp::NamedTlvs tlvs{};  // the carrier's own: of the message that came in, or of its receipts
    std::optional<storage::Delivery> delivery{};  // of an outbound message that has ended
};

/// Whose events. The rule of the whole API: an account sees its own messages, and what people wrote
/// to its brand's senders.
struct Audience {
    std::string account;
    std::string brand;

    bool may_see(const Event& event) const;
};

class Stream {
public:
    Stream() = default;
    explicit Stream(std::size_t remembered_max) : remembered_max_(remembered_max) {}

    /// The event of a message in its present state.
    void publish(const storage::Message& message, storage::UnixMs at);
    std::uint64_t newest() const { return newest_; }
    /// Events after this position, oldest first. False: some of them are gone.
    bool since(std::uint64_t position, const std::function<void(const Event&)>& visit) const;

    using Handle = std::uint64_t;
    Handle subscribe(Audience audience, std::function<void(const Event&)> deliver);
    void unsubscribe(Handle handle);

private:
    struct Subscriber {
        Handle handle;
        Audience audience;
        std::function<void(const Event&)> deliver;
    };
    std::size_t remembered_max_ = 8192;
    std::deque<Event> ring_;
    std::uint64_t newest_ = 0;
    std::vector<Subscriber> subscribers_;
    Handle last_handle_ = 0;
};

/// The data of a server-sent event.
std::string to_json(const Event& event);

}  // namespace parley::events
