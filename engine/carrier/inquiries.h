#pragma once
// What a carrier is asked about messages that it has (query_sm): which are due, at what pace, and
// whether asking on makes sense. Holds no clock, no link and no message.

#include "config/config.h"
#include "engine/carrier/token_bucket.h"
#include "protocol/smpp/status.h"
#include "protocol/text/receipt_text.h"
#include "storage/message.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

namespace parley::carrier {

/// The carrier took the segment under an id, no final receipt has come, and it is time to ask (once
/// more). Never for a segment whose response never came: without an id there is nothing to ask by.
bool is_overdue(const config::Query& settings, storage::UnixMs now, const storage::Message& message,
                std::size_t segment);
/// Of any segment.
bool is_overdue(const config::Query& settings, storage::UnixMs now,
                const storage::Message& message);

/// What came of a question or an order.
enum class InquiryResult : std::uint8_t {
    done,         // a final state was told; it was canceled or replaced
    pending,      // it is still on its way
    refused,      // ESME_RQUERYFAIL, ESME_RCANCELFAIL, ESME_RREPLACEFAIL
    unsupported,  // the carrier does not know the PDU
    failed,       // any other status, or an answer that says nothing
    unanswered,
};
inline constexpr std::size_t inquiry_results =
    static_cast<std::size_t>(InquiryResult::unanswered) + 1;
std::string_view name(InquiryResult result);

/// Of a command_status other than ESME_ROK; nacked: it came in a generic_nack. That alone does not
/// say that the PDU is not known: its status may be one that passes.
InquiryResult result_of(smpp::Status status, bool nacked);

class Inquiries {
public:
    Inquiries(const config::Query& settings, Instant start)
        : settings_(settings), bucket_(settings.rate, 1, start) {}

    /// Other settings from now on; the carrier may have learned query_sm meanwhile.
    void change(Instant now, const config::Query& settings) {
        settings_ = settings;
        bucket_.set(now, settings.rate, 1);
        unsupported_ = false;
    }

    const config::Query& settings() const { return settings_; }
    /// Wished for, and not known to be in vain.
    bool may_ask() const { return settings_.after.count() != 0 && !unsupported_; }
    bool has_token(Instant now) { return now >= rests_until_ && bucket_.available(now) > 0; }
    void take_token(Instant now) { bucket_.take(now); }
    /// When has_token() becomes true.
    Instant next_token(Instant now) { return std::max(rests_until_, bucket_.next(now)); }

    // A walk over the messages on disk, a piece at a time.
    bool may_look(Instant now) const { return may_ask() && due_.empty() && now >= next_look_; }
    /// Nothing is looked for until on_looked().
    void looks() { next_look_ = Instant::max(); }
    /// Where the walk goes on; 0: from the oldest.
    storage::MessageId cursor() const { return cursor_; }
    /// Overdue segments to find in one piece: what the pace lets go in the time that they stay in
    /// memory.
    std::size_t room() const;
    /// up_to: the last message that was looked at; more: there are others behind it.
    void on_looked(Instant now, storage::MessageId up_to, bool more);

    struct Due {
        storage::MessageId message{};
        std::uint8_t segment = 0;
    };
    std::deque<Due>& due() { return due_; }
    const std::deque<Due>& due() const { return due_; }

    /// Too fast, or not well: nothing is asked for a while.
    void rest(Instant now);
    /// The carrier does not know query_sm. True: this is news.
    bool give_up();

private:
    config::Query settings_;
    TokenBucket bucket_;
    std::deque<Due> due_;
    storage::MessageId cursor_;
    Instant next_look_{};
    Instant rests_until_{};
    bool unsupported_ = false;
};

}  // namespace parley::carrier
