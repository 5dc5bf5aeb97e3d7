#pragma once
// The store: a journal of sections, pages of what has settled, and keyed families for what outlives
// memory, over any Kv. It decides nothing about messages; it is told what to remember.
//
// Where a message is:  journal record (live; the shard has it in memory)
//                      → in the Retirer's hand (settled, its record still needed)
//                      → a page of its section, or "late" when it settled after that was written.
//                      "live" holds a copy of what takes long, see Section::snapshot and evict.

#include "storage/kv.h"
#include "storage/live.h"
#include "storage/retirer.h"
#include "storage/store.h"

#include <deque>
#include <string>

namespace parley::storage {

class JournalStore final : public Store {
public:
    using Progress = std::function<void(std::uint64_t done, std::uint64_t all)>;
    static boost::system::result<std::unique_ptr<Store>, StoreError> open(std::unique_ptr<Kv> kv,
                                                                          bool sync,
                                                                          Recovered& recovered,
                                                                          const Progress& progress);

    std::optional<StoreError> commit(std::span<Section* const> sections) override;

    std::optional<Message> find_message(MessageId id) override;
    std::optional<Message> find_awaiting(std::string_view carrier,
                                         std::string_view carrier_message_id,
                                         const text::MessageIdForm& form = {}) override;
    std::vector<ThreadEntry> thread(const ConversationId& id, MessageId before,
                                    std::size_t limit) override;
    std::vector<ConversationEntry> recent_conversations(std::string_view account, MessageId before,
                                                        std::size_t limit,
                                                        MessageId* more) override;
    std::vector<Message> dead_letters(const DeadLetterFilter& filter, MessageId before,
                                      std::size_t limit, MessageId* more) override;
    std::optional<Suppression> find_suppression(std::string_view scope,
                                                std::string_view contact) override;
    std::vector<Suppression> list_suppressions(std::string_view scope, std::string_view after,
                                               std::size_t limit) override;
    std::optional<StoreError> each_suppression(
        const std::function<void(std::string_view, std::string_view)>& visit) override;
    void each_evicted(MessageId after, UnixMs accepted_before,
                      const std::function<bool(Message&&)>& visit) override;
    std::optional<StoreError> use_id_form(std::string_view carrier,
                                          const text::MessageIdForm& form) override;
    bool drop_before(UnixMs accepted_before) override;
    std::optional<StoreError> take_read_error() override;
    std::size_t memory_octets() const override { return retirer_.memory_octets(); }
    std::uint64_t evicted_count() const override { return evicted_; }

private:
    JournalStore(std::unique_ptr<Kv> kv, bool sync) : kv_(std::move(kv)), sync_(sync) {}
    std::optional<StoreError> start(Recovered& recovered, const Progress& progress);
    std::optional<StoreError> read_spent(Recovered& found);
    std::optional<StoreError> check_format();

    // commit()
    std::size_t collect_retired(std::span<Section* const> sections);
    void collect(const Section& section, SectionId first_kept);
    void collect_evicted(std::span<Section* const> sections);
    SectionId collect_reserved(std::span<Section* const> sections);
    void account_for(const Section& section);

    // look-ups
    std::optional<std::string> get(Family family, std::string_view key);
    void scan(Family family, std::string_view from, std::string_view to, Kv::Order order,
              const Kv::Visitor& visit);
    std::optional<Message> decode_message(MessageId id, std::string_view octets);
    std::optional<Message> decode_live(MessageId id, bool evicted, std::string_view octets);
    std::optional<Message> find_live(MessageId id, bool evicted);
    std::optional<Message> find_in_page(MessageId id);

    // recent_conversations()
    SectionId section_before(SectionId section);
    SectionId newest_section_within(SectionId low, SectionId end);
    std::vector<Message> messages_of(SectionId section);
    void add_journaled(SectionId section, std::vector<Message>& out);
    void add_settled(SectionId section, std::vector<Message>& out);
    bool is_newest_of_its_thread(const Message& message);

    // use_id_form() (id_forms.cpp)
    std::optional<StoreError> erase_awaiting(std::string_view carrier);
    std::optional<StoreError> write_awaiting(std::string_view carrier,
                                             const text::MessageIdForm& form);

    // drop_before()
    bool drop_pages(UnixMs accepted_before, std::size_t& budget, Batch& batch);
    bool drop_late(UnixMs accepted_before, std::size_t& budget, Batch& batch);

    std::unique_ptr<Kv> kv_;
    bool sync_;
    Retirer retirer_;
    std::uint64_t evicted_ = 0;
    SectionId reserved_ = 0;  // a lost section may have had any number below
    ItemId evicted_from_;     // no evicted message has a lower id
    /// No page has a lower key: where those that were dropped have left gravestones, nobody walks.
    std::string pages_from_;
    Batch batch_;
    std::deque<std::string> values_;  // made for the batch: pages, numbers
    std::optional<StoreError> read_error_;
};

}  // namespace parley::storage
