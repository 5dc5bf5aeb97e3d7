#include "engine/inbound.h"

#include "engine/carrier/received_tlvs.h"
#include "engine/policy/opt_out.h"
#include "engine/shard.h"
#include "protocol/ensure.h"
#include "protocol/smpp/address.h"
#include "protocol/smpp/message.h"
#include "protocol/text/charset.h"
#include "protocol/text/segments.h"

#include <algorithm>

namespace parley {

using storage::Message;
using storage::Phase;

namespace {

constexpr std::uint8_t esm_udhi = 0x40;

}  // namespace

Inbound::Inbound(Desk& desk, Outbound& outbound)
    : desk_(desk), outbound_(outbound), reassembly_(text::Reassembly::Limits{}) {}

// ---- 1. Which?
// -----------------------------------------------------------------------------------

void Inbound::on_delivered(Now now, std::uint32_t link, const session::Delivered& delivered) {
    const Link& from = desk_.links[link];
    CarrierDesk& carrier = *desk_.carriers[from.carrier];
    const DeliverTicket ticket{desk_.shard,       link,  from.session.epoch(), delivered.sequence,
                               delivered.data_sm, now.at};
    if (!desk_.store_trouble.empty() || desk_.open.thanks.size() > unthanked_max) {
        // Come again later: neither lost nor thanked for (5.0: RX_T_APPN asks for a retry).
        carrier.metrics.inbound_refused.add();
        desk_.post(desk_.shard,
                   DeliverAnswer{ticket, static_cast<std::uint32_t>(smpp::Status::ESME_RX_T_APPN)});
        return;
    }
    const smpp::DeliverSm& pdu = delivered.pdu;
    if (desk_.dialects()[carrier.index].is_receipt(pdu)) {
        on_receipt(now, carrier, ticket, pdu);
        return;
    }
    carrier.metrics.inbound.add();
    InboundMail mail{
        .ticket = ticket,
        .carrier = carrier.index,
        .source = smpp::from_wire(pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr),
        .destination = smpp::from_wire(pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr),
        .esm_class = pdu.esm_class,
        .data_coding = pdu.data_coding,
        .octets = std::string(smpp::message_octets(pdu.short_message, pdu.tlvs)),
        .tlvs = carrier::read_own_tlvs(pdu.tlvs, desk_.dialects()[carrier.index].tlvs())};
    // All three SAR parameters, or none counts (SMPP 3.4 §5.3.2.22).
    const auto reference = pdu.tlvs.find_integer(smpp::Tag::sar_msg_ref_num);
    const auto total = pdu.tlvs.find_integer(smpp::Tag::sar_total_segments);
    const auto part = pdu.tlvs.find_integer(smpp::Tag::sar_segment_seqnum);
    if (reference && total && part && *part >= 1 && *part <= *total && *total <= 255) {
        mail.sar_reference = static_cast<std::uint16_t>(*reference);
        mail.sar_total = static_cast<std::uint8_t>(*total);
        mail.sar_part = static_cast<std::uint8_t>(*part);
    }
    // Asked before the mail is moved: the order in which arguments are evaluated is nobody's
    // promise.
    const std::uint32_t shard = desk_.shard_of(mail.source);
    desk_.post(shard, std::move(mail));
}

// 2. is a receipt: inbound_receipts.cpp.

// ---- 3. A message: whole, or a part of one.
// ------------------------------------------------------

void Inbound::on_message(Now now, InboundMail mail) {
    std::string_view body = mail.octets;
    std::uint8_t body_coding = mail.data_coding;
    std::optional<text::Concatenation> place;
    const text::Dialect& codings = desk_.dialects()[mail.carrier].codings();
    if ((mail.esm_class & esm_udhi) != 0) {
        const text::UserData data = text::parse_user_data(mail.octets);
        place = data.concatenation;
        text::Detached detached = text::detach(data, mail.data_coding, codings);
        mail.octets = std::move(detached.octets);
        body_coding = detached.data_coding;
        body = mail.octets;
    } else if (mail.sar_total > 1) {
        place = text::Concatenation{mail.sar_reference, mail.sar_total, mail.sar_part, true};
    }
    if (place && place->total > 1) {
        const std::string octets(body);
        take_part(now, std::move(mail), *place, octets, body_coding);
        return;
    }
    std::uint64_t fence = 0;
    take_message(now,
                 {.carrier = desk_.config().carriers[mail.carrier].id,
                  .source = mail.source,
                  .destination = mail.destination,
                  .data_coding = mail.data_coding,
                  .text = text::decode(body_coding, body, codings).text,
                  .tlvs = std::move(mail.tlvs)},
                 fence);
    desk_.open.thanks.push_back({mail.ticket, fence});
}

void Inbound::take_part(Now now, InboundMail mail, const text::Concatenation& place,
                        std::string_view body, std::uint8_t body_coding) {
    const text::ReassemblyKey key{desk_.config().carriers[mail.carrier].id,
                                  mail.source,
                                  mail.destination,
                                  place.reference,
                                  place.total,
                                  place.wide};
    const std::uint64_t handle = ++last_part_;
    text::Reassembly::Result result = reassembly_.add(key, {.item = handle,
                                                            .number = place.part,
                                                            .data_coding = body_coding,
                                                            .octets = std::string(body),
                                                            .received_ms = now.wall,
                                                            .received_coding = mail.data_coding});
    drop_parts(result.forgotten);
    if (!result.given_up.empty()) deliver_incomplete(now, result.given_up_key, result.given_up);
    if (result.kept) {
        auto part = std::make_unique<storage::InboundPart>();
        part->carrier = key.carrier;
        part->source = key.source;
        part->destination = key.destination;
        part->reference = place.reference;
        part->total = place.total;
        part->number = place.part;
        part->wide = place.wide;
        part->data_coding = mail.data_coding;
        part->as_ucs2 = body_coding != mail.data_coding;
        part->octets = body;
        part->received_at = now.wall;
        part->tlvs = std::move(mail.tlvs);
        desk_.count_held(part->tlvs);
        desk_.open.section->hold_part(*part);
        parts_.emplace(handle, std::move(part));
    }
    std::uint64_t fence = 0;
    if (result.outcome == text::Reassembly::Outcome::whole) {
        // Its parts stay on disk for a while, all of them: that is how a restart, too, knows a
        // repeated part.
        take_message(now,
                     {.carrier = key.carrier,
                      .source = key.source,
                      .destination = key.destination,
                      .data_coding = result.parts.front().received_coding,
                      .text = join(key.carrier, result.parts),
                      .segments = result.parts.size(),
                      .tlvs = tlvs_of(result.parts)},
                     fence);
    } else if (result.outcome == text::Reassembly::Outcome::duplicate) {
        desk_.metrics.inbound_repeated.add();
        // It may be the last part of an opt-out that is not yet in force everywhere.
        if (!fences_.empty()) fence = last_fence_;
    }
    desk_.open.thanks.push_back({mail.ticket, fence});
}

std::string Inbound::join(const std::string& carrier, const std::vector<text::Part>& parts) const {
    const text::Dialect& codings = desk_.dialect_of(carrier).codings();
    // A sender may cut a character in two, so octets are joined before they are read, as long as
    // the parts agree about what they are.
    const bool agree = std::all_of(parts.begin(), parts.end(), [&](const text::Part& part) {
        return part.data_coding == parts.front().data_coding;
    });
    std::string joined;
    for (const text::Part& part : parts) {
        joined += agree ? part.octets : text::decode(part.data_coding, part.octets, codings).text;
    }
    return agree ? text::decode(parts.front().data_coding, joined, codings).text : joined;
}

std::int64_t Inbound::parts_octets() const {
    std::int64_t octets = 0;
    for (const auto& [handle, part] : parts_)
        octets += memory_octets(part->tlvs);
    return octets;
}

smpp::NamedTlvs Inbound::tlvs_of(const std::vector<text::Part>& parts) const {
    smpp::NamedTlvs all;
    for (const text::Part& part : parts) {
        const auto found = parts_.find(part.item);
        if (found != parts_.end()) carrier::join_tlvs(all, found->second->tlvs);
    }
    return all;
}

void Inbound::drop_parts(const std::vector<text::Part>& parts) {
    for (const text::Part& part : parts) {
        const auto found = parts_.find(part.item);
        if (found == parts_.end()) continue;
        desk_.open.section->drop(*found->second);
        desk_.count_dropped(found->second->tlvs);
        desk_.open.dropped_parts.push_back(std::move(found->second));
        parts_.erase(found);
    }
}

void Inbound::deliver_incomplete(Now now, const text::ReassemblyKey& key,
                                 const std::vector<text::Part>& parts) {
    smpp::NamedTlvs tlvs = tlvs_of(parts);
    drop_parts(parts);
    desk_.metrics.inbound_incomplete.add();
    std::uint64_t fence = 0;
    take_message(now,
                 {.carrier = key.carrier,
                  .source = key.source,
                  .destination = key.destination,
                  .data_coding = parts.front().received_coding,
                  .text = join(key.carrier, parts),
                  .segments = parts.size(),
                  .incomplete = true,
                  .tlvs = std::move(tlvs)},
                 fence);
}

void Inbound::take_message(Now now, Whole whole, std::uint64_t& fence) {
    const conversation::Sender* sender = desk_.directory().find_sender(whole.destination);
    auto message = std::make_unique<Message>();
    message->direction = storage::Direction::inbound;
    message->status = storage::Status::received;
    message->data_coding = whole.data_coding;
    message->encoding =
        text::read_data_coding(whole.data_coding, desk_.dialect_of(whole.carrier).codings())
            .encoding;
    message->incomplete = whole.incomplete;
    message->account = sender != nullptr ? sender->account : "";
    message->brand = sender != nullptr ? sender->brand->id : "";
    message->carrier = whole.carrier;
    message->from = whole.source;
    message->to = whole.destination;
    message->text = std::move(whole.text);
    message->tlvs = std::move(whole.tlvs);
    message->accepted_at = now.wall;
    message->settled_at = now.wall;
    message->segments.resize(whole.segments, storage::Segment{.phase = Phase::settled});
    desk_.metrics.inbound_messages.add();
    desk_.open.section->record_inbound(*message);
    fence = judge(now, *message);
    desk_.open.inbound.push_back(std::move(message));
}

// ---- 4. STOP, START, HELP.
// -----------------------------------------------------------------------

/// Returns the fence that must be down before the carrier is thanked; 0: none.
std::uint64_t Inbound::judge(Now now, const Message& message) {
    const policy::Judgement judgement = policy::judge(message.text);
    note_heard(message, judgement);
    const std::string scope = desk_.directory().scope_of(message.to);
    const conversation::Sender* sender = desk_.directory().find_sender(message.to);
    switch (judgement.intent) {
        case policy::Intent::none:
            return 0;
        case policy::Intent::opt_out: {
            // Said again: it stands already, and there is only one confirmation. (The first STOP
            // may still be on its way to the other shards; then this thanks waits for the same
            // fence.)
            // An opt-in that is not yet durable is overruled, and this opt-out is news.
            const bool overruled = restoring_.erase({scope, message.from}) != 0;
            const bool fresh = desk_.suppressions.insert(scope, message.from) || overruled;
            if (fresh) {
                desk_.metrics.opt_outs[opt_out_rule_of(policy::name(judgement.rule))].add();
                desk_.open.section->suppress({scope, message.from,
                                              std::string(policy::name(judgement.rule)),
                                              message.text, "contact", now.wall});
                if (sender != nullptr && !sender->brand->opt_out_confirmation.empty()) {
                    outbound_.accept_own(now, message, storage::MessageClass::opt_out_confirmation,
                                         sender->brand->opt_out_confirmation);
                }
            }
            return raise_fence(scope, message.from);
        }
        case policy::Intent::opt_in:
            if (desk_.suppressions.contains(scope, message.from)) {
                desk_.metrics.opt_ins[OptInSource::contact].add();
                restore(now, scope, message.from, {});
                if (sender != nullptr && !sender->brand->opt_in_confirmation.empty()) {
                    outbound_.accept_own(now, message, storage::MessageClass::opt_in_confirmation,
                                         sender->brand->opt_in_confirmation);
                }
            }
            return 0;
        case policy::Intent::help:
            if (sender != nullptr && !sender->brand->help_answer.empty()) {
                outbound_.accept_own(now, message, storage::MessageClass::help_answer,
                                     sender->brand->help_answer);
            }
            return 0;
    }
    return 0;
}

/// For the figures: what it was taken for, and whether a reply to something, or a wait for one.
void Inbound::note_heard(const Message& message, const policy::Judgement& judgement) {
    const Heard heard = heard_as(judgement);
    desk_.metrics.heard[heard].add();
    const bool wants_answer = heard == Heard::talk || heard == Heard::review;
    const auto reply =
        desk_.attention.heard(message.conversation(), message.accepted_at, wants_answer);
    if (!reply) return;
    desk_.metrics.replies[reply->to].add();
    desk_.metrics.reply_seconds.observe(static_cast<double>(reply->after_ms) / 1000);
}

void Inbound::suppress(Now now, storage::Suppression suppression, std::function<void(Now)> then) {
    restoring_.erase({suppression.scope, suppression.contact});
    if (desk_.suppressions.insert(suppression.scope, suppression.contact)) {
        desk_.metrics.opt_outs[opt_out_rule_of(suppression.rule)].add();
    }
    suppression.at = now.wall;
    desk_.open.section->suppress(suppression);
    const std::uint64_t fence = raise_fence(suppression.scope, suppression.contact);
    fences_[fence].then.push_back(std::move(then));
}

void Inbound::restore(Now now, std::string scope, std::string contact,
                      std::function<void(Now)> then) {
    (void)now;
    desk_.open.section->restore(scope, contact);
    // Only a durable permission opens the gate, and only if no opt-out has come meanwhile.
    const std::uint64_t number = ++last_restore_;
    restoring_[{scope, contact}] = number;
    desk_.open.then.push_back([this, number, scope = std::move(scope), contact = std::move(contact),
                               then = std::move(then)](Now later) {
        const auto mine = restoring_.find({scope, contact});
        if (mine != restoring_.end() && mine->second == number) {
            restoring_.erase(mine);
            for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
                desk_.post(shard, Call{[scope, contact](Shard& there, Now) {
                               there.desk().suppressions.erase(scope, contact);
                           }});
            }
        }
        if (then) then(later);
    });
}

void Inbound::repeat_opt_in(const std::string& scope, const std::string& contact) {
    if (!desk_.suppressions.contains(scope, contact) || restoring_.contains({scope, contact}))
        desk_.open.section->restore(scope, contact);
}

// ---- 5. In force everywhere before anybody is thanked.
// -------------------------------------------

std::uint64_t Inbound::raise_fence(const std::string& scope, const std::string& contact) {
    const std::uint64_t fence = ++last_fence_;
    fences_[fence].shards_left = desk_.shards;
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        desk_.post(shard,
                   Call{[origin = desk_.shard, fence, scope, contact](Shard& there, Now now) {
                       there.inbound().on_fence_order(now, origin, fence, scope, contact);
                   }});
    }
    desk_.open.then.push_back([this, fence](Now now) {
        fences_[fence].durable = true;
        settle_fence(now, fence);
    });
    return fence;
}

void Inbound::on_fence_order(Now now, std::uint32_t origin, std::uint64_t fence,
                             const std::string& scope, const std::string& contact) {
    (void)now;
    desk_.suppressions.insert(scope, contact);
    Waiting waiting{origin, fence, {}};
    for (std::uint32_t index = 0; index < desk_.links.size(); ++index) {
        const session::EsmeSession& session = desk_.links[index].session;
        if (session.output_written_total() == session.output_queued_total()) continue;
        waiting.outputs.push_back({index, session.epoch(), session.output_queued_total()});
    }
    waiting_.push_back(std::move(waiting));
    check_fences();
}

bool Inbound::check_fences() {
    const std::size_t down = std::erase_if(waiting_, [&](Waiting& waiting) {
        std::erase_if(waiting.outputs, [&](const Waiting::Output& output) {
            const session::EsmeSession& session = desk_.links[output.link].session;
            // What the end of a session threw away will never be written.
            return session.epoch() != output.epoch ||
                   session.output_written_total() >= output.total ||
                   session.output_queued_total() < output.total;
        });
        if (!waiting.outputs.empty()) return false;
        desk_.post(waiting.origin, Call{[fence = waiting.fence](Shard& there, Now now) {
                       there.inbound().on_fence_down(now, fence);
                   }});
        return true;
    });
    return down > 0;
}

void Inbound::on_fence_down(Now now, std::uint64_t fence) {
    const auto found = fences_.find(fence);
    if (found == fences_.end()) return;
    --found->second.shards_left;
    settle_fence(now, fence);
}

void Inbound::thank_after(std::uint64_t fence, const DeliverTicket& ticket) {
    const auto found = fences_.find(fence);
    if (found == fences_.end()) {
        desk_.post(ticket.shard, DeliverAnswer{ticket, 0});
    } else {
        found->second.thanks.push_back(ticket);
    }
}

void Inbound::settle_fence(Now now, std::uint64_t fence) {
    const auto found = fences_.find(fence);
    if (found == fences_.end() || !found->second.durable || found->second.shards_left != 0) return;
    const Fence done = std::move(found->second);
    fences_.erase(found);
    for (const DeliverTicket& ticket : done.thanks) {
        desk_.post(ticket.shard, DeliverAnswer{ticket, 0});
    }
    for (const auto& then : done.then) {
        if (then) then(now);
    }
}

// ---- At start and as time goes by.
// ---------------------------------------------------------------

/// A group with all its parts was delivered before, in the section of its last part.
void Inbound::recover(std::unique_ptr<storage::InboundPart> part) {
    const std::uint64_t handle = ++last_part_;
    reassembly_.add(
        {part->carrier, part->source, part->destination, part->reference, part->total, part->wide},
        {.item = handle,
         .number = part->number,
         .data_coding =
             part->as_ucs2 ? text::data_coding_of(text::Encoding::ucs2) : part->data_coding,
         .octets = part->octets,
         .received_ms = part->received_at,
         .received_coding = part->data_coding});
    desk_.count_held(part->tlvs);
    parts_.emplace(handle, std::move(part));
}

void Inbound::recover(Now now, std::unique_ptr<storage::EarlyReceipt> receipt) {
    (void)now;
    for (const auto& carrier : desk_.carriers) {
        if (!carrier || carrier->settings->id != receipt->carrier) continue;
        receipt->handle = ++carrier->last_early;
        carrier->receipts.hold(*receipt);
        desk_.count_held(receipt->tlvs);
        carrier->early.emplace(receipt->handle, std::move(receipt));
        carrier->seek_early = true;  // its form of ids may be another since the last life
        return;
    }
    // Its carrier is no longer configured: nobody will ever ask for it.
    desk_.open.section->drop(*receipt);
    desk_.open.dropped_receipts.push_back(std::move(receipt));
}

void Inbound::on_deadline(Now now) {
    while (auto expired = reassembly_.expire(now.wall)) {
        deliver_incomplete(now, expired->key, expired->parts);
    }
    for (auto parts = reassembly_.forget(now.wall); !parts.empty();
         parts = reassembly_.forget(now.wall)) {
        drop_parts(parts);
    }
    snapshot_old(now);
    watch_ids(now);
    for (const auto& carrier : desk_.carriers) {
        if (!carrier) continue;
        while (!carrier->early.empty()) {
            storage::EarlyReceipt& oldest = *carrier->early.begin()->second;
            if (oldest.received_at + early_receipt_age_max_ms > now.wall) break;
            give_up(now, *carrier, oldest, carrier::Unmatched::never_came);
        }
    }
}

/// What waits for long leaves a snapshot, so that the journal can let go of its old records.
void Inbound::snapshot_old(Now now) {
    const UnixMs before = now.wall - desk_.config().node.spill_after.count();
    const auto sweep = [&](auto& items, std::uint64_t& done_up_to) {
        for (auto item = items.upper_bound(done_up_to); item != items.end(); ++item) {
            if (item->second->received_at > before) return;
            if (item->second->pinned != 0) desk_.open.section->snapshot(*item->second);
            done_up_to = item->first;
        }
    };
    sweep(parts_, snapshotted_part_);
    for (const auto& carrier : desk_.carriers) {
        if (carrier) sweep(carrier->early, carrier->snapshotted_early);
    }
}

std::optional<Instant> Inbound::next_deadline(Now now) const {
    std::optional<Instant> next;
    if (const auto at = reassembly_.next_expiry_ms()) {
        next = now.at + std::chrono::milliseconds(std::max<std::int64_t>(0, *at - now.wall));
    }
    return next;
}

}  // namespace parley
