// parleyd is killed with SIGKILL at random moments under load. Afterwards: what was promised is there
// and has ended, what was acknowledged is there, who said STOP heard nothing but the confirmation, and
// nothing went out twice unless the operator has chosen that.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Rig, json, request, sender, sleep, until } from '../support/rig.mjs';

const finals = new Set(['delivered', 'undelivered', 'failed', 'expired', 'unknown', 'canceled']);
const kills = Number(process.env.KILLS ?? 30);
const window = 100;
const links = 2;

async function all(port, path, name) {
    const found = [];
    for (let since = 0; ;) {
        const page = await json(port, `${path}?since=${since}&limit=10000`);
        found.push(...page[name]);
        if (page.next >= page.total || page.next === since) return found;
        since = page.next;
    }
}

// Runs `ask` for every item, some at a time.
async function each(items, ask, width = 16) {
    let next = 0;
    await Promise.all(Array.from({ length: width }, async () => {
        while (next < items.length) await ask(items[next++]);
    }));
}

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

        const promised = readFileSync(accepted, 'utf8').trim().split('\n').map((line) => line.split(' ')[0]);
        await until('the queue drains', async () => {
            const waiting = await rig.metric('parley_queue_messages');
            return waiting === 0;
        }, { seconds: 60 });
        let missing = 0;
        const statuses = {};
        const conversations = new Map();
        await each(promised, async (id) => {
            const message = await until(`${id} ends`, async () => {
                const answer = await request(rig.http, 'GET', `/v1/messages/${id}`);
                if (answer.status === 404) return { status: 'missing' };
                const found = JSON.parse(answer.text);
                return finals.has(found.status) ? found : null;
            }, { seconds: 60, every: 250 });
            if (message.status === 'missing') ++missing;
            else conversations.set(message.to, message.conversation_id);
            statuses[message.status] = (statuses[message.status] ?? 0) + 1;
        });

        // Somebody may have written before anything to that number was accepted.
        for (let cursor = ''; cursor !== undefined;) {
            const from = cursor && `&cursor=${encodeURIComponent(cursor)}`;
            const page = await json(rig.http, `/v1/conversations?limit=200${from}`);
            for (const { id, contact } of page.conversations) conversations.set(contact, id);
            cursor = page.next;
        }

        const mos = (await all(rig.control, '/books/mos', 'mos')).filter((mo) => mo.acked_us !== null);
        const heard = new Map();
        for (const mo of mos) {
            heard.set(mo.from, [...(heard.get(mo.from) ?? []), mo.text]);
        }
        const unheard = [];
        await each([...heard], async ([contact, texts]) => {
            const id = conversations.get(contact);
            const kept = [];
            for (let cursor = ''; id;) {
                const page = await json(rig.http, `/v1/conversations/${id}/messages?limit=100${cursor}`);
                kept.push(...page.messages.filter((m) => m.direction === 'inbound').map((m) => m.text));
                const next = page.next_cursor ?? page.cursor ?? page.next;
                if (!next) break;
                cursor = `&cursor=${encodeURIComponent(next)}`;
            }
            for (const text of texts) {
                const at = kept.indexOf(text);
                if (at < 0) unheard.push({ contact, text, conversation: id ?? 'unknown' });
                else kept.splice(at, 1);
            }
        });

        const stops = await json(rig.control, '/stops?after=0');
        let wrongful = 0;
        let twiceConfirmed = 0;
        for (const stop of stops.stops) {
            const others = stop.after.filter((submit) => !submit.text.includes('unsubscribed'));
            wrongful += others.length;
            if (stop.after.length - others.length > 1) ++twiceConfirmed;
        }
        const duplicates = await json(rig.control, '/books/duplicates?limit=5');
        const repeated = duplicates.duplicates;
        const counts = {
            policy, kills: killCount, promised: promised.length, statuses, missing,
            acknowledged_mo: mos.length, unheard: unheard.length, stops: stops.total, wrongful,
            twice_confirmed: twiceConfirmed, duplicates: repeated,
        };
        console.log(JSON.stringify(counts));
        assert.ok(promised.length > killCount * 50, 'there was load');
        assert.ok(stops.total > 0, 'somebody said STOP');
        assert.equal(missing, 0, 'a promised message is gone');
        assert.deepEqual(unheard, [], 'an acknowledged inbound message is gone');
        assert.equal(wrongful, 0, 'somebody who had opted out was written to');
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
