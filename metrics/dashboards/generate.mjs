// Writes the Grafana dashboards beside it: node metrics/dashboards/generate.mjs. With --check it
// writes nothing and fails when a file says something else.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = { type: 'prometheus', uid: '${datasource}' };
const node = 'instance=~"$instance"';
const carrier = `${node}, carrier=~"$carrier"`;
const rate = (metric, labels, by) => `sum by (${by}) (rate(${metric}{${labels}}[$__rate_interval]))`;
const quantile = (q, metric, labels, by) =>
    `histogram_quantile(${q}, sum by (${[by, 'le'].filter(Boolean).join(', ')}) (rate(${metric}_bucket{${labels}}[$__rate_interval])))`;

// Green below the first limit; limits: [[value, colour], ...], from low to high.
const steps = (limits, base = 'green') => ({
    mode: 'absolute',
    steps: [{ color: base, value: null }, ...limits.map(([value, color]) => ({ color, value }))],
});

// A panel: title, what it tells, queries as [expression, legend], and how it is drawn.
function panel(title, description, queries, { type = 'timeseries', unit = 'short', width = 8, height = 8,
    limits = [], base = 'green', min = 0, max, mappings = [], stacked = false } = {}) {
    const line = {
        drawStyle: 'line', lineWidth: 1, fillOpacity: stacked ? 30 : 10, showPoints: 'never', spanNulls: false,
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: limits.length > 0 ? 'dashed' : 'off' },
    };
    const reduced = { calcs: ['lastNotNull'], fields: '', values: false };
    const options = {
        timeseries: { legend: { displayMode: 'table', placement: 'bottom', calcs: ['mean', 'max', 'lastNotNull'], showLegend: true }, tooltip: { mode: 'multi', sort: 'desc' } },
        stat: { colorMode: 'background', graphMode: 'area', justifyMode: 'auto', orientation: 'auto', reduceOptions: reduced, textMode: 'auto' },
        gauge: { orientation: 'auto', reduceOptions: reduced, showThresholdLabels: false, showThresholdMarkers: true },
        'state-timeline': { mergeValues: true, showValue: 'never', alignValue: 'left', rowHeight: 0.9, legend: { displayMode: 'list', placement: 'bottom', calcs: [], showLegend: false }, tooltip: { mode: 'single', sort: 'none' } },
    };
    return {
        type, title, description, datasource: source, width, height,
        targets: queries.map(([expr, legendFormat], index) => ({
            refId: String.fromCharCode(65 + index), datasource: source, expr, legendFormat, range: true,
        })),
        fieldConfig: {
            defaults: {
                unit, min, ...(max === undefined ? {} : { max }), mappings,
                color: { mode: type === 'timeseries' ? 'palette-classic' : 'thresholds' },
                thresholds: steps(limits, base),
                custom: type === 'timeseries' ? line
                    : type === 'state-timeline' ? { lineWidth: 0, fillOpacity: 80 } : {},
            },
            overrides: [],
        },
        options: options[type],
    };
}

const upDown = [{ type: 'value', options: { 0: { text: 'down', color: 'red' }, 1: { text: 'bound', color: 'green' } } }];
const pausedOrNot = [{ type: 'value', options: { 0: { text: 'sending', color: 'green' }, 1: { text: 'resting', color: 'orange' } } }];
const here1 = [{ type: 'value', options: { 1: { text: 'here', color: 'green' } } }];
const holdsOrNot = [{ type: 'value', options: { 0: { text: 'no', color: 'green' }, 1: { text: 'held up', color: 'orange' } } }];
const stat = (title, description, expr, more) => panel(title, description, [[expr, '']], { type: 'stat', width: 4, height: 4, ...more });

const overview = ['overview', 'Overview', false, [
    stat('Nodes up', 'Engines that answer Prometheus.', `sum(up{job="parley", ${node}})`, { limits: [[1, 'green']], base: 'red' }),
    stat('Links bound', 'Share of the SMPP sessions that are bound.', `avg(parley_smpp_link_bound{${node}})`, { unit: 'percentunit', base: 'red', limits: [[0.5, 'orange'], [1, 'green']] }),
    stat('Sent', 'Segments per second to all carriers.', `sum(rate(parley_smpp_submits_total{${node}}[$__rate_interval]))`, { unit: 'cps' }),
    stat('Waiting', 'Messages that wait for a carrier.', `sum(parley_queue_messages{${node}})`, { limits: [[10000, 'orange'], [100000, 'red']] }),
    stat('Oldest conversation', 'How long the next conversational message has waited.', `max(parley_queue_oldest_message_age_seconds{${node}, class=~"answer|conversational"})`, { unit: 's', limits: [[10, 'orange'], [60, 'red']] }),
    stat('Opt-outs violated', 'Must stay 0.', `sum(parley_opt_out_violations_total{${node}})`, { limits: [[1, 'red']] }),
    panel('Links', 'Each SMPP session: bound or not.', [[`parley_smpp_link_bound{${node}}`, '{{link}}']], { type: 'state-timeline', width: 12, mappings: upDown, base: 'red', limits: [[1, 'green']], max: 1 }),
    panel('Messages', 'Accepted, settled and received, per second.', [
        [`sum(rate(parley_messages_accepted_total{${node}}[$__rate_interval]))`, 'accepted'],
        [rate('parley_messages_settled_total', node, 'outcome'), 'settled {{outcome}}'],
        [`sum(rate(parley_inbound_messages_total{${node}}[$__rate_interval]))`, 'received']], { unit: 'cps', width: 12 }),
    panel('Answers of the carriers', 'submit_sm_resp by outcome.', [[rate('parley_smpp_answers_total', node, 'outcome'), '{{outcome}}']], { unit: 'cps', stacked: true }),
    panel('Submit latency', 'From submit_sm to its response.', [
        [quantile(0.5, 'parley_smpp_submit_duration_seconds', node, ''), 'p50'],
        [quantile(0.99, 'parley_smpp_submit_duration_seconds', node, ''), 'p99']], { unit: 's', limits: [[2, 'red']] }),
    panel('Receipts per sent segment', 'Over 30 minutes, by carrier. Below a floor of 0.1/s nothing is shown.', [[`parley:receipts:ratio30m{${node}}`, '{{carrier}}']], { unit: 'percentunit', base: 'red', limits: [[0.5, 'green']] }),
    panel('What holds queues up', 'Why what waits for a carrier does not go; nothing: it moves.', [[`max by (carrier, cause) (parley_queue_waits_for{${node}})`, '{{carrier}}: {{cause}}']], { type: 'state-timeline', mappings: holdsOrNot, limits: [[1, 'orange']], max: 1 }),
    panel('Answers of the API', 'By status, per second.', [[rate('parley_http_requests_total', node, 'code'), '{{code}}']], { unit: 'reqps', stacked: true }),
    panel('Opt-outs and their confirmations', 'Opt-outs per minute, and how long the slowest of a hundred confirmations took to leave.', [
        [`60 * sum(rate(parley_opt_outs_total{${node}}[$__rate_interval]))`, 'opt-outs/min'],
        [quantile(0.99, 'parley_opt_out_confirmation_delay_seconds', node, ''), 'confirmation p99 in s']], {}),
]];

const carriers = ['carriers', 'Carriers and links', true, [
    panel('Links', 'Each SMPP session: bound or not.', [[`parley_smpp_link_bound{${carrier}}`, '{{link}}']], { type: 'state-timeline', width: 12, mappings: upDown, base: 'red', limits: [[1, 'green']], max: 1 }),
    panel('Time since the link changed', 'Small again and again: the link flaps.', [[`time() - parley_smpp_link_state_changed_timestamp_seconds{${carrier}}`, '{{link}}']], { unit: 's', width: 12 }),
    panel('Submits', 'Segments per second, with the configured ceiling where there is one.', [
        [rate('parley_smpp_submits_total', carrier, 'carrier'), '{{carrier}}'],
        [`sum by (carrier) (parley_carrier_throughput{${carrier}})`, '{{carrier}} allowed now (0: no limit)'],
        [`sum by (carrier) (parley_carrier_throughput_limit{${carrier}})`, '{{carrier}} ceiling (0: none)']], { unit: 'cps' }),
    panel('Answers', 'submit_sm_resp by carrier and outcome.', [[rate('parley_smpp_answers_total', carrier, 'carrier, outcome'), '{{carrier}} {{outcome}}']], { unit: 'cps', stacked: true }),
    panel('Throttled', 'Share of the submits that the carrier throttles.', [[`parley:smpp_throttled:ratio5m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', limits: [[0.01, 'red']] }),
    panel('Window', 'Share of each link\'s window that waits for answers.', [[`parley_smpp_window_in_use{${carrier}} / parley_smpp_window_size{${carrier}}`, '{{link}}']], { unit: 'percentunit', max: 1, limits: [[0.9, 'red']] }),
    panel('Submit latency p99', 'From submit_sm to its response, per link.', [[quantile(0.99, 'parley_smpp_submit_duration_seconds', carrier, 'link'), '{{link}}']], { unit: 's', limits: [[2, 'red']] }),
    panel('enquire_link round trip', 'The network and the carrier\'s front.', [[`parley_smpp_enquire_link_rtt_seconds{${carrier}}`, '{{link}}']], { unit: 's' }),
    panel('Oldest request', 'Without an answer, per link. At response_timeout it is given up on.', [[`parley_smpp_window_oldest_seconds{${carrier}}`, '{{link}}']], { unit: 's' }),
    panel('Sessions that ended', 'Per minute, by reason.', [[`60 * ${rate('parley_smpp_link_ended_total', carrier, 'carrier, reason')}`, '{{carrier}} {{reason}}']], { unit: 'cpm' }),
    panel('Binds', 'Sent, and refused by command_status, per minute.', [
        [`60 * ${rate('parley_smpp_binds_total', carrier, 'link')}`, '{{link}} sent'],
        [`60 * ${rate('parley_smpp_binds_refused_total', carrier, 'status')}`, 'refused {{status}}']], { unit: 'cpm' }),
    panel('Responses by status', 'submit_sm_resp by command_status, without ESME_ROK.', [[rate('parley_smpp_submit_responses_total', `${carrier}, status!="ESME_ROK"`, 'carrier, status'), '{{carrier}} {{status}}']], { unit: 'cps' }),
    panel('Unanswered and odd', 'Submits without an answer, and PDUs that should not have come.', [
        [rate('parley_smpp_unanswered_total', carrier, 'carrier, reason'), '{{carrier}} unanswered: {{reason}}'],
        [rate('parley_smpp_oddities_total', carrier, 'carrier, kind'), '{{carrier}} {{kind}}'],
        [`sum by (carrier) (parley_uncertain_messages{${carrier}})`, '{{carrier}} messages held as uncertain']]),
    panel('PDUs', 'Read and written, by type.', [[rate('parley_smpp_pdus_total', carrier, 'direction, type'), '{{direction}} {{type}}']], { unit: 'cps' }),
    panel('State of the links', 'Where each link is between waiting and bound.', [[`parley_smpp_link_state{${carrier}} == 1`, '{{link}}: {{state}}']], { type: 'state-timeline', width: 12, mappings: here1, limits: [[1, 'green']], max: 1 }),
    panel('Resting after throttling', 'While the carrier said that we are too fast.', [[`parley_carrier_paused{${carrier}}`, '{{carrier}}']], { type: 'state-timeline', width: 12, mappings: pausedOrNot, limits: [[1, 'orange']], max: 1 }),
]];

const queue = ['queue', 'Queue and latency', true, [
    panel('Waiting', 'Messages that wait for the carrier, by class.', [[`sum by (carrier, class) (parley_queue_messages{${carrier}})`, '{{carrier}} {{class}}']], { width: 12, stacked: true }),
    panel('Oldest by class', 'How long the next message of each lane has waited.', [[`max by (class) (parley_queue_oldest_message_age_seconds{${carrier}})`, '{{class}}']], { unit: 's', width: 12, limits: [[60, 'orange'], [900, 'red']] }),
    panel('From acceptance to the first submit', 'What a caller\'s message waits for us.', [
        [quantile(0.5, 'parley_accept_to_submit_seconds', node, ''), 'p50'],
        [quantile(0.95, 'parley_accept_to_submit_seconds', node, ''), 'p95'],
        [quantile(0.99, 'parley_accept_to_submit_seconds', node, ''), 'p99']], { unit: 's', width: 12 }),
    panel('From submit to response', 'What it waits for the carrier.', [
        [quantile(0.5, 'parley_smpp_submit_duration_seconds', carrier, 'carrier'), '{{carrier}} p50'],
        [quantile(0.99, 'parley_smpp_submit_duration_seconds', carrier, 'carrier'), '{{carrier}} p99']], { unit: 's', width: 12, limits: [[2, 'red']] }),
    panel('What holds queues up', 'Why what waits for a carrier does not go; nothing: it moves.', [[`max by (carrier, cause) (parley_queue_waits_for{${carrier}})`, '{{carrier}}: {{cause}}']], { type: 'state-timeline', width: 12, mappings: holdsOrNot, limits: [[1, 'orange']], max: 1 }),
    panel('Burst used', 'At 100 % the configured throughput is the limit.', [[`max by (carrier) (parley_carrier_burst_used_ratio{${carrier}})`, '{{carrier}}']], { unit: 'percentunit', width: 12, max: 1, limits: [[0.95, 'orange']] }),
    panel('Limits of a day', 'Spent share of what senders, campaigns and brands may send from midnight to midnight.', [[`max by (carrier, limit) (parley_carrier_limit_day_spent_ratio{${carrier}})`, '{{carrier}} {{limit}}']], { unit: 'percentunit', width: 12, max: 1, limits: [[0.9, 'orange']] }),
    panel('Rates of limits', 'At 100 % the rate of this limit is what holds its messages up.', [[`max by (carrier, limit) (parley_carrier_limit_burst_used_ratio{${carrier}})`, '{{carrier}} {{limit}}']], { unit: 'percentunit', width: 12, max: 1, limits: [[0.95, 'orange']] }),
    panel('Live', 'Unsettled messages in memory and on disk, conversations on their way.', [
        [`sum(parley_live_messages{${node}})`, 'in memory'],
        [`sum(parley_messages_on_disk{${node}})`, 'on disk'],
        [`sum(parley_conversations_in_flight{${node}})`, 'conversations'],
        [`sum(parley_conversation_backlog_messages{${node}})`, 'behind others of their conversation'],
        [`sum(parley_messages_held{${node}})`, 'held until send_at']]),
    panel('Refused at intake', 'By reason.', [[rate('parley_messages_refused_total', node, 'reason'), '{{reason}}']], { unit: 'cps', stacked: true }),
    panel('Failovers', 'Messages handed on to the route\'s next carrier.', [[rate('parley_failovers_total', carrier, 'carrier'), 'away from {{carrier}}']], { unit: 'cps' }),
]];

const receipts = ['receipts', 'Receipts', true, [
    panel('Receipts per sent segment', 'Over 30 minutes.', [[`parley:receipts:ratio30m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', width: 12, base: 'red', limits: [[0.5, 'green']] }),
    panel('Lag', 'From submit_sm_resp to the final receipt.', [
        [quantile(0.5, 'parley_receipt_lag_seconds', carrier, 'carrier'), '{{carrier}} p50'],
        [quantile(0.95, 'parley_receipt_lag_seconds', carrier, 'carrier'), '{{carrier}} p95']], { unit: 's', width: 12 }),
    panel('By match', 'matched; early: before the response, matched later; repeated; expired: no message of ours.', [[rate('parley_receipts_total', carrier, 'match'), '{{match}}']], { unit: 'cps', width: 6 }),
    panel('Unmatched', 'Share of the receipts for which there is no message.', [[`parley:receipts_expired:ratio15m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', width: 6, limits: [[0.005, 'red']] }),
    panel('Unmatched by reason', 'never_came: no message under that id within the hour; table_full: too many of these; no_id, unreadable: it names no message. parley receipts shows the last of them.', [[rate('parley_receipts_unmatched_total', carrier, 'carrier, reason'), '{{carrier}} {{reason}}']], { unit: 'cps', width: 6 }),
    panel('Awaited and early', 'Segments in memory that wait for a receipt, and receipts that wait for their response.', [
        [`sum by (carrier) (parley_receipts_awaited{${carrier}})`, '{{carrier}} awaited'],
        [`sum by (carrier) (parley_receipts_early_held{${carrier}})`, '{{carrier}} early']], { width: 6 }),
    panel('Asked', 'What carriers were asked about messages that they have: query_sm for overdue receipts, cancel_sm and replace_sm for callers.', [[rate('parley_smpp_inquiries_total', carrier, 'carrier, operation, result'), '{{carrier}} {{operation}} {{result}}']], { unit: 'cps', width: 24 }),
    panel('By state', 'What the receipts say.', [[rate('parley_receipts_by_state_total', carrier, 'carrier, state'), '{{carrier}} {{state}}']], { unit: 'cps', stacked: true, width: 12 }),
    panel('Why messages were not delivered', 'Messages whose final state is not delivered, by reason.', [[rate('parley_messages_not_delivered_total', node, 'reason'), '{{reason}}']], { unit: 'cps', stacked: true, width: 12 }),
    panel('Outcomes', 'Messages in a final state.', [[rate('parley_messages_settled_total', node, 'outcome'), '{{outcome}}']], { unit: 'cps', stacked: true, width: 12 }),
    panel('Lag p95 over an hour', 'What the alert compares with the week\'s norm.', [[`parley:receipt_lag_seconds:p95_1h{${carrier}}`, '{{carrier}}']], { unit: 's', width: 12 }),
]];

const compliance = ['compliance', 'Compliance', false, [
    stat('Opt-outs violated', 'submit_sm to somebody who opted out. Must stay 0.', `sum(parley_opt_out_violations_total{${node}})`, { width: 6, limits: [[1, 'red']] }),
    stat('Opt-outs in force', 'Every shard knows all of them.', `max(parley_suppressions{${node}})`, { width: 6 }),
    stat('Opt-outs today', 'During the last 24 hours.', `sum(increase(parley_opt_outs_total{${node}}[24h]))`, { width: 6 }),
    stat('Stopped at the gate today', 'Messages that waited when their recipient opted out.', `sum(increase(parley_blocked_at_window_total{${node}}[24h]))`, { width: 6 }),
    panel('Opt-outs and opt-ins', 'Per minute.', [
        [`60 * ${rate('parley_opt_outs_total', node, 'rule')}`, 'opt-outs: {{rule}}'],
        [`60 * ${rate('parley_opt_ins_total', node, 'source')}`, 'opt-ins: {{source}}']], { unit: 'cpm' }),
    panel('Blocked', 'At intake because of an opt-out, and at the gate\'s last look.', [
        [`sum(rate(parley_messages_refused_total{${node}, reason="suppressed"}[$__rate_interval]))`, 'at intake'],
        [`sum(rate(parley_blocked_at_window_total{${node}}[$__rate_interval]))`, 'at the last look']], { unit: 'cps' }),
    panel('Confirmations waiting', 'Age of the next opt-out confirmation or answer to HELP.', [[`max by (carrier) (parley_queue_oldest_message_age_seconds{${node}, class="answer"})`, '{{carrier}}']], { unit: 's', limits: [[240, 'red']] }),
    panel('Confirmation delay', 'From an opt-out to the submit of its confirmation; after 300 s it may not be sent.', [
        [quantile(0.5, 'parley_opt_out_confirmation_delay_seconds', node, ''), 'p50'],
        [quantile(0.99, 'parley_opt_out_confirmation_delay_seconds', node, ''), 'p99']], { unit: 's', limits: [[240, 'red']] }),
    panel('Confirmations lost', 'Refused, or not sent within five minutes, during the last hour.', [[`sum(increase(parley_opt_out_confirmations_lost_total{${node}}[1h]))`, 'lost']], { limits: [[1, 'red']] }),
    panel('What was heard', 'Received messages by what they were taken for, per minute. review: a person should read them.', [[`60 * ${rate('parley_inbound_heard_total', node, 'as')}`, '{{as}}']], { unit: 'cpm' }),
    panel('Received', 'Messages, segments that wait for the others, and messages delivered without some parts.', [
        [`sum(rate(parley_inbound_messages_total{${node}}[$__rate_interval]))`, 'messages/s'],
        [rate('parley_inbound_segments_total', node, 'carrier'), '{{carrier}} segments/s'],
        [`sum(parley_inbound_parts_pending{${node}})`, 'segments pending'],
        [`sum(rate(parley_inbound_incomplete_total{${node}}[$__rate_interval]))`, 'incomplete/s'],
        [`sum(rate(parley_inbound_repeated_total{${node}}[$__rate_interval]))`, 'repeated parts/s'],
        [`sum(rate(parley_inbound_refused_total{${node}}[$__rate_interval]))`, 'put off/s']], { width: 12 }),
    panel('From deliver_sm to its response', 'What the carrier waits for our thanks; an opt-out is in force on every shard before.', [
        [quantile(0.5, 'parley_smpp_deliver_duration_seconds', node, 'carrier'), '{{carrier}} p50'],
        [quantile(0.99, 'parley_smpp_deliver_duration_seconds', node, 'carrier'), '{{carrier}} p99']], { unit: 's', width: 12 }),
]];

const conversations = ['conversations', 'Conversations', false, [
    stat('Wait for an answer', 'Contacts whose last message has no answer of ours.', `sum(parley_conversations_unanswered{${node}})`, { width: 6 }),
    stat('Longest wait', 'Of a contact that still waits.', `max(parley_conversation_unanswered_oldest_age_seconds{${node}})`, { width: 6, unit: 's', limits: [[3600, 'orange'], [86400, 'red']] }),
    stat('First response', 'Half of the contacts had an answer of ours within this time, over the last hour.', `histogram_quantile(0.5, sum by (le) (rate(parley_conversation_first_response_seconds_bucket{${node}}[1h])))`, { width: 6, unit: 's', limits: [[300, 'orange'], [3600, 'red']] }),
    stat('Reply rate', 'Replies per conversational message of ours, over the last hour.', `sum(rate(parley_conversation_replies_total{${node}, class="conversational"}[1h])) / sum(rate(parley_messages_accepted_total{${node}, class="conversational"}[1h]))`, { width: 6, unit: 'percentunit' }),
    panel('First response', 'From a contact\'s first message without an answer to ours.', [
        [quantile(0.5, 'parley_conversation_first_response_seconds', node, ''), 'p50'],
        [quantile(0.95, 'parley_conversation_first_response_seconds', node, ''), 'p95']], { unit: 's', width: 12 }),
    panel('Their replies', 'From our last message to the contact\'s reply.', [
        [quantile(0.5, 'parley_conversation_reply_seconds', node, ''), 'p50'],
        [quantile(0.95, 'parley_conversation_reply_seconds', node, ''), 'p95']], { unit: 's', width: 12 }),
    panel('Replies', 'Per minute, by the class of what we had said.', [[`60 * ${rate('parley_conversation_replies_total', node, 'class')}`, '{{class}}']], { unit: 'cpm' }),
    panel('Accepted', 'Messages by class, per second.', [[rate('parley_messages_accepted_total', node, 'class'), '{{class}}']], { unit: 'cps', stacked: true }),
    panel('Segments', 'By encoding: ucs2 costs about twice as much.', [[rate('parley_segments_accepted_total', node, 'encoding'), '{{encoding}}']], { unit: 'cps', stacked: true }),
    panel('Waiting over time', 'Contacts that wait for an answer of ours.', [[`sum(parley_conversations_unanswered{${node}})`, 'contacts']], { width: 24 }),
]];

const api = ['api', 'API', false, [
    panel('Requests by route', 'Answers per second.', [[rate('parley_http_requests_total', node, 'route'), '{{route}}']], { unit: 'reqps', width: 12 }),
    panel('Answers by code', 'Per second.', [[rate('parley_http_requests_total', node, 'code'), '{{code}}']], { unit: 'reqps', width: 12, stacked: true }),
    panel('Duration p99 by route', 'From a whole request to its answer.', [[quantile(0.99, 'parley_http_request_duration_seconds', node, 'route'), '{{route}}']], { unit: 's', width: 12 }),
    panel('Duration of all', 'From a whole request to its answer.', [
        [quantile(0.5, 'parley_http_request_duration_seconds', node, ''), 'p50'],
        [quantile(0.95, 'parley_http_request_duration_seconds', node, ''), 'p95'],
        [quantile(0.99, 'parley_http_request_duration_seconds', node, ''), 'p99']], { unit: 's', width: 12 }),
    panel('Refused messages', 'By reason.', [[rate('parley_messages_refused_total', node, 'reason'), '{{reason}}']], { unit: 'cps' }),
    panel('Connections', 'Open, and turned away because there were too many.', [
        [`sum(parley_http_connections{${node}})`, 'open'],
        [`sum(rate(parley_http_connections_refused_total{${node}}[$__rate_interval]))`, 'refused/s'],
        [`sum(rate(parley_http_request_timeouts_total{${node}}[$__rate_interval]))`, 'too slow/s']]),
    panel('Event stream', 'Subscribers, and those dropped because they read too slowly.', [
        [`sum(parley_http_streams{${node}})`, 'subscribers'],
        [`sum(rate(parley_http_streams_dropped_total{${node}}[$__rate_interval]))`, 'dropped/s']]),
]];

const host = ['host', 'Storage and host', false, [
    stat('Store', 'Whether the store commits.', `max(parley_store_trouble{${node}})`, { mappings: [{ type: 'value', options: { 0: { text: 'good', color: 'green' }, 1: { text: 'trouble', color: 'red' } } }], limits: [[1, 'red']] }),
    panel('Disk free', 'Of the file system of node.data_dir.', [[`min by (instance) (parley_disk_free_bytes{${node}} / parley_disk_size_bytes{${node}})`, '{{instance}}']], { type: 'gauge', width: 5, height: 4, unit: 'percentunit', max: 1, base: 'red', limits: [[0.15, 'orange'], [0.25, 'green']] }),
    panel('Message memory', 'Of what messages, the store and the operator table may take.', [[`max by (instance) (parley:memory_used:ratio{${node}})`, '{{instance}}']], { type: 'gauge', width: 5, height: 4, unit: 'percentunit', max: 1, limits: [[0.7, 'orange'], [0.9, 'red']] }),
    stat('Up for', 'Since the last start.', `min(time() - parley_process_start_time_seconds{${node}})`, { unit: 's', width: 5 }),
    stat('Set up as', 'Node, shards and durability.', `parley_node_info{${node}}`, { width: 5 }),
    panel('Commit time', 'From offering a section to its durability, and the write with its sync alone.', [
        [quantile(0.5, 'parley_store_commit_seconds', node, ''), 'p50'],
        [quantile(0.99, 'parley_store_commit_seconds', node, ''), 'p99'],
        [quantile(0.99, 'parley_store_write_seconds', node, ''), 'write p99']], { unit: 's', limits: [[0.1, 'red']] }),
    panel('Memory', 'Of the process, of unsettled messages, of the store.', [
        [`sum by (instance) (parley_process_resident_memory_bytes{${node}})`, '{{instance}} process'],
        [`sum by (instance) (parley_memory_live_bytes{${node}})`, '{{instance}} messages'],
        [`sum by (instance) (parley_store_memory_bytes{${node}})`, '{{instance}} store']], { unit: 'bytes' }),
    panel('Processor', 'Cores in use.', [[`sum by (instance) (rate(parley_process_cpu_seconds_total{${node}}[$__rate_interval]))`, '{{instance}}']], { unit: 'short' }),
    panel('Threads', 'Share of a core that each kind of thread uses; a shard near 100 % is full.', [[rate('parley_thread_cpu_seconds_total', node, 'instance, thread'), '{{instance}} {{thread}}']], { unit: 'percentunit', limits: [[0.9, 'orange']] }),
    panel('Disk', 'Free on the file system of node.data_dir, and what the store takes of it.', [
        [`min by (instance) (parley_disk_free_bytes{${node}})`, '{{instance}} free'],
        [`sum by (instance) (parley_store_disk_bytes{${node}})`, '{{instance}} store']], { unit: 'bytes' }),
    panel('File descriptors', 'Open, and how many may be.', [
        [`sum by (instance) (parley_process_open_fds{${node}})`, '{{instance}} open'],
        [`sum by (instance) (parley_process_max_fds{${node}})`, '{{instance}} limit']]),
    panel('Configuration', 'Since when the one in force has been, times that the file was read again, and 1 while the last reading was refused.', [
        [`time() - max by (instance) (parley_config_last_load_timestamp_seconds{${node}})`, '{{instance}} in force for, s'],
        [`sum by (instance, outcome) (increase(parley_config_reloads_total{${node}}[$__rate_interval]))`, '{{instance}} {{outcome}}'],
        [`max by (instance) (parley_config_trouble{${node}})`, '{{instance}} refused']]),
    panel('Operator table', 'Rows in use, and the memory that they take.', [
        [`max by (instance) (parley_operator_table_rows{${node}})`, '{{instance}} rows'],
        [`max by (instance) (parley_operator_table_bytes{${node}})`, '{{instance}} octets']]),
    stat('Operator table read', 'When the table in use was read; 1970: there is none.', `max(parley_operator_table_loaded_timestamp_seconds{${node}}) * 1000`, { unit: 'dateTimeAsIso', width: 8 }),
    stat('Operator table file', 'Whether the file is the table in use.', `max(parley_operator_table_trouble{${node}})`, { width: 8, mappings: [{ type: 'value', options: { 0: { text: 'good', color: 'green' }, 1: { text: 'refused', color: 'orange' } } }], limits: [[1, 'orange']] }),
]];
host[3][4].options.textMode = 'name';
host[3][4].targets[0].legendFormat = '{{node}}: {{shards}} shards, {{durability}}';

// Left to right, top to bottom, 24 columns.
function place(panels) {
    let x = 0, y = 0, row = 0;
    return panels.map(({ width, height, ...rest }, index) => {
        if (x + width > 24) { x = 0; y += row; row = 0; }
        const placed = { id: index + 1, ...rest, gridPos: { x, y, w: width, h: height } };
        x += width;
        row = Math.max(row, height);
        return placed;
    });
}

const choice = (name, label, query) => ({
    name, label, type: 'query', datasource: source, refresh: 2, sort: 1,
    query: { query, refId: name }, multi: true, includeAll: true, allValue: '.*', hide: 0, options: [],
    current: { selected: true, text: ['All'], value: ['$__all'] },
});

function dashboard([name, title, byCarrier, panels]) {
    const variables = [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1, hide: 0, multi: false, includeAll: false, options: [] },
        choice('instance', 'Node', 'label_values(parley_node_info, instance)'),
    ];
    if (byCarrier) variables.push(choice('carrier', 'Carrier', `label_values(parley_smpp_link_bound{${node}}, carrier)`));
    return {
        uid: `parley-${name}`, title: `Parley: ${title}`, tags: ['parley'], schemaVersion: 38, version: 1,
        editable: true, graphTooltip: 1, refresh: '10s', timezone: 'browser', time: { from: 'now-1h', to: 'now' },
        annotations: { list: [] },
        links: [{ type: 'dashboards', title: 'Parley', tags: ['parley'], asDropdown: false, includeVars: true, keepTime: true, targetBlank: false, icon: 'external link', tooltip: '', url: '' }],
        templating: { list: variables },
        panels: place(panels),
    };
}

let stale = 0;
for (const each of [overview, carriers, queue, receipts, conversations, compliance, api, host]) {
    const path = join(here, `${each[0]}.json`);
    const text = `${JSON.stringify(dashboard(each), null, 2)}\n`;
    if (!process.argv.includes('--check')) {
        writeFileSync(path, text);
    } else if (readFileSync(path, 'utf8') !== text) {
        console.error(`${path} is stale: run node metrics/dashboards/generate.mjs`);
        stale = 1;
    }
}
process.exitCode = stale;
