// What the outbound journey would do with a message, asked and not done.

#include "config/describe.h"
#include "engine/outbound.h"
#include "engine/policy/gate.h"
#include "protocol/smpp/address.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace parley {

namespace {

/// Any text that every alphabet holds: where only the way matters.
constexpr const char* any_text = "a";
/// Routes that are shown: the winner, and what comes nearest to it.
constexpr std::size_t considered_max = 8;

}  // namespace

void Outbound::explain_route(const storage::Message& message, api::RouteView& view) const {
    const carrier::Asked asked = asked_about(message, desk_.operators.get());
    view.owner = asked.owner.name;
    view.owner_digits = asked.owner.digits;
    for (auto& each : desk_.routes().consider(asked, considered_max)) {
        view.considered.push_back(
            {each.route->label, each.route->prefix, each.wins, std::move(each.why)});
    }
    const carrier::Route& route = desk_.routes().find(asked);
    if (route.empty()) return;
    view.route = route.label;
    view.prefix = route.prefix;
    view.pick = config::Words<config::RoutePick>::list[static_cast<std::size_t>(route.pick)];
    view.failover_after_ms = route.failover_after_ms;
    const storage::ConversationId conversation = message.conversation();
    std::vector<std::size_t> order(route.carriers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t choice) { return route.draw(choice, conversation); });
    const auto chosen = choose_carrier(route, message);
    for (const std::size_t place : order) {
        const carrier::Route::Choice& choice = route.carriers[place];
        api::RouteView::Choice shown{.carrier = desk_.config().carriers[choice.carrier].id,
                                     .up = desk_.carrier_up[choice.carrier],
                                     .chosen = choice.carrier == chosen,
                                     .weight = choice.weight,
                                     .cost = choice.cost};
        for (const smpp::NamedTlv& tlv : message.tlvs) {
            if (!shown.complaint.empty()) break;
            const std::string why = desk_.submit_tlvs()[choice.carrier].complaint_about(tlv);
            if (!why.empty()) shown.complaint = "tlvs." + tlv.name + ": " + why;
        }
        view.choices.push_back(std::move(shown));
    }
}

api::RouteView Outbound::explain(Now now, const api::RouteQuestion& question) {
    api::RouteView view;
    api::SendOutcome outcome;
    const auto probe = draft(now,
                             {.account = question.account,
                              .from = question.from,
                              .to = question.to,
                              .text = question.text.empty() ? any_text : question.text,
                              .message_class = question.message_class,
                              .tlvs = question.tlvs},
                             outcome);
    if (probe) {
        desk_.commons.live_octets.fetch_sub(memory_octets(*probe), std::memory_order_relaxed);
        view.expires_at = probe->expires_at;
    }
    view.problem = outcome.problem;
    view.detail = outcome.detail;
    view.from = smpp::normalise_sender(question.from).value_or("");
    view.to = smpp::normalise_e164(question.to).value_or("");
    if (probe && !question.text.empty()) {
        view.encoding = probe->encoding;
        view.segments = static_cast<std::uint32_t>(storage::counted(*probe));
    }
    const conversation::Sender* sender = desk_.directory().find_sender(view.from);
    const config::Account* account = desk_.directory().find_account(question.account);
    const bool own = sender != nullptr && account != nullptr && sender->brand->id == account->brand;
    if (own) {
        view.brand = sender->brand->id;
        view.scope = sender->scope;
    }
    if (view.to.empty()) return view;
    if (own) {
        view.decision =
            policy::decide({storage::Look::intake, question.message_class, sender->scope, view.to},
                           desk_.suppressions, now.wall);
    }
    storage::Message message;
    message.from = view.from;
    message.to = view.to;
    message.account = question.account;
    message.brand = view.brand;
    message.message_class = question.message_class;
    message.tlvs = question.tlvs;
    explain_route(message, view);
    return view;
}

}  // namespace parley
