#include "storage/entries.h"

#include "storage/keys.h"
#include "storage/records.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace parley::storage::entries {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t born_here_bit = 0x80;
constexpr std::size_t varint_max = Writer::varint_octets_max;

// Which fields an event carries. intend names the carrier too: the first one is chosen only then.
constexpr bool has_carrier(Type type) {
    return type == Type::intend || type == Type::reroute;
}
constexpr bool has_one_segment(Type type) {
    return type >= Type::intend && type <= Type::uncertain;
}
constexpr bool has_all_segments(Type type) {
    return type == Type::reroute;
}
constexpr bool has_decision(Type type) {
    return type == Type::decide;
}
constexpr bool has_end(Type type) {
    return type == Type::settle;
}

std::uint64_t checksum(SectionId section, std::string_view body) {
    return XXH3_64bits_withSeed(body.data(), body.size(), section);
}

std::size_t octets_max(Type type, const Message& message, std::uint8_t segment) {
    std::size_t octets = 2 + 4 * varint_max;
    if (has_carrier(type)) octets += Writer::text_octets_max(message.carrier);
    if (has_one_segment(type)) octets += records::octets_max(message.segments[segment]);
    if (has_all_segments(type)) {
        for (const Segment& each : message.segments)
            octets += records::octets_max(each);
    }
    if (has_decision(type)) octets += records::octets_max(message.decisions.back());
    if (has_end(type)) octets += Writer::text_octets_max(message.reason);
    return octets;
}

void read_change(Reader& in, Type type, Change& change) {
    change.type = type;
    change.status = in.enumeration(Status::received);
    if (has_carrier(type)) change.carrier = in.text();
    if (has_one_segment(type)) {
        change.segment = in.octet();
        records::read(in, change.segments.emplace_back());
    }
    if (has_all_segments(type)) {
        for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
            records::read(in, change.segments.emplace_back());
        }
    }
    if (has_decision(type)) {
        records::read(in, change.decision);
        change.send_at = in.time();
    }
    if (type == Type::inquire) records::read(in, change.inquiry);
    if (type == Type::note) records::read(in, change.happening);
    if (has_end(type)) {
        change.reason = in.text();
        change.settled_at = in.time();
    }
}

}  // namespace

void begin_record(std::string& record) {
    record.assign(header_octets, '\0');
    record[0] = static_cast<char>(version);
}

void finish_record(std::string& record, SectionId section) {
    const std::string_view body = std::string_view(record).substr(header_octets);
    keys::store_number(record.data() + 1, checksum(section, body));
}

void append_birth(std::string& record, Type type) {
    record.push_back(static_cast<char>(type));
}

void append_event(std::string& record, Type type, ItemId id, std::uint32_t index) {
    Writer out(record, 1 + varint_max);
    out.octet(static_cast<std::uint8_t>(type) | (id ? 0 : born_here_bit));
    out.varint(id ? id.value : index);
}

void append_change(std::string& record, Type type, const Message& message, std::uint8_t segment) {
    Writer out(record, octets_max(type, message, segment));
    out.enumeration(message.status);
    if (has_carrier(type)) out.text(message.carrier);
    if (has_one_segment(type)) {
        out.octet(segment);
        records::write(out, message.segments[segment]);
    }
    if (has_all_segments(type)) {
        out.varint(message.segments.size());
        for (const Segment& each : message.segments)
            records::write(out, each);
    }
    if (has_decision(type)) {
        records::write(out, message.decisions.back());
        out.time(message.send_at);
    }
    if (has_end(type)) {
        out.text(message.reason);
        out.time(message.settled_at);
    }
}

void append_inquiry(std::string& record, const Message& message, const Inquiry& inquiry) {
    Writer out(record, 1 + records::inquiry_octets_max);
    out.enumeration(message.status);
    records::write(out, inquiry);
}

void append_note(std::string& record, const Message& message) {
    const Happening& newest = message.history.list().back();
    Writer out(record, 1 + records::octets_max(newest));
    out.enumeration(message.status);
    records::write(out, newest);
}

namespace {

// What an earlier version wrote may have the answer to the try before beside an intent, and tries
// beside another carrier: not taken over.

void apply_to_segment(const Change& change, Message& message) {
    if (change.type == Type::intend) keep_try(message, change.segment);
    if (change.type == Type::receipt) keep_receipt(message, change.segment);
    Segment& segment = message.segments[change.segment];
    segment = change.segments.front();
    if (change.type != Type::intend) return;
    segment.answered_at = 0;
    segment.command_status = 0;
}

void apply_to_all(const Change& change, Message& message) {
    const bool elsewhere = change.carrier != message.carrier;
    for (std::size_t index = 0; index < message.segments.size(); ++index) {
        const bool there =
            index < change.segments.size() && change.segments[index].intended_at != 0;
        if (!there || elsewhere) keep_try(message, index);
    }
    message.segments = change.segments;
    if (!elsewhere) return;
    for (Segment& segment : message.segments) {
        segment.intended_at = 0;
        segment.answered_at = 0;
        segment.command_status = 0;
    }
}

}  // namespace

bool apply(const Change& change, Message& message) {
    if (has_one_segment(change.type)) {
        if (change.segment >= message.segments.size()) return false;
        apply_to_segment(change, message);
    }
    if (has_all_segments(change.type)) apply_to_all(change, message);
    if (has_carrier(change.type)) message.carrier = change.carrier;
    if (has_decision(change.type)) {
        message.decisions.push_back(change.decision);
        message.send_at = change.send_at;
    }
    if (change.type == Type::inquire) {
        const Inquiry& inquiry = change.inquiry;
        if (inquiry.segment >= message.segments.size()) return false;
        const auto known = find_inquiry(message, inquiry.operation, inquiry.segment);
        const bool asked_anew = inquiry.answered_at == 0;
        if (known && asked_anew) keep_inquiry(message, message.inquiries[*known]);
        if (!known) message.inquiries.emplace_back();
        message.inquiries[known.value_or(message.inquiries.size() - 1)] = inquiry;
    }
    if (change.type == Type::note) message.history.add(change.happening);
    if (has_end(change.type)) {
        message.reason = change.reason;
        message.settled_at = change.settled_at;
    }
    message.status = change.status;
    return true;
}

RecordReader::RecordReader(SectionId section, std::string_view record)
    : section_(section), in_(record.substr(std::min(header_octets, record.size()))) {
    if (record.size() < header_octets) {
        problem_ = "cut short: " + std::to_string(record.size()) + " octets of a header of " +
                   std::to_string(header_octets);
    } else if (static_cast<std::uint8_t>(record[0]) != version) {
        problem_ = "version " + std::to_string(static_cast<std::uint8_t>(record[0])) +
                   ", this program reads " + std::to_string(version);
    } else if (keys::load_number(record.data() + 1) !=
               checksum(section, record.substr(header_octets))) {
        problem_ = "checksum of its " + std::to_string(record.size()) + " octets is wrong";
    }
}

bool RecordReader::next(Entry& entry) {
    if (!problem_.empty() || in_.done()) return false;
    const std::size_t offset = in_.offset() + header_octets;
    entry.offset = static_cast<std::uint32_t>(offset);
    const std::uint8_t first = in_.octet();
    entry.type = static_cast<Type>(first & ~born_here_bit);
    if (read_item((first & born_here_bit) != 0, entry) && read_body(entry) && in_.ok()) return true;
    problem_ = "entry of type " + std::to_string(first & ~born_here_bit) + " at offset " +
               std::to_string(offset) + " does not decode";
    return false;
}

bool RecordReader::read_item(bool born_here, Entry& entry) {
    if (entry.type <= Type::early_receipt) {
        entry.item = ItemId::of(section_, births_++);
        return !born_here && births_ <= items_per_section_max;
    }
    const std::uint64_t number = in_.varint();
    if (born_here) {
        entry.item = ItemId::of(section_, static_cast<std::uint32_t>(number));
        return number < births_;
    }
    entry.item = ItemId{number};
    return entry.item.section() > 0 && entry.item.section() < section_;
}

bool RecordReader::read_body(Entry& entry) {
    switch (entry.type) {
        case Type::accept:
        case Type::inbound:
            records::read(in_, entry.body.emplace<Message>());
            return true;
        case Type::part:
            records::read(in_, entry.body.emplace<InboundPart>());
            return true;
        case Type::early_receipt:
            records::read(in_, entry.body.emplace<EarlyReceipt>());
            return true;
        case Type::intend:
        case Type::answer:
        case Type::receipt:
        case Type::uncertain:
        case Type::reroute:
        case Type::decide:
        case Type::settle:
        case Type::inquire:
        case Type::note:
            read_change(in_, entry.type, entry.body.emplace<Change>());
            return true;
        case Type::drop:
        case Type::snapshot:
        case Type::evict:
            entry.body.emplace<std::monostate>();
            return true;
    }
    return false;
}

}  // namespace parley::storage::entries
