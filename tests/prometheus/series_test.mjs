// Label values come from the configuration and from fixed lists: nothing that callers, contacts or
// carriers bring makes a new series, or Prometheus would pay for every one of them for weeks.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rig, request, sender, until } from '../support/rig.mjs';

const rig = new Rig();
test.after(() => rig.stop());

async function series() {
    const { text } = await request(rig.http, 'GET', '/metrics');
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')));
}

async function load(...args) {
    const child = rig.load('--mode', 'array', '--batch', '250', '--connections', '4', '--text-length', '40', '--obey-retry-after',
        '--rate', '40000', ...args);
    const { code } = await child.ended;
    assert.equal(code, 0, child.err);
    return JSON.parse(child.out.trim().split('\n').at(-1)).accepted;
}

// Handsets that write, some of them STOP.
async function inbound(first, count) {
    const before = await rig.metric('parley_inbound_messages_total');
    const answer = await request(rig.control, 'POST', '/mo_burst',
        { rate: 500, count, first, from_prefix: '+1557', to: [sender], texts: ['Hello {n}'], stop_share: 0.1 });
    assert.equal(answer.status, 200, answer.text);
    await until('they have written', async () => (await rig.metric('parley_inbound_messages_total')) >= before + count);
}

test('a million contacts, and numbers and paths that nobody knows, add no series', async () => {
    await rig.prepare();
    await rig.startSim('--receipt-states', 'DELIVRD:95,UNDELIV:5', '--refusals', JSON.stringify([{ number: '+15580*', status: 'ESME_RINVDSTADR', chance: 0.01 }]));
    await rig.startEngine();
    await rig.bound();
    await load('--messages', '1000', '--to-prefix', '+1556');
    await inbound(0, 100);
    const before = new Set(await series());

    // In rounds: what the engine refuses because it is full is another contact's in the next.
    for (let accepted = 0, marker = 0; accepted < 1e6; marker += 250000) {
        assert.ok(marker < 5e6, `${accepted} accepted of ${marker}`);
        accepted += await load('--messages', '250000', '--to-prefix', '+1558', '--first-marker', String(marker));
    }
    await inbound(1000, 2000);
    for (let i = 0; i < 200; ++i) {
        await request(rig.http, 'GET', `/nobody/knows/${i}`);
        await request(rig.http, 'GET', `/v1/messages/${i}00000000`);
        await request(rig.http, 'POST', '/v1/messages', { from: `+1999${i}`, to: `nobody ${i}`, text: `x${i}` });
    }
    // A route counts a status when it first answers with it: as many as there are statuses.
    const added = (await series()).filter((each) => !before.has(each));
    const surprising = added.filter((each) => !/^parley_http_requests_total\{code="[245]\d\d",route="[a-z0-9\/{}]+"\}$/.test(each));
    assert.deepEqual(surprising, []);
    assert.ok(added.length <= 6, added.join('\n'));
});
