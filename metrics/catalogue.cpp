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
    About{
        "smpp_link_state", gauge, "0 or 1", "carrier, link, state",
        "1 for the state that the link is in: waiting, connecting, open, binding, bound, draining, "
        "unbinding, stopped",
        "waiting: until the next attempt, see smpp_link_ended_total for why. connecting or binding "
        "for long: the peer does not answer. open: the carrier has connected and owes us its "
        "outbind"},
    About{"smpp_link_state_changed_timestamp_seconds", gauge, "seconds", "carrier, link",
          "When the link was last bound or lost (Unix time)",
          "Always recent means that the link flaps: compare with smpp_link_ended_total"},
    About{"smpp_binds_total", counter, "binds", "carrier, link",
          "Binds sent, whatever became of them",
          "Compare with smpp_link_ended_total, which tells why sessions end"},
    About{
        "smpp_binds_refused_total", counter, "binds", "carrier, link, status",
        "Binds that the carrier refused, by command_status",
        "ESME_RINVPASWD, ESME_RINVSYSID: credentials. ESME_RALYBND: it allows fewer sessions than "
        "carriers[].links, or an old one has not ended there. ESME_RBINDFAIL: either of these, or "
        "maintenance"},
    About{"smpp_link_ended_total", counter, "sessions", "carrier, link, reason",
          "Sessions that ended or never began, by why",
          "reason=bind_refused: see smpp_binds_refused_total. tls_failed: certificates; GET "
          "/v1/links says which. connect_failed, connect_timeout: address, firewall. peer_closed, "
          "probe_timeout, write_stalled: network, firewall idle limit, the carrier's maintenance. "
          "unanswered: it answers enquire_link and no submit_sm; what was sent is in doubt"},
    About{"smpp_pdus_total", counter, "PDUs", "carrier, direction, link, type",
          "PDUs read and written, by type",
          "Many enquire_link: one side's interval is short. generic_nack: see smpp_oddities_total. "
          "type=other: the carrier speaks commands that we do not know"},
    About{"smpp_oddities_total", counter, "PDUs", "carrier, kind, link",
          "Late or unexpected answers, malformed and unknown PDUs, nacks",
          "Look for link_oddity in the log. kind=late_answer: raise response_timeout, or the "
          "carrier's "
          "messages end uncertain. malformed, tlv_broken: tell the carrier, with the log's lines"},
    About{"smpp_window_in_use", gauge, "requests", "carrier, link",
          "Requests sent and not yet answered",
          "At its size, answers are what limits us: look at smpp_submit_duration_seconds, then ask "
          "for a larger window or more links"},
    About{"smpp_window_size", gauge, "requests", "carrier, link", "Requests that may be in flight",
          "It is a setting: carriers[].window"},
    About{
        "smpp_window_oldest_seconds", gauge, "seconds", "carrier, link",
        "Age of the oldest request without an answer",
        "Near response_timeout: the carrier has stopped answering; the link is about to be probed "
        "and left"},
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
    About{"smpp_submit_responses_total", counter, "segments", "carrier, status",
          "submit_sm_resp by command_status: the specification's names, vendor for 0x400 to 0x4FF, "
          "reserved for all else",
          "ESME_RTHROTTLED, ESME_RMSGQFUL: as smpp_answers_total{outcome=\"throttled\"}. Others: "
          "smpp.md says what they mean, carriers[].dialect.statuses what we make of them"},
    About{"smpp_unanswered_total", counter, "segments", "carrier, reason",
          "submit_sm whose outcome is unknown: no answer came",
          "reason=link_lost: links are lost with requests in flight. timeout: answers take longer "
          "than response_timeout. on_uncertain decides what becomes of the messages"},
    About{"uncertain_messages", gauge, "messages", "carrier",
          "Messages of which nobody knows whether they left, held for uncertain_hold",
          "Their receipts will tell, if they left. See smpp_unanswered_total for where they come "
          "from"},
    About{"carrier_paused", gauge, "0 or 1", "carrier",
          "1 while we rest because the carrier throttled us",
          "Lower carriers[].throughput below the carrier's limit"},
    About{"carrier_throughput_limit", gauge, "segments per second", "carrier",
          "Ceiling over all links of the carrier; 0: none",
          "It is a setting: carriers[].throughput"},
    About{
        "carrier_throughput", gauge, "segments per second", "carrier",
        "What we allow ourselves now: the ceiling, or less when the carrier throttled us; 0: no "
        "limit",
        "Below the ceiling for long: ask the carrier for its limit, and set carriers[].throughput"},
    About{"carrier_burst_used_ratio", gauge, "ratio", "carrier",
          "Share of the carrier's burst of segments that is used up; 0 without a limit",
          "At 1 carriers[].throughput is what limits us: raise it if the contract allows more"},
    About{"carrier_limit_day_spent_ratio", gauge, "ratio", "carrier, limit",
          "Share of a limit's per_day that is spent; of one that each sender has to itself, by the "
          "sender that has spent most",
          "Near 1 long before midnight: spread the traffic, or ask for a higher class of brand or "
          "campaign. `parley limits` says who spends it, and when the day ends"},
    About{"carrier_limit_burst_used_ratio", gauge, "ratio", "carrier, limit",
          "Share of a limit's burst that is used up; of one that each sender has to itself, by the "
          "sender that has used most",
          "At 1 for long: this limit's rate is what holds its messages up"},
    About{"failovers_total", counter, "messages", "carrier",
          "Messages handed on to the route's next carrier",
          "The carrier is down or refuses: look at its links and answers"},
    // Queue
    About{"queue_messages", gauge, "messages", "carrier, class",
          "Messages that wait for the carrier. class=answer are confirmations and answers to HELP",
          "More comes in than the carrier takes: queue_waits_for says what holds them up"},
    About{"queue_waits_for", gauge, "0 or 1", "carrier, cause",
          "1 for what keeps a queue from moving now; all 0: nothing waits, or it moves",
          "cause=link_down: no link is bound. throttled: it slowed us down. rate: "
          "carriers[].throughput or link_throughput. window: all windows are full, the carrier is "
          "slow. journal: as many segments as carriers[].uncertain_max wait for the disk, commits "
          "are slow"},
    About{
        "queue_oldest_message_age_seconds", gauge, "seconds", "carrier, class",
        "How long the message that is next in its lane has waited; 0 when none does. class=answer "
        "are confirmations and answers to HELP",
        "For conversational people notice after a minute. Promotional ones may wait: they go last"},
    About{"conversation_backlog_messages", gauge, "messages", "shard",
          "Messages that wait for an earlier one of their conversation to be answered",
          "Callers send several messages to one contact at once, or the carrier is slow"},
    About{"messages_held", gauge, "messages", "shard", "Messages that wait for their send_at",
          "They take memory until then: look at memory_live_bytes"},
    About{"accept_to_submit_seconds", histogram, "seconds", "shard",
          "From acceptance to the first submit_sm",
          "Look at queue_messages, then at the store's commit time"},
    // Receipts
    About{
        "receipts_total", counter, "receipts", "carrier, match",
        "Receipts by whether their message was found",
        "match=early: they came before the response, are matched (and counted) later, and "
        "harmless. "
        "repeated: the carrier sends twice. expired: no message of ours; receipts_unmatched_total "
        "has the reasons, `parley receipts` the receipts, and GET /v1/links may have advice"},
    About{"receipts_unmatched_total", counter, "receipts", "carrier, reason",
          "Receipts that were given up, with match=expired, by why",
          "never_came: no message under that id came within the hour; look at the form of its ids. "
          "table_full: too many of these at once. no_id, unreadable: it names no message; `parley "
          "receipts` shows the last of them, `parley decode` what a capture has"},
    About{"receipts_by_state_total", counter, "receipts", "carrier, state",
          "Receipts by the state that they tell, found or not; enroute: none that we can read",
          "undeliverable, rejected, expired at a high share: look at the numbers' quality and the "
          "messages' reasons, which hold the carrier's error code; then ask the carrier"},
    About{"receipts_early_held", gauge, "receipts", "carrier",
          "Receipts that wait for their message's submit_sm_resp, for an hour at most",
          "Many for long: the form of the carrier's ids differs from what the dialect says"},
    About{"receipts_awaited", gauge, "segments", "carrier",
          "Segments in memory that wait for a receipt",
          "Receipts are late or missing: look at receipt_lag_seconds and ask the carrier"},
    About{"receipt_lag_seconds", histogram, "seconds", "carrier",
          "From submit_sm_resp to the final receipt",
          "Handsets that are off explain hours for some, never for all: ask the carrier"},
    About{"smpp_inquiries_total", counter, "requests", "carrier, operation, result",
          "What a carrier was asked about messages that it has: query_sm for overdue receipts "
          "(carriers[].query), cancel_sm and replace_sm for callers",
          "operation=query_sm: receipts stay away. result=refused: the carrier has forgotten the "
          "message, or does not let go of it. unsupported: it does not know the PDU; query_sm is "
          "then asked no more, take the setting out. unanswered, failed: look at its answers"},
    // Messages
    About{"messages_accepted_total", counter, "messages", "class, shard",
          "Messages promised to a caller, and our own confirmations and answers", "It is the load"},
    About{"segments_accepted_total", counter, "segments", "encoding, shard",
          "Segments of the messages accepted, by encoding",
          "ucs2 at a high share: a character outside GSM 7 doubles what a text costs; the API's "
          "answer names it, and replace_lookalikes helps"},
    About{
        "messages_refused_total", counter, "messages", "reason, shard",
        "Messages refused at intake",
        "reason=queue_full: memory_budget is used up, see memory_live_bytes. suppressed: the "
        "sender writes to people who opted out. storage_unavailable: see store_trouble. Others: a "
        "caller's mistake"},
    About{"messages_settled_total", counter, "messages", "outcome, shard",
          "Messages in a final state",
          "Others than delivered at a high share: look at messages_not_delivered_total"},
    About{"messages_not_delivered_total", counter, "messages", "reason, shard",
          "Messages whose final state is not delivered, by reason",
          "carrier_refused: smpp_submit_responses_total. receipt: receipts_by_state_total. "
          "validity_passed: the queue is too slow. no_receipt, outcome_unknown: the carrier's "
          "receipts and links. no_route: the routes"},
    About{"live_messages", gauge, "messages", "shard", "Unsettled messages in memory",
          "Look at the queues and at receipts_awaited"},
    About{"conversations_in_flight", gauge, "conversations", "shard",
          "Conversations with a message on its way", "As live_messages"},
    // Inbound
    About{"inbound_segments_total", counter, "segments", "carrier",
          "deliver_sm that are no receipts", "It is the load"},
    About{"smpp_deliver_duration_seconds", histogram, "seconds", "carrier",
          "From a deliver_sm or data_sm to our response, which waits for the disk, and for every "
          "shard when it was an opt-out",
          "Look at store_commit_seconds; the carrier sends again what it waits too long for"},
    About{"inbound_refused_total", counter, "segments", "carrier",
          "deliver_sm put off with ESME_RX_T_APPN: the store cannot commit, or too many wait",
          "See store_trouble. The carrier keeps them and sends again: nothing is lost"},
    About{"inbound_messages_total", counter, "messages", "shard", "Messages received, whole",
          "It is the load"},
    About{"inbound_repeated_total", counter, "segments", "shard",
          "Parts of long messages that had come before",
          "The carrier did not get, or did not wait "
          "for, our response: look at smpp_deliver_duration_seconds"},
    About{"inbound_heard_total", counter, "messages", "as, shard",
          "Messages received, by what they were taken for. as=review holds words of an opt-out but "
          "is none for certain",
          "review: read these threads; what a person means as an opt-out is recorded by the API"},
    About{"inbound_parts_pending", gauge, "segments", "shard", "Segments that wait for the others",
          "The carrier loses parts, or sends them on links that are down"},
    About{"inbound_incomplete_total", counter, "messages", "shard",
          "Long messages delivered without some of their parts",
          "The carrier loses parts: give it the messages' times and senders"},
    // Conversations
    About{"conversations_unanswered", gauge, "conversations", "shard",
          "Contacts whose last message has no answer from a caller, for up to 72 hours, since the "
          "start of the process; keywords need none",
          "People wait: whoever answers does not keep up, or does not get the messages"},
    About{"conversation_unanswered_oldest_age_seconds", gauge, "seconds", "shard",
          "How long the contact that has waited longest for an answer waits",
          "Not every message wants an answer; compare with its usual value"},
    About{"conversation_first_response_seconds", histogram, "seconds", "shard",
          "From a contact's first message without an answer to our answer being accepted",
          "More people, or better automation"},
    About{"conversation_replies_total", counter, "replies", "class, shard",
          "First messages of contacts after one of ours of this class. Divided by the rate of "
          "messages_accepted_total it is the reply rate; of the 32,768 conversations per shard "
          "written to last",
          "It is good news, mostly: look at opt_outs_total"},
    About{"conversation_reply_seconds", histogram, "seconds", "shard",
          "From our last message to the contact's reply", "Nothing to do: people take their time"},
    // Compliance
    About{
        "opt_outs_total", counter, "opt-outs", "rule, shard",
        "Opt-outs recorded, by the rule of the detector, or rule=api, rule=carrier (its status or "
        "receipt said so)",
        "A campaign displeases: stop it and look at its text and its list"},
    About{"opt_ins_total", counter, "opt-ins", "shard, source", "Opt-outs taken back",
          "It is good news"},
    About{"opt_out_confirmation_delay_seconds", histogram, "seconds", "shard",
          "From an opt-out to the submit_sm of its confirmation",
          "After 300 s it may not be sent any more: look at queue_waits_for"},
    About{"opt_out_confirmations_lost_total", counter, "messages", "shard",
          "Confirmations of an opt-out that were refused, or not sent within 5 minutes",
          "The opt-out stands all the same. Look at the carrier's links and smpp_answers_total"},
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
    About{"http_request_duration_seconds", histogram, "seconds", "route",
          "From a whole request to its answer; for the stream, to its beginning",
          "Messages wait for the disk: look at store_commit_seconds. Else look at "
          "thread_cpu_seconds_total"},
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
    About{
        "store_commit_seconds", histogram, "seconds", "shard",
        "From offering a section to its durability: the wait for the commit before it, and its own",
        "Compare with store_write_seconds: if that is low, the storage thread has too much to do"},
    About{"store_write_seconds", histogram, "seconds", "",
          "One commit: the write of all shards' sections and its sync",
          "The disk is slow or shared: look at its latency; durability: async is the last resort"},
    About{"store_disk_bytes", gauge, "bytes", "", "Size of the files in node.data_dir",
          "It grows with traffic and node.retention"},
    About{"config_reloads_total", counter, "reloads", "outcome",
          "Times that the configuration file was read again while the engine ran",
          "outcome=refused: the file is wrong and nothing has changed; config_refused in the log "
          "says where"},
    About{"config_trouble", gauge, "0 or 1", "",
          "1 since a reload was refused, until one is not: the engine goes by what it read before",
          "config_refused in the log says file, line and column; put it right and reload again, or "
          "the next start will end with the same"},
    About{"config_last_load_timestamp_seconds", gauge, "seconds", "",
          "When the configuration that is in force was read (Unix time)",
          "Older than the file: nobody has told the engine (parley reload), or it has refused it"},
    About{"store_trouble", gauge, "0 or 1", "",
          "1 while the store cannot commit: nothing is lost, new messages are refused",
          "Look for store_trouble in the log; most often the disk is full"},
    About{"store_memory_bytes", gauge, "bytes", "", "Memory that the store holds",
          "Its share is fixed by node.memory_budget"},
    About{"messages_on_disk", gauge, "messages", "",
          "Unsettled messages that moved from memory to disk",
          "Receipts take longer than spill_after: harmless, and normal for late receipts"},
    About{
        "memory_live_bytes", gauge, "bytes", "", "Memory that unsettled messages hold",
        "With store_memory_bytes and operator_table_bytes at memory_live_limit_bytes new messages "
        "are refused (429): look at the queues, then raise node.memory_budget"},
    About{"memory_live_limit_bytes", gauge, "bytes", "",
          "Memory that unsettled messages, the store and the operator table may hold together",
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
    About{"thread_cpu_seconds_total", counter, "seconds", "thread",
          "Processor time by thread: shard-N, storage, rocksdb, parleyd (the main thread), other",
          "A rate near 1 of one shard: it is full. More shards help when its contacts and carriers "
          "are many, see node.shards"},
    About{"process_open_fds", gauge, "descriptors", "", "Open file descriptors",
          "Look at http_connections; raise LimitNOFILE"},
    About{"process_max_fds", gauge, "descriptors", "", "Most descriptors that may be open",
          "It is the limit of the service (LimitNOFILE)"},
    About{"process_start_time_seconds", gauge, "seconds", "", "When the process began (Unix time)",
          "Always recent means that it restarts: look at the service's log"},
    About{"operator_table_rows", gauge, "rows", "",
          "Numbers and ranges in the operator table that is used; 0: there is none",
          "Nothing to do. Far fewer than yesterday: look at the file"},
    About{"operator_table_bytes", gauge, "bytes", "", "What the operator table holds in memory",
          "It counts against memory_budget; twice for a moment while a new one is read"},
    About{"operator_table_loaded_timestamp_seconds", gauge, "seconds", "",
          "When the operator table that is used was read (Unix time); 0: there is none",
          "Long ago, though the file is renewed: see operator_table_trouble"},
    About{"operator_table_trouble", gauge, "0 or 1", "",
          "1 while the operator table's file cannot be read, or says what it may not: the table "
          "read before is used on",
          "operator_table_refused in the log names line and column; put a good file there, by "
          "rename"},
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
