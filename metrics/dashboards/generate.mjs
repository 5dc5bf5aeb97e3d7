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
]];

const carriers = ['carriers', 'Carriers and links', true, [
    panel('Links', 'Each SMPP session: bound or not.', [[`parley_smpp_link_bound{${carrier}}`, '{{link}}']], { type: 'state-timeline', width: 12, mappings: upDown, base: 'red', limits: [[1, 'green']], max: 1 }),
    panel('Time since the link changed', 'Small again and again: the link flaps.', [[`time() - parley_smpp_link_state_changed_timestamp_seconds{${carrier}}`, '{{link}}']], { unit: 's', width: 12 }),
    panel('Submits', 'Segments per second, with the configured ceiling where there is one.', [
        [rate('parley_smpp_submits_total', carrier, 'carrier'), '{{carrier}}'],
        [`sum by (carrier) (parley_carrier_throughput_limit{${carrier}})`, '{{carrier}} ceiling (0: none)']], { unit: 'cps' }),
    panel('Answers', 'submit_sm_resp by carrier and outcome.', [[rate('parley_smpp_answers_total', carrier, 'carrier, outcome'), '{{carrier}} {{outcome}}']], { unit: 'cps', stacked: true }),
    panel('Throttled', 'Share of the submits that the carrier throttles.', [[`parley:smpp_throttled:ratio5m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', limits: [[0.01, 'red']] }),
    panel('Window', 'Share of each link\'s window that waits for answers.', [[`parley_smpp_window_in_use{${carrier}} / parley_smpp_window_size{${carrier}}`, '{{link}}']], { unit: 'percentunit', max: 1, limits: [[0.9, 'red']] }),
    panel('Submit latency p99', 'From submit_sm to its response, per link.', [[quantile(0.99, 'parley_smpp_submit_duration_seconds', carrier, 'link'), '{{link}}']], { unit: 's', limits: [[2, 'red']] }),
    panel('enquire_link round trip', 'The network and the carrier\'s front.', [[`parley_smpp_enquire_link_rtt_seconds{${carrier}}`, '{{link}}']], { unit: 's' }),
    panel('Oldest request', 'Without an answer, per link. At response_timeout it is given up on.', [[`parley_smpp_window_oldest_seconds{${carrier}}`, '{{link}}']], { unit: 's' }),
    panel('Sessions that ended', 'Per minute, by reason.', [[`60 * ${rate('parley_smpp_link_ended_total', carrier, 'link, reason')}`, '{{link}} {{reason}}']], { unit: 'cpm' }),
    panel('Unanswered and odd', 'Submits without an answer or with a late one, and PDUs that should not have come.', [
        [rate('parley_smpp_late_answers_total', carrier, 'link'), '{{link}} late'],
        [rate('parley_smpp_unanswered_total', carrier, 'carrier'), '{{carrier}} unanswered'],
        [rate('parley_smpp_oddities_total', carrier, 'link'), '{{link}} oddities']], { unit: 'cps' }),
    panel('Resting after throttling', 'While the carrier said that we are too fast.', [[`parley_carrier_paused{${carrier}}`, '{{carrier}}']], { type: 'state-timeline', mappings: pausedOrNot, limits: [[1, 'orange']], max: 1 }),
]];

const queue = ['queue', 'Queue and latency', true, [
    panel('Waiting', 'Messages that wait for the carrier.', [[`sum by (carrier) (parley_queue_messages{${carrier}})`, '{{carrier}}']], { width: 12 }),
    panel('Oldest by class', 'How long the next message of each lane has waited.', [[`max by (class) (parley_queue_oldest_message_age_seconds{${carrier}})`, '{{class}}']], { unit: 's', width: 12, limits: [[60, 'orange'], [900, 'red']] }),
    panel('From acceptance to the first submit', 'What a caller\'s message waits for us.', [
        [quantile(0.5, 'parley_accept_to_submit_seconds', node, ''), 'p50'],
        [quantile(0.95, 'parley_accept_to_submit_seconds', node, ''), 'p95'],
        [quantile(0.99, 'parley_accept_to_submit_seconds', node, ''), 'p99']], { unit: 's', width: 12 }),
    panel('From submit to response', 'What it waits for the carrier.', [
        [quantile(0.5, 'parley_smpp_submit_duration_seconds', carrier, 'carrier'), '{{carrier}} p50'],
        [quantile(0.99, 'parley_smpp_submit_duration_seconds', carrier, 'carrier'), '{{carrier}} p99']], { unit: 's', width: 12, limits: [[2, 'red']] }),
    panel('Live', 'Unsettled messages in memory and on disk, conversations on their way.', [
        [`sum(parley_live_messages{${node}})`, 'in memory'],
        [`sum(parley_messages_on_disk{${node}})`, 'on disk'],
        [`sum(parley_conversations_in_flight{${node}})`, 'conversations']]),
    panel('Refused at intake', 'By reason.', [[rate('parley_messages_refused_total', node, 'reason'), '{{reason}}']], { unit: 'cps', stacked: true }),
    panel('Failovers', 'Messages handed on to the route\'s next carrier.', [[rate('parley_failovers_total', carrier, 'carrier'), 'away from {{carrier}}']], { unit: 'cps' }),
]];

const receipts = ['receipts', 'Receipts', true, [
    panel('Receipts per sent segment', 'Over 30 minutes.', [[`parley:receipts:ratio30m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', width: 12, base: 'red', limits: [[0.5, 'green']] }),
    panel('Lag', 'From submit_sm_resp to the final receipt.', [
        [quantile(0.5, 'parley_receipt_lag_seconds', carrier, 'carrier'), '{{carrier}} p50'],
        [quantile(0.95, 'parley_receipt_lag_seconds', carrier, 'carrier'), '{{carrier}} p95']], { unit: 's', width: 12 }),
    panel('By match', 'matched; early: before the response, matched later; repeated; expired: no message of ours.', [[rate('parley_receipts_total', carrier, 'match'), '{{match}}']], { unit: 'cps' }),
    panel('Unmatched', 'Share of the receipts for which there is no message.', [[`parley:receipts_expired:ratio15m{${carrier}}`, '{{carrier}}']], { unit: 'percentunit', limits: [[0.005, 'red']] }),
    panel('Awaited', 'Segments in memory that wait for a receipt.', [[`sum by (carrier) (parley_receipts_awaited{${carrier}})`, '{{carrier}}']]),
    panel('Outcomes', 'Messages in a final state.', [[rate('parley_messages_settled_total', node, 'outcome'), '{{outcome}}']], { unit: 'cps', stacked: true, width: 12 }),
    panel('Lag p95 over an hour', 'What the alert compares with the week\'s norm.', [[`parley:receipt_lag_seconds:p95_1h{${carrier}}`, '{{carrier}}']], { unit: 's', width: 12 }),
]];

const compliance = ['compliance', 'Compliance', false, [
    stat('Opt-outs violated', 'submit_sm to somebody who opted out. Must stay 0.', `sum(parley_opt_out_violations_total{${node}})`, { width: 6, limits: [[1, 'red']] }),
    stat('Opt-outs in force', 'Every shard knows all of them.', `max(parley_suppressions{${node}})`, { width: 6 }),
    stat('Opt-outs today', 'During the last 24 hours.', `sum(increase(parley_opt_outs_total{${node}}[24h]))`, { width: 6 }),
    stat('Stopped at the gate today', 'Messages that waited when their recipient opted out.', `sum(increase(parley_blocked_at_window_total{${node}}[24h]))`, { width: 6 }),
    panel('Opt-outs and opt-ins', 'Per minute.', [
        [`60 * sum(rate(parley_opt_outs_total{${node}}[$__rate_interval]))`, 'opt-outs'],
        [`60 * sum(rate(parley_opt_ins_total{${node}}[$__rate_interval]))`, 'opt-ins']], { unit: 'cpm' }),
    panel('Blocked', 'At intake because of an opt-out, and at the gate\'s last look.', [
        [`sum(rate(parley_messages_refused_total{${node}, reason="suppressed"}[$__rate_interval]))`, 'at intake'],
        [`sum(rate(parley_blocked_at_window_total{${node}}[$__rate_interval]))`, 'at the last look']], { unit: 'cps' }),
    panel('Confirmations waiting', 'Age of the next opt-out confirmation or answer to HELP.', [[`max by (carrier) (parley_queue_oldest_message_age_seconds{${node}, class="answer"})`, '{{carrier}}']], { unit: 's', limits: [[240, 'red']] }),
    panel('Received', 'Messages, segments that wait for the others, and messages delivered without some parts.', [
        [`sum(rate(parley_inbound_messages_total{${node}}[$__rate_interval]))`, 'messages/s'],
        [rate('parley_inbound_segments_total', node, 'carrier'), '{{carrier}} segments/s'],
        [`sum(parley_inbound_parts_pending{${node}})`, 'segments pending'],
        [`sum(rate(parley_inbound_incomplete_total{${node}}[$__rate_interval]))`, 'incomplete/s']], { width: 24 }),
]];

const api = ['api', 'API', false, [
    panel('Requests by route', 'Answers per second.', [[rate('parley_http_requests_total', node, 'route'), '{{route}}']], { unit: 'reqps', width: 12 }),
    panel('Answers by code', 'Per second.', [[rate('parley_http_requests_total', node, 'code'), '{{code}}']], { unit: 'reqps', width: 12, stacked: true }),
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
    panel('Message memory', 'Of what unsettled messages may take.', [[`max by (instance) (parley_memory_live_bytes{${node}} / parley_memory_live_limit_bytes{${node}})`, '{{instance}}']], { type: 'gauge', width: 5, height: 4, unit: 'percentunit', max: 1, limits: [[0.7, 'orange'], [0.9, 'red']] }),
    stat('Up for', 'Since the last start.', `min(time() - parley_process_start_time_seconds{${node}})`, { unit: 's', width: 5 }),
    stat('Set up as', 'Node, shards and durability.', `parley_node_info{${node}}`, { width: 5 }),
    panel('Commit time', 'From sealing a section to its durability.', [
        [quantile(0.5, 'parley_store_commit_seconds', node, ''), 'p50'],
        [quantile(0.99, 'parley_store_commit_seconds', node, ''), 'p99']], { unit: 's', limits: [[0.1, 'red']] }),
    panel('Memory', 'Of the process, of unsettled messages, of the store.', [
        [`sum by (instance) (parley_process_resident_memory_bytes{${node}})`, '{{instance}} process'],
        [`sum by (instance) (parley_memory_live_bytes{${node}})`, '{{instance}} messages'],
        [`sum by (instance) (parley_store_memory_bytes{${node}})`, '{{instance}} store']], { unit: 'bytes' }),
    panel('Processor', 'Cores in use.', [[`sum by (instance) (rate(parley_process_cpu_seconds_total{${node}}[$__rate_interval]))`, '{{instance}}']], { unit: 'short' }),
    panel('Disk free over time', 'Of the file system of node.data_dir.', [[`min by (instance) (parley_disk_free_bytes{${node}})`, '{{instance}}']], { unit: 'bytes', width: 12 }),
    panel('File descriptors', 'Open, and how many may be.', [
        [`sum by (instance) (parley_process_open_fds{${node}})`, '{{instance}} open'],
        [`sum by (instance) (parley_process_max_fds{${node}})`, '{{instance}} limit']], { width: 12 }),
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
for (const each of [overview, carriers, queue, receipts, compliance, api, host]) {
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
