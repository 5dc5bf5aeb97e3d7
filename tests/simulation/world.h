#pragma once
// A whole engine, its carriers and its disk on one thread in virtual time. Everything that chance
// decides comes from one seed, so a failing run is a number that anybody can replay. Scenarios and
// the drawn traffic give orders; the checkers watch.

#include "engine/shard.h"
#include "storage/memory_kv.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/plan.h"
#include "tools/carrier_sim/behaviour.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace parley::simulation {

/// What a caller asks for.
struct Order {
    std::string from = brand_number(1000);
    std::string to;
    std::string text;  // begins with a marker of its own
    storage::MessageClass message_class = storage::MessageClass::conversational;
    Duration later{};  // send_at
    Duration validity = std::chrono::minutes(10);
    std::string template_id{};  // asked for as a TLV; empty: none
};

class World {
public:
    /// trace: tells every step in words.
    explicit World(Plan plan, std::ostream* trace = nullptr);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // Time.
    Now now() const { return now_; }
    void pass(Duration time);
    void at(Duration from_now, std::function<void()> what);
    Dice& dice() { return dice_; }
    Duration draw(Duration least, Duration most);

    // The engine.
    void boot();
    bool is_up() const { return !shards_.empty(); }
    /// As SIGKILL does it: memory and sockets are gone, the disk stays. Boots again after a while.
    void crash();
    /// As a machine that falls off the network does it: like crash(), and no carrier hears of it.
    /// What was bound there stays bound until the carrier's own inactivity timer ends it.
    void vanish();
    /// The machine is off: of what was not synced, the newest commits are gone as well.
    void cut_power();
    /// As SIGTERM does it; boots again when it has stopped.
    void drain();
    /// As engine/engine.cpp does it; forgotten by a crash.
    void take_operators(const std::shared_ptr<const carrier::OperatorTable>& table) {
        commons_.table_octets = static_cast<std::int64_t>(table->octets());
        for (const auto& shard : shards_)
            shard->take_operators(table);
    }
    void fill_disk(Duration how_long);
    /// From the next boot on.
    void set_shards(std::uint32_t count) { plan_.shards = count; }
    void remove_carrier(const std::string& id);
    /// As SIGHUP does it: the plan's house is another one, and the engine, if it is up, goes by it
    /// without a restart. One that comes while another is under way follows it.
    void reload(const std::function<void(Plan&)>& change);
    bool is_reloading() const { return reloading_; }
    /// As well.
    config::Carrier& configure(const std::string& carrier);
    /// Puts an accepted message into the journal, as an earlier version may have left it there.
    /// Requires that the engine is down.
    storage::MessageId plant(storage::Message message);

    // What people do.
    void send(const Order& order);
    /// What a caller hears who asks for TLVs that nobody takes; the text is marked by no one.
    std::string refusal_of(const std::string& from, const std::string& to,
                           const smpp::NamedTlvs& tlvs);
    /// Through the API.
    void cancel(storage::MessageId id);
    /// As well. What the caller hears comes back once it is there.
    api::ChangeOutcome change(storage::MessageId id, const std::string& text,
                              Duration validity = {});
    api::ChangeOutcome cancel_and_wait(storage::MessageId id);
    void say(const std::string& carrier, const std::string& contact, const std::string& sender,
             const std::string& text);
    /// Through the API.
    void suppress(const std::string& scope, const std::string& contact);
    void restore(const std::string& scope, const std::string& contact);

    // Carriers and links, those named "acme-1", "acme-2-rx" and so on.
    carrier_sim::CarrierSim& carrier(const std::string& id);
    /// After anything was done to a CarrierSim.
    void serve_carriers();
    std::vector<std::string> links() const;  // with a connection
    void cut(const std::string& link);
    void silence(const std::string& link, Duration how_long);
    void stall(const std::string& link, Duration how_long);
    /// As GET /v1/links shows them.
    std::vector<api::LinkView> link_views();
    /// As GET /v1/queue does.
    api::QueueView queue();
    /// As GET /v1/receipts/unmatched shows them.
    std::vector<api::UnmatchedReceipt> unmatched_receipts(const api::UnmatchedFilter& filter = {});
    /// Nobody can reach the carrier; its links are cut.
    void take_away(const std::string& carrier, Duration how_long);

    /// Lets everything end, then looks at it all. Throws Violation.
    void finish();

    const Plan& plan() const { return plan_; }
    /// Messages that have left memory and wait on disk for their receipts.
    std::uint64_t evicted() const { return commons_.evicted.load(); }
    Checkers& checkers() { return checkers_; }
    const config::Config& config() const { return standing_->config; }
    const std::vector<storage::MessageId>& accepted() const { return accepted_; }
    /// As the API shows it.
    std::optional<storage::Message> find(storage::MessageId id);
    std::vector<storage::Message> thread(const std::string& sender, const std::string& contact);
    std::optional<storage::Suppression> suppression(const std::string& scope,
                                                    const std::string& contact);
    bool is_suppressed(const std::string& scope, const std::string& contact);
    const std::vector<api::Problem>& refusals() const { return refusals_; }
    /// Of segments, at the last boot.
    std::size_t uncertain_at_boot() const { return uncertain_.size(); }
    std::size_t boots() const { return boots_; }
    /// Of all shards, since ever: what being up has cost.
    std::uint64_t turns() const { return turns_; }
    /// Receipts that wait for the message that they belong to.
    std::size_t early_receipts() const;
    /// Messages, ended ones among them, of which somebody still means to see whether they go to
    /// disk.
    std::size_t aging() const;
    std::size_t journal_records() const;
    std::int64_t live_octets() const { return commons_.live_octets; }
    std::uint64_t submits() const;  // that carriers took
    /// Folded from every octet and moment: equal for equal seeds.
    std::uint64_t trace() const { return trace_; }
    void tell(const std::string& what);

private:
    struct Connection;
    class PortsOf;
    struct Carrier {
        explicit Carrier(const CarrierPlan& plan, Dice dice)
            : id(plan.engine.id), sim(plan.behaviour, dice) {}
        std::string id;
        carrier_sim::CarrierSim sim;
        Instant armed = Instant::max();
        Instant away_until{};
        std::map<carrier_sim::SessionId, std::shared_ptr<Connection>> connections;
        std::set<carrier_sim::SessionId> ghosts;  // whose peer is gone, unheard
    };

    config::Config make_config() const;
    void meet_carriers();
    void begin_reload();
    void at_engine(Duration from_now, std::function<void()> what);  // forgotten by a crash
    void run_until(Instant end);

    // Life (life.cpp).
    void recover(storage::Recovered recovered);
    void look_for_uncertain(const storage::Recovered& recovered);
    void die();
    void boot_later();
    void await_drained(Instant limit);
    void look_at_what_is_left(const storage::Recovered& recovered);
    void check_keywords();
    void want_turn(std::uint32_t shard);
    void turn(std::uint32_t shard);
    void arm(std::uint32_t shard);
    void commit_later(Duration wait);
    bool nothing_on_offer() const;
    void take_offers();
    void answer_questions();
    void commit();
    void storage_says(std::uint32_t shard, std::function<void()> what);
    void read_events(std::uint32_t shard);

    // The network (network.cpp).
    void close_if_wished(std::uint32_t shard, std::uint32_t link);
    void hear(Connection& connection);
    void hear(std::uint32_t shard);
    void serve(std::uint32_t shard, std::uint32_t link);
    void dial(std::uint32_t shard, std::uint32_t link);
    void hang_up(std::shared_ptr<Connection> connection, bool tell_engine);
    void bury_ghosts(Carrier& carrier);
    void serve_carrier(Carrier& carrier);
    void arm_carrier(Carrier& carrier);
    Carrier& carrier_at(std::string_view address);
    std::shared_ptr<Connection> find_link(const std::string& link) const;
    Duration travel(Connection& connection, Instant& last);

    // The end (finish.cpp).
    void make_peace();
    bool all_ended() const;
    std::string what_is_left() const;
    std::int64_t held_octets() const;
    void look_at_everything();
    void run_until_answered(const bool& answered);

    Plan plan_;
    bool carriers_may_block_;  // also what one did that has left the configuration since
    std::ostream* out_;
    Dice dice_;
    Now now_;
    std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> agenda_;
    std::uint64_t serial_ = 0;
    std::uint64_t boots_ = 0;
    std::uint64_t turns_ = 0;
    std::uint64_t trace_ = 14695981039346656037ULL;
    bool peace_ = false;  // no more trouble of any kind

    std::shared_ptr<storage::MemoryDisk> disk_;
    StandingPtr standing_;
    bool reloading_ = false;
    bool reload_again_ = false;
    std::unique_ptr<storage::Store> store_;
    storage::SectionId next_section_ = 1;
    Commons commons_;
    std::uint32_t shard_count_ = 0;
    std::vector<std::unique_ptr<PortsOf>> ports_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<bool> turn_wanted_;
    std::vector<Instant> armed_;
    std::vector<std::uint64_t> read_up_to_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Instant> mail_arrives_;
    std::vector<Instant> storage_spoke_;
    struct Taken {
        std::uint32_t shard;
        std::unique_ptr<storage::Section> section;
    };
    struct Question {
        std::uint32_t shard;
        std::function<void(storage::Store&)> ask;
        std::function<void(Now)> then;
    };
    std::vector<std::unique_ptr<storage::Section>> offers_;  // by shard
    std::vector<Taken> committing_;                          // one commit, tried until it works
    std::vector<Question> questions_;
    bool commit_due_ = false;
    bool in_trouble_ = false;
    Instant disk_was_full_{};
    bool draining_ = false;
    bool drained_in_time_ = false;
    bool power_cut_ = false;  // and no boot since
    /// Intended and without a result, at the last boot.
    std::set<std::pair<storage::MessageId, std::size_t>> uncertain_;

    std::vector<std::unique_ptr<Carrier>> carriers_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::shared_ptr<Connection>> by_link_;
    std::vector<storage::MessageId> accepted_;
    std::vector<api::Problem> refusals_;
    std::set<ConsentBook::Pair> ordered_;  // suppressed or restored through the API
    Checkers checkers_;
};

/// Traffic and trouble of the plan, drawn from its seed. Throws Violation.
void run(World& world);

}  // namespace parley::simulation
