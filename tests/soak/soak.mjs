// A long day in short: parleyd under steady load in both directions, with its links cut, left half
// open and throttled, and parleyd killed with SIGKILL again and again. At the end the books of the
// simulated carrier and the engine's own are laid side by side, message by message.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { conversationsOf, heard, stops as stopsOf } from '../support/books.mjs';
import { Rig, request, sender, sleep, until } from '../support/rig.mjs';
import { reconcile } from './reconcile.mjs';

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

function sizes(rig, accepted) {
    const octets = Number(execFileSync('du', ['-sb', join(rig.folder, 'data')], { encoding: 'utf8' }).split('\t')[0]);
    return {
        resident_mib: Math.round(rig.residentOctets() / 2 ** 20),
        descriptors: readdirSync(`/proc/${rig.engine.pid}/fd`).length,
        disk_mib: Math.round(octets / 2 ** 20),
        accepted_octets: statSync(accepted).size,  // a line a message
    };
}

// The last third of the samples against the third before it.
function flat(samples, what, slack) {
    const third = Math.floor(samples.length / 3);
    const [early, late] = [samples.slice(third, 2 * third), samples.slice(-third)].map((part) => middle(part.map(what)));
    return { early, late, flat: late <= early * 1.1 + slack };
}

// rounds: how many, of so many seconds each; calm: seconds at the end without any trouble, in which memory
// is watched; rate: messages a second from callers, a tenth of that from contacts. Throws where the books
// disagree; gives the figures.
export async function soak({ rounds, seconds, calm, rate, policy = 'hold', tell = () => {} }) {
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
            '--receipt-other-session-chance', '0.2', '--receipt-enroute-chance', '0.05',
            '--receipt-states', 'DELIVRD:94,UNDELIV/069:4,EXPIRED/003:2', '--mo-part-delay', '0s..100ms');
        await rig.startEngine();
        await rig.bound(links);
        const accepted = join(rig.folder, 'accepted');
        const unanswered = join(rig.folder, 'unanswered');
        const load = rig.load('--mode', 'array', '--batch', '5', '--connections', '4', '--rate', String(rate),
            '--seconds', '1000000', '--text-length', '60:4,300:1', '--contacts', '200000', '--reconnect', '--receipts', 'off',
            '--accepted-file', accepted, '--unanswered-file', unanswered);
        await request(rig.control, 'POST', '/mo_burst', {
            rate: Math.max(1, Math.round(rate / 10)), count: 1_000_000_000, from_prefix: '+1556', to: sender, first: 0,
            texts: ['Yes please', 'When does it come?', 'I have a long question. '.repeat(12).trim()], stop_share: 0.02, stop_text: 'Stop. Thank you',
        });
        const samples = [];
        for (let n = 1; n <= rounds; ++n) {
            await round(rig, seconds, rate);
            const size = sizes(rig, accepted);
            rig.engine.kill('SIGKILL');
            await rig.engine.ended;
            const begin = performance.now();
            await rig.startEngine();
            samples.push({ ...size, started_in_s: Number(((performance.now() - begin) / 1000).toFixed(2)) });
            tell({ round: n, ...samples.at(-1) });
        }
        const calmSamples = [];
        for (let n = 1; n <= calm / 5; ++n) {
            await sleep(5000);
            calmSamples.push(sizes(rig, accepted));
            if (n % 12 === 0) tell({ calm: n * 5, ...calmSamples.at(-1) });
        }
        await rig.order({ cancel_bursts: true });
        load.kill('SIGINT');
        await load.ended;
        await until('everything has ended', async () =>
            (await rig.metric('parley_queue_messages')) === 0 && (await rig.metric('parley_live_messages')) === 0 &&
            (await rig.metric('parley_messages_on_disk')) === 0, { seconds: 120, every: 250 });

        const books = await reconcile(rig, { accepted, unanswered });
        const { acknowledged, unheard } = await heard(rig, await conversationsOf(rig));
        const stops = await stopsOf(rig);
        const figures = {
            rounds, seconds_each: seconds, calm_seconds: calm, offered_per_second: rate, policy, ...books,
            odd: books.odd.length, strangers: books.strangers.length, inbound_acknowledged: acknowledged, unheard: unheard.length,
            stops: stops.total, wrongful: stops.wrongful, samples, calm_samples: calmSamples,
        };
        const mayBeInDoubt = rounds * links * window * (troubles.length + 1);
        assert.ok(books.promised >= rounds, 'there was load');
        assert.equal(books.statuses.missing ?? 0, 0, 'a promised message is gone');
        assert.deepEqual(books.odd.slice(0, 5), [], 'what the carrier\'s books contradict');
        assert.deepEqual(books.strangers.slice(0, 5), [], 'submits that nobody asked for');
        assert.ok((books.statuses.unknown ?? 0) <= mayBeInDoubt, `${books.statuses.unknown} ended as unknown`);
        assert.ok(books.sent_twice <= (policy === 'resend' ? mayBeInDoubt : 0), `${books.sent_twice} were sent twice`);
        assert.deepEqual(unheard.slice(0, 5), [], 'an acknowledged inbound message is gone');
        assert.equal(stops.wrongful, 0, 'somebody who had opted out was written to');
        assert.equal(await rig.metric('parley_opt_out_violations_total'), 0);
        if (policy !== 'resend') assert.equal(stops.twiceConfirmed, 0, 'an opt-out was confirmed twice');
        assert.ok(books.confirmations <= stops.total, `${books.confirmations} confirmations of ${stops.total} opt-outs`);
        for (const { resident_mib: mib } of [...samples, ...calmSamples]) {
            assert.ok(mib * 2 ** 20 <= budget * 1.2, `${mib} MiB resident, budget ${budget / 2 ** 20}`);
        }
        if (samples.length >= 9) {
            const perMessage = flat(samples, (sample) => sample.disk_mib / sample.accepted_octets, 0);
            assert.ok(perMessage.flat, `disk grows faster than messages: ${JSON.stringify(perMessage)}`);
        }
        if (calmSamples.length >= 24) {
            const resident = flat(calmSamples, (sample) => sample.resident_mib, 4);
            assert.ok(resident.flat, `memory grows: ${JSON.stringify(resident)} MiB`);
            const descriptors = flat(calmSamples, (sample) => sample.descriptors, 2);
            assert.ok(descriptors.flat, `descriptors grow: ${JSON.stringify(descriptors)}`);
        }
        return figures;
    } catch (error) {
        console.error(rig.engine?.err.slice(-2000));
        throw error;
    } finally {
        await rig.stop();
    }
}
