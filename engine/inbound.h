#pragma once
// The inbound journey, top to bottom: deliver_sm, receipt or message, reassembly, opt-out words,
// promise, thanks. Calls the stations and acts on what they decide. Driven by its Shard.

#include "engine/desk.h"
#include "engine/outbound.h"
#include "engine/policy/opt_out.h"
#include "protocol/text/reassembly.h"
#include "protocol/text/receipt_text.h"
#include "protocol/text/segments.h"

#include <map>
#include <memory>
#include <optional>
#include <string_view>

namespace parley {

class Inbound {
public:
    Inbound(Desk& desk, Outbound& outbound);

    // On the link's shard.
    void on_delivered(Now now, std::uint32_t link, const session::Delivered& delivered);

    /// On the carrier's home shard: it was asked about a segment of a live message, and this is its
    /// answer. The same as a receipt that says so.
    void on_told(Now now, CarrierDesk& carrier, storage::Message& message, std::uint8_t segment,
                 text::MessageState state, std::string error);

    // On the contact's shard.
    void on_message(Now now, InboundMail mail);
    /// Records an opt-out and has every shard obey it; `then` runs when it is durable and in force.
    void suppress(Now now, storage::Suppression suppression, std::function<void(Now)> then);
    void restore(Now now, std::string scope, std::string contact, std::function<void(Now)> then);
    /// Another shard's section, now durable, holds an opt-out that this one has been told of. If
    /// the contact has opted in since, the store must hear that after it.
    void repeat_opt_in(const std::string& scope, const std::string& contact);

    // At start and as time goes by.
    void recover(std::unique_ptr<storage::InboundPart> part);
    /// Of a carrier that is at home here, or nowhere.
    void recover(Now now, std::unique_ptr<storage::EarlyReceipt> receipt);
    void on_deadline(Now now);
    std::optional<Instant> next_deadline(Now now) const;

    /// Fences: an opt-out is in force on a shard once the index has it and no older output of a
    /// link is left to be written.
    void on_fence_order(Now now, std::uint32_t origin, std::uint64_t fence,
                        const std::string& scope, const std::string& contact);
    void on_fence_down(Now now, std::uint64_t fence);
    /// Whether one is down that was not: its origin is told with the next turn's mail.
    bool check_fences();
    void thank_after(std::uint64_t fence, const DeliverTicket& ticket);

    /// Learns from receipts that found no message; see carrier/id_watch.h.
    void watch_ids(Now now);
    /// Held receipts of threads where something has become certain, or less certain, this turn.
    void retry_early(Now now);
    /// A receipt had been given to a segment that turned out to be another's: it finds its own.
    void match_again(Now now, CarrierDesk& carrier, storage::EarlyReceipt receipt);
    /// The carrier writes its ids in another form than before. Once what is journaled so far is
    /// durable, messages on disk are found by the new one, and so are the receipts that are held.
    void find_by_new_form(CarrierDesk& carrier);

    std::size_t parts_pending() const { return reassembly_.parts_pending(); }
    /// What the TLVs of kept parts count in the memory budget.
    std::int64_t parts_octets() const;

    static constexpr std::size_t early_receipts_max = 100'000;  // per carrier
    static constexpr std::int64_t early_receipt_age_max_ms = 3600LL * 1000;
    static constexpr std::size_t unthanked_max = 50'000;  // deliver_sm between arrival and response

private:
    // Receipts (inbound_receipts.cpp).
    void on_receipt(Now now, CarrierDesk& carrier, const DeliverTicket& ticket,
                    const smpp::DeliverSm& pdu);
    enum class Matching : std::uint8_t {
        anew,
        asked,  // the store does not know it
        by_id,  // nor does it settle anything uncertain: there is more than one candidate
    };
    void match_receipt(Now now, CarrierDesk& carrier, const DeliverTicket& ticket,
                       storage::EarlyReceipt receipt, Matching how);
    void apply_receipt(Now now, CarrierDesk& carrier, storage::Message& message,
                       std::uint8_t segment, const storage::EarlyReceipt& receipt);
    void settle_segment(Now now, CarrierDesk& carrier, storage::Message& message,
                        std::uint8_t segment, const storage::EarlyReceipt& receipt);
    void hold_receipt(Now now, CarrierDesk& carrier, storage::EarlyReceipt receipt);
    void give_up(Now now, CarrierDesk& carrier, storage::EarlyReceipt& receipt,
                 carrier::Unmatched why);
    /// Other messages of its thread that the carrier took, with the ids of those of their segments
    /// that have no final receipt; as the store has them.
    struct Awaiting {
        storage::MessageId id;
        std::vector<std::string> carrier_message_ids;
        bool unnamed = false;  // it may have one that nobody heard of
    };
    using Awaited = std::vector<Awaiting>;
    /// The receipt may be of one of these, under an id in another form than the configured one.
    bool may_be_of(const CarrierDesk& carrier, const Awaited& awaited,
                   const storage::EarlyReceipt& receipt) const;
    /// The segment that a receipt under an unknown id makes certain, if any.
    std::optional<carrier::Receipts::Place> uncertain_place(
        const CarrierDesk& carrier, const storage::EarlyReceipt& receipt) const;
    void make_certain(Now now, CarrierDesk& carrier, carrier::Receipts::Place place,
                      const storage::EarlyReceipt& receipt);
    /// It is of what is in doubt in its thread, or waits for its message.
    void guess_or_hold(Now now, CarrierDesk& carrier, storage::EarlyReceipt receipt);
    void retry_early(CarrierDesk& carrier, std::uint64_t handle);
    void rewrite_forms(CarrierDesk& carrier);
    void seek_early(CarrierDesk& carrier, std::uint64_t after);
    void watch_ids(CarrierDesk& carrier, const storage::EarlyReceipt& receipt);
    void early_was_asked(Now now, CarrierDesk& carrier, std::uint64_t handle, bool repeated);
    void note_found_by_id(CarrierDesk& carrier) const;
    struct OfThread;  // what the store knows of a receipt's thread
    static OfThread look_at_thread(storage::Store& store, const storage::EarlyReceipt& receipt,
                                   const text::MessageIdForm& form);
    /// A receipt's message on disk: by its first id, else by its second, which has to fit.
    static std::optional<storage::Message> find_on_disk(storage::Store& store,
                                                        const storage::EarlyReceipt& receipt,
                                                        const text::MessageIdForm& form);
    struct Asked;  // and of the receipt itself
    static Asked ask(storage::Store& store, const storage::EarlyReceipt& receipt,
                     const text::MessageIdForm& form, bool doubtful);

    void take_part(Now now, InboundMail mail, const text::Concatenation& place,
                   std::string_view body, std::uint8_t body_coding);
    /// A message from a contact, once it is put together.
    struct Whole {
        const std::string& carrier;
        const std::string& source;
        const std::string& destination;
        std::uint8_t data_coding = 0;
        std::string text;
        std::size_t segments = 1;
        bool incomplete = false;
        smpp::NamedTlvs tlvs{};
    };
    void take_message(Now now, Whole whole, std::uint64_t& fence);
    smpp::NamedTlvs tlvs_of(const std::vector<text::Part>& parts) const;
    std::uint64_t judge(Now now, const storage::Message& message);
    void note_heard(const storage::Message& message, const policy::Judgement& judgement);
    void deliver_incomplete(Now now, const text::ReassemblyKey& key,
                            const std::vector<text::Part>& parts);
    void snapshot_old(Now now);
    void drop_parts(const std::vector<text::Part>& parts);
    std::uint64_t raise_fence(const std::string& scope, const std::string& contact);
    std::string join(const std::string& carrier, const std::vector<text::Part>& parts) const;

    struct Fence {
        std::uint32_t shards_left = 0;
        bool durable = false;
        std::vector<DeliverTicket> thanks;
        std::vector<std::function<void(Now)>> then;
    };
    void settle_fence(Now now, std::uint64_t fence);

    Desk& desk_;
    Outbound& outbound_;
    text::Reassembly reassembly_;
    /// By handle: those that wait, and those of whole messages that are remembered.
    std::map<std::uint64_t, std::unique_ptr<storage::InboundPart>> parts_;
    std::uint64_t last_part_ = 0;
    Instant next_watch_{};
    std::uint64_t snapshotted_part_ = 0;     // handles up to here have left the journal
    std::map<std::uint64_t, Fence> fences_;  // ours
    std::uint64_t last_fence_ = 0;
    /// Permissions that are not yet durable, by scope and contact, each with its number.
    std::map<std::pair<std::string, std::string>, std::uint64_t> restoring_;
    std::uint64_t last_restore_ = 0;
    struct Waiting {  // another shard's fence that some link's unwritten output holds up
        std::uint32_t origin;
        std::uint64_t fence;
        struct Output {
            std::uint32_t link;
            std::uint32_t epoch;
            std::uint64_t total;
        };
        std::vector<Output> outputs;
    };
    std::vector<Waiting> waiting_;
};

}  // namespace parley
