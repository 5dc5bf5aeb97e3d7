#include "engine/recovery.h"

#include "engine/shard.h"

#include <algorithm>
#include <barrier>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace parley {

namespace {

/// Of each thread in each round: they stay in its processor's cache from one step to the next.
constexpr std::size_t messages_per_round = 1'000;

/// Messages that are on their way from memory while one is worked on.
constexpr std::size_t ahead = 16;
constexpr std::size_t cache_line_octets = 64;

using Messages = std::vector<std::unique_ptr<storage::Message>>;

/// Most of what a start costs is waiting for memory, since no message has been looked at for long.
void prefetch(const storage::Message& message) {
    const auto* const octets = reinterpret_cast<const char*>(&message);
    for (std::size_t n = 0; n < sizeof(message); n += cache_line_octets)
        __builtin_prefetch(octets + n);
}

class Recovery {
public:
    Recovery(Now now, Messages& messages, std::span<const std::unique_ptr<Shard>> shards)
        : now_(now),
          messages_(messages),
          shards_(shards),
          sorted_(shards.size()),
          letters_(shards.size()),
          together_(static_cast<std::ptrdiff_t>(shards.size())) {
        for (auto& row : sorted_)
            row.resize(shards.size());
        for (auto& row : letters_)
            row.resize(shards.size());
    }

    void run() {
        std::vector<std::jthread> threads;
        for (std::size_t me = 0; me < shards_.size(); ++me)
            threads.emplace_back([this, me] { run(me); });
    }

private:
    // Between two waits, a thread writes only its own row of a table, or reads and empties only its
    // own column.
    void run(std::size_t me) {
        bool more = true;
        for (std::size_t round = 0; more; ++round) {
            sort(me, round);
            together_.arrive_and_wait();
            recover(me);
            together_.arrive_and_wait();
            // Everybody comes to the same: nobody writes letters here.
            more = (round + 1) * shards_.size() * messages_per_round < messages_.size() ||
                   any_letters();
            together_.arrive_and_wait();
            deliver(me);
        }
    }

    /// Its slice of the round's messages, by the shard of their contact.
    void sort(std::size_t me, std::size_t round) {
        const std::size_t first = (round * shards_.size() + me) * messages_per_round;
        const std::size_t end = std::min(first + messages_per_round, messages_.size());
        for (std::size_t n = first; n < end; ++n) {
            if (n + ahead < end) prefetch(*messages_[n + ahead]);
            std::unique_ptr<storage::Message>& message = messages_[n];
            const std::uint32_t to = shards_[me]->desk().shard_of(message->contact());
            sorted_[me][to].push_back(std::move(message));
        }
    }

    void recover(std::size_t me) {
        for (std::vector<Messages>& from : sorted_) {
            for (auto& message : from[me])
                shards_[me]->recover(now_, std::move(message));
            from[me].clear();
        }
        for (std::uint32_t to = 0; to < shards_.size(); ++to)
            letters_[me][to] = shards_[me]->take_recovered(to);
    }

    bool any_letters() const {
        return std::ranges::any_of(letters_, [](const auto& from) {
            return std::ranges::any_of(from, [](const auto& mail) { return !mail.empty(); });
        });
    }

    void deliver(std::size_t me) {
        for (auto& from : letters_) {
            std::vector<Mail> mail = std::exchange(from[me], {});
            if (!mail.empty()) shards_[me]->on_mail(now_, std::move(mail));
        }
    }

    const Now now_;
    Messages& messages_;
    const std::span<const std::unique_ptr<Shard>> shards_;
    std::vector<std::vector<Messages>> sorted_;            // from, to
    std::vector<std::vector<std::vector<Mail>>> letters_;  // from, to
    std::barrier<> together_;
};

}  // namespace

void recover_shards(Now now, storage::Recovered& recovered,
                    std::span<const std::unique_ptr<Shard>> shards) {
    for (const auto& shard : shards) {
        shard->recover_spent(now, recovered.spent);
        shard->expect_messages(recovered.messages.size());
    }
    const Desk& any = shards.front()->desk();
    for (auto& part : recovered.parts) {
        Shard& shard = *shards[any.shard_of(part->source)];
        shard.recover(now, std::move(part));
    }
    for (auto& receipt : recovered.receipts) {
        const auto carrier = any.index_of(receipt->carrier);
        const std::uint32_t home = carrier ? any.home_of(*carrier) : 0;
        shards[home]->recover(now, std::move(receipt));
    }
    Recovery(now, recovered.messages, shards).run();
}

}  // namespace parley
