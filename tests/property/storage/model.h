#pragma once
// A plain reference model of the store, and a driver that does random things to both. The model
// knows only what commits returned for; after every crash the store must say the same.

#include "tests/support/store_bed.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::storage::testing {

/// What commits have made true. Items by their octets, so that "equal" means every field.
struct Model {
    struct Live {
        std::string octets;
        SectionId pinned = 0;
    };
    std::map<ItemId, Live> messages;
    std::map<ItemId, Live> parts;
    std::map<ItemId, Live> receipts;
    std::map<ItemId, std::string> evicted;
    std::map<ItemId, std::string> settled;
    std::map<ConversationId, std::vector<ItemId>> threads;
    std::map<std::string, std::string> suppressions;  // scope/contact → octets
};

class Driver {
public:
    Driver(Bed& bed, unsigned seed) : bed_(bed), dice_(seed) { reopen(); }

    void step() {
        const unsigned what = roll(100);
        if (what < 80) {
            change(open_[roll(static_cast<unsigned>(open_.size()))]);
        } else if (what < 97) {
            commit();
        } else {
            reopen();
        }
    }

    /// Everything ends; then nothing may be left but the records of the last commit.
    void finish() {
        commit();
        auto evicted = model_.evicted;
        for (auto& each : messages_) {
            evicted.erase(each->id);  // awake: a snapshot of it is on disk all the same
            settle(open_[0], *each);
        }
        for (auto& each : parts_)
            open_[0].section->drop(*each);
        for (auto& each : receipts_)
            open_[0].section->drop(*each);
        messages_.clear();
        parts_.clear();
        receipts_.clear();
        open_[0].effects.push_back([](Model& model) {
            model.parts.clear();
            model.receipts.clear();
        });
        for (const auto& [id, octets] : evicted) {
            auto found = store_->find_message(id);
            ASSERT_TRUE(found);
            adopt(open_[0], std::move(*found));
            settle(open_[0], *messages_.back());
        }
        messages_.clear();
        commit();
        for (int i = 0; i < 3; ++i)
            commit();
        reopen();
        std::size_t records = 0;
        store_.reset();
        auto kv = bed_.raw();
        ASSERT_FALSE(kv->scan(Family::journal, {}, {}, Kv::Order::ascending, [&](auto, auto) {
            ++records;
            return true;
        }));
        for (const Family family : {Family::live, Family::awaiting}) {
            ASSERT_FALSE(kv->scan(family, {}, {}, Kv::Order::ascending, [&](auto, auto) {
                ADD_FAILURE() << "something is left in family " << name(family);
                return true;
            }));
        }
        EXPECT_LE(records, 2u) << "those of the last commit";
    }

private:
    /// A section being filled, and what will be true when it is committed.
    struct Open {
        std::unique_ptr<Section> section = std::make_unique<Section>();
        std::vector<std::unique_ptr<Message>> ended;  // must outlive seal()
        std::vector<std::function<void(Model&)>> effects;
    };

    unsigned roll(unsigned sides) { return static_cast<unsigned>(dice_() % sides); }
    std::string word() { return std::string(roll(12), static_cast<char>('a' + roll(26))); }

    // Items may be touched by one open section at a time, as a shard has one: an item is named by a
    // commit before anything happens to it, and its section is sealed before the next begins.
    void change(Open& open) {
        const unsigned what = roll(100);
        if (what < 20) return accept(open);
        if (what < 26) return receive(open);
        if (what < 31)
            return hold(open, parts_, part(static_cast<std::uint8_t>(roll(9) + 1)), &Model::parts);
        if (what < 35) return hold(open, receipts_, early_receipt(word()), &Model::receipts);
        if (what < 38) return drop(open, parts_, &Model::parts);
        if (what < 41) return drop(open, receipts_, &Model::receipts);
        if (what < 43) return snapshot_other(open, parts_);
        if (what < 45) return snapshot_other(open, receipts_);
        if (what < 49) return suppress(open);
        if (what < 57) return wake_evicted(open);
        if (messages_.empty()) return accept(open);
        happen(open, roll(static_cast<unsigned>(messages_.size())));
    }

    void accept(Open& open) {
        auto& message = *messages_.emplace_back(std::make_unique<Message>(
            outbound("+1555000200" + std::to_string(roll(5)), 1 + roll(3))));
        message.text = word();
        open.section->accept(message);
        remember_birth(open, message);
        remember(open, message);
    }

    void receive(Open& open) {
        auto& message = *open.ended.emplace_back(
            std::make_unique<Message>(inbound("+1555000200" + std::to_string(roll(5)))));
        open.section->record_inbound(message);
        remember_birth(open, message);
        open.effects.push_back([&message, octets = octets_of(message)](Model& model) {
            model.settled[message.id] = octets;
        });
    }

    void remember_birth(Open& open, Message& message) {
        open.effects.push_back([&message](Model& model) {
            model.threads[message.conversation()].push_back(message.id);
        });
    }
    /// After an event: the state of now is what the commit makes durable.
    void remember(Open& open, Message& message) {
        // The pin is filled in when all effects are in: seal() decides it. A birth has no id yet,
        // and is not ended before it has one.
        const Message* born = message.id ? nullptr : &message;
        open.effects.push_back([born, id = message.id, octets = octets_of(message)](Model& model) {
            model.evicted.erase(born ? born->id : id);
            model.messages[born ? born->id : id] = {octets, 0};
        });
    }

    template <typename Item>
    void hold(Open& open, std::vector<std::unique_ptr<Item>>& all, Item item,
              std::map<ItemId, Model::Live> Model::*list) {
        auto& held = *all.emplace_back(std::make_unique<Item>(std::move(item)));
        if constexpr (std::is_same_v<Item, InboundPart>) {
            open.section->hold_part(held);
        } else {
            open.section->hold_receipt(held);
        }
        open.effects.push_back([&held, list](Model& model) {
            (model.*list)[held.id] = {octets_of(held), held.pinned};
        });
    }
    template <typename Item>
    void drop(Open& open, std::vector<std::unique_ptr<Item>>& all,
              std::map<ItemId, Model::Live> Model::*list) {
        if (all.empty()) return;
        const unsigned n = roll(static_cast<unsigned>(all.size()));
        if (!all[n]->id || others(open, *all[n])) return;
        open.section->drop(*all[n]);
        open.effects.push_back([id = all[n]->id, list](Model& model) { (model.*list).erase(id); });
        all.erase(all.begin() + n);
    }
    template <typename Item>
    void snapshot_other(Open& open, std::vector<std::unique_ptr<Item>>& all) {
        if (all.empty()) return;
        Item& item = *all[roll(static_cast<unsigned>(all.size()))];
        if (!item.id || others(open, item)) return;
        owners_[&item] = open.section.get();
        open.section->snapshot(item);
        open.effects.push_back([id = item.id](Model& model) {
            if (const auto found = model.parts.find(id); found != model.parts.end()) {
                found->second.pinned = 0;
            }
            if (const auto found = model.receipts.find(id); found != model.receipts.end()) {
                found->second.pinned = 0;
            }
        });
    }

    void suppress(Open& open) {
        Suppression stop{.scope = "brand:" + std::to_string(roll(2)),
                         .contact = "+155500020" + std::to_string(roll(4)),
                         .rule = word(),
                         .text = word(),
                         .actor = word(),
                         .at = roll(1000)};
        const std::string key = stop.scope + "/" + stop.contact;
        if (roll(3) == 0) {
            open.section->restore(stop.scope, stop.contact);
            open.effects.push_back([key](Model& model) { model.suppressions.erase(key); });
        } else {
            open.section->suppress(stop);
            open.effects.push_back([key, octets = octets_of(stop)](Model& model) {
                model.suppressions[key] = octets;
            });
        }
    }

    /// An item belongs to one shard: here, to the section that touched it last until it is
    /// committed.
    bool others(const Open& open, const Durable& item) const {
        const auto owner = owners_.find(&item);
        return owner != owners_.end() && owner->second != open.section.get();
    }

    void happen(Open& open, unsigned n) {
        Message& message = *messages_[n];
        if (others(open, message) || !message.id) return;
        owners_[&message] = open.section.get();
        const auto segment =
            static_cast<std::uint8_t>(roll(static_cast<unsigned>(message.segments.size())));
        // What waits for receipts has been sent: its carrier and carrier ids do not change any
        // more.
        switch (message.evicted ? std::array{2, 3, 6, 7, 8}[roll(5)] : static_cast<int>(roll(9))) {
            case 0:
                intend(*open.section, message, segment);
                break;
            case 1:
                answer(*open.section, message, "id" + std::to_string(roll(20)), segment);
                break;
            case 2:
                receipt(*open.section, message, text::MessageState::enroute, segment);
                break;
            case 3:
                receipt(*open.section, message, text::MessageState::delivered, segment);
                break;
            case 4:
                message.segments[segment].phase = Phase::uncertain;
                open.section->uncertain(message, segment);
                note(*open.section, message, Happening::What::uncertain);
                break;
            case 5:
                end_tries(message);
                message.carrier = word();
                for (Segment& each : message.segments)
                    each = Segment{};
                open.section->reroute(message);
                // Now and then more than a history keeps.
                for (unsigned n = roll(20) == 0 ? roll(90) : roll(2); n > 0; --n)
                    note(*open.section, message, Happening::What::handed_over);
                break;
            case 6:
                decide(*open.section, message, word());
                break;
            case 7:
                open.section->snapshot(message);
                break;
            default:
                if (roll(2) == 0) return evict(open, n);
                settle(open, message);
                messages_.erase(messages_.begin() + n);
                return;
        }
        if (message.evicted && message.pin_slot == 0 && message.pinned == 0) {
            // A snapshot of a woken message renews its evicted copy; the disk has it, nobody else.
            open.effects.push_back([id = message.id, octets = octets_of(message)](Model& model) {
                model.messages.erase(id);
                model.evicted[id] = octets;
            });
            return;
        }
        remember(open, message);
    }

    void settle(Open& open, Message& message) {
        testing::settle(*open.section, message, roll(2) == 0 ? Status::delivered : Status::failed);
        open.effects.push_back([id = message.id, octets = octets_of(message)](Model& model) {
            model.messages.erase(id);
            model.evicted.erase(id);
            model.settled[id] = octets;
        });
        owners_.erase(&message);
        for (auto& each : messages_) {
            if (each.get() == &message) open.ended.push_back(std::move(each));
        }
    }

    void evict(Open& open, unsigned chosen) {
        auto message = std::move(messages_[chosen]);
        messages_.erase(messages_.begin() + chosen);
        for (std::size_t n = 0; !message->evicted && n < message->segments.size(); ++n) {
            const auto segment = static_cast<std::uint8_t>(n);
            intend(*open.section, *message, segment);
            answer(*open.section, *message, "id" + std::to_string(roll(20)), segment);
        }
        open.section->evict(*message);
        owners_.erase(message.get());
        open.effects.push_back([id = message->id, octets = octets_of(*message)](Model& model) {
            model.messages.erase(id);
            model.evicted[id] = octets;
        });
        open.ended.push_back(std::move(message));
    }

    void wake_evicted(Open& open) {
        if (model_.evicted.empty()) return;
        auto chosen = model_.evicted.begin();
        std::advance(chosen, roll(static_cast<unsigned>(model_.evicted.size())));
        for (const auto& each : messages_) {
            if (each->id == chosen->first) return;  // awake already
        }
        for (const Open& each : open_) {
            for (const auto& ended : each.ended) {
                if (ended->id == chosen->first) return;  // its owner has it until the commit
            }
        }
        auto found = store_->find_message(chosen->first);
        ASSERT_TRUE(found);
        if (woken_.contains(chosen->first)) return;
        woken_.insert(chosen->first);
        adopt(open, std::move(*found));
        Message& message = *messages_.back();
        owners_[&message] = open.section.get();
        decide(*open.section, message, word());
        remember(open, message);
    }
    void adopt(Open&, Message message) {
        messages_.push_back(std::make_unique<Message>(std::move(message)));
    }

    void commit() {
        std::vector<Section*> sections;
        for (Open& each : open_) {
            if (each.section->empty() && roll(2) == 0) continue;
            each.section->seal(next_++);
            sections.push_back(each.section.get());
        }
        const auto error = store_->commit(sections);
        ASSERT_FALSE(error) << error->text;
        for (Open& each : open_) {
            if (each.section->id() == 0) continue;
            for (const auto& effect : each.effects)
                effect(model_);
            each.ended.clear();
            each.effects.clear();
            each.section->clear();
        }
        // Pins are what seal() made them.
        note_pins(messages_, model_.messages);
        note_pins(parts_, model_.parts);
        note_pins(receipts_, model_.receipts);
        owners_.clear();
        woken_.clear();
        check_lookups();
    }

    static void note_pins(const auto& items, std::map<ItemId, Model::Live>& list) {
        for (const auto& each : items) {
            const auto found = list.find(each->id);
            if (found != list.end()) found->second.pinned = each->pinned;
        }
    }

    void reopen() {
        open_.clear();
        open_.resize(2);
        owners_.clear();
        woken_.clear();
        store_.reset();
        recovered_ = {};
        auto opened = bed_.open(recovered_);
        ASSERT_TRUE(opened) << opened.error().text;
        store_ = std::move(*opened);
        next_ = recovered_.next_section;
        check(recovered_.messages, model_.messages, "message");
        check(recovered_.parts, model_.parts, "part");
        check(recovered_.receipts, model_.receipts, "receipt");
        check_lookups();
        messages_ = std::move(recovered_.messages);
        parts_ = std::move(recovered_.parts);
        receipts_ = std::move(recovered_.receipts);
    }

    template <typename Item>
    void check(const std::vector<std::unique_ptr<Item>>& found,
               const std::map<ItemId, Model::Live>& expected, const char* what) {
        ASSERT_EQ(found.size(), expected.size()) << what;
        auto each = expected.begin();
        for (const auto& item : found) {
            ASSERT_EQ(item->id, each->first) << what;
            EXPECT_EQ(octets_of(*item), each->second.octets) << what << ' ' << to_text(item->id);
            EXPECT_EQ(item->pinned, each->second.pinned) << what << ' ' << to_text(item->id);
            ++each;
        }
    }

    void check_lookups() {
        for (const auto& [id, octets] : model_.settled) {
            const auto found = store_->find_message(id);
            ASSERT_TRUE(found) << to_text(id);
            ASSERT_EQ(octets_of(*found), octets) << to_text(id);
        }
        for (const auto& [id, octets] : model_.evicted) {
            const auto found = store_->find_message(id);
            ASSERT_TRUE(found) << to_text(id);
            ASSERT_EQ(octets_of(*found), octets) << to_text(id);
            for (const Segment& segment : found->segments) {
                const auto awaiting =
                    store_->find_awaiting(found->carrier, segment.carrier_message_id);
                ASSERT_TRUE(awaiting) << to_text(id) << ' ' << segment.carrier_message_id;
            }
        }
        for (auto& [conversation, ids] : model_.threads) {
            const auto thread = store_->thread(conversation, {}, ids.size() + 1);
            ASSERT_EQ(thread.size(), ids.size());
            std::ranges::sort(ids, std::ranges::greater());
            for (std::size_t n = 0; n < ids.size(); ++n)
                ASSERT_EQ(thread[n].id, ids[n]);
        }
        std::map<std::string, std::string> suppressions;
        ASSERT_FALSE(store_->each_suppression([&](auto scope, auto contact) {
            const auto found = store_->find_suppression(scope, contact);
            suppressions[std::string(scope) + "/" + std::string(contact)] =
                found ? octets_of(*found) : std::string();
        }));
        ASSERT_EQ(suppressions, model_.suppressions);
        ASSERT_FALSE(store_->take_read_error());
    }

    Bed& bed_;
    std::mt19937_64 dice_;
    Model model_;
    std::unique_ptr<Store> store_;
    Recovered recovered_;
    SectionId next_ = 1;
    std::vector<Open> open_;
    std::vector<std::unique_ptr<Message>> messages_;
    std::vector<std::unique_ptr<InboundPart>> parts_;
    std::vector<std::unique_ptr<EarlyReceipt>> receipts_;
    std::map<const Durable*, const Section*> owners_;
    std::set<ItemId> woken_;
};

}  // namespace parley::storage::testing
