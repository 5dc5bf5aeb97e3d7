#include "engine/inquirer.h"

#include "protocol/smpp/time.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

namespace parley {

using carrier::InquiryResult;
using storage::Inquiry;
using storage::Message;
using storage::MessageId;
using storage::Operation;

namespace {

/// Messages on disk that one piece of the walk looks at.
constexpr std::size_t looked_at_max = 1'000;

/// The carrier's moment of the final state; 0: it did not say, or nobody can read it.
UnixMs moment_of(std::string_view final_date) {
    const auto time = smpp::read_time(final_date);
    if (!time) return 0;
    const auto* absolute = std::get_if<smpp::AbsoluteTime>(&*time);
    if (absolute == nullptr) return 0;
    return std::chrono::duration_cast<std::chrono::milliseconds>(absolute->utc.time_since_epoch())
        .count();
}

/// As "err" of a receipt has it.
std::string error_text(std::uint8_t error_code) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%03u", static_cast<unsigned>(error_code));
    return digits;
}

}  // namespace

// ---- 1. Whose receipt is overdue: those on disk, a piece at a time, and what waits in memory
// beside a doubt.
// ----------------------------------------------------------------------------------------

void Inquirer::on_deadline(Now now) {
    for (auto change = changes_.begin(); change != changes_.end();) {
        const auto each = change++;
        const bool over =
            each->second.until <= now.at || unsettled(each->second.message) == nullptr;
        if (!over || each->second.to_ask.empty()) continue;
        each->second.to_ask.clear();
        if (each->second.open == 0) finish(now, *desk_.carriers[each->second.carrier], each);
    }
    for (const auto& carrier : desk_.carriers) {
        if (carrier) look(now, *carrier);
    }
}

void Inquirer::look(Now now, CarrierDesk& carrier) {
    carrier::Inquiries& inquiries = carrier.inquiries;
    if (!carrier.up || desk_.draining || !inquiries.may_look(now.at)) return;
    if (!inquiries.cursor()) {
        carrier.receipts.each_uncertain(
            [&](const Message& message) { take_due(carrier, message, now.wall); });
    }
    auto piece = std::make_shared<storage::EvictedPiece>();
    inquiries.looks();
    desk_.ports.query(
        [piece, settings = inquiries.settings(), from = inquiries.cursor(), room = inquiries.room(),
         now = now.wall, id = carrier.settings->id](storage::Store& store) {
            *piece = storage::walk_evicted(
                store, from, now - settings.after.count(),
                {.looked_at = looked_at_max, .wanted = room}, [&](const Message& message) {
                    return message.carrier == id && carrier::is_overdue(settings, now, message);
                });
        },
        [this, &carrier, piece](Now then) {
            for (Message& message : piece->wanted) {
                if (const Message* back = bring_back(then, std::move(message)))
                    take_due(carrier, *back, then.wall);
            }
            carrier.inquiries.on_looked(then.at, piece->up_to, piece->more);
        });
}

void Inquirer::take_due(CarrierDesk& carrier, const Message& message, UnixMs now) {
    for (std::size_t segment = 0; segment < message.segments.size(); ++segment) {
        if (carrier::is_overdue(carrier.inquiries.settings(), now, message, segment))
            carrier.inquiries.due().push_back({message.id, static_cast<std::uint8_t>(segment)});
    }
}

Message* Inquirer::bring_back(Now now, Message message) {
    const auto index = desk_.index_of(message.carrier);
    if (!index || !desk_.carriers[*index]) return unsettled(message.id);
    return outbound_.bring_back(now, *desk_.carriers[*index], std::move(message));
}

// ---- 2. Ask.
// -------------------------------------------------------------------------------------

/// A link with more free places than `spare`, which are left to submits.
Link* Inquirer::free_link(Now now, CarrierDesk& carrier, std::size_t spare) {
    if (desk_.draining || now.at < carrier.paused_until) return nullptr;
    Link* best = nullptr;
    for (const std::uint32_t index : carrier.links) {
        Link& link = desk_.links[index];
        const std::size_t free = link.session.window_free();
        const std::size_t needed = link.session.window().size_max() > 1 ? spare : 0;
        if (link.paused_until > now.at || free <= needed) continue;
        if (best == nullptr || free > best->session.window_free()) best = &link;
    }
    return best;
}

/// People before questions of our own, and both after submits: those that may go now have gone.
void Inquirer::pump(Now now, CarrierDesk& carrier) {
    for (auto& [number, change] : changes_) {
        if (change.carrier == carrier.index) ask_for_change(now, carrier, number, change);
    }
    auto& due = carrier.inquiries.due();
    while (!due.empty() && carrier.inquiries.has_token(now.at)) {
        Message* message = unsettled(due.front().message);
        const std::uint8_t segment = due.front().segment;
        const bool still = message != nullptr && carrier::is_overdue(carrier.inquiries.settings(),
                                                                     now.wall, *message, segment);
        if (!still) {
            due.pop_front();
            continue;
        }
        Link* link = free_link(now, carrier, 1);
        if (link == nullptr) return;
        due.pop_front();
        carrier.inquiries.take_token(now.at);
        ask(now, carrier, *link, *message, {message->id, segment, Operation::query, 0});
    }
}

std::optional<Instant> Inquirer::next_deadline(Now now) const {
    std::optional<Instant> next;
    const auto consider = [&next](Instant at) { next = next ? std::min(*next, at) : at; };
    for (const auto& [number, change] : changes_) {
        if (!change.to_ask.empty()) consider(change.until);
    }
    for (const auto& carrier : desk_.carriers) {
        // With a token there it waits for room in a window: an answer will tell.
        if (!carrier || carrier->inquiries.due().empty()) continue;
        if (!carrier->inquiries.has_token(now.at)) consider(carrier->inquiries.next_token(now.at));
    }
    return next;
}

void Inquirer::ask(Now now, CarrierDesk& carrier, Link& link, Message& message, Open what) {
    const std::uint64_t token = token_bit | ++last_token_;
    open_.emplace(token, what);
    desk_.being_asked.insert(message.id.value);
    auto place = find_inquiry(message, what.operation, what.segment);
    if (!place) {
        place = message.inquiries.size();
        message.inquiries.push_back({.operation = what.operation, .segment = what.segment});
        desk_.add_live_octets(sizeof(Inquiry));
    } else {
        desk_.keep_inquiry(message, message.inquiries[*place]);
    }
    Inquiry& inquiry = message.inquiries[*place];
    inquiry = {.operation = what.operation,
               .segment = what.segment,
               .times = static_cast<std::uint8_t>(std::min(254, int{inquiry.times}) + 1),
               .asked_at = now.wall};
    desk_.open.section->inquire(message, inquiry);
    write(now, carrier, link, message, token, what);
    link.touched = true;
}

void Inquirer::write(Now now, CarrierDesk& carrier, Link& link, const Message& message,
                     std::uint64_t token, const Open& what) {
    const carrier::Dialect& dialect = desk_.dialects()[carrier.index];
    const smpp::WireAddress source = dialect.source(message.from);
    const auto fill = [&](auto& pdu) {
        pdu.message_id = message.segments[what.segment].carrier_message_id;
        pdu.source_addr_ton = source.ton;
        pdu.source_addr_npi = source.npi;
        pdu.source_addr = source.digits;
    };
    if (what.operation == Operation::query) {
        smpp::QuerySm pdu;
        fill(pdu);
        link.session.inquire(now, token, pdu);
    } else if (what.operation == Operation::cancel) {
        const smpp::WireAddress destination = dialect.destination(message.to);
        smpp::CancelSm pdu;
        fill(pdu);
        pdu.dest_addr_ton = destination.ton;
        pdu.dest_addr_npi = destination.npi;
        pdu.destination_addr = destination.digits;
        link.session.inquire(now, token, pdu);
    } else {
        const Change& change = changes_.at(what.change);
        smpp::ReplaceSm pdu;
        fill(pdu);
        std::optional<smpp::TimeText> validity;
        if (change.expires_at != 0) validity = dialect.validity_period(now.wall, change.expires_at);
        if (validity) pdu.validity_period = validity->view();
        pdu.registered_delivery = 0x01;  // as submit_sm
        pdu.short_message = change.octets;
        link.session.inquire(now, token, pdu);
    }
}

// ---- 3. Hear back.
// -------------------------------------------------------------------------------

std::optional<Inquirer::Open> Inquirer::take_open(std::uint64_t token) {
    const auto found = open_.find(token);
    if (found == open_.end()) return std::nullopt;
    const Open what = found->second;
    open_.erase(found);
    keep_no_longer(what.message);
    return what;
}

void Inquirer::keep_no_longer(MessageId id) {
    const auto kept = desk_.being_asked.find(id.value);
    if (kept != desk_.being_asked.end()) desk_.being_asked.erase(kept);
}

Message* Inquirer::unsettled(MessageId id) {
    Message* message = desk_.find_live(id);
    return message != nullptr && !storage::is_final(message->status) ? message : nullptr;
}

/// Kept with the message, so that everybody can see what the carrier said.
void Inquirer::note(Message& message, const Open& what, const Inquiry& answer) {
    const auto place = find_inquiry(message, what.operation, what.segment);
    if (!place) return;
    Inquiry& inquiry = message.inquiries[*place];
    inquiry.answered_at = answer.answered_at;
    inquiry.command_status = answer.command_status;
    inquiry.state = answer.state;
    inquiry.final_at = answer.final_at;
    desk_.open.section->inquire(message, inquiry);
}

void Inquirer::on_answered(Now now, CarrierDesk& carrier, const session::InquiryAnswered& answer) {
    const auto what = take_open(answer.token);
    if (!what) return;
    if (what->operation == Operation::query) return on_told(now, carrier, *what, answer);
    const bool ok = answer.status == smpp::Status::ESME_ROK;
    carrier.metrics
        .inquiries[static_cast<std::size_t>(what->operation)]
                  [ok ? InquiryResult::done : carrier::result_of(answer.status, answer.nacked)]
        .add();
    if (Message* message = unsettled(what->message)) {
        note(
            *message, *what,
            {.answered_at = now.wall, .command_status = static_cast<std::uint32_t>(answer.status)});
    }
    on_changed(now, carrier, *what, answer.status, true);
}

void Inquirer::on_unanswered(Now now, CarrierDesk& carrier, std::uint64_t token) {
    const auto what = take_open(token);
    if (!what) return;
    carrier.metrics.inquiries[static_cast<std::size_t>(what->operation)][InquiryResult::unanswered]
        .add();
    if (what->operation != Operation::query)
        on_changed(now, carrier, *what, smpp::Status::ESME_ROK, false);
}

/// A receipt that we fetched: it goes the way of one that was brought.
void Inquirer::on_told(Now now, CarrierDesk& carrier, const Open& what,
                       const session::InquiryAnswered& answer) {
    auto& counters = carrier.metrics.inquiries[static_cast<std::size_t>(Operation::query)];
    Message* message = unsettled(what.message);
    const bool ok = answer.status == smpp::Status::ESME_ROK;
    const auto state = static_cast<text::MessageState>(answer.message_state);
    const bool sense =
        answer.message_state <= static_cast<std::uint8_t>(text::MessageState::skipped);
    Inquiry said{.answered_at = now.wall,
                 .command_status = static_cast<std::uint32_t>(answer.status)};
    if (!ok) {
        const InquiryResult result = carrier::result_of(answer.status, answer.nacked);
        counters[result].add();
        if (result == InquiryResult::unsupported && carrier.inquiries.give_up()) {
            desk_.ports.log(Severity::warning, "query_unsupported",
                            carrier.settings->id + " does not know query_sm: it is asked no more");
        }
        if (answer.status == smpp::Status::ESME_RTHROTTLED ||
            answer.status == smpp::Status::ESME_RMSGQFUL)
            carrier.inquiries.rest(now.at);
        if (message != nullptr) note(*message, what, said);
        return;
    }
    // An answer about another message would settle the wrong one.
    const bool its = message == nullptr || answer.message_id.empty() ||
                     text::same_message_id(answer.message_id,
                                           message->segments[what.segment].carrier_message_id);
    if (!its || !sense) {
        counters[InquiryResult::failed].add();
        if (message == nullptr) return;
        said.command_status = static_cast<std::uint32_t>(smpp::Status::ESME_RUNKNOWNERR);
        note(*message, what, said);
        return;
    }
    const bool final_state = desk_.dialects()[carrier.index].is_final(state);
    counters[final_state ? InquiryResult::done : InquiryResult::pending].add();
    if (message == nullptr) return;
    said.state = state;
    said.final_at = moment_of(answer.final_date);
    note(*message, what, said);
    inbound_.on_told(now, carrier, *message, what.segment, state, error_text(answer.error_code));
}

// ---- 4. What callers wish: inquirer_changes.cpp.
// --------------------------------------------------------

}  // namespace parley
