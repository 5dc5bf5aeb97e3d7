// What the carrier hands to the peer: receipts and messages from handsets, each until it is
// answered.

#include "protocol/smpp/address.h"
#include "tools/carrier_sim/state.h"

namespace parley::carrier_sim {
namespace {

using smpp::Command;
using smpp::Status;

constexpr std::uint64_t sequences = 0x7FFFFFFF;  // SMPP 3.4 §5.1.4: 1 … this many, then again
constexpr std::size_t output_room = 1 << 20;     // more than this in a session's output: hold back
constexpr std::uint8_t esm_class_receipt = 0x04;
constexpr std::uint8_t esm_class_udhi = 0x40;
constexpr auto own_receipt_id = smpp::Tag{0x1501};
constexpr auto own_mo_id = smpp::Tag{0x1502};

std::uint32_t sequence_of(std::uint64_t request) {
    return static_cast<std::uint32_t>(1 + request % sequences);
}

bool is_final_refusal(Status status) {  // peers.md §6 #23
    return status == Status::ESME_RX_P_APPN || status == Status::ESME_RX_R_APPN;
}

void set_addresses(auto& pdu, const ShortAddress& from, const ShortAddress& to) {
    pdu.source_addr_ton = from.ton;
    pdu.source_addr_npi = from.npi;
    pdu.source_addr = from.digits.view();
    pdu.dest_addr_ton = to.ton;
    pdu.dest_addr_npi = to.npi;
    pdu.destination_addr = to.digits.view();
}

ShortAddress on_the_wire(std::string_view stored) {
    const smpp::WireAddress wire = smpp::to_wire(stored);
    return {wire.ton, wire.npi, ShortText<20>(wire.digits)};
}

}  // namespace

void CarrierSim::State::send_due_delivers(Now now) {
    while (const auto answer = handset_answers.pop_due(now.at)) {
        send_mo(now, answer->from, answer->to, answer->text, answer->kind);
    }
    while (const auto ref = delivers.pop_due(now.at))
        deliver(now, *ref);
}

void CarrierSim::State::deliver_at(Now now, Instant at, DeliverRef ref) {
    if (at <= now.at) {
        deliver(now, ref);
    } else {
        delivers.push(at, ref);
    }
}

void CarrierSim::State::deliver(Now now, DeliverRef ref) {
    Ring<DeliverRef>& waiting = account_states_[ref.account].waiting;
    Session* session = waiting.empty() && !frozen ? choose_session(ref) : nullptr;
    if (session == nullptr) return waiting.push(ref);
    send(now, *session, ref);
}

void CarrierSim::State::deliver_waiting(Now now) {
    for (AccountState& account : account_states_) {
        while (!account.waiting.empty()) {
            Session* session = choose_session(account.waiting.front());
            if (session == nullptr) break;
            send(now, *session, account.waiting.pop());
        }
    }
}

/// A receipt prefers the session of its submit, or on purpose another; else whoever has room, of
/// the account that it is for.
Session* CarrierSim::State::choose_session(DeliverRef ref) {
    AccountState& account = account_states_[ref.account];
    const std::vector<Session*>& receivers = account.receivers;
    const Receipt* receipt = ref.mo ? nullptr : &receipts[ref.place];
    const bool elsewhere = receipt != nullptr && receipt->other_session && receivers.size() > 1;
    if (receipt != nullptr && !elsewhere) {
        Session* own = find(receipt->session);
        const bool hears = own != nullptr && own->is_bound() && own->receives && !own->silent;
        if (hears && has_room(*own)) return own;
    }
    for (std::size_t tried = 0; tried < receivers.size(); ++tried) {
        account.next_receiver = (account.next_receiver + 1) % receivers.size();
        Session* session = receivers[account.next_receiver];
        if (elsewhere && session->id == receipt->session) continue;
        if (has_room(*session)) return session;
    }
    return nullptr;
}

bool CarrierSim::State::has_room(const Session& session) const {
    return session.delivers_open < settings.deliver_window && session.output_left() < output_room;
}

void CarrierSim::State::send(Now now, Session& session, DeliverRef ref) {
    const std::uint32_t sequence = next_sequence(session, {.ref = ref, .at = now.at, .open = true});
    ++session.delivers_open;
    if (ref.mo) {
        const Segment& segment = segments[ref.place];
        ++books.counts.mo_segments_sent;
        const MoRecord& mo = mos[segment.mo].record;
        if (mo.kind == MoKind::opt_in) stops_.took_back(mo);
        encode_segment(session, segment, sequence);
    } else {
        ++books.counts.receipts_sent;
        if (ReceiptRecord* record = record_of(receipts[ref.place])) {
            if (books.submits[record->submit].canceled && text::is_final(record->state))
                receipts[ref.place].state = record->state = text::MessageState::deleted;
            if (!record->sent) record->sent = now.at;
            ++record->sends;
            record->session = session.id;
        }
        encode_receipt(now, session, receipts[ref.place], sequence);
    }
    touch(session);
}

void CarrierSim::State::encode_receipt(Now now, Session& session, const Receipt& receipt,
                                       std::uint32_t sequence) {
    const IdText id_in_text =
        id_text(receipt.message, settings.id_in_receipt_text, session.version);
    const ReceiptText text = receipt_format_.empty()
                                 ? receipt_text(receipt, now.wall, id_in_text.view())
                                 : receipt_format_.text(receipt, now.wall, id_in_text.view());
    const IdText id = id_text(receipt.message, settings.id_in_receipt_tlv);
    const bool tlvs = settings.receipt_tlvs && smpp::rules_of(session.version).tlvs;
    const char id_end = '\0';
    const char state = static_cast<char>(receipt.state);
    IdText id_and_nul = id;  // receipted_message_id is a C-octet string (SMPP 3.4 §5.3.2.12)
    id_and_nul.append({&id_end, 1});
    const auto fill = [&](auto& pdu) {
        set_addresses(pdu, receipt.destination, receipt.source);
        pdu.esm_class = esm_class_receipt;
        if (settings.own_tlvs) pdu.tlvs.add(own_receipt_id, id.view());
        pdu.data_coding = settings.receipt_data_coding;
        if (!tlvs) return;
        pdu.tlvs.add(smpp::Tag::receipted_message_id, id_and_nul.view());
        pdu.tlvs.add(smpp::Tag::message_state, {&state, 1});
    };
    if (settings.receipt_as_data_sm && session.version != smpp::Version::v3_3) {
        smpp::DataSm pdu;
        fill(pdu);
        if (settings.receipt_text) pdu.tlvs.add(smpp::Tag::message_payload, text.view());
        return smpp::encode(session.output, pdu, sequence);
    }
    smpp::DeliverSm pdu;
    fill(pdu);
    if (settings.receipt_text) pdu.short_message = text.view();
    smpp::encode(session.output, pdu, sequence);
}

void CarrierSim::State::encode_segment(Session& session, const Segment& segment,
                                       std::uint32_t sequence) {
    const MoRecord& mo = mos[segment.mo].record;
    const ShortAddress from = on_the_wire(mo.from);
    const ShortAddress to = on_the_wire(mo.to);
    smpp::DeliverSm pdu;
    set_addresses(pdu, from, to);
    pdu.esm_class = segment.udhi ? esm_class_udhi : std::uint8_t{0};
    pdu.data_coding = segment.data_coding;
    const bool payload = segment.method == text::Method::payload && segment.octets.size() > 254;
    if (payload) {
        pdu.tlvs.add(smpp::Tag::message_payload, segment.octets);
    } else {
        pdu.short_message = segment.octets;
    }
    const char reference[2] = {static_cast<char>(segment.reference >> 8U),
                               static_cast<char>(segment.reference)};
    const char total = static_cast<char>(segment.total);
    const char number = static_cast<char>(segment.number);
    if (segment.method == text::Method::sar && segment.total > 1) {  // SMPP 3.4 §5.3.2.22 to 24
        pdu.tlvs.add(smpp::Tag::sar_msg_ref_num, {reference, sizeof reference});
        pdu.tlvs.add(smpp::Tag::sar_total_segments, {&total, 1});
        pdu.tlvs.add(smpp::Tag::sar_segment_seqnum, {&number, 1});
    }
    const std::string mo_id = std::to_string(mo.id);
    if (settings.own_tlvs) pdu.tlvs.add(own_mo_id, mo_id);
    smpp::encode(session.output, pdu, sequence);
}

std::uint32_t CarrierSim::State::next_sequence(Session& session, Session::Sent sent) {
    drop_answered(session);
    session.sent.push(sent);
    return sequence_of(session.sent_before + session.sent.size() - 1);
}

void CarrierSim::State::drop_answered(Session& session) {
    while (!session.sent.empty() && !session.sent.front().open) {
        session.sent.pop();
        ++session.sent_before;
    }
}

void CarrierSim::State::on_deliver_resp(Now now, Session& session, const smpp::Header& header) {
    const std::uint64_t sequence = header.sequence_number;
    const std::uint64_t first = sequence_of(session.sent_before);
    const std::uint64_t place = (sequence + sequences - first) % sequences;
    const bool ours = sequence >= 1 && sequence <= sequences && place < session.sent.size();
    if (!ours || !session.sent[place].open) {
        ++books.counts.odd_responses;
        return;
    }
    const DeliverRef ref = session.sent[place].ref;
    session.sent[place].open = false;
    --session.delivers_open;
    drop_answered(session);
    const bool accepted =
        header.command_status == Status::ESME_ROK && header.command_id != Command::generic_nack;
    if (accepted) {
        acknowledged(now, session, ref);
    } else {
        refused(now, ref, header.command_status);
    }
}

void CarrierSim::State::acknowledged(Now now, const Session& session, DeliverRef ref) {
    if (!ref.mo) {
        ++books.counts.receipts_acked;
        if (ReceiptRecord* record = record_of(receipts[ref.place])) record->acked = now.at;
        return release(ref);
    }
    ++books.counts.mo_segments_acked;
    const auto mo = mos.find(segments[ref.place].mo);
    if (mo->second.segments_open == 1 && !mo->second.record.refused) {
        ++books.counts.mo_acked;
        mo->second.record.acked = now.at;
        if (mo->second.record.kind == MoKind::opt_out) {
            stops_.acknowledged(now, session.id, mo->second.record);
        }
    }
    release(ref);
}

void CarrierSim::State::refused(Now now, DeliverRef ref, Status status) {
    ++(ref.mo ? books.counts.mo_segments_refused : books.counts.receipts_refused);
    if (ReceiptRecord* record = ref.mo ? nullptr : record_of(receipts[ref.place]))
        ++record->refusals;
    if (!is_final_refusal(status)) {
        ++books.counts.delivers_repeated;
        return delivers.push(now.at + settings.deliver_retry_after, ref);
    }
    ++books.counts.delivers_dropped;
    if (ref.mo) mos[segments[ref.place].mo].record.refused = true;
    release(ref);
}

/// Empty: books are not kept, or were cleared since.
ReceiptRecord* CarrierSim::State::record_of(const Receipt& receipt) {
    if (receipt.book == 0 || receipt.book > books.receipts.size()) return nullptr;
    ReceiptRecord& record = books.receipts[receipt.book - 1];
    return record.message == receipt.message ? &record : nullptr;
}

void CarrierSim::State::release(DeliverRef ref) {
    if (!ref.mo) return receipts.release(ref.place);
    const MoId id = segments[ref.place].mo;
    segments.release(ref.place);
    const auto mo = mos.find(id);
    if (--mo->second.segments_open > 0) return;
    const std::size_t book = mo->second.book;
    const bool in_books = book < books.mos.size() && books.mos[book].id == id;
    if (in_books) books.mos[book] = std::move(mo->second.record);
    mos.erase(mo);
}

/// The session is over: whatever it has not answered is delivered again.
void CarrierSim::State::repeat_unanswered(Session& session) {
    while (!session.sent.empty()) {
        const Session::Sent sent = session.sent.pop();
        if (!sent.open) continue;
        ++books.counts.delivers_repeated;
        account_states_[sent.ref.account].waiting.push(sent.ref);
    }
    session.delivers_open = 0;
}

void CarrierSim::State::expire_delivers(Now now, Session& session) {
    drop_answered(session);
    while (!session.sent.empty() && session.sent.front().at + settings.deliver_timeout <= now.at) {
        session.sent.front().open = false;
        --session.delivers_open;
        ++books.counts.delivers_repeated;
        const DeliverRef ref = session.sent.front().ref;
        account_states_[ref.account].waiting.push(ref);
        drop_answered(session);
    }
}

}  // namespace parley::carrier_sim
