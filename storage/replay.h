#pragma once
// Rebuilds what is live from the disk: snapshots first, then the journal's records in order, each
// event applied only when it is newer than the snapshot of its item. Leaves the Retirer's books as
// the process before had them. Runs once, at start.

#include "storage/entries.h"
#include "storage/kv.h"
#include "storage/live.h"
#include "storage/retirer.h"
#include "storage/store.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace parley::storage {

class Replay {
public:
    using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

    /// retirer is empty and is filled.
    Replay(Kv& kv, Retirer& retirer) : kv_(kv), retirer_(retirer) {}
    /// Messages, parts and receipts of `recovered`; the rest of it is the caller's.
    std::optional<StoreError> run(Recovered& recovered, const Progress& progress);

private:
    struct Item {
        std::variant<std::unique_ptr<Message>, std::unique_ptr<InboundPart>,
                     std::unique_ptr<EarlyReceipt>>
            what;
        live::Mark mark;  // of the snapshot it came from; zero when born in the journal
        Durable& durable();
        Message* message();
        void end() { what = std::unique_ptr<Message>(); }
        /// It has settled, or was dropped.
        bool has_ended() const;
    };
    using Numbered = std::pair<ItemId, Item>;

    /// Items that come by rising id, side by side: with millions of them, what a start costs is the
    /// memory that it jumps to. Those that have ended stay until all go.
    class Row {
    public:
        /// Requires an id above all before.
        void push_back(ItemId id, Item item);
        Item* find(ItemId id);  // null: it never came
        std::size_t size() const { return items_.size(); }
        Numbered& operator[](std::size_t n) { return items_[n]; }

    private:
        struct Section {
            SectionId id;
            std::size_t first;
        };
        std::deque<Numbered> items_;
        std::vector<Section> sections_;
    };

    std::optional<StoreError> load_snapshots();
    /// Those of items in [from, to).
    std::optional<StoreError> load_snapshots(ItemId from, ItemId to, Row& row);
    static boost::system::result<Item, StoreError> decode_snapshot(ItemId id, bool evicted,
                                                                   std::string_view value);
    Item* find_snapshot(ItemId id);
    std::optional<StoreError> replay_journal(const Progress& progress);
    std::optional<StoreError> replay_record(SectionId section, std::string_view record);
    std::optional<StoreError> replay_entry(live::Mark place, entries::Entry& entry);
    void bear(live::Mark place, entries::Entry& entry);
    std::optional<StoreError> happen(live::Mark place, const entries::Entry& entry);
    /// Null when it has ended. To be used before the next is found.
    boost::system::result<Item*, StoreError> find(ItemId id);
    void hand_over(Recovered& recovered);
    void hand_over(Item& item, Recovered& recovered);

    Kv& kv_;
    Retirer& retirer_;
    SectionId first_section_ = 0;
    std::vector<Row> snapshots_;  // one after the other by rising id
    Row born_;                    // in the journal, with no snapshot
    /// What the journal names of those that wait on disk.
    boost::unordered_flat_map<ItemId, Item, std::hash<ItemId>> evicted_;
};

}  // namespace parley::storage
