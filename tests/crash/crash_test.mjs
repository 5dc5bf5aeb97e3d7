// parleyd is killed with SIGKILL at random moments under load. Afterwards: what was promised is there
// and has ended, what was acknowledged is there, who said STOP heard nothing but the confirmation, and
// nothing went out twice unless the operator has chosen that.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { conversationsOf, endings, heard, promisedIn, stops as stopsOf } from '../support/books.mjs';
import { Rig, json, request, sender, sleep, until } from '../support/rig.mjs';

const kills = Number(process.env.KILLS ?? 30);
const window = 100;
const links = 2;

async function run(policy, killCount) {
    const rig = new Rig();
    try {
        await rig.prepare({
            node: { spill_after: '2s' },
            carrier: { on_uncertain: policy, uncertain_hold: '3s', response_timeout: '3s', links, window },
        });
        await rig.startSim('--keep-books', 'true', '--receipt-delay', '1ms..300ms',
            '--response-delay', '0s..5ms');
        await rig.startEngine();
        await rig.bound(links);
        const accepted = join(rig.folder, 'accepted');
        const load = rig.load('--mode', 'array', '--batch', '10', '--connections', '4', '--rate', '3000',
            '--seconds', '3600', '--contacts', '20000', '--reconnect', '--accepted-file', accepted);
        // The same people answer, and one in twenty answers STOP.
        await request(rig.control, 'POST', '/mo_burst', {
            rate: 200, count: 1000000, from_prefix: '+1556', to: sender, first: 0,
            texts: ['Yes please', 'When does it come?'], stop_share: 0.05, stop_text: 'Stop. Thank you',
        });
        for (let n = 0; n < killCount; ++n) {
            await sleep(300 + Math.random() * 700);
            rig.engine.kill('SIGKILL');
            await rig.engine.ended;
            await rig.startEngine();
        }
        await sleep(500);
        await rig.order({ cancel_bursts: true });
        load.kill('SIGINT');
        await load.ended;

        const promised = promisedIn(accepted);
        await until('the queue drains', async () => {
            const waiting = await rig.metric('parley_queue_messages');
            return waiting === 0;
        }, { seconds: 60 });
        const conversations = new Map();
        const statuses = await endings(rig, promised, (_, message) => {
            if (message) conversations.set(message.to, message.conversation_id);
        });
        // Somebody may have written before anything to that number was accepted.
        for (const [contact, id] of await conversationsOf(rig)) conversations.set(contact, id);
        const { acknowledged, unheard } = await heard(rig, conversations);
        const stops = await stopsOf(rig);
        const duplicates = await json(rig.control, '/books/duplicates?limit=5');
        const repeated = duplicates.duplicates;
        const counts = {
            policy, kills: killCount, promised: promised.length, statuses,
            acknowledged_mo: acknowledged, unheard: unheard.length, stops: stops.total, wrongful: stops.wrongful,
            twice_confirmed: stops.twiceConfirmed, duplicates: repeated,
        };
        console.log(JSON.stringify(counts));
        assert.ok(promised.length > killCount * 50, 'there was load');
        assert.ok(stops.total > 0, 'somebody said STOP');
        assert.equal(statuses.missing ?? 0, 0, 'a promised message is gone');
        assert.deepEqual(unheard, [], 'an acknowledged inbound message is gone');
        assert.equal(stops.wrongful, 0, 'somebody who had opted out was written to');
        assert.equal(await rig.metric('parley_opt_out_violations_total'), 0);
        if (policy === 'hold') assert.equal(repeated, 0, JSON.stringify(duplicates));
        else assert.ok(repeated <= killCount * links * window, JSON.stringify(duplicates));
    } catch (error) {
        console.error(rig.engine?.err.slice(-3000));
        throw error;
    } finally {
        await rig.stop();
    }
}

test('SIGKILL under load loses nothing and repeats nothing when uncertain messages are held',
    () => run('hold', Math.ceil(kills * 2 / 3)));
test('SIGKILL under load repeats at most a window per link and kill when they are sent again',
    () => run('resend', Math.ceil(kills / 3)));
