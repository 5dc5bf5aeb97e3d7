// Debian's Prometheus with our alerts, an engine, and a carrier that has the days of parley-sim's
// scenarios: what fires is what tools/carrier_sim/scenarios/alerts.json says, no more, no less.
//
// A day takes a quarter of an hour and alerts wait for up to half an hour, so the day is told ten times
// as fast, the engine's settings in step with it, and the rules' windows are a sixtieth (fast_rules.mjs).
// In proportion each trouble thus lasts six times as long as at its own speed; the rules with their true
// windows have their tests in alerts/.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Rig, sleep } from '../support/rig.mjs';
import { fastRules } from './fast_rules.mjs';
import { Prometheus } from './prometheus.mjs';
import { read } from './shipped.mjs';

const speed = 10;
const faster = 60;
const expected = JSON.parse(read('tools/carrier_sim/scenarios/alerts.json'));

// What a minute of the engine's settings becomes.
const hurried = {
    window: 100, response_timeout: '1s', bind_timeout: '1s', enquire_link_every: '3s', reconnect_min: '100ms', reconnect_max: '6s',
    throttle_pause: '100ms', retry_min: '100ms', retry_max: '6s', failover_after: '3s', uncertain_hold: '6m',
};

// { alert: minute of the day at which it first fired }
async function dayOf(scenario, seconds) {
    const rig = new Rig();
    const prometheus = new Prometheus();
    const folder = mkdtempSync(join(tmpdir(), 'parley-rules-'));
    try {
        // async: how fast this machine's disk is today has no part in the day.
        await rig.prepare({ carrier: hurried, node: { durability: 'async' } });
        await prometheus.start(rig, { rules: fastRules(folder, { faster, speed }) });
        // A carrier slow enough that a lost link always has some requests in flight.
        await rig.startSim('--scenario', scenario, '--speed', String(speed), '--set', 'response_delay=100ms..200ms');
        const begun = Date.now() / 1000;
        await rig.startEngine();
        await rig.bound();
        const load = rig.load('--rate', '400', '--seconds', String(seconds), '--text-length', '60', '--class', 'conversational');
        await sleep(seconds * 1000);
        await load.ended;
        const end = Date.now() / 1000;
        const fired = await prometheus.range('max by (alertname) (ALERTS{alertstate="firing"})', begun, end, 1);
        return Object.fromEntries(fired.map(({ metric, values }) => [metric.alertname, ((values[0][0] - begun) * speed) / 60]));
    } finally {
        await prometheus.stop();
        await rig.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}

test('on a calm day nothing fires', async () => {
    assert.deepEqual(await dayOf('calm', 30), expected.calm);
});

test('on a bad day exactly the alerts fire that should, none before its trouble', async (t) => {
    const fired = await dayOf('bad-day', 92);
    t.diagnostic(Object.entries(fired).sort((a, b) => a[1] - b[1]).map(([name, at]) => `${name} ${at.toFixed(1)}m`).join(', '));
    assert.deepEqual(Object.keys(fired).sort(), Object.keys(expected['bad-day']).sort());
    for (const [name, { since }] of Object.entries(expected['bad-day'])) {
        assert.ok(fired[name] >= since, `${name} fired at minute ${fired[name]}, before its trouble at ${since}`);
    }
});
