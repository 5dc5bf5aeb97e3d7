#include "tools/parley/trace_facts.h"

#include "protocol/smpp/address.h"
#include "protocol/smpp/every_pdu.h"
#include "protocol/smpp/message.h"
#include "protocol/text/charset.h"
#include "protocol/text/receipt_tlvs.h"
#include "protocol/text/user_data.h"

#include <algorithm>
#include <array>

namespace parley::tools {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
    return is_digit(c) || is_letter(c);
}

std::string last_digits(std::string_view address) {
    constexpr std::size_t digits_max = 7;
    std::string digits;
    std::ranges::copy_if(address, std::back_inserter(digits), is_digit);
    if (digits.empty()) return std::string(address);
    return digits.size() > digits_max ? digits.substr(digits.size() - digits_max) : digits;
}

/// Controls other than line ends are letters of GSM 7, and so are brackets among letters: "f~r".
bool only_gsm7_has(std::string_view octets, std::size_t at) {
    const char octet = octets[at];
    if (octet >= 0 && octet < 0x20) return octet != '\n' && octet != '\r';
    const bool between = at > 0 && at + 1 < octets.size();
    return between && std::string_view("[\\]^{|}~").find(octet) != std::string_view::npos &&
           is_letter(octets[at - 1]) && is_letter(octets[at + 1]);
}

/// What people write where GSM 7 has an inverted exclamation mark, a section or a currency sign.
bool makes_no_sense_in_gsm7(std::string_view octets, std::size_t at) {
    const char octet = octets[at];
    const bool before = at > 0 && is_word(octets[at - 1]);
    const bool after = at + 1 < octets.size() && is_word(octets[at + 1]);
    if (octet == '@' || octet == '_') return before && after;
    return octet == '$' && at + 1 < octets.size() && is_digit(octets[at + 1]);
}

std::string order_of(std::string_view text) {
    constexpr std::array<std::string_view, 8> keys = {
        "id:", "sub:", "dlvrd:", "submit date:", "done date:", "stat:", "err:", "text:"};
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    std::vector<std::pair<std::size_t, std::string_view>> found;
    // What follows "text:" are a person's words.
    const std::string_view before = std::string_view(lowered).substr(0, lowered.find("text:") + 5);
    for (const std::string_view key : keys) {
        const auto at = before.find(key);
        if (at != std::string_view::npos) found.emplace_back(at, key.substr(0, key.size() - 1));
    }
    std::ranges::sort(found);
    std::string order;
    for (const auto& [at, key] : found)
        order.append(order.empty() ? "" : ", ").append(key);
    return order;
}

template <class Pdu>
bool read(const SeenPdu& seen, Pdu& pdu) {
    smpp::DecodeError error;
    return smpp::decode(seen.frame, pdu, error);
}

std::string_view body_of(const smpp::ShortMessageFields& pdu) {
    const std::string_view octets = smpp::message_octets(pdu.short_message, pdu.tlvs);
    return smpp::has_user_data_header(pdu.esm_class) ? text::parse_user_data(octets).body : octets;
}

}  // namespace

std::string thread_of(std::string_view one, std::string_view other) {
    std::string first = last_digits(one);
    std::string second = last_digits(other);
    if (second < first) std::swap(first, second);
    return first + '\n' + second;
}

void AlphabetMarks::count(std::string_view octets) {
    if (octets.empty()) return;
    ++texts;
    bool of_gsm7 = false;
    bool of_ascii = false;
    bool above = false;
    for (std::size_t at = 0; at < octets.size(); ++at) {
        above = above || static_cast<unsigned char>(octets[at]) >= 0x80;
        of_gsm7 = of_gsm7 || only_gsm7_has(octets, at);
        of_ascii = of_ascii || makes_no_sense_in_gsm7(octets, at);
    }
    gsm7 += of_gsm7 ? 1 : 0;
    ascii += of_ascii ? 1 : 0;
    high += above ? 1 : 0;
    utf8 += above && text::valid_utf8(octets) ? 1 : 0;
}

std::string_view name(AddressRole role) {
    constexpr std::array<std::string_view, 5> names = {"number", "short_code", "name", "recipient",
                                                       "other"};
    return names[static_cast<std::size_t>(role)];
}

void TraceReader::hear(const SeenPdu& seen) {
    ++facts_.pdus;
    smpp::with_pdu(seen.frame.header.command_id, [&](auto pdu) {
        if (read(seen, pdu)) {
            count_vendor_tlvs(smpp::name(pdu.id), pdu.tlvs);
        } else {
            ++facts_.unreadable;
        }
    });
    switch (seen.frame.header.command_id) {
        case smpp::Command::submit_sm:
            return on_submit(seen);
        case smpp::Command::submit_sm_resp:
            return on_submit_resp(seen);
        case smpp::Command::deliver_sm:
            if (smpp::DeliverSm pdu; read(seen, pdu)) on_message(pdu);
            return;
        case smpp::Command::data_sm:
            if (smpp::DataSm pdu; read(seen, pdu)) on_message(smpp::as_deliver_sm(pdu));
            return;
        case smpp::Command::bind_transmitter:
            return on_bind<smpp::BindTransmitter>(seen);
        case smpp::Command::bind_receiver:
            return on_bind<smpp::BindReceiver>(seen);
        case smpp::Command::bind_transceiver:
            return on_bind<smpp::BindTransceiver>(seen);
        case smpp::Command::bind_transmitter_resp:
            return on_bind_resp<smpp::BindTransmitterResp>(seen);
        case smpp::Command::bind_receiver_resp:
            return on_bind_resp<smpp::BindReceiverResp>(seen);
        case smpp::Command::bind_transceiver_resp:
            return on_bind_resp<smpp::BindTransceiverResp>(seen);
        default:
            return;
    }
}

void TraceReader::on_submit(const SeenPdu& seen) {
    smpp::SubmitSm pdu;
    if (!read(seen, pdu)) return;
    open_[{seen.input, seen.connection, seen.from, seen.frame.header.sequence_number}] = {
        thread_of(pdu.source_addr, pdu.destination_addr),
        {role_of(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
         {pdu.source_addr_ton, pdu.source_addr_npi},
         pdu.source_addr.starts_with('+')},
        {AddressRole::recipient,
         {pdu.dest_addr_ton, pdu.dest_addr_npi},
         pdu.destination_addr.starts_with('+')}};
    if (pdu.data_coding == 0) facts_.to_carrier.count(body_of(pdu));
}

void TraceReader::on_submit_resp(const SeenPdu& seen) {
    const auto found =
        open_.find({seen.input, seen.connection, seen.to, seen.frame.header.sequence_number});
    if (found == open_.end()) return;
    const Submit submit = std::move(found->second);
    open_.erase(found);
    ++facts_.submits_answered;
    const smpp::Status status = seen.frame.header.command_status;
    smpp::SubmitSmResp pdu;
    if (status != smpp::Status::ESME_ROK) {
        ++facts_.refusals[status];
    } else if (read(seen, pdu) && !pdu.message_id.empty()) {
        facts_.taken.push_back({std::string(pdu.message_id), submit.thread});
        count(submit.source);
        count(submit.destination);
    }
}

/// As to_wire() would have taken it: a number without its country is none of them.
AddressRole TraceReader::role_of(std::uint8_t ton, std::uint8_t npi, std::string_view source) {
    const auto stored = smpp::normalise_sender(smpp::from_wire(ton, npi, source));
    if (!stored) return AddressRole::other;
    switch (smpp::kind_of(*stored)) {
        case smpp::AddressKind::international:
            return AddressRole::number;
        case smpp::AddressKind::short_code:
            return AddressRole::short_code;
        case smpp::AddressKind::alphanumeric:
            return AddressRole::name;
    }
    return AddressRole::other;
}

void TraceReader::count(const Address& address) {
    AddressUse& use = facts_.addresses[address.role][address.type];
    ++use.times;
    if (address.plus) ++use.with_plus;
}

void TraceReader::on_message(const smpp::DeliverSm& pdu) {
    const auto type = smpp::message_type(pdu.esm_class);
    if (type == smpp::MessageType::receipt || type == smpp::MessageType::intermediate_notification)
        return on_receipt(pdu);
    const bool reads_as_one =
        text::reads_as_receipt(text::receipt_parameters(pdu.tlvs), body_of(pdu));
    if (pdu.esm_class == 0 && reads_as_one) {
        ++facts_.receipts_without_class;
        return on_receipt(pdu);
    }
    if (pdu.data_coding == 0) facts_.from_carrier.count(body_of(pdu));
}

void TraceReader::on_receipt(const smpp::DeliverSm& pdu) {
    if (pdu.tlvs.find(smpp::Tag::receipted_message_id)) ++facts_.receipts_with_parameter;
    const std::string_view octets = smpp::message_octets(pdu.short_message, pdu.tlvs);
    const auto said = text::join_receipt(text::receipt_parameters(pdu.tlvs), octets);
    if (!said) return;
    facts_.receipts.push_back({std::string(said->id), std::string(said->other_id),
                               thread_of(pdu.source_addr, pdu.destination_addr), said->state,
                               facts_.taken.size()});
    facts_.receipts_of_two_ids += said->other_id.empty() ? 0 : 1;
    if (!said->raw_stat.empty() && !text::state_from_stat(said->raw_stat))
        ++facts_.unknown_stats[std::string(said->raw_stat)];
    const bool failed = said->state && text::is_final(*said->state) &&
                        *said->state != text::MessageState::delivered;
    if (failed && !said->error.empty()) ++facts_.failure_errors[std::string(said->error)];
    if (text::parse_receipt(octets)) ++facts_.field_orders[order_of(octets)];
    for (const std::string_view date : {said->submit_date, said->done_date}) {
        if (!date.empty()) ++facts_.date_widths[date.size()];
    }
}

template <class Bind>
void TraceReader::on_bind(const SeenPdu& seen) {
    constexpr std::size_t specified_max = 8;
    Bind pdu;
    if (!read(seen, pdu)) return;
    binds_[{seen.input, seen.connection, seen.from, seen.frame.header.sequence_number}] =
        pdu.password.size() > specified_max;
}

template <class Resp>
void TraceReader::on_bind_resp(const SeenPdu& seen) {
    const auto bind =
        binds_.find({seen.input, seen.connection, seen.to, seen.frame.header.sequence_number});
    Resp pdu;
    if (seen.frame.header.command_status != smpp::Status::ESME_ROK || !read(seen, pdu)) return;
    if (bind != binds_.end() && bind->second) ++facts_.passwords_long;
    if (const auto version = pdu.tlvs.find_integer(smpp::Tag::sc_interface_version)) {
        ++facts_.versions[*version];
    } else {
        ++facts_.binds_without_version;
    }
}

void TraceReader::count_vendor_tlvs(std::string_view command, const smpp::Tlvs& tlvs) {
    for (const smpp::Tlv& tlv : tlvs) {
        if (smpp::find_tlv(tlv.tag) != nullptr) continue;
        VendorTlv& seen = facts_.vendor_tlvs[tlv.tag];
        ++seen.times;
        seen.octets_min = std::min(seen.octets_min, tlv.value.size());
        seen.octets_max = std::max(seen.octets_max, tlv.value.size());
        seen.printable = seen.printable && std::ranges::all_of(tlv.value, [](char c) {
                             return (c >= 0x20 && c < 0x7F) || c == 0;
                         });
        const std::size_t nul = tlv.value.find('\0');
        seen.nul_ended = seen.nul_ended && !tlv.value.empty() && nul == tlv.value.size() - 1;
        seen.without_nul = seen.without_nul && nul == std::string_view::npos;
        seen.commands.emplace(command);
    }
}

}  // namespace parley::tools
