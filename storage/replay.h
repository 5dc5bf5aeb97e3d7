#pragma once
// Rebuilds what is live from the disk: snapshots first, then the journal's records in order, each
// event applied only when it is newer than the snapshot of its item. Leaves the Retirer's books as
// the process before had them. Runs once, at start.

#include "storage/entries.h"
#include "storage/kv.h"
#include "storage/live.h"
#include "storage/retirer.h"
#include "storage/store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

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
    };

    std::optional<StoreError> load_snapshots();
    std::optional<StoreError> load_snapshot(ItemId id, bool evicted, std::string_view value);
    std::optional<StoreError> replay_journal(const Progress& progress);
    std::optional<StoreError> replay_record(SectionId section, std::string_view record);
    std::optional<StoreError> replay_entry(live::Mark place, entries::Entry& entry);
    void bear(live::Mark place, entries::Entry& entry);
    std::optional<StoreError> happen(live::Mark place, const entries::Entry& entry);
    /// Null when it has ended. To be used before the next item is born or found.
    boost::system::result<Item*, StoreError> find(ItemId id);
    void hand_over(Recovered& recovered);

    Kv& kv_;
    Retirer& retirer_;
    SectionId first_section_ = 0;
    /// Flat: with millions of items a node each would be most of what a start costs.
    boost::unordered_flat_map<ItemId, Item, std::hash<ItemId>> items_;
};

}  // namespace parley::storage
