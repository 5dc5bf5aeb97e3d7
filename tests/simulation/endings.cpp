// When all is over: nothing lost, one end each, receipts obeyed, order kept, nothing twice.

#include "protocol/smpp/hex.h"
#include "protocol/text/segments.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/texts.h"

#include <algorithm>

namespace parley::simulation {

using storage::Message;
using storage::Status;

void Checkers::ended(storage::MessageId id, const std::optional<Message>& message) {
    if (!message) throw Violation("accepted and lost: " + storage::to_text(id));
    if (!storage::is_final(message->status)) {
        throw Violation(storage::to_text(id) +
                        " never ended: " + std::string(storage::name(message->status)));
    }
    const auto told = finals_.find(id);
    if (told != finals_.end() && told->second != message->status) {
        throw Violation("the final state of " + storage::to_text(id) + " was reversed");
    }
    accepted_.at(id).end = *message;
}

void Checkers::still_lost(storage::MessageId id, const std::optional<Message>& message) const {
    if (message) throw Violation("a lost id names another message: " + storage::to_text(id));
}

void Checkers::thread(const std::string& sender, const std::string& contact,
                      const std::vector<Message>& messages) {
    std::set<storage::MessageId> here;
    for (const Message& message : messages) {
        if (!here.insert(message.id).second) {
            throw Violation("twice in its thread: " + storage::to_text(message.id));
        }
        if (message.direction == storage::Direction::outbound) continue;
        ++inbound_count_;
        check_own_tlvs(message);
        if (message.incomplete) {
            ++shown_incomplete_[{sender, contact}];
        } else {
            ++shown_[{{sender, contact}, message.text}];
        }
    }
    for (const auto& [id, each] : accepted_) {
        if (each.sender != sender || each.contact != contact) continue;
        if (!here.contains(id)) throw Violation("not in its thread: " + storage::to_text(id));
    }
}

void Checkers::carrier_books(const std::string& carrier, const carrier_sim::Books& books) {
    for (const carrier_sim::SubmitRecord& record : books.submits) {
        if (record.status != smpp::Status::ESME_ROK) continue;
        taken_.push_back({carrier, record});
        submitted_[{carrier, in_decimal(record.message_id)}] = taken_.back();
    }
    mos_.insert(mos_.end(), books.mos.begin(), books.mos.end());
}

void Checkers::finish() {
    for (const auto& [id, each] : accepted_)
        check_end(each);
    check_order();
    check_inbound();
    check_repetition();
    check_confirmations();
}

void Checkers::check_end(const Accepted& each) const {
    if (!each.end) throw Violation("nobody looked at " + each.marker);
    const Message& message = *each.end;
    if (message.text != each.text || message.to != each.contact || message.from != each.sender) {
        throw Violation("not what was accepted: " + storage::to_text(message.id));
    }
    const smpp::NamedTlvs asked = each.template_id.empty()
                                      ? smpp::NamedTlvs{}
                                      : smpp::NamedTlvs{{"template_id", each.template_id}};
    if (message.tlvs != asked) throw Violation("not what was asked for: " + each.marker);
    if (forgiving_) return;  // what carriers said may have been forgotten
    check_own_tlvs(message);
    check_segments(each, message);
    check_receipts(message);
    check_canceled(each, message);
}

/// Canceled or sent, never both.
void Checkers::check_canceled(const Accepted& each, const Message& message) const {
    const bool canceled = message.status == Status::canceled;
    if (each.canceled && !canceled) {
        throw Violation(storage::to_text(message.id) + " was canceled and ended as " +
                        std::string(storage::name(message.status)));
    }
    if (!canceled) return;
    for (const Submitted& submitted : taken_) {
        const carrier_sim::SubmitRecord& record = submitted.record;
        if (!record.text().starts_with(each.marker) || record.canceled) continue;
        // Of two copies of what was sent again the first has an id that nobody heard: no cancel_sm
        // can name it.
        const bool named = std::ranges::any_of(message.segments, [&](const auto& segment) {
            return in_decimal(segment.carrier_message_id) == in_decimal(record.message_id);
        });
        if (!named && resends_) continue;
        throw Violation(storage::to_text(message.id) + " is canceled, and " + submitted.carrier +
                        " has it");
    }
}

/// What the carrier told beside the specification's parameters is kept: with the segment that the
/// receipt is of, or with the message that a handset sent.
void Checkers::check_own_tlvs(const Message& message) const {
    if (!own_tlvs_.contains(message.carrier)) return;
    const std::string id = storage::to_text(message.id);
    if (message.direction == storage::Direction::inbound) {
        if (message.tlvs.size() != 1 || message.tlvs.front().name != "0x1502")
            throw Violation(id + " came without its own number");
        return;
    }
    for (std::size_t n = 0; n < message.segments.size(); ++n) {
        const storage::Segment& segment = message.segments[n];
        if (segment.phase != storage::Phase::settled) continue;
        // It may have been settled by an answer, which has none.
        if (storage::find_inquiry(message, storage::Operation::query, n) ||
            storage::find_inquiry(message, storage::Operation::cancel, n))
            continue;
        // As the receipt has it: maybe in another base than the response.
        const bool named = segment.tlvs.size() == 1 && segment.tlvs.front().name == "0x1501";
        const auto told =
            named ? smpp::from_hex(segment.tlvs.front().value.substr(2)) : std::nullopt;
        const bool kept = told && in_decimal(*told) == in_decimal(segment.carrier_message_id);
        if (!kept) throw Violation(id + " lost the TLVs of its receipt");
    }
}

/// Every carrier message id that it shows is of this very message at this very carrier.
void Checkers::check_segments(const Accepted& each, const Message& message) const {
    for (const storage::Segment& segment : message.segments) {
        if (segment.carrier_message_id.empty()) continue;
        const auto found =
            submitted_.find({message.carrier, in_decimal(segment.carrier_message_id)});
        if (found == submitted_.end()) {
            throw Violation(storage::to_text(message.id) + " has an id that " + message.carrier +
                            " never gave: " + segment.carrier_message_id);
        }
        const carrier_sim::SubmitRecord& record = found->second.record;
        const bool same = record.destination == each.contact && record.source == each.sender &&
                          each.text.find(record.text()) != std::string::npos;
        if (!same) {
            throw Violation(storage::to_text(message.id) +
                            " has another message's id: " + segment.carrier_message_id);
        }
    }
}

void Checkers::check_receipts(const Message& message) const {
    bool all_told = true;
    bool all_delivered = true;
    const auto carrier = carriers_.find(message.carrier);
    const bool one_for_all = carrier != carriers_.end() && carrier->second.dialect.id_on_last_part;
    for (const storage::Segment& segment : message.segments) {
        if (one_for_all && segment.carrier_message_id.empty() && message.segments.size() > 1)
            continue;
        const auto found =
            receipts_.find({message.carrier, in_decimal(segment.carrier_message_id)});
        const bool known = !segment.carrier_message_id.empty() && found != receipts_.end();
        const bool told =
            known && found->second.acknowledged &&
            (message.settled_at == 0 || *found->second.acknowledged <= message.settled_at);
        all_told = all_told && told;
        all_delivered =
            all_delivered && known && found->second.read.contains(text::MessageState::delivered);
    }
    const std::string id = storage::to_text(message.id);
    if (message.status == Status::delivered && !all_delivered) {
        throw Violation(id + " was never delivered");
    }
    if (forgiving_ || message.status == Status::delivered || !all_told) return;
    if (all_delivered) {
        throw Violation(id + " was delivered and ended as " +
                        std::string(storage::name(message.status)) + " " + message.reason);
    }
    if (message.status == Status::canceled) return;  // the carrier said so
    if (!message.reason.starts_with("receipt_")) {
        throw Violation(id + " had all its receipts and ended as " + message.reason);
    }
}

void Checkers::check_order() const {
    std::map<Pair, std::uint64_t> latest;  // conversation to the last first submit
    for (const auto& [id, each] : accepted_) {
        const auto seen = first_submit_.find(each.marker);
        if (each.held || seen == first_submit_.end()) continue;
        std::uint64_t& last = latest[{each.sender, each.contact}];
        if (seen->second < last) throw Violation("out of order: " + each.marker);
        last = seen->second;
    }
}

void Checkers::check_inbound() const {
    struct Expected {
        std::size_t least = 0;
        std::size_t made = 0;
        std::size_t parts = 1;
    };
    std::map<std::pair<Pair, std::string>, Expected> expected;
    std::map<Pair, std::size_t> incomplete;
    std::map<Pair, std::size_t> maybe_incomplete;
    for (const carrier_sim::MoRecord& mo : mos_) {
        const Pair pair{mo.to, mo.from};
        if (mo.parts_lost != 0 && mo.acked) {
            ++incomplete[pair];
            continue;
        }
        // Its carrier left before the rest could be handed over.
        if (mo.segments > 1 && !mo.acked) ++maybe_incomplete[pair];
        Expected& each = expected[{pair, mo.text}];
        ++each.made;
        each.least += mo.acked ? 1 : 0;
        each.parts = mo.segments;
    }
    for (const auto& [what, each] : expected) {
        const auto found = shown_.find(what);
        const std::size_t shown = found == shown_.end() ? 0 : found->second;
        if (shown < each.least && !forgiving_)
            throw Violation("acknowledged and lost: " + what.second);
        const auto reads = whole_reads_.find(what);
        // A whole one may be handed over again before its thanks arrive; parts are known again.
        const std::size_t most = each.parts > 1                ? each.made
                                 : reads == whole_reads_.end() ? 0
                                                               : reads->second;
        if (shown > most) {
            throw Violation("shown " + std::to_string(shown) + " times: " + what.second);
        }
    }
    for (const auto& [what, times] : shown_) {
        if (!expected.contains(what)) throw Violation("nobody wrote: " + what.second);
    }
    if (forgiving_) return;
    for (const auto& [pair, shown] : shown_incomplete_) {
        if (incomplete[pair] + maybe_incomplete[pair] < shown) {
            throw Violation("incomplete, though no part was lost: from " + pair.second);
        }
    }
    for (const auto& [pair, made] : incomplete) {
        const auto shown = shown_incomplete_.find(pair);
        if (shown == shown_incomplete_.end() || shown->second < made) {
            throw Violation("what came of an incomplete message was lost: from " + pair.second);
        }
    }
}

/// Under hold nothing goes out twice, whatever happened, and to whichever carrier.
void Checkers::check_repetition() const {
    if (resends_ || forgiving_) return;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Submitted& each : taken_) {
        // A marker names a message. Later segments of two messages may well be the same octets.
        const std::string text = each.record.text();
        if (!is_marked(text)) continue;
        if (!seen.emplace(each.record.destination, each.record.octets).second) {
            throw Violation("sent twice under hold: " + text);
        }
    }
}

void Checkers::check_confirmations() const {
    if (resends_ || forgiving_) return;
    std::map<Pair, std::size_t> confirmations;
    for (const Submitted& each : taken_) {
        const Pair pair{each.record.source, each.record.destination};
        if (!each.record.text().starts_with(opt_out_confirmation)) continue;
        const auto stops = stops_read_.find(pair);
        if (++confirmations[pair] > (stops == stops_read_.end() ? 0 : stops->second)) {
            throw Violation("more confirmations than opt-outs to " + pair.second);
        }
    }
}

}  // namespace parley::simulation
