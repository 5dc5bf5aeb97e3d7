#include "tests/simulation/checkers.h"

#include "protocol/text/charset.h"
#include "protocol/text/segments.h"

#include <cmath>

namespace parley::simulation {

namespace {

constexpr std::string_view confirmation = "You have been unsubscribed";
constexpr std::string_view help_answer = "Reply STOP";  // passes a suppression (CTIA)
constexpr std::size_t marker_length = 10;               // "m=00000001"

std::string text_of(const smpp::ShortMessageFields& pdu) {
    const std::string_view body = (pdu.esm_class & 0x40) != 0
                                      ? text::parse_user_data(pdu.short_message).body
                                      : pdu.short_message;
    return text::decode(pdu.data_coding, body).text;
}

}  // namespace

void Checkers::engine_wrote(Now now, Wire& wire, std::string_view octets) {
    wire.from_engine.feed(octets);
    while (const auto frame = wire.from_engine.next()) {
        if (frame->header.command_id == smpp::Command::submit_sm) {
            std::erase_if(wire.in_flight, [&](const auto& each) { return each.second <= now.at; });
            wire.in_flight[frame->header.sequence_number] = now.at + response_timeout_;
            if (wire.in_flight.size() > window_) throw Violation("the window is exceeded");
            saw_submit(now, *frame);
        } else if (frame->header.command_id == smpp::Command::deliver_sm_resp) {
            const auto stop = wire.stops.find(frame->header.sequence_number);
            if (stop == wire.stops.end()) continue;
            if (frame->header.command_status == smpp::Status::ESME_ROK) {
                stopped_.insert(stop->second);
            }
            wire.stops.erase(stop);
        }
    }
}

void Checkers::engine_reads(Wire& wire, std::string_view octets) {
    wire.to_engine.feed(octets);
    while (const auto frame = wire.to_engine.next()) {
        if (frame->header.command_id == smpp::Command::submit_sm_resp) {
            wire.in_flight.erase(frame->header.sequence_number);
        }
        if (frame->header.command_id != smpp::Command::deliver_sm) continue;
        smpp::DeliverSm pdu;
        smpp::DecodeError error;
        if (!smpp::decode(*frame, pdu, error)) throw Violation("the simulated carrier is broken");
        if ((pdu.esm_class & 0x3C) == 0 && text_of(pdu).starts_with("Stop")) {
            wire.stops[frame->header.sequence_number] = "+" + std::string(pdu.source_addr);
        }
    }
}

void Checkers::saw_submit(Now now, const smpp::Frame& frame) {
    smpp::SubmitSm pdu;
    smpp::DecodeError error;
    if (!smpp::decode(frame, pdu, error))
        throw Violation("submit_sm: " + error.message(smpp::Command::submit_sm));
    const std::string contact = "+" + std::string(pdu.destination_addr);
    const std::string text = text_of(pdu);
    // The confirmation may come again after a refusal; how often it was taken is looked at in the
    // end.
    const bool allowed = text.starts_with(confirmation) || text.starts_with(help_answer);
    if (!allowed && stopped_.contains(contact)) {
        throw Violation("submit_sm after an acknowledged STOP of " + contact + ": " + text);
    }
    if (text.starts_with("m="))
        first_submit_.try_emplace(text.substr(0, marker_length), ++submits_seen_);
    if (throughput_ == 0) return;
    submits_.push_back(now.at);
    while (submits_.front() <= now.at - std::chrono::seconds(1))
        submits_.pop_front();
    // A second's worth, and what an idle bucket holds: a tenth of a second's.
    const double limit = throughput_ + std::max(1.0, std::floor(throughput_ / 10)) + 1;
    if (static_cast<double>(submits_.size()) > limit) throw Violation("the rate is exceeded");
}

void Checkers::accepted(storage::MessageId id, std::string marker, std::string contact) {
    if (!accepted_.emplace(id, Accepted{std::move(marker), std::move(contact)}).second) {
        throw Violation("an id was given out twice: " + storage::to_text(id));
    }
}

void Checkers::happened(const events::Event& event) {
    if (event.direction != storage::Direction::outbound || !storage::is_final(event.status)) return;
    const auto [place, fresh] = finals_.emplace(event.message, event.status);
    if (!fresh) throw Violation("a second final state of " + storage::to_text(event.message));
}

void Checkers::ended(const storage::Message& message) {
    const auto found = accepted_.find(message.id);
    if (found != accepted_.end()) found->second.ended = true;
    if (!storage::is_final(message.status)) {
        throw Violation(storage::to_text(message.id) +
                        " never ended: " + std::string(storage::name(message.status)));
    }
    const auto told = finals_.find(message.id);
    if (told != finals_.end() && told->second != message.status) {
        throw Violation("the final state of " + storage::to_text(message.id) + " was reversed");
    }
}

void Checkers::finish() const {
    std::map<std::string, std::uint64_t> latest;  // contact to the last first submit
    for (const auto& [id, each] : accepted_) {
        if (!each.ended) throw Violation("accepted and lost: " + storage::to_text(id));
        const auto seen = first_submit_.find(each.marker);
        if (seen == first_submit_.end()) continue;
        std::uint64_t& last = latest[each.contact];
        if (seen->second < last) throw Violation("out of order: " + each.marker);
        last = seen->second;
    }
}

}  // namespace parley::simulation
