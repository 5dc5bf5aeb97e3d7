// What receipts make of messages, over real sockets and a real disk: sent again where the carrier's
// dialect says so, also across a SIGKILL; and those that are nobody's, at the command line.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { key, request, sender, until, withHouse } from './house.mjs';
import { RawSmsc } from './raw_smsc.mjs';

const run = promisify(execFile);
const parley = process.env.PARLEY ?? 'build/parley';
const operatorKey = 'key-ops-00001';
const contact = '+15567770001';

async function say(house, as, ...args) {
    const env = { ...process.env, PARLEY_URL: `http://127.0.0.1:${house.http}`, PARLEY_KEY: as };
    return (await run(parley, args, { env })).stdout;
}

test('what a receipt says may be tried again is sent again, once, also when the engine is killed between', () =>
    withHouse(async (house) => {
        const rule = { error: '027', name: 'absent', reaction: 'retry', wait: '3s' };
        await house.prepare({
            carrier: { retry_jitter: 0, dialect: { receipt_errors: [rule] } }, node: { spill_after: '500ms' },
        });
        await house.startSim('--keep-books', 'true', '--receipt-states', 'UNDELIV/027:1', '--receipt-delay', '1s');
        await house.startEngine();
        await house.bound();
        const id = await house.send(contact, 'hello');
        const waiting = await until('it waits to go again', async () => {
            const message = await house.message(id);
            return message.status === 'queued' && message.segments[0].error === 'sent_in_vain' ? message : null;
        });
        assert.equal(waiting.delivery.outcome, 'pending');
        assert.match(await say(house, key, 'trace', id),
            /sent in vain +receipt_UNDELIVERABLE_absent from \S+ \d+: again, after a wait/);
        await request(house.control, 'POST', '/settings', { receipt_states: 'DELIVRD:1' });
        await house.stopEngine('SIGKILL');
        await house.startEngine();
        await house.bound();
        assert.deepEqual(await house.allEnded([id], 30), { delivered: 1 });
        const message = await house.message(id);
        assert.deepEqual(message.delivery,
            { outcome: 'delivered', segments: 1, delivered: 1, failed: 0, unknown: 0, pending: 0 });
        assert.equal(message.decisions.filter(({ look }) => look === 'receipt').length, 1);
        assert.equal((await house.books()).counts.accepted, 2);
    }));

test('receipts without a message are told with their reason, and to operators alone', () =>
    withHouse(async (house) => {
        await house.prepare({ accounts: [{ id: 'ops', brand: 'demo', api_keys: [operatorKey], operator: true }] });
        const smsc = new RawSmsc(house.smpp);
        await smsc.listen();
        try {
            await house.startEngine();
            const session = await smsc.boundSession();
            const stranger = smsc.deliver(session, {
                from: contact.slice(1), to: sender.slice(1), esmClass: 4,
                text: 'id:4711 sub:001 dlvrd:000 submit date:2611240900 done date:2611240900 stat:UNDELIV err:077 text:',
            });
            await session.answer(stranger);
            const shown = await say(house, operatorKey, 'receipts');
            assert.match(shown, /waiting +4711 +\+15567770001 +\S+ +UNDELIVERABLE +077/);
            assert.match(await say(house, operatorKey, 'receipts', '--mask'), /4711 +\+\*{9}01/);
            assert.doesNotMatch(await say(house, operatorKey, 'receipts', '--reason', 'never_came'), /4711/);
            await assert.rejects(say(house, key, 'receipts'), /operators_only/);
            assert.match(await say(house, key, 'status'), /; 1 without a message/);
        } finally {
            await smsc.close();
        }
    }));
