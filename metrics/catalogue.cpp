#include "metrics/catalogue.h"

#include <array>

namespace parley::metrics {

namespace {

using enum Kind;

constexpr std::array list{
    // Links
    About{"smpp_link_bound", gauge, "0 or 1", "carrier, link", "1 while the SMPP session is bound",
          "1 is good. At 0: GET /v1/links and link_ended in the log name the reason and the "
          "carrier's status. Links that wait for an outbind have none"},
    About{"smpp_link_state_changed_timestamp_seconds", gauge, "seconds", "carrier, link",
          "When the link was last bound or lost (Unix time)",
          "Always recent means that the link flaps: compare with smpp_link_ended_total"},
    About{"smpp_link_ended_total", counter, "sessions", "carrier, link, reason",
          "Sessions that ended or never began, by why",
          "bind_refused: credentials or too many sessions; GET /v1/links names the status. "
          "tls_failed: certificates; it says which. connect_failed, connect_timeout, peer_closed, "
          "probe_timeout: network, firewall idle limit, the carrier's maintenance"},
    About{"smpp_oddities_total", counter, "PDUs", "carrier, link",
          "Late or unexpected answers, malformed and unknown PDUs, nacks",
          "Look for link_oddity in the log; late answers: smpp_late_answers_total; malformed PDUs: "
          "tell the carrier, with the log's lines"},
    About{"smpp_late_answers_total", counter, "PDUs", "carrier, link",
          "Answers to requests that we had given up on; also counted as oddities",
          "The carrier is slower than response_timeout: raise it, or its messages end uncertain"},
    About{
        "smpp_window_oldest_seconds", gauge, "seconds", "carrier, link",
        "Age of the oldest request without an answer",
        "Near response_timeout: the carrier has stopped answering; the link is about to be probed "
        "and left"},
    About{"smpp_window_in_use", gauge, "requests", "carrier, link",
          "Requests sent and not yet answered",
          "At its size, answers are what limits us: look at smpp_submit_duration_seconds, then ask "
          "for a larger window or more links"},
    About{"smpp_window_size", gauge, "requests", "carrier, link", "Requests that may be in flight",
          "It is a setting: carriers[].window"},
    About{"smpp_submit_duration_seconds", histogram, "seconds", "carrier, link",
          "From submit_sm to its response",
          "The carrier is slow. With a full window this is also our throughput limit"},
    About{"smpp_enquire_link_rtt_seconds", gauge, "seconds", "carrier, link",
          "Round trip of the last enquire_link",
          "High while submits are fast: the network. Both high: the carrier"},
    // Carriers
    About{"smpp_submits_total", counter, "segments", "carrier", "submit_sm requests written",
          "It is the load"},
    About{"smpp_answers_total", counter, "segments", "carrier, outcome",
          "submit_sm_resp by what we make of them",
          "outcome=throttled: lower carriers[].throughput below the carrier's limit. retry: the "
          "carrier is unwell. failed: the log and the messages' reasons name the status"},
    About{"smpp_unanswered_total", counter, "segments", "carrier",
          "submit_sm whose outcome is unknown: no answer came",
          "Links are lost or answers take longer than response_timeout. on_uncertain decides what "
          "becomes of the messages"},
    About{"carrier_paused", gauge, "0 or 1", "carrier",
          "1 while we rest because the carrier throttled us",
          "Lower carriers[].throughput below the carrier's limit"},
    About{"carrier_throughput_limit", gauge, "segments per second", "carrier",
          "Ceiling over all links of the carrier; 0: none",
          "It is a setting: carriers[].throughput"},
    About{"failovers_total", counter, "messages", "carrier",
          "Messages handed on to the route's next carrier",
          "The carrier is down or refuses: look at its links and answers"},
    // Queue
    About{"queue_messages", gauge, "messages", "carrier", "Messages that wait for the carrier",
          "More comes in than the carrier takes: look at its links, window and throttling"},
    About{
        "queue_oldest_message_age_seconds", gauge, "seconds", "carrier, class",
        "How long the message that is next in its lane has waited; 0 when none does. class=answer "
        "are confirmations and answers to HELP",
        "For conversational people notice after a minute. Promotional ones may wait: they go last"},
    About{"accept_to_submit_seconds", histogram, "seconds", "shard",
          "From acceptance to the first submit_sm",
          "Look at queue_messages, then at the store's commit time"},
    // Receipts
    About{"receipts_total", counter, "receipts", "carrier, match",
          "Receipts by whether their message was found",
          "match=early: they came before the response, are matched (and counted) later, and "
          "harmless. "
          "repeated: the carrier sends twice. expired: no message of ours; look at the form of its "
          "ids"},
    About{"receipts_awaited", gauge, "segments", "carrier",
          "Segments in memory that wait for a receipt",
          "Receipts are late or missing: look at receipt_lag_seconds and ask the carrier"},
    About{"receipt_lag_seconds", histogram, "seconds", "carrier",
          "From submit_sm_resp to the final receipt",
          "Handsets that are off explain hours for some, never for all: ask the carrier"},
    // Messages
    About{"messages_accepted_total", counter, "messages", "shard", "Messages promised to a caller",
          "It is the load"},
    About{"messages_refused_total", counter, "messages", "reason, shard",
          "Messages refused at intake",
          "reason=queue_full: memory_budget is used up, see memory_live_bytes. suppressed: the "
          "sender writes to people who opted out. invalid: a caller's mistake"},
    About{"messages_settled_total", counter, "messages", "outcome, shard",
          "Messages in a final state",
          "outcome=other at a high share: look at smpp_answers_total and receipts_total"},
    About{"live_messages", gauge, "messages", "shard", "Unsettled messages in memory",
          "Look at the queues and at receipts_awaited"},
    About{"conversations_in_flight", gauge, "conversations", "shard",
          "Conversations with a message on its way", "As live_messages"},
    // Inbound
    About{"inbound_segments_total", counter, "segments", "carrier",
          "deliver_sm that are no receipts", "It is the load"},
    About{"inbound_messages_total", counter, "messages", "shard", "Messages received, whole",
          "It is the load"},
    About{"inbound_parts_pending", gauge, "segments", "shard", "Segments that wait for the others",
          "The carrier loses parts, or sends them on links that are down"},
    About{"inbound_incomplete_total", counter, "messages", "shard",
          "Long messages delivered without some of their parts",
          "The carrier loses parts: give it the messages' times and senders"},
    // Compliance
    About{"opt_outs_total", counter, "opt-outs", "shard", "Opt-outs recorded",
          "A campaign displeases: stop it and look at its text and its list"},
    About{"opt_ins_total", counter, "opt-ins", "shard", "Opt-outs taken back", "It is good news"},
    About{"blocked_at_window_total", counter, "messages", "shard",
          "Messages stopped by the gate's last look",
          "People opt out while a campaign waits in the queue: that is the gate at work"},
    About{"opt_out_violations_total", counter, "segments", "shard",
          "submit_sm to somebody who opted out. Must stay 0; anything else pages",
          "Stop sending, keep the data folder, and file a defect: the engine broke its promise"},
    About{"suppressions", gauge, "opt-outs", "shard",
          "Opt-outs in force; every shard knows all of them, so never add these up",
          "Nothing to do: it grows with the list"},
    // HTTP
    About{
        "http_requests_total", counter, "answers", "code, route", "Answers given to HTTP requests",
        "code=4xx: a caller's mistake. 429 and 503: see messages_refused_total and store_trouble. "
        "500: file a defect"},
    About{"http_connections", gauge, "connections", "", "HTTP connections that are open",
          "Near http.connections_max: callers do not reuse their connections, or leak them"},
    About{"http_connections_refused_total", counter, "connections", "",
          "HTTP connections refused because there were too many", "As http_connections"},
    About{"http_request_timeouts_total", counter, "requests", "",
          "Requests given up because they arrived too slowly",
          "Slow networks, or somebody who holds connections open on purpose"},
    About{"http_streams", gauge, "subscribers", "", "Subscribers of the event stream",
          "Count your subscribers: one that reconnects without closing leaks"},
    About{"http_streams_dropped_total", counter, "subscribers", "",
          "Subscribers dropped because they read too slowly",
          "The subscriber has to read faster; it catches up by the API"},
    // Store and host
    About{"store_commit_seconds", histogram, "seconds", "shard",
          "From sealing a section to its durability",
          "The disk is slow or shared: look at its latency; durability: async is the last resort"},
    About{"store_trouble", gauge, "0 or 1", "",
          "1 while the store cannot commit: nothing is lost, new messages are refused",
          "Look for store_trouble in the log; most often the disk is full"},
    About{"store_memory_bytes", gauge, "bytes", "", "Memory that the store holds",
          "Its share is fixed by node.memory_budget"},
    About{"messages_on_disk", gauge, "messages", "",
          "Unsettled messages that moved from memory to disk",
          "Receipts take longer than spill_after: harmless, and normal for late receipts"},
    About{"memory_live_bytes", gauge, "bytes", "", "Memory that unsettled messages hold",
          "At memory_live_limit_bytes new messages are refused (429): look at the queues, then "
          "raise node.memory_budget"},
    About{"memory_live_limit_bytes", gauge, "bytes", "", "Memory that unsettled messages may hold",
          "It follows from node.memory_budget"},
    About{"disk_size_bytes", gauge, "bytes", "", "Size of the file system of node.data_dir",
          "It is the machine's"},
    About{"disk_free_bytes", gauge, "bytes", "",
          "What is free for us on the file system of node.data_dir",
          "Low is what matters: make room, or shorten node.retention"},
    About{"process_resident_memory_bytes", gauge, "bytes", "", "Memory of the process",
          "Stays below node.memory_budget; if not, file a defect"},
    About{"process_cpu_seconds_total", counter, "seconds", "", "Processor time, user and system",
          "A rate of 1 is one core. Near the number of shards: the machine is too small"},
    About{"process_open_fds", gauge, "descriptors", "", "Open file descriptors",
          "Look at http_connections; raise LimitNOFILE"},
    About{"process_max_fds", gauge, "descriptors", "", "Most descriptors that may be open",
          "It is the limit of the service (LimitNOFILE)"},
    About{"process_start_time_seconds", gauge, "seconds", "", "When the process began (Unix time)",
          "Always recent means that it restarts: look at the service's log"},
    About{"node_info", gauge, "always 1", "durability, node, shards",
          "The node and how it is set up", "Nothing to do"},
};

constexpr std::string_view introduction =
    R"(# Metrics

<!-- Written by parley-describe from metrics/catalogue.cpp. Change it there; a test compares. -->

The engine serves these at `/metrics`, in Prometheus' text format. Names are stable. Label values
come from the configuration (`carrier`, `link`, `node`) and from fixed lists, never from traffic: no
number, message id or text of a caller makes a series. A histogram has the series `_bucket`, `_sum`
and `_count`. [alerts.yml](../../metrics/alerts.yml) watches them, and
[runbook.md](../runbook.md) says what to do when it speaks up.

| metric | type | unit | labels | meaning | when it is high |
|---|---|---|---|---|---|
)";

std::string_view name(Kind kind) {
    switch (kind) {
        case counter:
            return "counter";
        case gauge:
            return "gauge";
        case histogram:
            return "histogram";
    }
    return "";
}

}  // namespace

std::span<const About> catalogue() {
    return list;
}

std::string reference_markdown() {
    std::string page(introduction);
    for (const About& about : list) {
        page.append("| `parley_").append(about.name).append("` | ");
        page.append(name(about.kind)).append(" | ").append(about.unit).append(" | ");
        page.append(about.labels).append(" | ").append(about.meaning).append(" | ");
        page.append(about.when_high).append(" |\n");
    }
    return page;
}

}  // namespace parley::metrics
