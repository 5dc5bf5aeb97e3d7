// With the carrier stopped the queue fills to its budget and says so; the process stays within it; when
// the carrier comes back everything drains.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rig, request, sender, until } from '../support/rig.mjs';

test('a stopped carrier fills the budget, callers get 429, and everything drains afterwards', async () => {
    const budget = 256 * 1024 * 1024;
    const rig = new Rig();
    try {
        await rig.prepare({ node: { memory_budget: budget } });
        await rig.startSim();
        await rig.startEngine();
        await rig.bound();
        await rig.order({ stop: true });
        const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '4',
            '--seconds', '120', '--text-length', '160');
        // The load goes on against a full queue for a while: refusing must not cost memory either.
        await until('callers are refused', async () =>
            (await rig.metric('parley_messages_refused_total', 'queue_full')) > 50000, { seconds: 100 });
        load.kill('SIGINT');
        await load.ended;
        const refused = await request(rig.http, 'POST', '/v1/messages',
            { from: sender, to: '+15560000001', text: 'one more' });
        assert.equal(refused.status, 429, refused.text);
        assert.ok(Number(refused.headers['retry-after']) >= 1, 'Retry-After says when');
        assert.equal(JSON.parse(refused.text).code, 'queue_full');
        const resident = rig.residentOctets();
        const accepted = await rig.metric('parley_messages_accepted_total');
        console.log(JSON.stringify({ budget, resident, share: resident / budget, accepted }));
        assert.ok(accepted > 10000);
        assert.ok(resident <= budget * 1.2, `${resident} octets resident, budget ${budget}`);

        await rig.order({ resume: true });
        await until('everything drains', async () =>
            (await rig.metric('parley_messages_settled_total')) === accepted, { seconds: 100, every: 500 });
        const again = await request(rig.http, 'POST', '/v1/messages',
            { from: sender, to: '+15560000001', text: 'now there is room' });
        assert.equal(again.status, 202, again.text);
        assert.ok(rig.residentOctets() <= budget * 1.2);
    } catch (error) {
        console.error(rig.engine?.err.slice(-3000));
        throw error;
    } finally {
        await rig.stop();
    }
});
