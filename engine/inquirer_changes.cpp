// The journey of what a carrier is asked, station 4: a caller wants a message back that the carrier
// has, or wants it to say something else.

#include "engine/inquirer.h"
#include "protocol/ensure.h"

#include <algorithm>
#include <utility>

namespace parley {

using storage::Message;
using storage::Operation;
using storage::Phase;

std::string Inquirer::why_not(const Message& message, Operation operation) const {
    if (message.status != storage::Status::sent) return "It has left, or a part of it has";
    const auto index = desk_.index_of(message.carrier);
    if (!index) return "Its carrier " + message.carrier + " is no longer configured";
    const config::Carrier& carrier = desk_.config().carriers[*index];
    const bool allowed = operation == Operation::cancel ? carrier.cancel_sm : carrier.replace_sm;
    const std::string with = "It is with carrier " + carrier.id;
    if (!allowed) {
        return with + ", which is not asked to " +
               (operation == Operation::cancel ? "cancel: cancel_sm" : "replace: replace_sm") +
               " is false in its configuration";
    }
    if (operation == Operation::replace && storage::counted(message) != 1) {
        return with + " in " + std::to_string(storage::counted(message)) +
               " segments, and replace_sm changes a message of one";
    }
    for (const storage::Segment& segment : message.segments) {
        if (segment.phase != Phase::sent)
            return with + ", and a part of it has its receipt or was refused";
        if (segment.carrier_message_id.empty())
            return with + ", which gave it no id to ask for it by";
    }
    return {};
}

void Inquirer::cancel(Now now, Message& message, Done done) {
    begin(now, message, {.operation = Operation::cancel, .done = std::move(done)});
}

void Inquirer::replace(Now now, Message& message, const api::ChangeRequest& request, Done done) {
    const auto index = desk_.index_of(message.carrier);
    ENSURE(index.has_value());
    api::ChangeOutcome outcome{.message = message};
    if (outbound_.refuses(now, message, request, outcome)) return done(now, std::move(outcome));
    const carrier::Dialect& dialect = desk_.dialects()[*index];
    const carrier::Measure size = dialect.count(request.text);
    const std::size_t needed = std::max(size.segments, size.cut_by_carrier);
    // replace_sm has no data_coding: what is written is read as what was there.
    if (needed != 1 || size.encoding != message.encoding) {
        outcome.problem = api::Problem::not_changeable;
        outcome.detail = "replace_sm takes one segment of " +
                         std::string(text::name(message.encoding)) +
                         ", as the message was sent: this text needs " + std::to_string(needed) +
                         " of " + std::string(text::name(size.encoding));
        return done(now, std::move(outcome));
    }
    const auto written = dialect.write(request.text, size.encoding, message.reference, 0);
    ENSURE(written.has_value());
    UnixMs expires_at = 0;
    if (request.validity_ms != 0)
        expires_at = now.wall + desk_.route_of(message).validity_of(request.validity_ms, 0);
    begin(now, message,
          {.operation = Operation::replace,
           .text = request.text,
           .octets = written->octets,
           .expires_at = expires_at,
           .done = std::move(done)});
}

void Inquirer::begin(Now now, Message& message, Change change) {
    const auto index = desk_.index_of(message.carrier);
    ENSURE(index.has_value() && desk_.carriers[*index] != nullptr);
    CarrierDesk& carrier = *desk_.carriers[*index];
    change.message = message.id;
    change.carrier = *index;
    change.segments = message.segments.size();
    change.until = now.at + carrier.settings->response_timeout;
    for (std::size_t segment = 0; segment < message.segments.size(); ++segment)
        change.to_ask.push_back(static_cast<std::uint8_t>(segment));
    desk_.being_asked.insert(message.id.value);
    const std::uint64_t number = ++last_change_;
    ask_for_change(now, carrier, number, changes_.emplace(number, std::move(change)).first->second);
}

void Inquirer::ask_for_change(Now now, CarrierDesk& carrier, std::uint64_t number, Change& change) {
    while (!change.to_ask.empty()) {
        Message* message = unsettled(change.message);
        Link* link = message == nullptr ? nullptr : free_link(now, carrier, 0);
        if (link == nullptr) return;
        const std::uint8_t segment = change.to_ask.front();
        change.to_ask.erase(change.to_ask.begin());
        ++change.open;
        ask(now, carrier, *link, *message, {message->id, segment, change.operation, number});
    }
}

void Inquirer::on_changed(Now now, CarrierDesk& carrier, const Open& what, smpp::Status status,
                          bool answered) {
    const auto found = changes_.find(what.change);
    if (found == changes_.end()) return;
    Change& change = found->second;
    --change.open;
    if (!answered) {
        change.silent = true;
    } else if (status != smpp::Status::ESME_ROK) {
        change.refused = status;
    } else {
        ++change.confirmed;
        Message* message = unsettled(what.message);
        if (what.operation == Operation::cancel && message != nullptr) {
            // The same as the receipt that says so, which may come as well.
            inbound_.on_told(now, carrier, *message, what.segment, text::MessageState::deleted, {});
        }
    }
    if (change.open == 0 && change.to_ask.empty()) finish(now, carrier, found);
}

void Inquirer::finish(Now now, CarrierDesk& carrier, Changes::iterator found) {
    Change change = std::move(found->second);
    changes_.erase(found);
    keep_no_longer(change.message);
    api::ChangeOutcome outcome;
    if (Message* message = desk_.find_live(change.message)) {
        conclude(now, carrier, change, *message, outcome);
        outcome.message = *message;
    }
    // Settled or not, the caller hears it when it is on disk.
    desk_.open.then.push_back([done = std::move(change.done),
                               outcome = std::move(outcome)](Now later) { done(later, outcome); });
}

void Inquirer::conclude(Now now, CarrierDesk& carrier, Change& change, Message& message,
                        api::ChangeOutcome& outcome) {
    if (storage::is_final(message.status)) {
        // By the last confirmation, or by receipts that were faster.
        outcome.done =
            change.operation == Operation::cancel && message.status == storage::Status::canceled;
        return;
    }
    if (change.confirmed == change.segments && change.operation == Operation::replace) {
        outcome.done = true;
        outbound_.rewrite(message, change.text, {{message.encoding, message.segments.size(), 0}});
        if (change.expires_at != 0) {
            message.expires_at = change.expires_at;
            message.validity_of_route = false;
        }
        desk_.remember(message, {.what = storage::Happening::What::changed,
                                 .at = now.wall,
                                 .carrier = carrier.settings->id,
                                 .text = {}});
        desk_.open.section->snapshot(message);
        return;
    }
    const std::string& id = carrier.settings->id;
    if (change.refused != smpp::Status::ESME_ROK) {
        outcome.problem = api::Problem::not_changeable;
        outcome.detail = "Carrier " + id +
                         " refused: " + desk_.dialects()[carrier.index].status_text(change.refused);
    } else if (change.silent) {
        outcome.problem = api::Problem::carrier_silent;
        outcome.detail = "Carrier " + id + " did not answer: it may have done it, or not";
    } else {
        outcome.problem = api::Problem::carrier_unavailable;
        outcome.detail = "No link of carrier " + id + " could be asked";
    }
    if (change.confirmed != 0) {
        outcome.detail += "; " + std::to_string(change.confirmed) + " of its " +
                          std::to_string(change.segments) + " segments are called back";
    }
}

}  // namespace parley
