// What the sessions of SmppSide tell.

#include "protocol/smpp/message.h"
#include "protocol/text/receipt_tlvs.h"
#include "tools/loadgen/smpp_side.h"

#include <optional>
#include <utility>
#include <variant>

namespace parley::loadgen {
namespace {

std::string readable(std::string_view octets) {
    std::string text;
    for (const char c : octets)
        text += c >= ' ' && c <= '~' ? c : '.';
    return "\"" + text + "\"";
}

std::string_view kind_name(session::Oddity::Kind kind) {
    switch (kind) {
        case session::Oddity::Kind::late_answer:
            return "answers too late";
        case session::Oddity::Kind::unexpected_answer:
            return "answers nobody asked for";
        case session::Oddity::Kind::malformed:
            return "malformed PDUs";
        case session::Oddity::Kind::unknown_command:
            return "unknown PDUs";
        case session::Oddity::Kind::nacked:
            return "generic_nacks";
        case session::Oddity::Kind::tlv_broken:
            return "broken TLVs";
    }
    return "oddities";
}

constexpr std::string_view no_state = "no known state";

std::string_view state_name(const text::Receipt& receipt) {
    if (receipt.state) return text::name(*receipt.state);
    return receipt.raw_stat.empty() ? no_state : receipt.raw_stat;
}

}  // namespace

void SmppSide::take_events(Link& link, std::int64_t now) {
    while (const auto event = link.session.next_event()) {
        std::visit([&](const auto& told) { tell(link, told, now); }, *event);
    }
}

void SmppSide::tell(Link& link, const session::Bound& /*bound*/, std::int64_t now) {
    if (link.ever_bound) desk_.tally.reconnected();
    link.ever_bound = link.bound = true;
    link.cut_off = 0;
    ++bound_;
    last_bound_ns_ = now;
    if (bound_ == links_.size()) ready_ = true;
}

void SmppSide::tell(Link& link, const session::Ended& ended, std::int64_t /*now*/) {
    using session::LinkEnd;
    const auto why = why_ended(link, ended);
    if (std::exchange(link.bound, false)) --bound_;
    link.last_end = why;
    if (ended.why == LinkEnd::stopped || desk_.closing || options_.reconnect) return;
    desk_.complain(why);
}

std::string SmppSide::why_ended(const Link& link, const session::Ended& ended) const {
    using session::LinkEnd;
    auto target = options_.target.text();
    if (links_.size() > 1) {
        target += " (session " + std::to_string(link.number) + " of " +
                  std::to_string(links_.size()) + ")";
    }
    const auto because = link.trouble.empty() ? "" : ": " + link.trouble;
    const auto when = !link.ever_bound ? " before it answered the bind"
                      : link.cut_off > 0
                          ? " with " + std::to_string(link.cut_off) + " submit_sm unanswered"
                          : "";
    const std::string bind_timeout =
        std::to_string(static_cast<int>(options_.smpp.bind_timeout_s)) + " s";
    const std::string survive = " (--reconnect survives that)";
    switch (ended.why) {
        case LinkEnd::connect_failed:
            return "cannot connect to " + target + because;
        case LinkEnd::connect_timeout:
            return "cannot connect to " + target + " within " + bind_timeout;
        case LinkEnd::bind_refused:
            return target + " refuses to bind system_id '" + options_.smpp.system_id +
                   "': " + smpp::name(ended.status) + " (" +
                   std::string(smpp::meaning(ended.status)) + ")";
        case LinkEnd::bind_timeout:
            return target + " took the connection and did not answer the bind within " +
                   bind_timeout + (link.oddity.empty() ? "" : "; it said: " + link.oddity);
        case LinkEnd::framing_lost:
            return target + " does not speak SMPP: its octets make no PDU; it began with " +
                   readable(link.first_octets);
        case LinkEnd::peer_closed:
            return target + " closed the connection" + when + because + survive;
        case LinkEnd::peer_unbound:
            return target + " unbound us" + when + survive;
        case LinkEnd::probe_timeout:
            return target + " has gone silent: it does not answer enquire_link either" + survive;
        case LinkEnd::write_stalled:
            return target + " does not read any more" + when + survive;
        case LinkEnd::none:
        case LinkEnd::tls_failed:       // it has a dialler of its own, sees to no inactivity,
        case LinkEnd::outbind_refused:  // and always dials
        case LinkEnd::outbind_timeout:
        case LinkEnd::unanswered:
        case LinkEnd::inactive:
        case LinkEnd::stopped:
            break;
    }
    return target + " ended the session";
}

SmppSide::Sent SmppSide::take_sent(std::uint64_t token) {
    free_.push_back(static_cast<std::uint32_t>(token));
    --in_flight_;
    return sent_[token];
}

void SmppSide::tell(Link& /*link*/, const session::SubmitAnswered& answer, std::int64_t now) {
    const auto sent = take_sent(answer.token);
    auto& tally = desk_.tally;
    tally.answered(now - sent.intended_ns, now - sent.sent_ns);
    desk_.last_answer_ns = now;
    if (answer.status != smpp::Status::ESME_ROK) {
        tally.refused(status_name(answer.status), 1, smpp::meaning(answer.status));
        return;
    }
    tally.accepted(1);
    if (!options_.receipts) return;
    tally.receipt_expected();
    const auto found = book_.expect(answer.message_id, sent.sent_ns);
    if (found.match == ReceiptBook::Match::settled) {
        tally.receipt_settled(found.receipt_ns - found.sent_ns,
                              found.state ? text::name(*found.state) : no_state);
    }
}

void SmppSide::tell(Link& link, const session::Unanswered& lost, std::int64_t now) {
    if (!lost.timed_out) ++link.cut_off;
    const auto sent = take_sent(lost.token);
    desk_.tally.unanswered(1);
    desk_.tally.waited(now - sent.intended_ns);
}

void SmppSide::tell(Link& link, const session::Delivered& delivered, std::int64_t now) {
    const auto& pdu = delivered.pdu;
    const auto type = smpp::message_type(pdu.esm_class);
    if (type == smpp::MessageType::receipt ||
        type == smpp::MessageType::intermediate_notification) {
        on_receipt(pdu, type != smpp::MessageType::receipt, now);
    } else {
        desk_.tally.inbound();
    }
    link.session.answer_deliver(moment_of(now), link.session.epoch(), delivered.sequence,
                                delivered.data_sm, smpp::Status::ESME_ROK);
}

void SmppSide::on_receipt(const smpp::DeliverSm& pdu, bool intermediate, std::int64_t now) {
    auto& tally = desk_.tally;
    const auto receipt = text::join_receipt(text::receipt_parameters(pdu.tlvs),
                                            smpp::message_octets(pdu.short_message, pdu.tlvs));
    if (!receipt) return tally.odd("receipts without an id", readable(pdu.short_message));
    const bool other =
        !receipt->other_id.empty() && !book_.awaits(receipt->id) && book_.awaits(receipt->other_id);
    const auto state = intermediate ? text::MessageState::enroute : receipt->state;
    const auto found = book_.receive(other ? receipt->other_id : receipt->id, state, now);
    switch (found.match) {
        case ReceiptBook::Match::settled:
            return tally.receipt_settled(found.receipt_ns - found.sent_ns, state_name(*receipt));
        case ReceiptBook::Match::intermediate:
            return tally.receipt_intermediate();
        case ReceiptBook::Match::repeated:
            return tally.receipt_repeated();
        case ReceiptBook::Match::unknown:
            return tally.receipts_unknown(1);
        case ReceiptBook::Match::early:  // counted when its response comes, or at the end
            return;
    }
}

void SmppSide::tell(Link& link, const session::Oddity& oddity, std::int64_t /*now*/) {
    link.oddity = oddity.detail;
    desk_.tally.odd(kind_name(oddity.kind), oddity.detail);
}

const std::string& SmppSide::status_name(smpp::Status status) {
    auto& name = status_names_[status];
    if (name.empty()) name = smpp::name(status);
    return name;
}

}  // namespace parley::loadgen
