#pragma once
// The journal record of one section: what happened, entry by entry, in order. Section appends,
// Replay reads.
//
// record: version (1 octet), checksum (8; of all that follows, seeded with the section's number, so
//         that a record under a wrong key is seen), entries.
// entry:  type (1 octet; top bit: the item was born in this record), item (its index if born here,
//         else its id; nothing for a birth, whose index is its place among the births), body.

#include "storage/message.h"
#include "storage/octets.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::storage::entries {

/// On disk: never renumber.
enum class Type : std::uint8_t {
    accept = 1,
    inbound = 2,
    part = 3,
    early_receipt = 4,
    intend = 5,
    answer = 6,
    receipt = 7,
    uncertain = 8,
    reroute = 9,
    decide = 10,
    settle = 11,
    drop = 12,
    snapshot = 13,
    evict = 14,
    inquire = 15,
    note = 16,
};

inline constexpr std::size_t header_octets = 9;
/// A record without entries. finish() completes it.
void begin_record(std::string& record);
void finish_record(std::string& record, SectionId section);

// Writing, in the order of an entry's parts. `index` counts when the item has no id yet.
void append_birth(std::string& record, Type type);
void append_event(std::string& record, Type type, ItemId id, std::uint32_t index);
/// What this type of event changed in the message. `segment` counts for events of one segment.
void append_change(std::string& record, Type type, const Message& message, std::uint8_t segment);
/// The same of Type::inquire.
void append_inquiry(std::string& record, const Message& message, const Inquiry& inquiry);
/// The same of Type::note: the newest of the message's history.
void append_note(std::string& record, const Message& message);

/// What an event changed: the fields that its type carries, as they are afterwards.
struct Change {
    Type type{};
    Status status{};
    std::string carrier;
    std::uint8_t segment = 0;
    std::vector<Segment> segments;
    Inquiry inquiry;
    Happening happening;
    Decision decision;
    UnixMs send_at = 0;
    std::string reason;
    UnixMs settled_at = 0;
};
/// What it overwrites goes into the history, as it did when the event was live. False when the
/// message has no such segment: the journal contradicts itself.
bool apply(const Change& change, Message& message);

struct Entry {
    Type type{};
    ItemId item;
    std::uint32_t offset = 0;  // in the record
    std::variant<std::monostate, Message, InboundPart, EarlyReceipt, Change> body;
};

class RecordReader {
public:
    RecordReader(SectionId section, std::string_view record);
    /// False at the end and at the first thing that is wrong; problem() tells which.
    bool next(Entry& entry);
    /// What is wrong with the record, in words; empty while nothing is.
    const std::string& problem() const { return problem_; }

private:
    bool read_item(bool born_here, Entry& entry);
    bool read_body(Entry& entry);

    SectionId section_;
    Reader in_;
    std::uint32_t births_ = 0;
    std::string problem_;
};

}  // namespace parley::storage::entries
