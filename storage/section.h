#pragma once
// What one shard wants remembered, in order, as one atomic change: one record of the journal plus a
// few keyed writes. A shard fills its open section, seals it when the storage thread is free, and
// acts on nothing in it before the commit is reported.
//
// Pins. A journal record may be deleted once no live item depends on it. The first event of an item
// since its birth or last snapshot pins it to that section; settle(), snapshot() and drop() release
// the pin. The store deletes records in order, up to the first that is still pinned.

#include "storage/entries.h"
#include "storage/kv.h"
#include "storage/message.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

class Section {
public:
    Section();
    Section(const Section&) = delete;  // open items point at their slot
    Section& operator=(const Section&) = delete;

    // Born here: ids are known after seal(). The items must outlive seal() and not move; a part or
    // receipt that is dropped before may go.
    void accept(Message& message);          // outbound; also in the thread index
    void record_inbound(Message& message);  // settled at once; also in the thread index
    void hold_part(InboundPart& part);
    void hold_receipt(EarlyReceipt& receipt);

    // Events of an item that seal() has already named. The caller has applied them to the item;
    // only what these calls say is there after a crash.
    void intend(Message& message, std::uint8_t segment);
    void answer(Message& message, std::uint8_t segment);   // submit_sm_resp, whatever its status
    void receipt(Message& message, std::uint8_t segment);  // final or not
    void uncertain(Message& message, std::uint8_t segment);
    void reroute(Message& message);  // message.carrier changed; segments wait again
    void decide(Message& message);   // message.decisions.back()
    void inquire(Message& message, const Inquiry& inquiry);  // one of message.inquiries
    /// The newest of message.history, of which no other event tells.
    void note(Message& message);

    /// The final state; message.status says which. Keeps the whole message for look-ups by id.
    void settle(Message& message);
    void drop(InboundPart& part);
    void drop(EarlyReceipt& receipt);

    /// A full copy into the keyed "live" family: releases the pin of an item that takes long.
    void snapshot(Message& message);
    void snapshot(InboundPart& part);
    void snapshot(EarlyReceipt& receipt);
    /// snapshot() plus its carrier message ids in the keyed "awaiting" family: after the commit the
    /// owner forgets the message, and a receipt finds it by Store::find_awaiting(). Until it
    /// settles its carrier and carrier message ids stay as they are: they are keys now.
    void evict(Message& message);
    /// An evicted message goes on: no receipt finds it by its carrier message ids any more, which
    /// may change from here on. snapshot() has to follow. Nothing for one that is not evicted.
    void readmit(Message& message);

    /// How much of a daily limit is spent, from now until it begins anew.
    void spend(std::string_view limit, const Spent& spent);

    void suppress(const Suppression& suppression);
    void restore(std::string_view scope, std::string_view contact);

    /// True while this still open section says something of the item: it may not leave its shard
    /// before seal(), or what another shard says of it later could stand earlier in the journal.
    bool mentions(const Durable& item) const { return item.mentioned == serial_; }

    bool empty() const;
    std::uint32_t births() const;  // items born here so far
    std::size_t octets() const;    // of journal record and keyed writes

    /// Gives the section its number and every item born or pinned here its id. Called once, in
    /// commit order: by the storage thread's queue under its lock, or by the simulator.
    void seal(SectionId id);
    SectionId id() const { return id_; }

    /// Empties it for the next round and keeps its memory. Requires that its commit was reported.
    void clear();

    // For the store, after seal(). Views live until clear().
    std::string_view record() const { return record_; }
    std::uint32_t pins() const { return pins_; }
    /// So many pins of older sections were released here.
    struct Release {
        SectionId section;
        std::uint32_t count;
    };
    const std::vector<Release>& releases() const { return releases_; }
    /// A whole settled message, as a page keeps it.
    struct Settled {
        MessageId id;
        std::string_view octets;
    };
    std::size_t settled_count() const { return settled_.size(); }
    Settled settled(std::size_t n) const;
    /// A change of a keyed family; value is empty for an erasure.
    struct Keyed {
        Family family;
        bool erase;
        std::string_view key;
        std::string_view value;
    };
    std::size_t keyed_count() const { return keyed_.size(); }
    Keyed keyed(std::size_t n) const;
    /// How many more evicted messages the disk holds after this section.
    std::int64_t evicted_change() const { return evicted_change_; }

private:
    struct SettledAt {
        ItemId id;
        std::uint32_t offset;
        std::uint32_t octets;
    };
    struct KeyedAt {
        Family family;
        bool erase;
        std::uint32_t offset;
        std::uint32_t key_octets;
        std::uint32_t value_octets;
    };

    void birth(Durable& item, entries::Type type);
    void event(Durable& item, entries::Type type);
    void message_event(Message& message, entries::Type type, std::uint8_t segment = 0);
    void pin(Durable& item);
    void unpin(Durable& item);
    void keep_settled(const Message& message);
    void index_thread(const Message& message);
    void index_dead_letter(const Message& message);
    void forget_copy(Durable& item);
    void put_live(auto& item);
    void each_awaiting(const Message& message, bool erase);
    void append_name(const Durable& item);
    void finish_keyed(Family family, bool erase, std::size_t offset, std::size_t key_octets);

    SectionId id_ = 0;
    std::uint64_t serial_;  // of this filling, unique in the process
    std::string record_;
    std::vector<Durable*> births_;  // by index
    std::vector<Durable*> slots_;   // items pinned here; null when released before seal()
    std::uint32_t pins_ = 0;        // slots that are not null
    std::vector<Release> releases_;
    std::string settled_octets_;
    std::vector<SettledAt> settled_;
    std::string keyed_octets_;  // keys and values, one after the other
    std::vector<KeyedAt> keyed_;
    std::vector<std::uint32_t>
        unnamed_;  // where keyed_octets_ names an item or section of this one
    std::vector<std::uint32_t> unnamed_threads_;  // where a key of the thread index wants its id
    std::int64_t evicted_change_ = 0;
};

}  // namespace parley::storage
