// Debian's Prometheus scrapes a running parleyd that parley-sim and parley-load keep busy, and
// evaluates everything that we ship for it: recording rules, alerts, and each query of each panel.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statfsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';

import { Rig, programs, request, sender, until } from '../support/rig.mjs';
import { complaints } from './grafana_types.mjs';
import { draw } from './picture/draw.mjs';
import { Prometheus } from './prometheus.mjs';
import { alertTests, dashboards, documented, filledIn, namesIn, panelQueries, read, root, ruleFiles } from './shipped.mjs';

const promtool = (...args) => execFileSync('promtool', args, { encoding: 'utf8', cwd: root });

const rig = new Rig();
const prometheus = new Prometheus();
let started;
const expositionOf = async () => (await request(rig.http, 'GET', '/metrics')).text;
const seriesOf = (text) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' '))).sort();

async function load(...args) {
    const child = rig.load(...args);
    const { code } = await child.ended;
    assert.equal(code, 0, child.err);
    return JSON.parse(child.out);
}

// Handsets that write, some of them STOP.
async function inbound(first, count, rate = 500) {
    const answer = await request(rig.control, 'POST', '/mo_burst',
        { rate, count, first, from_prefix: '+1557', to: [sender], texts: ['Hello {n}'], stop_share: 0.1 });
    assert.equal(answer.status, 200, answer.text);
}

before(async () => {
    await rig.prepare({ carrier: { throttle_pause: '5ms', retry_min: '50ms', retry_max: '100ms',
        limits: [{ name: 'campaign', rate: '100000/s', per_day: 1000000 }] } });
    await rig.startSim('--receipt-states', 'DELIVRD:95,UNDELIV:5', '--receipt-delay', '200ms', '--throttle-chance', '0.002',
        // Some reply, so that there are conversations; parley-load writes to them again.
        '--handsets', JSON.stringify([{ number: '+1556*', answer: 'Yes please', delay: '300ms', chance: 0.2 }]));
    started = Date.now();
    await rig.startEngine();
    await rig.bound(2);
    await prometheus.start(rig);
    await inbound(0, 500, 40);
    await load('--rate', '300', '--seconds', '12', '--contacts', '500');
});
after(async () => {
    await prometheus.stop();
    await rig.stop();
});

test('promtool accepts the rules, and every alert has a test that passes', () => {
    promtool('check', 'rules', ...ruleFiles);
    const alerts = [...read('metrics/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => `${name}.yml`);
    assert.deepEqual(alertTests, alerts.sort());
    for (const name of alertTests) {
        const text = read(`tests/prometheus/alerts/${name}`);
        assert.match(text, /name: fires\n/, name);
        assert.match(text, /name: stays silent\n/, name);
    }
    promtool('test', 'rules', ...alertTests.map((name) => join('tests/prometheus/alerts', name)));
});

test('promtool finds nothing to complain about in what the engine serves', async () => {
    const text = await expositionOf();
    const said = execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(said, '');
});

test('the engine serves what docs/reference/metrics.md lists: no more, no less, with those labels', async () => {
    const text = await expositionOf();
    const listed = documented();
    const served = new Map([...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
    assert.deepEqual([...served.keys()].sort(), [...listed.keys()].sort());
    for (const [name, type] of served) assert.equal(type, listed.get(name).type, name);
    for (const series of seriesOf(text)) {
        const name = series.replace(/\{.*/, '');
        const about = listed.get(name) ?? listed.get(name.replace(/_(bucket|sum|count)$/, ''));
        const labels = [...series.matchAll(/[{,](\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
        assert.deepEqual(labels.sort(), [...about.labels].sort(), series);
    }
});

test('every rule is evaluated without an error, and each has its section in the runbook', async () => {
    const rules = await until('all rules were evaluated', async () => {
        const all = await prometheus.rules();
        return all.every((rule) => rule.health === 'ok') && all;
    }, { seconds: 20 });
    const sections = new Set([...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name));
    const alerts = rules.filter((rule) => rule.type === 'alerting');
    assert.deepEqual([...sections].sort(), alerts.map((rule) => rule.name).sort());
    for (const { name, labels, annotations, query } of alerts) {
        assert.match(labels.severity, /^(critical|warning)$/, name);
        assert.ok(annotations.summary.length > 10, name);
        assert.equal(annotations.runbook_url, `docs/runbook.md#${name.toLowerCase()}`);
        await prometheus.query(query);
    }
});

test('rules, panels and runbook name only metrics that exist', () => {
    const known = new Set(documented().keys());
    for (const [, name] of read('metrics/rules.yml').matchAll(/- record: (\S+)/g)) known.add(name);
    const texts = { alerts: read('metrics/alerts.yml'), rules: read('metrics/rules.yml'), runbook: read('docs/runbook.md') };
    for (const { dashboard, panel, expr } of panelQueries) texts[`${dashboard} ${panel}`] = expr;
    for (const [where, text] of Object.entries(texts)) {
        for (const name of namesIn(text)) {
            assert.ok(known.has(name) || known.has(name.replace(/_bucket$/, '')), `${where}: ${name}`);
        }
    }
});

test('every query of every panel returns data', async () => {
    assert.ok(panelQueries.length > 100, `${panelQueries.length} queries only`);
    const empty = [];
    for (const { dashboard, panel, expr } of panelQueries) {
        const samples = await prometheus.query(filledIn(expr));
        const good = samples.some(({ value: [, text] }) => text !== 'NaN');
        if (!good) empty.push(`${dashboard}, ${panel}: ${expr}`);
    }
    assert.deepEqual(empty, []);
});

test('the overview can be drawn from its data, with every panel and none empty', async () => {
    const end = Math.floor(Date.now() / 1000);
    const overview = dashboards.find(({ uid }) => uid === 'parley-overview');
    const start = Math.floor(started / 1000);
    const svg = await draw(overview, (expr, step) => prometheus.range(expr, start, end, step), { start, end, scrape: 1 });
    for (const { title } of overview.panels) assert.ok(svg.includes(`>${title}<`), title);
    assert.ok(!svg.includes('No data') && !svg.includes('NaN') && !svg.includes('undefined'));
});

test('every metric is on a panel', () => {
    const shown = panelQueries.map(({ expr }) => expr).join('\n') + read('metrics/rules.yml');
    const names = new Set(namesIn(shown).map((name) => name.replace(/_bucket$/, '')));
    const missing = [...documented().keys()].filter((name) => !names.has(name));
    assert.deepEqual(missing, []);
});

test('the dashboards are what the generator writes, and whole', () => {
    execFileSync('node', ['metrics/dashboards/generate.mjs', '--check'], { cwd: root });
    assert.equal(new Set(dashboards.map(({ uid }) => uid)).size, 8);
    for (const { file, uid, title, tags, links, templating, panels, schemaVersion } of dashboards) {
        assert.match(uid, /^parley-[a-z]{3,30}$/, file);
        assert.match(title, /^Parley: /, file);
        assert.equal(schemaVersion, 38, file);
        assert.ok(links.some((link) => link.type === 'dashboards' && link.tags.every((tag) => tags.includes(tag)) && link.includeVars), file);
        const variables = new Set(templating.list.map(({ name }) => name));
        assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, file);
        const taken = new Set();
        for (const { title: name, description, type, gridPos: { x, y, w, h }, targets, fieldConfig } of panels) {
            const where = `${file}, ${name}`;
            assert.ok(['timeseries', 'stat', 'gauge', 'state-timeline'].includes(type), where);
            assert.ok(description.length > 5 && fieldConfig.defaults.unit !== '', where);
            const { steps } = fieldConfig.defaults.thresholds;
            assert.equal(steps[0].value, null, where);
            for (let i = 2; i < steps.length; ++i) assert.ok(steps[i].value > steps[i - 1].value, where);
            assert.ok(x >= 0 && x + w <= 24, where);
            for (let column = x; column < x + w; ++column) {
                for (let line = y; line < y + h; ++line) {
                    assert.ok(!taken.has(`${column},${line}`), `${where} lies upon another panel`);
                    taken.add(`${column},${line}`);
                }
            }
            for (const { expr, datasource } of targets) {
                assert.equal(datasource.uid, '${datasource}', where);
                for (const [, used] of expr.matchAll(/\$(?!__)(\w+)/g)) assert.ok(variables.has(used), `${where}: $${used}`);
            }
        }
    }
});

test('Grafana\'s own types accept the dashboards, and would not accept a slip', () => {
    const text = (file) => read(`metrics/dashboards/${file}`);
    const all = Object.fromEntries(dashboards.map(({ file }) => [file.replace('.json', ''), text(file)]));
    assert.equal(complaints(all), '');
    const slips = {  // each once, in a dashboard that is otherwise good
        mode: ['"mode": "thresholds"', '"mode": "treshholds"'],
        option: ['"justifyMode": "auto"', '"justifyModus": "auto"'],
        placement: ['"placement": "bottom"', '"placement": "middle"'],
        width: ['"w": 4', '"w": "4"'],
        type: ['"type": "timeseries"', '"type": "stat"'],
        query: ['"legendFormat"', '"legend"'],
    };
    const wrong = Object.fromEntries(Object.entries(slips).map(([name, [from, to]]) => {
        assert.ok(all.overview.includes(from), name);
        return [name, all.overview.replace(from, to)];
    }));
    const said = complaints(wrong);
    for (const name of Object.keys(slips)) assert.ok(said.includes(`/${name}.ts(`), `${name}: nobody noticed`);
});

test('what deploy/ hands to Prometheus and to the engine is accepted by them', () => {
    promtool('check', 'config', 'deploy/prometheus/prometheus.yml');
    execFileSync(resolve(programs.parleyd), ['--check', 'deploy/parley.yaml'], { cwd: root });
    const compose = read('deploy/compose.yaml');
    const [, folder] = /path: (\S+)/.exec(read('deploy/grafana/provisioning/dashboards/parley.yaml'));
    assert.ok(compose.includes(`../metrics/dashboards:${folder}:ro`));
    assert.ok(compose.includes(`_PATH: ${folder}/overview.json`));
    assert.match(read('deploy/prometheus/prometheus.yml'), /job_name: parley\n/);  // as ParleyDown asks
});

test('what the engine says of itself is what the system says of it', async () => {
    const near = (name, value, wanted, share) =>
        assert.ok(Math.abs(value - wanted) <= share * wanted, `${name}: ${value}, expected about ${wanted}`);
    const resident = rig.residentOctets();
    near('resident', await rig.metric('parley_process_resident_memory_bytes'), resident, 0.2);
    const disk = statfsSync(rig.folder);
    near('size', await rig.metric('parley_disk_size_bytes'), disk.blocks * disk.bsize, 0.001);
    near('free', await rig.metric('parley_disk_free_bytes'), disk.bavail * disk.bsize, 0.05);
    near('open', await rig.metric('parley_process_open_fds'), readdirSync(`/proc/${rig.engine.pid}/fd`).length, 0.1);
    near('start', await rig.metric('parley_process_start_time_seconds'), started / 1000, 1e-8);
    assert.ok(await rig.metric('parley_process_cpu_seconds_total') > 0.1);
    assert.equal(await rig.metric('parley_node_info', 'durability="sync",node="a1",shards="2"'), 1);
    assert.ok(await rig.metric('parley_memory_live_limit_bytes') > 100e6);
});

test('the log is one JSON object a line, with a level, and names nobody', () => {
    const lines = rig.engine.err.trim().split('\n');
    assert.ok(lines.length >= 3, rig.engine.err);
    for (const line of lines) {
        const { at, level, event, detail } = JSON.parse(line);
        assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, line);
        assert.match(level, /^(info|warning|error)$/, line);
        assert.match(event, /^[a-z_]+$/, line);
        assert.equal(typeof detail, 'string', line);
        assert.doesNotMatch(line, /\+?155\d{8}/, 'a number in the log');
        assert.ok(!line.includes('secret'), 'a password in the log');
    }
});

test('nothing fires while all is well; a carrier that goes away shows at once', async () => {
    assert.deepEqual(await prometheus.firing(), []);
    const changed = () => rig.metric('parley_smpp_link_state_changed_timestamp_seconds', 'link="acme-1"');
    const bound = await changed();
    await until('all is settled', async () => (await rig.metric('parley_live_messages')) === 0, { seconds: 30 });
    rig.sim.kill('SIGTERM');
    await rig.sim.ended;
    await until('the link is down', async () => (await rig.metric('parley_smpp_link_bound')) === 0, { seconds: 10 });
    assert.ok(await changed() > bound);
    await rig.send('+15590000001', 'Anybody there?', { class: 'conversational' });
    const age = (name) => rig.metric('parley_queue_oldest_message_age_seconds', `class="${name}"`);
    await until('it has waited for a second', async () => (await age('conversational')) > 1, { seconds: 15 });
    assert.ok(await age('conversational') < 60);
    assert.equal(await age('promotional'), 0);
    assert.equal(await rig.metric('parley_queue_messages'), 1);
    await until('the alerts are pending', async () => {
        const { alerts } = await prometheus.ask('/api/v1/alerts');
        const names = new Set(alerts.map((alert) => alert.labels.alertname));
        return names.has('ParleyCarrierDown') && names.has('ParleyLinkDown');
    }, { seconds: 15 });
});
