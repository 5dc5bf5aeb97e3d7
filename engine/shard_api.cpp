// What the HTTP surfaces ask of a shard. A question that concerns other shards or the disk travels
// there and comes back; nothing here waits.

#include "engine/shard.h"
#include "protocol/smpp/address.h"

#include <algorithm>
#include <utility>

namespace parley {

using storage::Message;

// ---- Sending
// -------------------------------------------------------------------------------------

void Shard::send(std::vector<api::SendRequest> requests,
                 std::function<void(std::vector<api::SendOutcome>)> done) {
    if (requests.size() == 1 && requests.front().seen_up_to) {
        send_when_seen(std::move(requests.front()), std::move(done));
        return;
    }
    const std::uint64_t name = ++last_ticket_;
    Ticket& ticket = tickets_[name];
    ticket.left = requests.size();
    ticket.outcomes.resize(requests.size());
    ticket.done = std::move(done);
    std::vector<AcceptMail> mail(desk_.shards);
    for (std::uint32_t place = 0; place < requests.size(); ++place) {
        // An unusable number has no shard of its own: any one will refuse it.
        const auto contact = smpp::normalise_e164(requests[place].to);
        const std::uint32_t shard = contact ? desk_.shard_of(*contact) : desk_.shard;
        mail[shard].requests.emplace_back(place, std::move(requests[place]));
    }
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        if (mail[shard].requests.empty()) continue;
        mail[shard].origin = desk_.shard;
        mail[shard].ticket = name;
        desk_.post(shard, std::move(mail[shard]));
    }
    setup_.ports.wake();
}

/// Only if the conversation has not moved on since the caller looked.
void Shard::send_when_seen(api::SendRequest request,
                           std::function<void(std::vector<api::SendOutcome>)> done) {
    const storage::MessageId seen = std::exchange(request.seen_up_to, {});
    const auto from = smpp::normalise_sender(request.from);
    const auto to = smpp::normalise_e164(request.to);
    const auto conversation =
        storage::ConversationId::of(from.value_or(request.from), to.value_or(request.to));
    thread(conversation, {}, 1,
           [this, seen, request = std::move(request),
            done = std::move(done)](const api::ThreadView& view) mutable {
               if (view.newest > seen) {
                   done({api::SendOutcome{.problem = api::Problem::conversation_moved,
                                          .detail = "the conversation has a newer message",
                                          .id = view.newest}});
                   return;
               }
               std::vector<api::SendRequest> one;
               one.push_back(std::move(request));
               send(std::move(one), std::move(done));
           });
}

// ---- Looking
// -------------------------------------------------------------------------------------

/// What waits for answers from elsewhere stays here: a callback may hold a connection, which must
/// not be touched, not even destroyed, by another thread. Only its number travels.
std::uint64_t Shard::await(std::uint32_t answers, std::function<void(Now)> then) {
    asked_.emplace(++last_asked_, Asked{answers, std::move(then)});
    setup_.ports.wake();
    return last_asked_;
}

void Shard::arrived(Now now, std::uint64_t asked) {
    const auto found = asked_.find(asked);
    if (found == asked_.end() || --found->second.left != 0) return;
    const std::function<void(Now)> then = std::move(found->second.then);
    asked_.erase(found);
    then(now);
}

/// Has `there` tell `origin` that its part is done.
void Shard::answer(Desk& there, std::uint32_t origin, std::uint64_t asked) {
    there.post(origin, Call{[asked](Shard& home, Now now) { home.arrived(now, asked); }});
}

/// Runs `ask` on every shard, this one included, and `then` here when all have done it.
void Shard::ask_everyone(const std::function<void(Shard&, Now)>& ask,
                         std::function<void(Now)> then) {
    const std::uint64_t asked = await(desk_.shards, std::move(then));
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        desk_.post(shard, Call{[ask, asked, origin = desk_.shard](Shard& there, Now now) {
                       ask(there, now);
                       answer(there.desk(), origin, asked);
                   }});
    }
}

void Shard::find_live_copies(std::vector<storage::MessageId> ids,
                             std::function<void(std::vector<Message>)> done) {
    // One place per shard, so that no two threads touch the same vector.
    auto found = std::make_shared<std::vector<std::vector<Message>>>(desk_.shards);
    ask_everyone(
        [ids = std::move(ids), found](Shard& there, Now) {
            for (const storage::MessageId id : ids) {
                const Message* message = there.desk().find_live(id);
                if (message != nullptr) (*found)[there.desk().shard].push_back(*message);
            }
        },
        [found, done = std::move(done)](Now) {
            std::vector<Message> all;
            for (auto& some : *found) {
                std::move(some.begin(), some.end(), std::back_inserter(all));
            }
            done(std::move(all));
        });
}

void Shard::find_message(storage::MessageId id, std::function<void(std::optional<Message>)> done) {
    find_message_again(id, 3, std::move(done));
}

/// A message on its way between two shards, or settled but not yet committed, is in neither place
/// for a moment: ask a few times before saying that there is no such message.
void Shard::find_message_again(storage::MessageId id, int tries,
                               std::function<void(std::optional<Message>)> done) {
    find_live_copies({id}, [this, id, tries, done = std::move(done)](std::vector<Message> live) {
        if (!live.empty()) {
            done(std::move(live.front()));
            return;
        }
        auto stored = std::make_shared<std::optional<Message>>();
        desk_.ports.query([stored, id](storage::Store& store) { *stored = store.find_message(id); },
                          [this, id, tries, stored, done](Now) {
                              if (*stored || tries <= 1) {
                                  done(std::move(*stored));
                              } else {
                                  find_message_again(id, tries - 1, done);
                              }
                          });
    });
}

void Shard::thread(storage::ConversationId id, storage::MessageId before, std::size_t limit,
                   std::function<void(api::ThreadView)> done) {
    struct Found {
        std::vector<storage::ThreadEntry> entries;
        std::vector<std::optional<Message>> messages;
    };
    auto found = std::make_shared<Found>();
    desk_.ports.query(
        [found, id, before, limit](storage::Store& store) {
            found->entries = store.thread(id, before, limit + 1);
            for (const auto& entry : found->entries) {
                found->messages.push_back(store.find_message(entry.id));
            }
        },
        [this, found, limit, done = std::move(done)](Now) {
            std::vector<storage::MessageId> ids;
            for (const auto& entry : found->entries)
                ids.push_back(entry.id);
            find_live_copies(ids, [found, limit, done](const std::vector<Message>& live) {
                api::ThreadView view;
                view.more = found->entries.size() > limit;
                for (std::size_t n = 0; n < std::min(limit, found->entries.size()); ++n) {
                    const storage::MessageId id = found->entries[n].id;
                    if (!view.newest) view.newest = id;
                    const auto newer = std::find_if(live.begin(), live.end(),
                                                    [&](const Message& m) { return m.id == id; });
                    if (newer != live.end()) {
                        view.messages.push_back(*newer);
                    } else if (found->messages[n]) {
                        view.messages.push_back(*found->messages[n]);
                    }
                }
                done(std::move(view));
            });
        });
}

void Shard::conversations(std::string account, storage::MessageId before, std::size_t limit,
                          std::function<void(api::ConversationsView)> done) {
    auto view = std::make_shared<api::ConversationsView>();
    desk_.ports.query(
        [view, account = std::move(account), before, limit](storage::Store& store) {
            view->conversations = store.recent_conversations(account, before, limit, &view->more);
        },
        [this, view, done = std::move(done)](Now) {
            std::vector<storage::MessageId> ids;
            for (const auto& each : view->conversations)
                ids.push_back(each.last.id);
            find_live_copies(ids, [view, done](const std::vector<Message>& live) {
                for (const Message& message : live) {
                    for (auto& each : view->conversations) {
                        if (each.last.id == message.id) each.last = message;
                    }
                }
                done(std::move(*view));
            });
        });
}

void Shard::links(std::function<void(std::vector<api::LinkView>)> done) {
    auto found = std::make_shared<std::vector<std::vector<api::LinkView>>>(desk_.shards);
    ask_everyone(
        [found](Shard& there, Now now) {
            for (const Link& link : there.desk().links) {
                if (!link.gone) (*found)[there.desk().shard].push_back(there.view_of(now, link));
            }
        },
        [found, done = std::move(done)](Now) {
            std::vector<api::LinkView> all;
            for (const auto& some : *found)
                all.insert(all.end(), some.begin(), some.end());
            std::sort(all.begin(), all.end(),
                      [](const auto& left, const auto& right) { return left.link < right.link; });
            done(std::move(all));
        });
}

api::EngineState Shard::state() const {
    api::EngineState state;
    state.draining = desk_.draining;
    state.links_configured = static_cast<std::uint32_t>(
        std::count(desk_.standing->removed.begin(), desk_.standing->removed.end(), false));
    state.links_bound = static_cast<std::uint32_t>(
        std::count(desk_.carrier_up.begin(), desk_.carrier_up.end(), true));
    state.ready = !desk_.draining && desk_.store_trouble.empty();
    state.reason = desk_.draining ? "draining" : desk_.store_trouble;
    return state;
}

std::string Shard::status_name(std::string_view carrier, std::uint32_t status) const {
    const auto value = static_cast<smpp::Status>(status);
    const std::string_view own = desk_.dialect_of(carrier).name_of(value);
    return own.empty() ? smpp::name(value) : std::string(own);
}

// ---- Suppressions
// --------------------------------------------------------------------------------

void Shard::suppress(storage::Suppression suppression, std::function<void(api::Problem)> done) {
    if (!desk_.store_trouble.empty()) {
        done(api::Problem::storage_unavailable);
        return;
    }
    const std::uint64_t asked =
        await(1, [done = std::move(done)](Now) { done(api::Problem::none); });
    const std::uint32_t shard = desk_.shard_of(suppression.contact);
    desk_.post(shard, Call{[suppression = std::move(suppression), asked, origin = desk_.shard](
                               Shard& there, Now now) {
                   there.inbound().suppress(now, suppression, [&there, origin, asked](Now) {
                       answer(there.desk(), origin, asked);
                   });
               }});
}

void Shard::restore(std::string scope, std::string contact,
                    std::function<void(api::Problem)> done) {
    if (!desk_.store_trouble.empty()) {
        done(api::Problem::storage_unavailable);
        return;
    }
    const std::uint64_t asked =
        await(1, [done = std::move(done)](Now) { done(api::Problem::none); });
    const std::uint32_t shard = desk_.shard_of(contact);
    desk_.post(shard, Call{[scope = std::move(scope), contact = std::move(contact), asked,
                            origin = desk_.shard](Shard& there, Now now) {
                   there.desk().metrics.opt_ins[OptInSource::api].add();
                   there.inbound().restore(now, scope, contact, [&there, origin, asked](Now) {
                       answer(there.desk(), origin, asked);
                   });
               }});
}

void Shard::find_suppression(std::string scope, std::string contact,
                             std::function<void(std::optional<storage::Suppression>)> done) {
    auto found = std::make_shared<std::optional<storage::Suppression>>();
    desk_.ports.query(
        [found, scope = std::move(scope), contact = std::move(contact)](storage::Store& store) {
            *found = store.find_suppression(scope, contact);
        },
        [found, done = std::move(done)](Now) { done(std::move(*found)); });
}

void Shard::suppressions(std::string scope, std::string after, std::size_t limit,
                         std::function<void(std::vector<storage::Suppression>)> done) {
    auto found = std::make_shared<std::vector<storage::Suppression>>();
    desk_.ports.query(
        [found, scope = std::move(scope), after = std::move(after), limit](storage::Store& store) {
            *found = store.list_suppressions(scope, after, limit);
        },
        [found, done = std::move(done)](Now) { done(std::move(*found)); });
}

// ---- The stream
// ----------------------------------------------------------------------------------

/// A subscriber hears every shard. Its position is one number per shard, and the boot they belong
/// to. Events wait until every shard has said where it stands: a position that counted some shards
/// from nothing would, on the way back, ask for what was never missed.
struct Shard::Subscription {
    std::vector<std::uint64_t> positions;
    std::vector<std::uint64_t> newest;  // where each shard stood when it heard of us
    std::uint64_t boot = 0;
    bool resumed = false;
    bool incomplete = false;  // something in between is gone
    std::uint32_t shards_left = 0;
    std::vector<std::pair<std::uint32_t, events::Event>> early;
    std::function<void(const api::StreamEvent&)> deliver;

    std::string position() const {
        std::string text = std::to_string(boot);
        for (const std::uint64_t each : positions)
            text += "." + std::to_string(each);
        return text;
    }

    void tell(std::uint32_t shard, const events::Event& event) {
        if (event.position <= positions[shard]) return;
        positions[shard] = event.position;
        deliver({position(), event.type, events::to_json(event)});
    }

    void begin() {
        if (!resumed || incomplete) positions = newest;
        if (incomplete) deliver({position(), "reset", "{}"});
        for (const auto& [shard, event] : std::exchange(early, {}))
            tell(shard, event);
    }
};

namespace {

/// Empty when it is of another boot or another number of shards.
std::optional<std::vector<std::uint64_t>> parse_position(const std::string& text,
                                                         std::uint64_t boot, std::size_t shards) {
    std::vector<std::uint64_t> numbers;
    std::uint64_t number = 0;
    bool digits = false;
    for (const char c : text + ".") {
        if (c >= '0' && c <= '9') {
            number = number * 10 + static_cast<std::uint64_t>(c - '0');
            digits = true;
        } else if (c == '.' && digits) {
            numbers.push_back(std::exchange(number, 0));
            digits = false;
        } else {
            return std::nullopt;
        }
    }
    if (numbers.size() != shards + 1 || numbers.front() != boot) return std::nullopt;
    numbers.erase(numbers.begin());
    return numbers;
}

}  // namespace

void Shard::deliver_event(const std::weak_ptr<Subscription>& to, std::uint32_t shard,
                          const events::Event& event) {
    const auto subscription = to.lock();
    if (!subscription) return;
    if (subscription->shards_left != 0) {
        subscription->early.emplace_back(shard, event);
    } else {
        subscription->tell(shard, event);
    }
}

void Shard::subscription_begins(const std::weak_ptr<Subscription>& to, std::uint32_t shard,
                                std::uint64_t newest, bool complete) {
    const auto subscription = to.lock();
    if (!subscription) return;
    subscription->newest[shard] = newest;
    subscription->incomplete = subscription->incomplete || !complete;
    if (--subscription->shards_left == 0) subscription->begin();
}

std::shared_ptr<void> Shard::subscribe(std::string account, std::string last_event_id,
                                       std::function<void(const api::StreamEvent&)> deliver) {
    auto subscription = std::make_shared<Subscription>();
    subscription->boot = setup_.boot;
    subscription->positions.assign(desk_.shards, 0);
    subscription->newest.assign(desk_.shards, 0);
    subscription->shards_left = desk_.shards;
    subscription->deliver = std::move(deliver);
    const auto resumed = parse_position(last_event_id, setup_.boot, desk_.shards);
    if (resumed) subscription->positions = *resumed;
    subscription->resumed = resumed.has_value();
    subscription->incomplete = !last_event_id.empty() && !resumed;
    const config::Account* settings = desk_.directory().find_account(account);
    const events::Audience audience{std::move(account), settings ? settings->brand : ""};
    // The handles are written by each shard and read when the subscriber leaves, always on the
    // shard that owns them.
    auto handles = std::make_shared<std::vector<events::Stream::Handle>>(desk_.shards, 0);
    const std::weak_ptr<Subscription> weak = subscription;
    for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
        const std::optional<std::uint64_t> from =
            resumed ? std::optional((*resumed)[shard]) : std::nullopt;
        desk_.post(
            shard, Call{[weak, audience, handles, from, origin = desk_.shard](Shard& there, Now) {
                const std::uint32_t self = there.desk().shard;
                events::Stream& stream = there.desk().stream;
                const auto forward = [&there, weak, origin, self](const events::Event& event) {
                    there.desk().post(origin, Call{[weak, self, event](Shard& home, Now) {
                                          home.deliver_event(weak, self, event);
                                      }});
                };
                const bool complete = !from || stream.since(*from, [&](const events::Event& event) {
                    if (audience.may_see(event)) forward(event);
                });
                (*handles)[self] = stream.subscribe(audience, forward);
                there.desk().post(origin, Call{[weak, self, newest = stream.newest(), complete](
                                                   Shard& home, Now) {
                                      home.subscription_begins(weak, self, newest, complete);
                                  }});
            }});
    }
    setup_.ports.wake();
    // Destroying the handle tells every shard to stop.
    return {subscription.get(), [this, subscription, handles](void*) mutable {
                subscription.reset();
                for (std::uint32_t shard = 0; shard < desk_.shards; ++shard) {
                    desk_.post(shard, Call{[handles](Shard& there, Now) {
                                   there.desk().stream.unsubscribe((*handles)[there.desk().shard]);
                               }});
                }
                setup_.ports.wake();
            }};
}

}  // namespace parley
