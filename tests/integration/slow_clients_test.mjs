// Clients that speak slowly, do not listen, or come in crowds cost a bounded amount and get a clear word.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Wire, exchange, key, parseResponse, post, problem, request, sender, sleep, until, withHouse } from './house.mjs';

const head = (path = '/v1/messages', more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n${more}`;
const body = JSON.stringify({ from: sender, to: '+15567778888', text: 'slow' });

// Writes an octet every 50 ms until the peer has answered.
async function trickle(wire, octets) {
    for (const octet of Buffer.from(octets)) {
        if (wire.received.length > 0 || wire.ended) return;
        wire.write(Buffer.from([octet]));
        await sleep(50);
    }
}

function withEngine(http, work, more = {}) {
    return withHouse(async (house) => {
        await house.prepare({ http, ...more });
        await house.startEngine();
        await work(house);
        await house.alive();
    });
}

test('a header or a body that trickles in gets 408 and a closed connection', () =>
    withEngine({ request_timeout: '500ms' }, async (house) => {
        for (const [first, slow] of [
            ['', head() + 'X-Slow: '.repeat(100)],
            [`${head()}Content-Length: 10000\r\n\r\n`, ' '.repeat(10000)],
            [`${head()}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'.repeat(1000)],
            [`${head()}Content-Length: 10\r\n\r\n`, ''],  // and silence
            ['P', ''],
        ]) {
            const wire = await Wire.to(house.http);
            wire.write(first);
            await trickle(wire, slow);
            const answer = await wire.untilText('408', parseResponse);
            assert.match(problem(answer, 408, 'request_timeout').detail, /500 ms .*\(http\.request_timeout\)/);
            assert.equal(answer.headers.connection, 'close');
            await wire.untilEnd();
        }
        assert.equal(await house.metric('parley_messages_accepted_total'), 0);
        assert.equal(await house.metric('parley_http_request_timeouts_total'), 5);
    }));

test('a slow client that is in time is served', () =>
    withEngine({ request_timeout: '10s' }, async (house) => {
        const wire = await Wire.to(house.http);
        wire.write(`${head()}Content-Length: ${body.length}\r\n\r\n`);
        await trickle(wire, body);
        assert.equal((await wire.untilText('202', parseResponse)).status, 202);
    }));

test('a connection without a request is closed after idle_timeout', () =>
    withEngine({ idle_timeout: '300ms' }, async (house) => {
        const wire = await Wire.to(house.http);
        await wire.untilEnd(5);
        assert.equal(wire.text(), '');
    }));

test('a client that asks and never reads is cut off and costs little memory', () =>
    withEngine({ request_timeout: '3s' }, async (house) => {
        await post(house.http, '/v1/messages', body);
        const before = house.residentOctets();
        const ask = Buffer.from(`GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(1000));
        const wires = [];
        for (let n = 0; n < 20; ++n) {
            const wire = await Wire.to(house.http);
            wire.socket.pause();
            for (let more = 0; more < 20; ++more) wire.write(ask);
            wires.push(wire);
        }
        // Four hundred thousand answers of some 30 KB are asked for.
        let most = before;
        await until('all are cut off', async () => {
            most = Math.max(most, house.residentOctets());
            return (await house.metric('parley_http_connections')) <= 16;  // those that ask this
        }, { seconds: 30, every: 100 });
        for (const wire of wires) wire.close();
        assert.ok(most - before < 400e6, `${most - before} octets`);
    }));

test('a flood of half-sent bodies is bounded, and others are still served', () =>
    withEngine({ request_timeout: '10s' }, async (house) => {
        const before = house.residentOctets();
        const half = Buffer.alloc(3_900_000, ' ');
        const wires = [];
        for (let n = 0; n < 100; ++n) {
            const wire = await Wire.to(house.http);
            wire.write(`${head()}Content-Length: 4000000\r\n\r\n`);
            wire.write(half);
            wires.push(wire);
        }
        await until('some are told to come again', () =>
            wires.some((wire) => parseResponse(wire.text())?.status === 503), { every: 50 });
        await sleep(500);
        const refused = wires.map((wire) => parseResponse(wire.text())).filter(Boolean);
        for (const answer of refused) {
            assert.match(problem(answer, 503, 'overloaded').detail, /Too many large requests/);
            assert.ok(Number(answer.headers['retry-after']) >= 1);
        }
        assert.ok(house.residentOctets() - before < 300e6, `${house.residentOctets() - before} octets`);
        for (const wire of wires) wire.close();
        await until('a small one is served', async () =>
            (await post(house.http, '/v1/messages', body)).status === 202);
    }));

test('connections beyond http.connections_max, of all shards together, are told so and closed', () =>
    withEngine({ connections_max: 10 }, async (house) => {
        const wires = [];
        const ask = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
        for (let n = 0; n < 40; ++n) {
            const wire = await Wire.to(house.http);
            wire.write(ask);
            wires.push(wire);
            await wire.untilText('an answer', parseResponse);
        }
        const answers = wires.map((wire) => parseResponse(wire.text()));
        const served = answers.filter((answer) => answer.status === 200).length;
        // One place may be held by the connection that waited for the start.
        assert.ok(served === 10 || served === 9, `${served} served`);
        for (const answer of answers.filter((each) => each.status !== 200)) {
            assert.match(problem(answer, 503, 'overloaded').detail, /http\.connections_max/);
            assert.equal(answer.headers.connection, 'close');
        }
        for (const wire of wires) wire.close();
        // The places are free again.
        await until('another is served', async () => (await exchange(house.http, ask)).status === 200);
        assert.ok(await house.metric('parley_http_connections_refused_total') >= 30);
    }, { node: { shards: 4 } }));

test('a client that hangs up in the middle of its request leaves nothing behind', () =>
    withEngine({}, async (house) => {
        for (let n = 0; n < 200; ++n) {
            const wire = await Wire.to(house.http);
            wire.write(`${head()}Content-Length: 1000\r\n\r\n{"from"`);
            if (n % 2) wire.socket.resetAndDestroy();
            else wire.socket.end();
        }
        await until('all are forgotten', async () => (await house.metric('parley_http_connections')) <= 16);
        assert.equal(await house.metric('parley_messages_accepted_total'), 0);
        assert.equal((await request(house.http, 'GET', '/readyz')).status, 200);
    }));
