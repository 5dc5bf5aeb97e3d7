#include "storage/records.h"

namespace parley::storage::records {

namespace {

// One for all shapes here; a new shape of one of them gets the next number. What has no TLVs is
// written as it was before there were any.
constexpr std::uint8_t version = 1;
constexpr std::uint8_t version_as_ucs2 = 2;  // of an InboundPart; but for the number the same shape
constexpr std::uint8_t version_two_ids = 3;  // of an EarlyReceipt: other_id at the end
constexpr std::uint8_t version_tlvs = 4;  // with TLVs at the end, after the other_id of a receipt
constexpr std::uint8_t version_as_ucs2_tlvs = 5;
constexpr std::uint8_t phase_tlvs = 0x80;  // beside a segment's phase: TLVs at its end
constexpr std::size_t varint_max = Writer::varint_octets_max;

// Of a Message, in one octet.
constexpr std::uint8_t flag_incomplete = 1;
constexpr std::uint8_t flag_resend = 2;     // resend_of follows the reference
constexpr std::uint8_t flag_inquiries = 4;  // inquiries at the end
constexpr std::uint8_t flag_history = 8;    // a history at the very end
constexpr std::uint8_t flag_cut = 16;       // cut_by_carrier follows the reference and resend_of
constexpr std::uint8_t flag_route = 32;     // validity_of_route
constexpr std::uint8_t flags_known =
    flag_incomplete | flag_resend | flag_inquiries | flag_history | flag_cut | flag_route;

std::uint8_t flags_of(const Message& message) {
    return static_cast<std::uint8_t>((message.incomplete ? flag_incomplete : 0U) |
                                     (message.resend_of ? flag_resend : 0U) |
                                     (message.inquiries.empty() ? 0U : flag_inquiries) |
                                     (message.history.empty() ? 0U : flag_history) |
                                     (message.cut_by_carrier != 0 ? flag_cut : 0U) |
                                     (message.validity_of_route ? flag_route : 0U));
}

void expect_version(Reader& in) {
    if (in.octet() != version) in.fail();
}

/// True when TLVs follow at the end.
bool read_version(Reader& in) {
    const std::uint8_t shape = in.octet();
    if (shape != version && shape != version_tlvs) in.fail();
    return shape == version_tlvs;
}

constexpr std::uint8_t version_of(const auto& item) {
    return item.tlvs.empty() ? version : version_tlvs;
}

std::size_t tlvs_octets_max(const smpp::NamedTlvs& tlvs) {
    std::size_t octets = tlvs.empty() ? 0 : varint_max;
    for (const auto& [name, value] : tlvs)
        octets += Writer::text_octets_max(name) + Writer::text_octets_max(value);
    return octets;
}

/// Nothing for none: then something else told that there are none.
void write_tlvs(Writer& out, const smpp::NamedTlvs& tlvs) {
    if (tlvs.empty()) return;
    out.varint(tlvs.size());
    for (const auto& [name, value] : tlvs) {
        out.text(name);
        out.text(value);
    }
}

void read_tlvs(Reader& in, bool there, smpp::NamedTlvs& tlvs) {
    tlvs.clear();
    if (!there) return;
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        auto& [name, value] = tlvs.emplace_back();
        name = in.text();
        value = in.text();
    }
}

std::size_t octets_max(const Message& message) {
    std::size_t octets = 17 + 9 * varint_max + tlvs_octets_max(message.tlvs);
    for (const std::string* text :
         {&message.account, &message.brand, &message.carrier, &message.from, &message.to,
          &message.text, &message.client_ref, &message.reason}) {
        octets += Writer::text_octets_max(*text);
    }
    for (const Segment& segment : message.segments)
        octets += records::octets_max(segment);
    for (const Decision& decision : message.decisions)
        octets += records::octets_max(decision);
    octets += varint_max + message.inquiries.size() * inquiry_octets_max;
    for (const Happening& happening : message.history.list())
        octets += records::octets_max(happening);
    return octets + 2 * varint_max;
}

void write_history(Writer& out, const History& history) {
    if (history.empty()) return;
    out.varint(history.left_out());
    out.varint(history.list().size());
    for (const Happening& happening : history.list())
        write(out, happening);
}

void read_history(Reader& in, bool there, History& history) {
    history = {};
    if (!there) return;
    const auto left_out = in.integer<std::uint32_t>();
    const std::uint64_t count = in.varint();
    if (count == 0 || count > History::kept_max) return in.fail();
    std::vector<Happening> list;
    for (std::uint64_t left = count; left > 0 && in.ok(); --left)
        read(in, list.emplace_back());
    history.restore(left_out, std::move(list));
}

}  // namespace

std::size_t octets_max(const Segment& segment) {
    return 3 + 4 * varint_max + Writer::text_octets_max(segment.carrier_message_id) +
           Writer::text_octets_max(segment.error) + tlvs_octets_max(segment.tlvs);
}

void write(Writer& out, const Segment& segment) {
    out.octet(static_cast<std::uint8_t>(static_cast<std::uint8_t>(segment.phase) |
                                        (segment.tlvs.empty() ? 0U : phase_tlvs)));
    out.octet(segment.attempts);
    out.enumeration(segment.state);
    out.varint(segment.command_status);
    out.text(segment.carrier_message_id);
    out.text(segment.error);
    out.time(segment.intended_at);
    out.time(segment.answered_at);
    out.time(segment.receipt_at);
    write_tlvs(out, segment.tlvs);
}

void read(Reader& in, Segment& segment) {
    const std::uint8_t first = in.octet();
    const std::uint8_t phase = first & ~phase_tlvs;
    if (phase > static_cast<std::uint8_t>(Phase::settled)) in.fail();
    segment.phase = in.ok() ? static_cast<Phase>(phase) : Phase{};
    segment.attempts = in.octet();
    segment.state = in.enumeration(text::MessageState::skipped);
    segment.command_status = in.integer<std::uint32_t>();
    segment.carrier_message_id = in.text();
    segment.error = in.text();
    segment.intended_at = in.time();
    segment.answered_at = in.time();
    segment.receipt_at = in.time();
    read_tlvs(in, (first & phase_tlvs) != 0, segment.tlvs);
}

void write(Writer& out, const Inquiry& inquiry) {
    out.enumeration(inquiry.operation);
    out.octet(inquiry.segment);
    out.octet(inquiry.times);
    out.time(inquiry.asked_at);
    out.time(inquiry.answered_at);
    out.varint(inquiry.command_status);
    out.enumeration(inquiry.state);
    out.time(inquiry.final_at);
}

void read(Reader& in, Inquiry& inquiry) {
    inquiry.operation = in.enumeration(Operation::replace);
    inquiry.segment = in.octet();
    inquiry.times = in.octet();
    inquiry.asked_at = in.time();
    inquiry.answered_at = in.time();
    inquiry.command_status = in.integer<std::uint32_t>();
    inquiry.state = in.enumeration(text::MessageState::skipped);
    inquiry.final_at = in.time();
}

std::size_t octets_max(const Happening& happening) {
    return 3 + 3 * varint_max + Writer::text_octets_max(happening.carrier) +
           Writer::text_octets_max(happening.text);
}

void write(Writer& out, const Happening& happening) {
    out.enumeration(happening.what);
    out.octet(happening.segment);
    out.enumeration(happening.state);
    out.varint(happening.command_status);
    out.time(happening.at);
    out.time(happening.answered_at);
    out.text(happening.carrier);
    out.text(happening.text);
}

void read(Reader& in, Happening& happening) {
    happening.what = in.enumeration(Happening::What::repeated_receipt);
    happening.segment = in.octet();
    happening.state = in.enumeration(text::MessageState::skipped);
    happening.command_status = in.integer<std::uint32_t>();
    happening.at = in.time();
    happening.answered_at = in.time();
    happening.carrier = in.text();
    happening.text = in.text();
}

std::size_t octets_max(const Decision& decision) {
    return 2 + varint_max + Writer::text_octets_max(decision.rule);
}

void write(Writer& out, const Decision& decision) {
    out.enumeration(decision.look);
    out.enumeration(decision.verdict);
    out.text(decision.rule);
    out.time(decision.at);
}

void read(Reader& in, Decision& decision) {
    decision.look = in.enumeration(Look::receipt);
    decision.verdict = in.enumeration(Verdict::refuse);
    decision.rule = in.text();
    decision.at = in.time();
}

void append(std::string& out_octets, const Message& message) {
    Writer out(out_octets, octets_max(message));
    out.octet(version_of(message));
    out.enumeration(message.direction);
    out.enumeration(message.message_class);
    out.enumeration(message.status);
    out.enumeration(message.encoding);
    out.octet(message.data_coding);
    out.octet(flags_of(message));
    out.text(message.account);
    out.text(message.brand);
    out.text(message.carrier);
    out.text(message.from);
    out.text(message.to);
    out.text(message.text);
    out.text(message.client_ref);
    out.text(message.reason);
    out.time(message.accepted_at);
    out.time(message.send_at);
    out.time(message.expires_at);
    out.time(message.settled_at);
    out.octet(message.reference);
    if (message.resend_of) out.varint(message.resend_of.value);
    if (message.cut_by_carrier != 0) out.octet(message.cut_by_carrier);
    out.varint(message.segments.size());
    for (const Segment& segment : message.segments)
        write(out, segment);
    out.varint(message.decisions.size());
    for (const Decision& decision : message.decisions)
        write(out, decision);
    write_tlvs(out, message.tlvs);
    if (!message.inquiries.empty()) out.varint(message.inquiries.size());
    for (const Inquiry& inquiry : message.inquiries)
        write(out, inquiry);
    write_history(out, message.history);
}

void read(Reader& in, Message& message) {
    const bool has_tlvs = read_version(in);
    message.direction = in.enumeration(Direction::inbound);
    message.message_class = in.enumeration(MessageClass::help_answer);
    message.status = in.enumeration(Status::received);
    message.encoding = in.enumeration(text::last_encoding);
    message.data_coding = in.octet();
    const std::uint8_t flags = in.octet();
    if (flags > flags_known) in.fail();
    message.incomplete = (flags & flag_incomplete) != 0;
    message.validity_of_route = (flags & flag_route) != 0;
    message.account = in.text();
    message.brand = in.text();
    message.carrier = in.text();
    message.from = in.text();
    message.to = in.text();
    message.text = in.text();
    message.client_ref = in.text();
    message.reason = in.text();
    message.accepted_at = in.time();
    message.send_at = in.time();
    message.expires_at = in.time();
    message.settled_at = in.time();
    message.reference = in.octet();
    message.resend_of.value = (flags & flag_resend) != 0 ? in.varint() : 0;
    message.cut_by_carrier = (flags & flag_cut) != 0 ? in.octet() : 0;
    // A count is believed one element at a time: a wrong one ends the octets, not the memory.
    message.segments.clear();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        read(in, message.segments.emplace_back());
    }
    message.decisions.clear();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        read(in, message.decisions.emplace_back());
    }
    read_tlvs(in, has_tlvs, message.tlvs);
    message.inquiries.clear();
    const std::uint64_t inquiries = (flags & flag_inquiries) != 0 ? in.varint() : 0;
    for (std::uint64_t left = inquiries; left > 0 && in.ok(); --left) {
        read(in, message.inquiries.emplace_back());
    }
    read_history(in, (flags & flag_history) != 0, message.history);
}

void append(std::string& out_octets, const InboundPart& part) {
    Writer out(out_octets, 16 + 4 * varint_max + Writer::text_octets_max(part.carrier) +
                               Writer::text_octets_max(part.source) +
                               Writer::text_octets_max(part.destination) +
                               Writer::text_octets_max(part.octets) + tlvs_octets_max(part.tlvs));
    if (part.tlvs.empty()) {
        out.octet(part.as_ucs2 ? version_as_ucs2 : version);
    } else {
        out.octet(part.as_ucs2 ? version_as_ucs2_tlvs : version_tlvs);
    }
    out.text(part.carrier);
    out.text(part.source);
    out.text(part.destination);
    out.varint(part.reference);
    out.octet(part.total);
    out.octet(part.number);
    out.octet(part.wide ? 1 : 0);
    out.octet(part.data_coding);
    out.text(part.octets);
    out.time(part.received_at);
    write_tlvs(out, part.tlvs);
}

void read(Reader& in, InboundPart& part) {
    const std::uint8_t shape = in.octet();
    part.as_ucs2 = shape == version_as_ucs2 || shape == version_as_ucs2_tlvs;
    const bool has_tlvs = shape == version_tlvs || shape == version_as_ucs2_tlvs;
    if (shape != version && !part.as_ucs2 && !has_tlvs) in.fail();
    part.carrier = in.text();
    part.source = in.text();
    part.destination = in.text();
    part.reference = in.integer<std::uint16_t>();
    part.total = in.octet();
    part.number = in.octet();
    part.wide = in.flag();
    part.data_coding = in.octet();
    part.octets = in.text();
    part.received_at = in.time();
    read_tlvs(in, has_tlvs, part.tlvs);
}

void append(std::string& out_octets, const EarlyReceipt& receipt) {
    Writer out(out_octets, 16 + 2 * varint_max + Writer::text_octets_max(receipt.carrier) +
                               Writer::text_octets_max(receipt.carrier_message_id) +
                               Writer::text_octets_max(receipt.other_id) +
                               Writer::text_octets_max(receipt.source) +
                               Writer::text_octets_max(receipt.destination) +
                               Writer::text_octets_max(receipt.error) +
                               tlvs_octets_max(receipt.tlvs));
    const std::uint8_t shape = !receipt.tlvs.empty()       ? version_tlvs
                               : !receipt.other_id.empty() ? version_two_ids
                                                           : version;
    out.octet(shape);
    out.text(receipt.carrier);
    out.text(receipt.carrier_message_id);
    out.text(receipt.source);
    out.text(receipt.destination);
    out.enumeration(receipt.state);
    out.text(receipt.error);
    out.time(receipt.received_at);
    if (shape != version) out.text(receipt.other_id);
    write_tlvs(out, receipt.tlvs);
}

void read(Reader& in, EarlyReceipt& receipt) {
    const std::uint8_t shape = in.octet();
    const bool has_tlvs = shape == version_tlvs;
    if (shape != version && shape != version_two_ids && !has_tlvs) in.fail();
    receipt.carrier = in.text();
    receipt.carrier_message_id = in.text();
    receipt.source = in.text();
    receipt.destination = in.text();
    receipt.state = in.enumeration(text::MessageState::skipped);
    receipt.error = in.text();
    receipt.received_at = in.time();
    receipt.other_id = shape != version ? in.text() : std::string();
    read_tlvs(in, has_tlvs, receipt.tlvs);
}

void append(std::string& out_octets, const Suppression& suppression) {
    Writer out(out_octets, 2 + 2 * varint_max + Writer::text_octets_max(suppression.scope) +
                               Writer::text_octets_max(suppression.contact) +
                               Writer::text_octets_max(suppression.rule) +
                               Writer::text_octets_max(suppression.text) +
                               Writer::text_octets_max(suppression.actor));
    out.octet(version);
    out.text(suppression.scope);
    out.text(suppression.contact);
    out.text(suppression.rule);
    out.text(suppression.text);
    out.text(suppression.actor);
    out.time(suppression.at);
}

void read(Reader& in, Suppression& suppression) {
    expect_version(in);
    suppression.scope = in.text();
    suppression.contact = in.text();
    suppression.rule = in.text();
    suppression.text = in.text();
    suppression.actor = in.text();
    suppression.at = in.time();
}

void append_dead_letter(std::string& out_octets, const Message& message) {
    Writer out(out_octets, 2 + varint_max + Writer::text_octets_max(message.account) +
                               Writer::text_octets_max(message.carrier) +
                               Writer::text_octets_max(message.to) +
                               Writer::text_octets_max(message.reason));
    out.octet(version);
    out.enumeration(message.status);
    out.time(message.accepted_at);
    out.text(message.account);
    out.text(message.carrier);
    out.text(message.to);
    out.text(message.reason);
}

bool decode_dead_letter(std::string_view octets, Message& message) {
    Reader in(octets);
    expect_version(in);
    message.status = in.enumeration(Status::received);
    message.accepted_at = in.time();
    message.account = in.text();
    message.carrier = in.text();
    message.to = in.text();
    message.reason = in.text();
    return in.done();
}

namespace {

bool decode_whole(std::string_view octets, auto& item) {
    Reader in(octets);
    read(in, item);
    return in.done();
}

}  // namespace

bool decode(std::string_view octets, Message& message) {
    return decode_whole(octets, message);
}
bool decode(std::string_view octets, InboundPart& part) {
    return decode_whole(octets, part);
}
bool decode(std::string_view octets, EarlyReceipt& receipt) {
    return decode_whole(octets, receipt);
}
bool decode(std::string_view octets, Suppression& suppression) {
    return decode_whole(octets, suppression);
}

}  // namespace parley::storage::records
