// HTTP on an SMPP port, SMPP on an HTTP port, and worse: a clear answer, and the program goes on.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { Wire, exchange, problem, sender, withHouse } from './house.mjs';
import { command, deliverBody, esme, pdu } from './raw_smsc.mjs';

const header = (octets) => ({
    length: octets.readUInt32BE(0), id: octets.readUInt32BE(4), status: octets.readUInt32BE(8),
});

test('HTTP spoken to an SMPP port is answered with a generic_nack of RINVCMDLEN and a closed connection', () =>
    withHouse(async (house) => {
        await house.prepare();
        await house.startSim();
        for (const words of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'POST /v1/messages HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaa']) {
            const wire = await Wire.to(house.smpp);
            wire.write(Buffer.from(words, 'latin1'));
            await wire.untilEnd();
            assert.equal(wire.received.length, 16, words);
            assert.deepEqual(header(wire.received), { length: 16, id: command.generic_nack, status: esme.rinvcmdlen });
        }
        await house.startEngine();
        await house.bound();
        const id = await house.send('+15567778888', 'after all that');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    }));

test('SMPP spoken to the HTTP port is answered with 400 and a closed connection', () =>
    withHouse(async (house) => {
        await house.prepare();
        await house.startEngine();
        const bind = pdu(command.bind_transceiver, 0, 1, Buffer.from('parley\0secret\0\0\x34\0\0\0', 'latin1'));
        for (const octets of [bind, pdu(command.enquire_link, 0, 1),
            pdu(command.deliver_sm, 0, 2, deliverBody({ from: '1555', to: sender, text: 'x' })),
            Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03aaaaaaaa', 'latin1')]) {
            const answer = await exchange(house.http, octets);
            assert.match(problem(answer, 400, 'invalid_request').detail, /^This is not an HTTP\/1\.1 request/);
            assert.equal(answer.headers.connection, 'close');
        }
        await house.alive();
    }));

test('random octets on every port leave every program alive', () => withHouse(async (house) => {
    await house.prepare();
    await house.startSim();
    await house.startEngine();
    for (const port of [house.http, house.smpp, house.control]) {
        for (let round = 0; round < 40; ++round) {
            const wire = await Wire.to(port);
            wire.write(randomBytes(1 + round * 50));
            wire.socket.end();
            if (round % 2 === 0) wire.close();
            else await wire.untilEnd();
        }
    }
    await house.bound();
    const id = await house.send('+15567778888', 'after all that');
    assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    await house.alive();
    assert.equal(house.sim.exitCode, null);
}));

test('HTTP that is nearly right is refused in HTTP', () => withHouse(async (house) => {
    await house.prepare();
    await house.startEngine();
    for (const words of ['GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 'GET / HTTP/1.1\r\n : x\r\n\r\n',
        'get?? / HTTP/1.1\r\n\r\n', 'GET / HTTP/1.1\nHost: x\r\0\r\n\r\n',
        'POST /v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n']) {
        problem(await exchange(house.http, words), 400, 'invalid_request');
    }
    await house.alive();
}));
