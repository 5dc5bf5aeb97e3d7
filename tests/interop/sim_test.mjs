// parley-sim bound to by node-smpp, an SMPP implementation that is not ours: binds, versions, TLS,
// outbind, misbehaviour, books and what Ctrl-C prints.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { test } from 'node:test';

import smpp from 'smpp';

import { programs, request, until } from '../support/rig.mjs';
import { Client, Sim, withSim } from './sim.mjs';

const status = smpp.errors;
const fast = { every: 10, seconds: 20 };

test('every kind of bind, a submit with its receipt, and an unbind', () => withSim({}, async (sim) => {
    const transceiver = await sim.bound();
    const answer = await transceiver.submit();
    assert.deepEqual([answer.command_status, answer.message_id], [0, '1000000001']);
    await until('the receipt', () => transceiver.delivered().length === 1, fast);
    assert.match(transceiver.delivered()[0].short_message.message.toString(), /^id:1000000001 .*stat:DELIVRD/);
    const transmitter = await sim.bound({ as: 'transmitter' });
    assert.equal((await transmitter.submit(2)).command_status, 0);
    const receiver = await sim.bound({ as: 'receiver' });
    assert.equal((await receiver.submit(3)).command_status, status.ESME_RINVBNDSTS);
    assert.equal((await transmitter.ask('enquire_link')).command, 'enquire_link_resp');
    assert.equal((await transmitter.ask('unbind')).command_status, 0);
    await until('closed', () => transmitter.closed, fast);
    const { counts } = await sim.get('/books');
    assert.deepEqual([counts.binds, counts.unbinds, counts.accepted], [3, 1, 2]);
}));

test('SMPP 3.3, 3.4 and 5.0 each as its specification has it', () => withSim(
    { args: ['--interface-version', '5.0', '--receipt-tlvs', 'true', '--congestion-state', '70'] },
    async (sim) => {
        const speak = async (version) => {
            const client = await sim.connect();
            const bound = await client.ask('bind_transceiver', { system_id: 'parley', interface_version: version });
            assert.equal(bound.command_status, 0);
            const answer = await client.submit(version);
            await until('the receipt', () => client.delivered().length === 1, fast);
            return { bound, answer, receipt: client.delivered()[0] };
        };
        const old = await speak(0x33);
        assert.equal(old.bound.sc_interface_version, undefined);
        assert.match(old.answer.message_id, /^[0-9A-F]{8}$/);
        assert.equal(old.receipt.receipted_message_id, undefined);
        const usual = await speak(0x34);
        assert.equal(usual.bound.sc_interface_version, 0x50);
        assert.equal(usual.answer.message_id, '1000000002');
        assert.equal(usual.answer.congestion_state, undefined);
        assert.equal(usual.receipt.receipted_message_id, '1000000002');
        const newest = await speak(0x50);
        assert.equal(newest.answer.congestion_state, 70);
    }));

test('a 3.3 carrier has no transceiver', () => withSim(
    { args: ['--interface-version', '3.3'] },
    async (sim) => {
        const client = await sim.connect();
        let nack = null;
        client.session.on('pdu', (pdu) => { if (pdu.command === 'generic_nack') nack = pdu; });
        client.session.bind_transceiver({ system_id: 'parley' });
        await until('generic_nack', () => nack, fast);
        assert.equal(nack.command_status, status.ESME_RINVCMDID);
        await sim.bound({ as: 'transmitter' });
    }));

test('TLS by a certificate of its own, beside plain text', () => withSim(
    { args: ['--tls-listen', '127.0.0.1:0'] },
    async (sim) => {
        assert.deepEqual(sim.ports.map(({ tls }) => tls), [false, true]);
        const secret = await sim.bound({ port: sim.ports[1].port, tls: true, rejectUnauthorized: false });
        assert.ok(secret.session.socket.encrypted);
        const answers = await Promise.all(Array.from({ length: 500 }, (_, n) => secret.submit(n)));
        assert.equal(new Set(answers.map(({ message_id: id }) => id)).size, 500);
        await until('every receipt', () => secret.delivered().length === 500, fast);
        const plain = await sim.bound();
        assert.equal((await plain.submit()).command_status, 0);
        // Who speaks plain text to the TLS port is cut off, and nobody else is.
        const wrong = await sim.connect({ port: sim.ports[1].port });
        wrong.session.bind_transceiver({ system_id: 'parley' });
        await until('cut off', () => wrong.closed, fast);
        assert.equal((await secret.submit()).command_status, 0);
    }));

test('outbind: the simulator calls, the client binds on that connection and hears', () => withSim({}, async (sim) => {
    let called = null;
    const server = smpp.createServer((session) => { called = new Client(session); });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    try {
        await sim.post('/mo', { from: '+15557000001', to: '+15550001000', text: 'mail for you' });
        await sim.say(`outbind to 127.0.0.1:${server.address().port}`);
        await until('outbind', () => called?.pdus.some(({ command }) => command === 'outbind'), fast);
        assert.equal(called.pdus[0].system_id, 'parley-sim');
        const answer = await called.bind({ as: 'receiver', system_id: 'parley' });
        assert.equal(answer.command_status, 0);
        await until('the message', () => called.delivered().length === 1, fast);
        assert.equal(called.delivered()[0].short_message.message, 'mail for you');
        assert.equal((await sim.get('/books')).counts.outbinds, 1);
    } finally {
        called?.session.destroy();
        server.close();
    }
}));

test('RALYBND: by a limit, by an account and on order', () => withSim({
    scenario: `
carriers:
  - listen: 127.0.0.1:0
    sessions_max: 3
    accounts:
      - { system_id: shop, password: pw, sessions_max: 1 }
      - { system_id: club }
`,
}, async (sim) => {
    const bindStatus = async (fields) => (await (await sim.connect()).bind({ as: 'transceiver', ...fields })).command_status;
    assert.equal(await bindStatus({ system_id: 'shop', password: 'no' }), status.ESME_RINVPASWD);
    assert.equal(await bindStatus({ system_id: 'who' }), status.ESME_RINVSYSID);
    assert.equal(await bindStatus({ system_id: 'shop', password: 'pw' }), 0);
    assert.equal(await bindStatus({ system_id: 'shop', password: 'pw' }), status.ESME_RALYBND);
    assert.equal(await bindStatus({ system_id: 'club' }), 0);
    await sim.say('refuse binds with ESME_RALYBND');
    assert.equal(await bindStatus({ system_id: 'club' }), status.ESME_RALYBND);
    await sim.say('accept binds');
    assert.equal(await bindStatus({ system_id: 'club' }), 0);
    assert.equal(await bindStatus({ system_id: 'club' }), status.ESME_RALYBND, 'three is the carrier\'s limit');
}));

test('half-open: the connection stays, nothing comes back, new ones work', () => withSim({}, async (sim) => {
    const dead = await sim.bound();
    await sim.say('leave connections half open');
    let answered = false;
    dead.session.enquire_link({}, () => { answered = true; });
    dead.submit().then(() => { answered = true; }, () => {});
    const alive = await sim.bound();
    for (let n = 0; n < 20; n += 1) assert.equal((await alive.submit(n)).command_status, 0);
    assert.ok(!answered && !dead.closed);
    assert.equal((await sim.get('/books')).counts.submits, 20);
}));

test('garbage, unknown commands, cuts and unbind reach the client', () => withSim({}, async (sim) => {
    const client = await sim.bound();
    await sim.say('send an unknown command');
    await until('generic_nack from the client, or its complaint', async () =>
        client.troubles.length > 0 || client.pdus.length > 0 || (await sim.get('/books')).counts.nacked > 0, fast);
    // node-smpp waits for as many octets as the first four of the garbage promise: raw octets are surer.
    const raw = net.connect(sim.ports[0].port, '127.0.0.1');
    const heard = [];
    raw.on('data', (piece) => heard.push(piece));
    raw.write(new smpp.PDU('bind_transceiver', { system_id: 'raw', sequence_number: 1 }).toBuffer());
    await until('the bind_resp', () => heard.length > 0, fast);
    const before = Buffer.concat(heard).length;
    await sim.say('send 40 octets of garbage');
    await until('garbage', () => Buffer.concat(heard).length === before + 40, fast);
    const leaving = await sim.bound();
    await sim.say('unbind');
    await until('unbind', () => leaving.pdus.some(({ command }) => command === 'unbind'), fast);
    await until('closed', () => leaving.closed, fast);
    const cut = await sim.bound();
    await sim.say('cut connections');
    await until('cut', () => cut.closed, fast);
    raw.destroy();
}));

test('PDUs in pieces and many at once are the same PDUs', () => withSim(
    { args: ['--write-octets-max', '3', '--write-gap', '1ms'] },
    async (sim) => {
        const raw = net.connect(sim.ports[0].port, '127.0.0.1');
        raw.setNoDelay(true);
        const pieces = [];
        raw.on('data', (piece) => pieces.push(piece.length));
        raw.write(new smpp.PDU('bind_transceiver', { system_id: 'raw', sequence_number: 1 }).toBuffer());
        const octets = () => pieces.reduce((sum, length) => sum + length, 0);
        await until('the whole bind_resp', () => octets() === 32, fast);
        assert.ok(pieces.length >= 5, `${pieces}`);
        raw.destroy();
        const client = await sim.bound();
        assert.equal((await client.submit()).message_id, '1000000001');
        await sim.post('/settings', { write_octets_max: 0, write_gap: '50ms' });
        const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => client.submit(n)));
        assert.equal(answers.length, 50);
        await until('every receipt', () => client.delivered().length === 51, fast);
    }));

test('a port that is closed for a while refuses, and opens again', () => withSim({}, async (sim) => {
    const there = await sim.bound();
    await sim.say('stop listening');
    await until('refused', async () => {
        const client = await sim.connect();
        return client.troubles.some((text) => text.includes('ECONNREFUSED'));
    }, fast);
    assert.equal((await there.submit()).command_status, 0, 'what is there stays');
    await sim.say('listen again');
    await until('open', async () => (await sim.connect()).connected, fast);
}));

test('several carriers, each with its ports, books and orders', () => withSim({
    scenario: `
carriers:
  - { id: acme, listen: [127.0.0.1:0, 127.0.0.1:0], id_in_response: hex }
  - { id: beta, listen: 127.0.0.1:0, first_id: 7 }
timeline:
  - { at: 1h, on: beta, do: unbind }
`,
}, async (sim) => {
    assert.equal(sim.ports.length, 3);
    const clients = [];
    for (const { port } of sim.ports) clients.push(await sim.bound({ port }));
    assert.equal((await clients[0].submit()).message_id, '3B9ACA01');
    assert.equal((await clients[1].submit()).message_id, '3B9ACA02');
    assert.equal((await clients[2].submit()).message_id, '7');
    await sim.post('/do', { do: 'refuse submits with ESME_RSYSERR', on: 'beta' });
    assert.equal((await clients[2].submit()).command_status, status.ESME_RSYSERR);
    assert.equal((await clients[0].submit()).command_status, 0);
    assert.equal((await sim.get('/carriers/beta/books')).counts.submits, 2);
    assert.deepEqual((await sim.get('/carriers')).carriers.map(({ id, submits }) => [id, submits]),
        [['acme', 3], ['beta', 2]]);
    const { text, headers } = await request(sim.control, 'GET', '/metrics');
    assert.match(headers['content-type'], /^text\/plain/);
    assert.match(text, /^parley_sim_submits_total\{carrier="beta"\} 2$/m);
    assert.match(text, /^parley_sim_answers_total\{carrier="beta",status="ESME_RSYSERR"\} 1$/m);
    assert.equal((await request(sim.control, 'POST', '/do', { do: 'dance' })).status, 400);
    assert.equal((await request(sim.control, 'GET', '/carriers/none/books')).status, 404);
}));

test('the books show every submit and every receipt, and reconcile them', () => withSim(
    { args: ['--keep-books', 'true', '--receipt-missing-chance', '20%', '--receipt-delay', '10ms..50ms'] },
    async (sim) => {
        const client = await sim.bound();
        for (let n = 0; n < 50; n += 1) await client.submit(n);
        const sum = await until('every receipt that is due is answered', async () => {
            const books = await sim.get('/books/reconciliation');
            return books.receipt_acknowledged + books.receipt_missing_on_purpose === 50 && books;
        }, fast);
        assert.deepEqual([sum.submits, sum.accepted, sum.receipt_open], [50, 50, 0]);
        assert.ok(sum.receipt_missing_on_purpose > 2);
        const { receipts } = await sim.get('/books/receipts');
        assert.equal(receipts.length, 50);
        const missing = receipts.find((receipt) => receipt.missing);
        const one = await sim.get(`/books/message/${missing.message_id}`);
        assert.deepEqual([one.submit.message_id, one.receipts.length, one.receipts[0].sent_us],
            [missing.message_id, 1, null]);
        assert.equal((await client.ask('query_sm', { message_id: missing.message_id })).message_state, 2);
    }));

test('the same seed writes the same books', async () => {
    const story = async (seed) => {
        const sim = new Sim();
        try {
            await sim.start({ args: ['--seed', seed, '--keep-books', 'true', '--throttle-chance', '10%',
                '--receipt-states', 'DELIVRD:7,UNDELIV/069:3', '--receipt-missing-chance', '10%'] });
            const client = await sim.bound();
            for (let n = 0; n < 100; n += 1) await client.submit(n);
            const { submits } = await sim.get('/books/submits');
            const { receipts } = await sim.get('/books/receipts');
            return JSON.stringify([submits.map(({ status: word, message_id: id }) => [word, id]),
                receipts.map(({ message_id: id, state, missing }) => [id, state, missing])]);
        } finally {
            await sim.stop();
        }
    };
    assert.equal(await story('5'), await story('5'));
    assert.notEqual(await story('5'), await story('6'));
});

test('Ctrl-C prints the summary so far', () => withSim({ scenario: 'bad-day' }, async (sim) => {
    const client = await sim.bound();
    await client.submit();
    const summary = await sim.interrupt();
    assert.deepEqual(await sim.ended, [0, null]);
    assert.equal(summary.counts.submits, 1);
    assert.equal(summary.sessions_bound, 1);
}));

test('a timeline runs by the simulator\'s clock, and at_end: exit ends it', async () => {
    const sim = new Sim();
    try {
        await sim.start({
            args: ['--speed', '100'],
            scenario: `
at_end: exit
carriers: [{ listen: 127.0.0.1:0 }]
timeline:
  - { at: 10s, do: throttle to 50/s for 20s }
  - { at: 40s, do: cut connections }
`,
        });
        assert.deepEqual(await sim.ended, [0, null]);
        const lines = sim.out.trim().split('\n').slice(1, -1).map((line) => line.replace(/^\S+ /, ''));
        assert.deepEqual(lines, ['carrier: throttle to 50/s for 20s', 'carrier: over: throttle to 50/s for 20s',
            'carrier: cut connections', 'scenario: the timeline is over']);
    } finally {
        await sim.stop();
    }
});

test('a scenario that is wrong is refused with file, line and column', () => {
    const run = (...args) => spawnSync(programs.sim, args, { encoding: 'utf8', timeout: 20000 });
    const none = run('--scenario', 'bad-dya');
    assert.equal(none.status, 2);
    assert.match(none.stderr, /did you mean 'bad-day'\?/);
    const sim = new Sim();
    return sim.start({ scenario: 'carriers:\n  - respone_delay: 2s\ntimeline:\n  - { at: 1s, do: throttel }\n' })
        .then(() => assert.fail('it started'), () => {
            assert.equal(sim.child.exitCode, 2);
            assert.match(sim.err, /scenario\.yaml:2:5: carriers\[0\]\.respone_delay: there is no such setting; did you mean/);
            assert.match(sim.err, /scenario\.yaml:4:19: timeline\[0\]\.do: 'throttel' is nothing that a carrier can do/);
        })
        .finally(() => sim.stop());
});
