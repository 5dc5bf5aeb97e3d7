// What the outbound journey would do with a message, asked and not done.

#include "engine/outbound.h"
#include "engine/policy/gate.h"
#include "protocol/smpp/address.h"

namespace parley {

namespace {

/// Any text that every alphabet holds: where only the way matters.
constexpr const char* any_text = "a";

}  // namespace

api::RouteView Outbound::explain(Now now, const api::RouteQuestion& question) {
    api::RouteView view;
    api::SendOutcome outcome;
    const auto probe = draft(now,
                             {.account = question.account,
                              .from = question.from,
                              .to = question.to,
                              .text = question.text.empty() ? any_text : question.text,
                              .message_class = question.message_class},
                             outcome);
    if (probe)
        desk_.commons.live_octets.fetch_sub(memory_octets(*probe), std::memory_order_relaxed);
    view.problem = outcome.problem;
    view.detail = outcome.detail;
    view.from = smpp::normalise_sender(question.from).value_or("");
    view.to = smpp::normalise_e164(question.to).value_or("");
    if (probe && !question.text.empty()) {
        view.encoding = probe->encoding;
        view.segments = static_cast<std::uint32_t>(probe->segments.size());
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
    view.prefix = desk_.routes().prefix_for(view.to);
    storage::Message message;
    message.from = view.from;
    message.to = view.to;
    const std::vector<CarrierIndex>& route = desk_.routes().find(view.to);
    const auto chosen = choose_carrier(route, message);
    for (const CarrierIndex carrier : route) {
        view.choices.push_back(
            {desk_.config().carriers[carrier].id, desk_.carrier_up[carrier], carrier == chosen});
    }
    return view;
}

}  // namespace parley
