#pragma once
// The two faces between a shard and the world. Production (engine/io) and the deterministic
// simulator stand on one side, the shard on the other; neither knows more of the other than this.

#include "config/config.h"
#include "engine/clock.h"
#include "engine/mail.h"
#include "engine/session/link_state.h"
#include "storage/store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

enum class Severity : std::uint8_t { info, warning, error };

/// What a shard asks of the world. Called from within the shard's turn; answers come later, never
/// from inside the call.
class Ports {
public:
    virtual ~Ports() = default;
    /// Hands over everything for one other shard at once. Never refuses: what shards send each
    /// other is bounded by what they accept from outside.
    virtual void post(std::uint32_t shard, std::vector<Mail> mail) = 0;
    /// Hands a section over. The store takes, seals and commits it as soon as it is free, together
    /// with what the other shards have handed over by then; Driven::on_committed follows. One at a
    /// time per shard, until it is taken or recalled.
    virtual void offer(std::unique_ptr<storage::Section> section) = 0;
    /// What was offered, to be filled further; null when the store has taken it meanwhile.
    virtual std::unique_ptr<storage::Section> recall() = 0;
    /// Runs `ask` where the store lives, after every section that it has taken before; `then`
    /// follows by Driven::on_answer.
    virtual void query(std::function<void(storage::Store&)> ask, std::function<void(Now)> then) = 0;
    /// Somebody asked for something between turns: a turn soon.
    virtual void wake() = 0;
    /// One line for the operator. No number and no text of a message goes in here.
    virtual void log(Severity severity, std::string_view event, std::string_view detail) = 0;
};

/// How a link wants its connection. Views live until the next call on the shard.
struct LinkRoute {
    std::string_view address;         // host:port
    std::string_view source_address;  // ours; empty: any
    const config::Tls* tls = nullptr;
};

/// Where a carrier's outbind is awaited.
struct OutbindDoor {
    CarrierIndex carrier = 0;
    const config::Outbind* settings = nullptr;
};

/// What the world tells a shard. After any group of these calls comes turn().
class Driven {
public:
    virtual ~Driven() = default;

    virtual void on_mail(Now now, std::vector<Mail> mail) = 0;
    virtual void on_committed(Now now, std::unique_ptr<storage::Section> section) = 0;
    virtual void on_answer(Now now, const std::function<void(Now)>& then) = 0;
    /// The store cannot commit (disk full): nothing new is accepted until it can.
    virtual void on_store_trouble(Now now, const std::string& text) = 0;
    virtual void on_deadline(Now now) = 0;

    virtual std::uint32_t link_count() const = 0;
    virtual LinkRoute link_route(std::uint32_t link) const = 0;
    virtual void on_link_connected(Now now, std::uint32_t link) = 0;
    /// why, detail: see EsmeSession.
    virtual void on_link_connect_failed(Now now, std::uint32_t link, session::LinkEnd why,
                                        std::string_view detail) = 0;
    /// Where the world listens for this shard, from its first turn on.
    virtual std::vector<OutbindDoor> outbind_doors() const = 0;
    /// A carrier has connected where this shard listens for its outbind. The link that is to have
    /// the connection, which counts as connected from here on; empty: close it.
    virtual std::optional<std::uint32_t> on_carrier_connected(Now now, CarrierIndex carrier) = 0;
    virtual void on_link_bytes(Now now, std::uint32_t link, std::string_view bytes) = 0;
    virtual void on_link_written(Now now, std::uint32_t link, std::size_t octets) = 0;
    virtual void on_link_closed(Now now, std::uint32_t link, session::LinkEnd why,
                                std::string_view detail) = 0;
    /// Links with new output or wishes since last asked.
    virtual void take_touched_links(std::vector<std::uint32_t>& links) = 0;
    virtual std::string_view link_output(std::uint32_t link) const = 0;
    virtual bool link_wants_connect(Now now, std::uint32_t link) = 0;
    virtual bool link_wants_close(std::uint32_t link) = 0;

    /// Moves what can move: dispatches, seals, posts. Afterwards next_deadline() is right again.
    virtual void turn(Now now) = 0;
    virtual std::optional<Instant> next_deadline() const = 0;
    /// No new messages; finish what is in flight; unbind. drained() says when.
    virtual void drain(Now now) = 0;
    virtual bool drained() const = 0;
};

}  // namespace parley
