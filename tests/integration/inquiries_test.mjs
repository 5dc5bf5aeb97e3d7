// What a carrier is asked about messages that it has, over real sockets and a real disk: query_sm,
// cancel_sm and replace_sm between parleyd and parley-sim, and the same wishes at the command line.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { json, key, request, until, withHouse } from './house.mjs';

const run = promisify(execFile);
const parley = process.env.PARLEY ?? 'build/parley';

// node: laid over the node's settings.
function withEngine(work, { carrier = {}, node = {} }, ...sim) {
    return withHouse(async (house) => {
        await house.prepare({ carrier, node });
        await house.startSim('--keep-books', 'true', ...sim);
        await house.startEngine();
        await house.bound();
        await work(house);
    });
}

// The command line; throws when it fails.
async function say(house, ...args) {
    const env = { ...process.env, PARLEY_URL: `http://127.0.0.1:${house.http}`, PARLEY_KEY: key };
    return (await run(parley, args, { env })).stdout;
}

async function change(house, method, id, body) {
    const answer = await request(house.http, method, `/v1/messages/${id}`, body);
    return { status: answer.status, ...JSON.parse(answer.text) };
}

test('a message without a receipt is asked about, across a restart, and its story says so', () => withEngine(
    async (house) => {
        const id = await house.send('+15567770001', 'hello');
        // Until its answer is on disk a crash would leave it in doubt, without an id to ask by.
        await until('its answer is on disk', async () => {
            const { carriers } = await json(house.http, '/v1/queue');
            return carriers[0].awaiting_receipt === 1 && carriers[0].in_flight === 0;
        }, { every: 10 });
        await house.stopEngine('SIGKILL');
        await house.startEngine();
        await house.bound();
        assert.deepEqual(await house.allEnded([id], 30), { undelivered: 1 });
        const message = await house.message(id);
        assert.equal(message.reason, 'receipt_UNDELIVERABLE');
        assert.equal(message.inquiries[0].operation, 'query_sm');
        assert.match(await say(house, 'trace', id), /query_sm_resp +ESME_ROK from acme, UNDELIVERABLE/);
        assert.equal(await house.metric('parley_smpp_inquiries_total', 'operation="query_sm",result="done"'), 1);
        assert.equal((await house.books()).counts.queries, 1);
    },
    { carrier: { query: { after: '1s', rate: '10/s' } }, node: { spill_after: '500ms' } },
    '--receipt-missing-chance', '1', '--receipt-states', 'UNDELIV:1'));

test('what the carrier has is replaced and canceled there, and only when it says so', () => withEngine(
    async (house) => {
        const sent = async (to, text) => {
            const id = await house.send(to, text);
            await until('it is sent', async () => (await house.message(id)).status === 'sent');
            return id;
        };
        const replaced = await sent('+15567770001', 'hello');
        assert.equal(await say(house, 'change', replaced, 'otherwise'), `${replaced}  changed, sent\n`);
        assert.equal((await house.message(replaced)).text, 'otherwise');
        const long = await sent('+15567770002', 'long '.repeat(60));
        const several = await change(house, 'PATCH', long, { text: 'short' });
        assert.deepEqual([several.status, several.code], [409, 'not_changeable']);
        assert.match(several.detail, /in 2 segments, and replace_sm changes a message of one/);
        assert.equal(await say(house, 'cancel', long), `${long}  canceled\n`);
        assert.equal((await house.message(long)).status, 'canceled');
        assert.match(await say(house, 'trace', long), /cancel_sm_resp +ESME_ROK from acme of segment 2\/2/);
        await request(house.control, 'POST', '/settings', { takes_changes: false });
        const kept = await change(house, 'DELETE', replaced);
        assert.deepEqual([kept.status, kept.code], [409, 'not_changeable']);
        assert.match(kept.detail, /ESME_RCANCELFAIL/);
        assert.equal((await house.message(replaced)).status, 'sent');
    },
    { carrier: { cancel_sm: true, replace_sm: true } },
    '--takes-changes', 'true', '--receipt-delay', '1h'));

test('a message that waits says something else from then on', () => withEngine(async (house) => {
    const later = new Date(Date.now() + 2_000).toISOString();
    const id = await house.send('+15567770001', 'hello', { send_at: later });
    const changed = await change(house, 'PATCH', id, { text: 'Привет', validity: 'PT1H' });
    assert.equal(changed.status, 'held');
    assert.equal(changed.encoding, 'ucs2');
    await house.stopEngine('SIGKILL');
    await house.startEngine();
    assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    assert.equal((await house.message(id)).text, 'Привет');
}, {}));
