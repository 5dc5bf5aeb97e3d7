// When a carrier's ids are written in another form than before, by a reload or since the last life
// of the process: what is on disk has to be found by it, and what is held may be of messages there.

#include "engine/inbound.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parley {

using storage::EarlyReceipt;
using storage::Message;

namespace {

/// Looked up at a time: the store does nothing else meanwhile.
constexpr std::size_t sought_at_once = 200;

/// Held receipts, and the messages on disk that they are of.
struct Sought {
    std::vector<EarlyReceipt> receipts;
    std::vector<std::optional<Message>> messages;  // of each
};

}  // namespace

void Inbound::find_by_new_form(CarrierDesk& carrier) {
    // What is in the open section may still be under the old form.
    desk_.open.then.push_back([this, &carrier](Now) { rewrite_forms(carrier); });
}

void Inbound::rewrite_forms(CarrierDesk& carrier) {
    auto trouble = std::make_shared<std::string>();
    desk_.ports.query(
        [trouble, id = carrier.settings->id,
         form = desk_.dialects()[carrier.index].ids()](storage::Store& store) {
            if (const auto error = store.use_id_form(id, form)) *trouble = error->text;
        },
        [this, &carrier, trouble](Now) {
            if (!trouble->empty()) {
                // The store remembers the form only when all is rewritten: the next start does it.
                desk_.ports.log(Severity::error, "id_form",
                                carrier.settings->id +
                                    ": until the next start receipts may miss "
                                    "messages that are on disk: " +
                                    *trouble);
            }
            carrier.seek_early = true;
            desk_.ports.wake();
        });
}

void Inbound::seek_early(CarrierDesk& carrier, std::uint64_t after) {
    if (desk_.commons.evicted.load(std::memory_order_relaxed) == 0) return;
    auto sought = std::make_shared<Sought>();
    for (auto each = carrier.early.upper_bound(after);
         each != carrier.early.end() && sought->receipts.size() < sought_at_once; ++each)
        sought->receipts.push_back(*each->second);
    if (sought->receipts.empty()) return;
    desk_.ports.query(
        [sought, form = desk_.dialects()[carrier.index].ids()](storage::Store& store) {
            for (const EarlyReceipt& receipt : sought->receipts)
                sought->messages.push_back(find_on_disk(store, receipt, form));
        },
        [this, &carrier, sought](Now now) {
            for (std::optional<Message>& message : sought->messages) {
                if (!message) continue;
                // Another receipt may have brought it back meanwhile, and even to its end.
                Message* back = outbound_.bring_back(now, carrier, std::move(*message));
                if (back != nullptr) outbound_.join_early(now, carrier, *back);
            }
            seek_early(carrier, sought->receipts.back().handle);
        });
}

}  // namespace parley
