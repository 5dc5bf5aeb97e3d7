// A long day in short: parleyd under steady load in both directions, with its links cut, left half
// open and throttled, and parleyd killed with SIGKILL again and again. At the end the books of the
// simulated carrier and the engine's own are laid side by side, message by message.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { all, conversationsOf, endings, heard, promisedIn, stops as stopsOf } from '../support/books.mjs';
import { Rig, json, request, sender, sleep, until } from '../support/rig.mjs';

const budget = 256 * 1024 * 1024;
const window = 100;
const links = 2;

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// What happens within one round, at which share of it; its end is the SIGKILL.
const troubles = [
    [0.15, 'cut connections'],
    [0.35, (rate) => `throttle to ${Math.max(10, Math.round(rate / 3))}/s`],
    [0.5, 'stop throttling'],
    [0.65, 'leave connections half open'],
    [0.85, 'unbind'],
];

async function round(rig, seconds, rate) {
    const begin = Date.now();
    const at = (share) => sleep(Math.max(0, begin + share * seconds * 1000 - Date.now()));
    for (const [share, what] of troubles) {
        await at(share);
        const sentence = typeof what === 'string' ? what : what(rate);
        const { status, text } = await request(rig.control, 'POST', '/do', sentence, { raw: true });
        assert.equal(status, 200, `${sentence}: ${text}`);
    }
    await at(1);
}

function memory(rig) {
    return {
        resident_mib: Math.round(rig.residentOctets() / 2 ** 20),
        descriptors: readdirSync(`/proc/${rig.engine.pid}/fd`).length,
    };
}

// Every submit of the books by its marker; ours alone are without one.
async function submitsOf(rig) {
    const taken = new Map();
    let own = 0;
    for (const { status, text, destination } of await all(rig.control, '/books/submits', 'submits')) {
        if (status !== 0 && status !== 'ESME_ROK') continue;
        const marker = /n=(\d+)/.exec(text)?.[1];
        if (marker === undefined) {
            ++own;
            continue;
        }
        const name = `${destination} ${Number(marker)}`;
        taken.set(name, (taken.get(name) ?? 0) + 1);
    }
    return { taken, own };
}

// rounds: how many, of so many seconds each; rate: messages a second from callers, a tenth of that from
// contacts. Throws where the books disagree; gives the figures.
export async function soak({ rounds, seconds, rate, policy = 'hold', tell = () => {} }) {
    const rig = new Rig();
    try {
        await rig.prepare({
            node: { spill_after: '2s', memory_budget: budget },
            carrier: {
                on_uncertain: policy, uncertain_hold: '5s', response_timeout: '2s', enquire_link_every: '1s',
                expiries_max: 1, already_bound_wait: '1s', links, window,
            },
        });
        await rig.startSim('--keep-books', 'true', '--receipt-delay', '1ms..4s', '--response-delay', '0s..5ms',
            '--receipt-before-response-chance', '0.05', '--receipt-lead', '1ms..5ms', '--receipt-duplicate-chance', '0.02',
            '--receipt-other-session-chance', '0.2');
        await rig.startEngine();
        await rig.bound(links);
        const accepted = join(rig.folder, 'accepted');
        const unanswered = join(rig.folder, 'unanswered');
        const load = rig.load('--mode', 'array', '--batch', '5', '--connections', '4', '--rate', String(rate),
            '--seconds', '1000000', '--contacts', '200000', '--reconnect', '--receipts', 'off',
            '--accepted-file', accepted, '--unanswered-file', unanswered);
        await request(rig.control, 'POST', '/mo_burst', {
            rate: Math.max(1, Math.round(rate / 10)), count: 1_000_000_000, from_prefix: '+1556', to: sender, first: 0,
            texts: ['Yes please', 'When does it come?'], stop_share: 0.02, stop_text: 'Stop. Thank you',
        });
        const samples = [];
        for (let n = 1; n <= rounds; ++n) {
            await round(rig, seconds, rate);
            samples.push(memory(rig));
            tell({ round: n, ...samples.at(-1), accepted: await rig.metric('parley_messages_accepted_total') });
            rig.engine.kill('SIGKILL');
            await rig.engine.ended;
            await rig.startEngine();
        }
        await rig.order({ cancel_bursts: true });
        load.kill('SIGINT');
        await load.ended;
        await until('everything has ended', async () =>
            (await rig.metric('parley_queue_messages')) === 0 && (await rig.metric('parley_live_messages')) === 0 &&
            (await rig.metric('parley_messages_on_disk')) === 0, { seconds: 120, every: 250 });

        const promised = promisedIn(accepted);
        const { taken, own } = await submitsOf(rig);
        const odd = [];  // examples of what must not be
        const twice = [...taken.values()].reduce((sum, count) => sum + count - 1, 0);
        const known = new Set();
        const statuses = await endings(rig, promised, ({ id, to, marker }, message) => {
            const name = `${to} ${Number(marker.replace(/^n=/, ''))}`;
            known.add(name);
            const count = taken.get(name) ?? 0;
            // What became of it here, and how often it came there.
            const least = { delivered: 1, undelivered: 1 }[message?.status] ?? 0;
            const most = { failed: 0, expired: 0, canceled: 0 }[message?.status] ?? Infinity;
            if (!message || count < least || count > most) odd.push({ id, name, status: message?.status, count });
        });
        // A request that the SIGKILL left without an answer may have been stored: nobody was told.
        const untold = new Set(promisedIn(unanswered).map(({ id: to, to: marker }) => `${to} ${Number(marker.replace(/^n=/, ''))}`));
        const strangers = [...taken.keys()].filter((name) => !known.has(name) && !untold.has(name));
        const conversations = await conversationsOf(rig);
        const { acknowledged, unheard } = await heard(rig, conversations);
        const stops = await stopsOf(rig);
        const figures = {
            rounds, seconds_each: seconds, offered_per_second: rate, policy, promised: promised.length, statuses, sent_twice: twice,
            own_submits: own, strangers: strangers.length, inbound_acknowledged: acknowledged, unheard: unheard.length,
            stops: stops.total, wrongful: stops.wrongful, memory: samples,
        };
        assert.ok(promised.length >= rounds, 'there was load');
        assert.equal(statuses.missing ?? 0, 0, 'a promised message is gone');
        assert.deepEqual(odd.slice(0, 5), [], 'an ending that the carrier\'s books contradict');
        assert.deepEqual(strangers.slice(0, 5), [], 'submits that nobody asked for');
        assert.deepEqual(unheard.slice(0, 5), [], 'an acknowledged inbound message is gone');
        assert.equal(stops.wrongful, 0, 'somebody who had opted out was written to');
        assert.equal(await rig.metric('parley_opt_out_violations_total'), 0);
        assert.ok(twice <= (policy === 'resend' ? rounds * links * window * troubles.length : 0), `${twice} were sent twice`);
        for (const { resident_mib: mib } of samples) {
            assert.ok(mib * 2 ** 20 <= budget * 1.2, `${mib} MiB resident, budget ${budget / 2 ** 20}`);
        }
        if (samples.length >= 9) {
            const third = Math.floor(samples.length / 3);
            for (const what of ['resident_mib', 'descriptors']) {
                const [early, late] = [samples.slice(third, 2 * third), samples.slice(-third)]
                    .map((part) => middle(part.map((sample) => sample[what])));
                assert.ok(late <= early * 1.3 + 8, `${what} grows: ${early}, then ${late}`);
            }
        }
        return figures;
    } catch (error) {
        console.error(rig.engine?.err.slice(-2000));
        throw error;
    } finally {
        await rig.stop();
    }
}
