#pragma once
// Beds to lay a store in: memory or a RocksDB folder of its own, opened, closed and opened again,
// with builders for the items that tests remember.

#include "storage/kv.h"
#include "storage/memory_kv.h"
#include "storage/records.h"
#include "storage/store.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

#include <gtest/gtest.h>

namespace parley::storage::testing {

class Bed {
public:
    virtual ~Bed() = default;
    virtual boost::system::result<std::unique_ptr<Store>, StoreError> open(Recovered& out) = 0;
    /// The families under the store, while no store is open.
    virtual std::unique_ptr<Kv> raw() = 0;
    bool sync = true;
};

class MemoryBed final : public Bed {
public:
    boost::system::result<std::unique_ptr<Store>, StoreError> open(Recovered& out) override {
        return open_memory_store(disk, sync, out);
    }
    std::unique_ptr<Kv> raw() override { return *open_memory_kv(disk); }
    std::shared_ptr<MemoryDisk> disk = make_memory_disk();
};

class RocksBed final : public Bed {
public:
    RocksBed() {
        std::string name = std::filesystem::temp_directory_path() / "parley-store-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        options.folder = name;
        options.memory_budget = 8U << 20U;
    }
    ~RocksBed() override {
        std::error_code ignored;
        std::filesystem::remove_all(options.folder, ignored);
    }
    RocksBed(const RocksBed&) = delete;
    RocksBed& operator=(const RocksBed&) = delete;

    boost::system::result<std::unique_ptr<Store>, StoreError> open(Recovered& out) override {
        options.sync = sync;
        return open_rocksdb_store(options, out);
    }
    std::unique_ptr<Kv> raw() override { return *open_rocksdb_kv(options); }
    std::filesystem::path files() const { return std::filesystem::path(options.folder) / "store"; }
    StoreOptions options;
};

inline std::unique_ptr<Bed> make_bed(std::string_view kind) {
    if (kind == "memory") return std::make_unique<MemoryBed>();
    return std::make_unique<RocksBed>();
}

/// A store, the sections' numbers, and what opening it found.
class Bench {
public:
    explicit Bench(Bed& bed) : bed_(bed) { reopen(); }

    void reopen() {
        store.reset();
        recovered = {};
        auto opened = bed_.open(recovered);
        if (!opened) throw std::runtime_error(opened.error().text);
        store = std::move(*opened);
        next = recovered.next_section;
    }
    void commit(Section& section) {
        section.seal(next++);
        Section* const one[] = {&section};
        const auto error = store->commit(one);
        if (error) throw std::runtime_error(error->text);
    }
    /// Commits what `fill` puts into a section.
    void commit(const std::function<void(Section&)>& fill) {
        Section section;
        fill(section);
        commit(section);
    }
    /// Lets housekeeping come to rest.
    void idle(int commits = 3) {
        for (; commits > 0; --commits)
            commit([](Section&) {});
    }

    std::unique_ptr<Store> store;
    Recovered recovered;
    SectionId next = 1;

private:
    Bed& bed_;
};

inline Message outbound(std::string to = "+15550002000", std::size_t segments = 1) {
    Message message;
    message.account = "shop";
    message.brand = "demo";
    message.from = "+15550001000";
    message.to = std::move(to);
    message.text = "Your parcel is at the door.";
    message.accepted_at = 1'700'000'000'000;
    message.expires_at = 1'700'000'600'000;
    message.segments.resize(segments);
    message.decisions.push_back({Look::intake, Verdict::go, "all_passed", 1'700'000'000'000});
    return message;
}

inline Message inbound(std::string from = "+15550002000") {
    Message message = outbound();
    message.direction = Direction::inbound;
    message.status = Status::received;
    message.carrier = "acme";
    message.to = message.from;
    message.from = std::move(from);
    message.text = "Thanks!";
    message.segments[0].phase = Phase::settled;
    message.decisions.clear();
    return message;
}

inline InboundPart part(std::uint8_t number = 1) {
    InboundPart part;
    part.carrier = "acme";
    part.source = "+15550002000";
    part.destination = "+15550001000";
    part.reference = 300;
    part.wide = true;
    part.total = 3;
    part.number = number;
    part.octets = std::string("half a \0 thought", 16);
    part.received_at = 1'700'000'000'500;
    return part;
}

inline EarlyReceipt early_receipt(std::string carrier_message_id = "7f3a") {
    EarlyReceipt receipt;
    receipt.carrier = "acme";
    receipt.carrier_message_id = std::move(carrier_message_id);
    receipt.source = "+15550002000";
    receipt.destination = "+15550001000";
    receipt.state = text::MessageState::delivered;
    receipt.error = "000";
    receipt.received_at = 1'700'000'000'700;
    return receipt;
}

// What the engine does to a message around each event.
inline void intend(Section& section, Message& message, std::uint8_t segment = 0) {
    begin_try(message, segment, message.accepted_at + 5);
    message.carrier = "acme";
    message.status = Status::sending;
    section.intend(message, segment);
}
inline void answer(Section& section, Message& message, std::string carrier_message_id,
                   std::uint8_t segment = 0) {
    message.status = Status::sent;
    message.segments[segment].phase = Phase::sent;
    message.segments[segment].carrier_message_id = std::move(carrier_message_id);
    message.segments[segment].answered_at = message.accepted_at + 9;
    section.answer(message, segment);
}
inline void receipt(Section& section, Message& message, text::MessageState state,
                    std::uint8_t segment = 0) {
    const bool final = text::MessageState::enroute != state;
    keep_receipt(message, segment);
    message.segments[segment].state = state;
    message.segments[segment].error = "000";
    message.segments[segment].receipt_at = message.accepted_at + (final ? 800 : 700);
    if (final) message.segments[segment].phase = Phase::settled;
    section.receipt(message, segment);
}
inline void note(Section& section, Message& message, Happening::What what) {
    message.history.add(
        {.what = what, .at = message.accepted_at + 20, .carrier = message.carrier, .text = "beta"});
    section.note(message);
}
inline void settle(Section& section, Message& message, Status status = Status::delivered) {
    message.status = status;
    message.settled_at = message.accepted_at + 801;
    section.settle(message);
}
inline void decide(Section& section, Message& message, std::string rule) {
    message.decisions.push_back({Look::window, Verdict::go, std::move(rule), message.accepted_at});
    section.decide(message);
}

/// Everything that is stored of an item: equal items have equal octets.
template <typename Item>
std::string octets_of(const Item& item) {
    std::string out;
    records::append(out, item);
    return out;
}

}  // namespace parley::storage::testing
