#include "engine/shard.h"

#include "protocol/ensure.h"

#include <algorithm>
#include <utility>

namespace parley {

using storage::Message;
using storage::Status;

namespace {

constexpr Duration upkeep_every = std::chrono::milliseconds(250);
constexpr Duration retention_every = std::chrono::seconds(60);
constexpr Duration retention_pause = std::chrono::milliseconds(250);
constexpr Duration oddities_every = std::chrono::seconds(1);
constexpr std::uint32_t oddities_logged_max = 10;  // per link in that time

}  // namespace

Shard::Shard(Setup setup, Now start)
    : setup_(std::move(setup)),
      now_(start),
      desk_{.standing = setup_.standing,
            .routing = setup_.standing,
            .commons = setup_.commons,
            .ports = setup_.ports,
            .shard = setup_.index,
            .shards = setup_.count,
            .metrics = ShardMetrics(setup_.metrics.with("shard", std::to_string(setup_.index))),
            .dice = Dice(setup_.seed + setup_.index)},
      outbound_(desk_),
      inbound_(desk_, outbound_),
      inquirer_(desk_, outbound_, inbound_) {
    desk_.outbox.resize(setup_.count);
    const auto count = static_cast<CarrierIndex>(desk_.config().carriers.size());
    for (CarrierIndex index = 0; index < count; ++index) {
        make_carrier(start, index);
        if (desk_.carriers[index]) make_links(start, *desk_.carriers[index]);
    }
}

void Shard::make_carrier(Now start, CarrierIndex index) {
    desk_.carriers.emplace_back();
    desk_.carrier_up.push_back(false);
    if (desk_.home_of(index) != desk_.shard) return;
    const config::Carrier& settings = desk_.config().carriers[index];
    desk_.carriers[index] = std::make_unique<CarrierDesk>(
        CarrierDesk{.settings = &settings,
                    .index = index,
                    .bucket = carrier::TokenBucket(settings.throughput, settings.burst, start.at),
                    .pace = carrier::AdaptiveRate(settings.throughput, start.at),
                    .limits = carrier::Limits(settings.id, settings.limits),
                    .binds = carrier::BindBudget(settings.bind_every),
                    .receipts = carrier::Receipts(desk_.dialects()[index].ids()),
                    .watch = carrier::IdWatch(desk_.dialects()[index].ids()),
                    .inquiries = carrier::Inquiries(settings.query, start.at),
                    .metrics = CarrierMetrics(setup_.metrics.with("carrier", settings.id)),
                    .down_since = start.at});
    CarrierDesk& carrier = *desk_.carriers[index];
    carrier.metrics.throughput_limit.set(settings.throughput);
    carrier.metrics.throughput.set(settings.throughput);
    register_limits(carrier);
    set_weights(carrier);
}

void Shard::register_limits(CarrierDesk& carrier) {
    const metrics::Scope scope = setup_.metrics.with("carrier", carrier.settings->id);
    for (const auto& [name, before] : std::exchange(carrier.limit_metrics, {}))
        scope.with("limit", name).forget();
    for (const config::Limit& limit : carrier.settings->limits)
        carrier.limit_metrics.emplace(limit.name,
                                      LimitMetrics(scope.with("limit", limit.name), limit));
}

void Shard::set_weights(CarrierDesk& carrier) {
    for (const config::Account& account : desk_.config().accounts)
        carrier.lanes.set_weight(account.id, account.weight);
}

// ---- Start
// ---------------------------------------------------------------------------------------

void Shard::recover_suppression(std::string_view scope, std::string_view contact) {
    desk_.suppressions.insert(scope, contact);
}

void Shard::recover_spent(Now now,
                          const std::map<std::string, storage::Spent, std::less<>>& spent) {
    for (const auto& carrier : desk_.carriers) {
        if (carrier) carrier->limits.recover(now, spent);
    }
}

/// Conversations are spread evenly, and messages go where their carrier is at home.
void Shard::expect_messages(std::size_t count) {
    const bool carries =
        std::ranges::any_of(desk_.carriers, [](const auto& carrier) { return carrier != nullptr; });
    desk_.live.reserve(carries ? count : count / desk_.shards);
    desk_.conversations.reserve(count / desk_.shards);
}

void Shard::recover(Now now, std::unique_ptr<storage::InboundPart> part) {
    now_ = now;
    inbound_.recover(std::move(part));
}

void Shard::recover(Now now, std::unique_ptr<storage::EarlyReceipt> receipt) {
    now_ = now;
    inbound_.recover(now, std::move(receipt));
}

void Shard::recover(Now now, std::unique_ptr<Message> message) {
    now_ = now;
    outbound_.recover(now, std::move(message));
}

// ---- Mail
// ----------------------------------------------------------------------------------------

void Shard::on_mail(Now now, std::vector<Mail> mail) {
    enter(now);
    for (Mail& each : mail) {
        std::visit([&](auto& letter) { receive(now, std::move(letter)); }, each);
    }
}

void Shard::receive(Now now, AcceptMail mail) {
    outbound_.accept(now, std::move(mail));
}

void Shard::receive(Now, AcceptAnswer mail) {
    const auto found = tickets_.find(mail.ticket);
    ENSURE(found != tickets_.end());
    Ticket& ticket = found->second;
    for (auto& [place, outcome] : mail.outcomes) {
        ticket.outcomes[place] = std::move(outcome);
        --ticket.left;
    }
    if (ticket.left != 0) return;
    Ticket done = std::move(ticket);
    tickets_.erase(found);
    done.done(std::move(done.outcomes));
}

void Shard::receive(Now now, DispatchMail mail) {
    outbound_.on_dispatch(now, std::move(mail));
}

void Shard::receive(Now now, ReturnMail mail) {
    outbound_.on_returned(now, std::move(mail));
}

void Shard::receive(Now now, AnsweredMail mail) {
    outbound_.on_answered(now, mail);
}

void Shard::receive(Now now, InboundMail mail) {
    inbound_.on_message(now, std::move(mail));
}

void Shard::receive(Now now, DeliverAnswer mail) {
    Link& link = desk_.links[mail.ticket.link];
    desk_.carriers[link.carrier]->metrics.deliver_seconds.observe(
        static_cast<double>((now.at - mail.ticket.arrived).count()) / 1e6);
    link.session.answer_deliver(now, mail.ticket.epoch, mail.ticket.sequence, mail.ticket.data_sm,
                                static_cast<smpp::Status>(mail.command_status));
    link.touched = true;
}

void Shard::receive(Now, CarrierUpMail mail) {
    desk_.carrier_up[mail.carrier] = mail.up;
    if (!mail.up) return;
    for (const auto& carrier : desk_.carriers) {
        if (carrier) carrier->failover_due = true;  // this one may take what others could not
    }
}

void Shard::receive(Now now, Call mail) {
    mail.run(*this, now);
}

// ---- Links
// ---------------------------------------------------------------------------------------

std::uint32_t Shard::link_count() const {
    return static_cast<std::uint32_t>(desk_.links.size());
}

void Shard::on_link_connected(Now now, std::uint32_t link) {
    enter(now);
    desk_.links[link].session.on_connected(now);
    pump_link(now, link);
}

void Shard::on_link_connect_failed(Now now, std::uint32_t link, session::LinkEnd why,
                                   std::string_view detail) {
    enter(now);
    desk_.links[link].session.on_connect_failed(now, why, detail);
    pump_link(now, link);
}

void Shard::on_link_bytes(Now now, std::uint32_t link, std::string_view bytes) {
    enter(now);
    desk_.links[link].session.on_bytes(now, bytes);
    pump_link(now, link);
}

/// Within a turn of the world, after ours: what is on offer stays there. To take it back here, with
/// no turn to offer it again, once made it wait for the next deadline.
void Shard::on_link_written(Now now, std::uint32_t link, std::size_t octets) {
    desk_.links[link].session.on_written(now, octets);
    if (inbound_.check_fences()) setup_.ports.wake();
}

void Shard::on_link_closed(Now now, std::uint32_t link, session::LinkEnd why,
                           std::string_view detail) {
    enter(now);
    desk_.links[link].session.on_closed(now, why, detail);
    pump_link(now, link);
    inbound_.check_fences();
}

void Shard::take_touched_links(std::vector<std::uint32_t>& links) {
    links.clear();
    for (std::uint32_t index = 0; index < desk_.links.size(); ++index) {
        if (std::exchange(desk_.links[index].touched, false)) links.push_back(index);
    }
}

std::string_view Shard::link_output(std::uint32_t link) const {
    return desk_.links[link].session.output();
}

bool Shard::link_wants_close(std::uint32_t link) {
    return desk_.links[link].session.wants_close();
}

void Shard::pump_link(Now now, std::uint32_t index) {
    Link& link = desk_.links[index];
    link.touched = true;
    while (const auto event = link.session.next_event())
        on_event(now, index, *event);
    note_state(now, link);
    settle_attempt(link);
    const bool bound = link.session.state() == session::LinkState::bound;
    if (bound != link.was_bound) link_state_changed(now, link);
}

void Shard::on_event(Now now, std::uint32_t index, const session::Event& event) {
    Link& link = desk_.links[index];
    CarrierDesk& carrier = *desk_.carriers[link.carrier];
    if (const auto* answered = std::get_if<session::SubmitAnswered>(&event)) {
        carrier.silent = false;
        link.metrics.submit_seconds.observe(static_cast<double>(answered->took.count()) / 1e6);
        outbound_.on_submit_answered(now, carrier, link, *answered);
    } else if (const auto* told = std::get_if<session::InquiryAnswered>(&event)) {
        inquirer_.on_answered(now, carrier, *told);
    } else if (const auto* delivered = std::get_if<session::Delivered>(&event)) {
        inbound_.on_delivered(now, index, *delivered);
    } else if (const auto* unanswered = std::get_if<session::Unanswered>(&event)) {
        if (Inquirer::is_ours(unanswered->token))
            return inquirer_.on_unanswered(now, carrier, unanswered->token);
        carrier.metrics.unanswered[unanswered->timed_out ? NoAnswer::timeout : NoAnswer::link_lost]
            .add();
        outbound_.on_unanswered(now, carrier, link, *unanswered);
    } else if (const auto* late = std::get_if<session::AnsweredLate>(&event)) {
        carrier.silent = false;
        for (auto& receipt : outbound_.on_answered_late(now, carrier, link, *late))
            inbound_.match_again(now, carrier, std::move(receipt));
    } else if (const auto* ended = std::get_if<session::Ended>(&event)) {
        link.expired.clear();
        note_end(now, link, *ended);
        link_state_changed(now, link);
    } else if (std::holds_alternative<session::Bound>(event)) {
        setup_.ports.log(Severity::info, "link_bound", link.name);
    } else if (const auto* oddity = std::get_if<session::Oddity>(&event)) {
        link.metrics.oddities[oddity->kind].add();
        log_oddity(now, link, oddity->detail);
    }
}

void Shard::log_oddity(Now now, Link& link, const std::string& detail) {
    summarise_oddities(now, link);
    if (++link.oddities_seen > oddities_logged_max) return;
    setup_.ports.log(Severity::warning, "link_oddity", link.name + " " + detail);
}

/// What was left out of the log, once its second is over.
void Shard::summarise_oddities(Now now, Link& link) {
    if (now.at < link.oddities_since + oddities_every) return;
    link.oddities_since = now.at;
    const std::uint32_t seen = std::exchange(link.oddities_seen, 0);
    if (seen <= oddities_logged_max) return;
    setup_.ports.log(
        Severity::warning, "link_oddity",
        link.name + " " + std::to_string(seen - oddities_logged_max) + " more like these");
}

void Shard::link_state_changed(Now now, Link& link) {
    const bool bound = link.session.state() == session::LinkState::bound;
    if (std::exchange(link.was_bound, bound) != bound)
        link.metrics.state_changed_seconds.set(static_cast<double>(now.wall) / 1e3);
    if (bound) link.renewing = false;
    link.metrics.bound.set(link.was_bound ? 1 : 0);
    outbound_.on_links_changed(now, *desk_.carriers[link.carrier]);
}

// ---- Time
// ----------------------------------------------------------------------------------------

void Shard::on_deadline(Now now) {
    enter(now);
    for (std::uint32_t index = 0; index < desk_.links.size(); ++index) {
        const auto deadline = deadline_of(desk_.links[index]);
        if (!deadline || *deadline > now.at) continue;
        desk_.links[index].session.on_deadline(now);
        pump_link(now, index);
    }
    outbound_.on_deadline(now);
    if (now.at >= next_upkeep_) {
        next_upkeep_ = now.at + upkeep_every;
        inquirer_.on_deadline(now);
        inbound_.on_deadline(now);
        inbound_.check_fences();
        for (Link& link : desk_.links)
            summarise_oddities(now, link);
        update_gauges(now);
        desk_.attention.forget_old(now.wall);
        watch_overdue(now);
        watch_retention(now);
    }
}

std::optional<Instant> Shard::next_deadline() const {
    Instant next = next_upkeep_;
    if (const auto at = outbound_.next_deadline(now_)) next = std::min(next, *at);
    if (const auto at = inquirer_.next_deadline(now_)) next = std::min(next, *at);
    for (const Link& link : desk_.links) {
        if (const auto at = deadline_of(link)) next = std::min(next, *at);
    }
    return next;
}

/// Settled messages older than node.retention leave the disk, piece by piece between commits. One
/// shard does it for all.
void Shard::watch_retention(Now now) {
    if (desk_.shard != 0 || now.at < next_retention_) return;
    next_retention_ = Instant::max();
    auto more = std::make_shared<bool>(false);
    desk_.ports.query([more, before = now.wall - desk_.config().node.retention.count()](
                          storage::Store& store) { *more = store.drop_before(before); },
                      [this, more](Now then) {
                          next_retention_ = then.at + (*more ? retention_pause : retention_every);
                      });
}

// ---- A turn
// --------------------------------------------------------------------------------------

void Shard::turn(Now now) {
    enter(now);
    flush_mail(now);
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        if (carrier->links_change) change_links(now, *carrier);
        outbound_.pump(now, *carrier);
        inquirer_.pump(now, *carrier);
    }
    flush_mail(now);
    inbound_.retry_early(now);
    hand_over(now);
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        if (shard == desk_.shard || desk_.outbox[shard].empty()) continue;
        setup_.ports.post(shard, std::exchange(desk_.outbox[shard], {}));
    }
}

/// Mail to ourselves needs no world.
void Shard::flush_mail(Now now) {
    while (!desk_.outbox[desk_.shard].empty()) {
        on_mail(now, std::exchange(desk_.outbox[desk_.shard], {}));
    }
}

Batch Shard::begin_batch() {
    if (spare_sections_.empty()) return {};
    Batch batch{.section = std::move(spare_sections_.back())};
    spare_sections_.pop_back();
    return batch;
}

/// The world speaks again: what was offered and not yet taken is filled further.
void Shard::enter(Now now) {
    now_ = now;
    if (!std::exchange(offered_, false)) return;
    desk_.open.section = setup_.ports.recall();
    if (!desk_.open.section) committing_.push_back(std::exchange(desk_.open, begin_batch()));
}

/// The store takes a section at the last moment, when it is free: so a commit holds all that
/// happened on all shards until then, and nothing waits for another shard's commit.
void Shard::hand_over(Now now) {
    while (!desk_.open.empty() && desk_.open.section->empty() && committing_.empty()) {
        // Thanks for what an earlier commit has already made durable.
        complete(now, std::exchange(desk_.open, begin_batch()));
        flush_mail(now);
    }
    if (desk_.open.section->empty()) return;
    if (desk_.open.offered_at == Instant{}) desk_.open.offered_at = now.at;
    offered_ = true;
    setup_.ports.offer(std::move(desk_.open.section));
}

void Shard::on_committed(Now now, std::unique_ptr<storage::Section> section) {
    enter(now);
    ENSURE(!committing_.empty());
    desk_.store_trouble.clear();
    Batch batch = std::move(committing_.front());
    committing_.pop_front();
    desk_.metrics.commit_seconds.observe(static_cast<double>((now.at - batch.offered_at).count()) /
                                         1e6);
    section->clear();
    spare_sections_.push_back(std::move(section));
    complete(now, std::move(batch));
}

void Shard::on_answer(Now now, const std::function<void(Now)>& then) {
    enter(now);
    then(now);
}

void Shard::on_store_trouble(Now now, const std::string& text) {
    enter(now);
    desk_.store_trouble = text;
}

void Shard::complete(Now now, Batch batch) {
    for (const CarrierIndex carrier : batch.results)
        --desk_.carriers[carrier]->open_intents;
    for (const Batch::Intent& intent : batch.intents)
        outbound_.on_intent_durable(intent);
    answer_accepted(now, std::move(batch.accepted));
    for (const auto& message : batch.inbound)
        desk_.stream.publish(*message, now.wall);
    for (const Message* message : batch.sent) {
        if (message->status == Status::sent) desk_.stream.publish(*message, now.wall);
    }
    forget_settled(now, batch.settled);
    for (const storage::MessageId id : batch.evicted)
        outbound_.on_evicted(id);
    for (const Batch::Thanks& thanks : batch.thanks) {
        if (thanks.fence != 0) {
            inbound_.thank_after(thanks.fence, thanks.ticket);
        } else {
            desk_.post(thanks.ticket.shard, DeliverAnswer{thanks.ticket, 0});
        }
    }
    for (const auto& then : batch.then)
        then(now);
}

void Shard::answer_accepted(Now now, std::vector<Batch::Accepted> accepted) {
    AcceptAnswer answer;
    std::uint32_t origin = 0;
    const auto flush = [&] {
        if (!answer.outcomes.empty()) desk_.post(origin, std::exchange(answer, {}));
    };
    for (Batch::Accepted& each : accepted) {
        if (each.ticket != 0) {
            if (answer.ticket != each.ticket || origin != each.origin) flush();
            answer.ticket = each.ticket;
            origin = each.origin;
            const Message& message = *each.message;
            answer.outcomes.emplace_back(
                each.place,
                api::SendOutcome{
                    .id = message.id,
                    .status = message.send_at > now.wall ? Status::held : Status::accepted,
                    .conversation = message.conversation(),
                    .encoding = message.encoding,
                    .segments = static_cast<std::uint32_t>(storage::counted(message)),
                    .forced = message.encoding == text::Encoding::ucs2
                                  ? text::not_gsm7(message.text)
                                  : std::nullopt,
                    .replacements = std::move(each.replacements)});
        }
        outbound_.enter(now, std::move(each.message));
    }
    flush();
}

void Shard::forget_settled(Now now, const std::vector<Message*>& settled) {
    for (const Message* message : settled) {
        desk_.stream.publish(*message, now.wall);
        desk_.commons.live_octets.fetch_sub(memory_octets(*message), std::memory_order_relaxed);
        desk_.live.erase(message->id);
    }
}

// ---- Stop
// ----------------------------------------------------------------------------------------

void Shard::drain(Now now) {
    enter(now);
    desk_.draining = true;
    const Duration limit = desk_.config().node.drain_limit;
    drain_until_ = now.at + limit;
    for (Link& link : desk_.links) {
        // Some of the limit is for the unbind and its answer: a carrier that never heard of our end
        // refuses the next process as already bound.
        const Duration goodbye = std::min(link.plan.session.unbind_timeout, limit / 4);
        link.session.drain(now, limit - goodbye);
        link.touched = true;
    }
}

bool Shard::drained() const {
    if (!desk_.draining) return false;
    if (now_.at >= drain_until_) return true;
    const bool unbound = std::all_of(desk_.links.begin(), desk_.links.end(), [](const Link& link) {
        return link.session.state() == session::LinkState::stopped;
    });
    return unbound && committing_.empty() && desk_.open.empty() && tickets_.empty();
}

}  // namespace parley
