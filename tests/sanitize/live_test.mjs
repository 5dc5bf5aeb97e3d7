// The whole engine under a sanitizer, as its operator runs it: parleyd between callers, a carrier
// that cuts its links, handsets that write, readers of every kind; told to stop in the middle of
// the load, started again on what it left, told to stop again. What a sanitizer finds, a leak
// included, ends parleyd with a status other than 0 and a report on stderr; this shows the report.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { Rig, json, key, request, sender, sleep, until } from '../support/rig.mjs';

const loadSeconds = Number(process.env.LIVE_SECONDS ?? 8);
const links = 2;
const contacts = 500;
const contact = (n) => `+1556${String(n).padStart(7, '0')}`;
const longText = 'We are at the gate and nobody answers the bell. '.repeat(8);

// Calls `act` again and again until told to stop; a refused connection is part of the weather.
function repeat(act, { every }) {
    let on = true;
    const ended = (async () => {
        for (let n = 0; on; ++n) {
            await act(n).catch(() => {});
            await sleep(every);
        }
    })();
    return () => { on = false; return ended; };
}

// A subscriber of the event stream that counts what it hears and goes away by itself or when cut.
function listen(port, counts) {
    const asked = http.get({
        host: '127.0.0.1', port, path: '/v1/stream', agent: false,
        headers: { authorization: `Bearer ${key}` },
    }, (answer) => answer.on('data', (piece) => {
        counts.events += piece.toString().split('\nevent:').length - 1;
    }).on('error', () => {}));
    asked.on('error', () => {});
    return asked;
}

async function read(rig, counts, n) {
    const page = await json(rig.http, '/v1/conversations?limit=20');
    counts.conversations += page.conversations.length;
    const some = page.conversations[n % Math.max(1, page.conversations.length)];
    if (some) {
        const thread = await json(rig.http, `/v1/conversations/${some.id}/messages?limit=50`);
        const id = thread.messages[0]?.id;
        if (id) await json(rig.http, `/v1/messages/${id}`);
    }
    const number = encodeURIComponent(contact(contacts + (n % 50)));
    await request(rig.http, n % 3 === 2 ? 'DELETE' : 'PUT', `/v1/suppressions/${number}`);
    await json(rig.http, '/v1/suppressions?limit=100');
    await json(rig.http, '/v1/links');
    await request(rig.http, 'GET', '/metrics');
}

async function disturb(rig, n) {
    const orders = [{ drop: true }, { throttle: 20 }, { unbind: true }, { throttle: 0 }];
    await rig.order(orders[n % orders.length]);
}

// parleyd's own verdict: status 0 after SIGTERM, and not a word of a sanitizer on the way.
async function stopCleanly(engine, what) {
    engine.kill('SIGTERM');
    const end = await engine.ended;
    const report = /(WARNING: ThreadSanitizer|ERROR: \w+Sanitizer|runtime error:)[^]*/.exec(engine.err);
    assert.equal(report?.[0], undefined, `${what}: a sanitizer found something`);
    assert.deepEqual(end, { code: 0, signal: null }, `${what}: ${engine.err.slice(-3000)}`);
    assert.match(engine.err, /stopped/, `${what}: it drained and said so`);
}

function startLoad(rig, accepted) {
    const load = ['--connections', '3', '--rate', '300', '--seconds', '600', '--contacts', `${contacts}`,
        '--reconnect', '--accepted-file', accepted];
    return [
        rig.load('--mode', 'array', '--batch', '10', ...load),
        rig.load('--mode', 'single', '--pipeline', '4', '--text-length', '200', ...load),
    ];
}

test('parleyd works, drains under load and recovers without a word from the sanitizer', async () => {
    const rig = new Rig();
    const counts = { conversations: 0, events: 0 };
    const running = [];
    try {
        await rig.prepare({
            node: { spill_after: '1s', drain_limit: '5s' },
            carrier: { links, window: 20, response_timeout: '2s', on_uncertain: 'hold', uncertain_hold: '2s' },
        });
        await rig.startSim('--keep-books', 'true', '--response-delay', '0s..20ms',
            '--receipt-delay', '1ms..3s', '--receipt-before-response-chance', '0.05',
            '--receipt-duplicate-chance', '0.05');
        await rig.startEngine();
        await rig.bound(links);

        const accepted = join(rig.folder, 'accepted');
        const loads = startLoad(rig, accepted);
        await request(rig.control, 'POST', '/mo_burst', {
            rate: 150, count: 1000000, from_prefix: '+1556', to: sender, first: 0,
            texts: ['Yes please', longText], stop_share: 0.02, stop_text: 'Stop',
        });
        running.push(repeat((n) => read(rig, counts, n), { every: 50 }));
        running.push(repeat(async () => {
            const stream = listen(rig.http, counts);
            await sleep(900);
            stream.destroy();
        }, { every: 50 }));
        running.push(repeat((n) => disturb(rig, n), { every: 700 }));
        await sleep(loadSeconds * 1000);

        const seen = {
            submits: await rig.metric('parley_smpp_submits_total'),
            inbound: await rig.metric('parley_inbound_messages_total'),
            opt_outs: await rig.metric('parley_opt_outs_total'),
            receipts: await rig.metric('parley_receipts_total', 'matched'),
            ended_links: await rig.metric('parley_smpp_link_ended_total'),
        };
        await stopCleanly(rig.engine, 'the stop under load');
        await Promise.all(running.splice(0).map((stop) => stop()));
        await rig.order({ cancel_bursts: true, throttle: 0 });

        await rig.startEngine();
        await rig.bound(links);
        for (const load of loads) load.kill('SIGINT');
        await Promise.all(loads.map((load) => load.ended));
        const promised = readFileSync(accepted, 'utf8').trim().split('\n').map((line) => line.split(' ')[0]);
        for (const id of promised.slice(-20))
            assert.equal((await request(rig.http, 'GET', `/v1/messages/${id}`)).status, 200, id);
        await until('the queue drains', async () => await rig.metric('parley_queue_messages') === 0);
        await stopCleanly(rig.engine, 'the stop at rest');

        // A rig in which nothing happens would find nothing.
        console.log(JSON.stringify({ ...seen, ...counts, promised: promised.length }));
        for (const [name, count] of Object.entries({ ...seen, ...counts }))
            assert.ok(count > 0, `no ${name}`);
    } catch (error) {
        console.error(rig.engine?.err.slice(-20000));
        throw error;
    } finally {
        await Promise.all(running.map((stop) => stop()));
        await rig.stop();
    }
});
