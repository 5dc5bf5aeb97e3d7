// parley-load against targets that are down, refuse, talk nonsense, fall silent or go away: it ends by
// itself, with a sentence that says what is wrong and a status other than 0, and the summary of what
// there was until then. Every octet of the target is scripted.

import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';

import { ending, withLoad } from '../support/load.mjs';
import { freePort, until } from './house.mjs';
import { RawSmsc, command, pdu } from './raw_smsc.mjs';

// A server of which the test gets every socket.
async function withServer(onSocket, work) {
    const sockets = new Set();
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        onSocket(socket);
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    try {
        await withLoad((rig) => work(rig, server.address().port));
    } finally {
        for (const socket of sockets) socket.destroy();
        await new Promise((done) => server.close(done));
    }
}

async function withSmsc(work) {
    const smsc = new RawSmsc(await freePort());
    await smsc.listen();
    try {
        await withLoad((rig) => work(rig, smsc, `smpp://127.0.0.1:${smsc.port}`));
    } finally {
        await smsc.close();
    }
}

function failed({ code, summary, err }, sentence) {
    assert.equal(code, ending.targetFailed, err);
    assert.match(err, sentence);
    assert.match(summary.complaint, sentence);
}

for (const scheme of ['smpp', 'http', 'smpps', 'https']) {
    test(`${scheme}: a target that is down`, () => withLoad(async (rig) => {
        const port = await freePort();
        failed(await rig.run(`${scheme}://127.0.0.1:${port}`, '--seconds', 2),
            new RegExp(`cannot connect to 127\\.0\\.0\\.1:${port}.*Connection refused`));
    }));
}

test('a name that nobody has', () => withLoad(async (rig) => {
    const { code, err } = await rig.run('smpp://smsc.invalid:2775');
    assert.equal(code, ending.targetFailed);
    assert.match(err, /cannot resolve host 'smsc\.invalid'/);
}));

test('a refused bind is told with its status and what that means', () => withSmsc(async (rig, smsc, target) => {
    smsc.script = (session, frame) => frame.id === command.bind_transceiver && (session.respond(frame, 0x0E), true);
    failed(await rig.run(target, '--system-id', 'shop'),
        /refuses to bind system_id 'shop': ESME_RINVPASWD \(.+\)/);
}));

test('one session of several that is refused is named', () => withSmsc(async (rig, smsc, target) => {
    let binds = 0;
    smsc.script = (session, frame) => {
        if (frame.id !== command.bind_transceiver || ++binds < 3) return false;
        session.respond(frame, 0x05);
        return true;
    };
    failed(await rig.run(target, '--sessions', 3), /\(session \d of 3\) refuses to bind.*ESME_RALYBND/);
}));

test('a web server behind an SMPP address', () => withServer(
    (socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')),
    async (rig, port) => failed(await rig.run(`smpp://127.0.0.1:${port}`),
        /does not speak SMPP: its octets make no PDU; it began with "HTTP\/1\.1 400 Bad Request/),
));

test('octets of chance instead of a bind response', () => withServer(
    (socket) => socket.write(Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 151 + 17) % 256))),
    async (rig, port) => failed(await rig.run(`smpp://127.0.0.1:${port}`), /does not speak SMPP/),
));

test('PDUs that answer no bind', () => withServer(
    (socket) => socket.on('data', () => socket.write(pdu(0x00000777, 0, 1))),
    async (rig, port) => failed(await rig.run(`smpp://127.0.0.1:${port}`, '--bind-timeout', 0.5),
        /did not answer the bind within .* it said: /),
));

test('a target that takes the connection and says nothing', () => withServer(() => {}, async (rig, port) => {
    failed(await rig.run(`smpp://127.0.0.1:${port}`, '--bind-timeout', 0.5), /did not answer the bind within/);
    failed(await rig.run(`http://127.0.0.1:${port}`, '--answer-timeout', 0.5), /no answer within --answer-timeout/);
}));

test('a target that hangs up before it is bound', () => withServer((socket) => socket.end(), async (rig, port) =>
    failed(await rig.run(`smpp://127.0.0.1:${port}`), /closed the connection before it answered the bind/)));

test('a target that goes away in the middle, with what was in flight', () => withSmsc(async (rig, smsc, target) => {
    let submits = 0;
    smsc.script = (session, frame) => {
        if (frame.id !== command.submit_sm || ++submits <= 500) return false;
        session.socket.destroy();
        return true;
    };
    const result = await rig.run(target, '--window', 10, '--seconds', 20);
    failed(result, /closed the connection with \d+ submit_sm unanswered/);
    assert.equal(result.summary.accepted, 500);
    assert.ok(result.summary.unanswered >= 1 && result.summary.unanswered <= 10);
    assert.equal(result.summary.sent, 500 + result.summary.unanswered);
}));

test('with --reconnect it comes back and goes on', () => withSmsc(async (rig, smsc, target) => {
    let submits = 0;
    smsc.script = (session, frame) => {
        if (frame.id !== command.submit_sm || ++submits % 300 !== 0) return false;
        session.socket.destroy();
        return true;
    };
    const { code, summary, err } = await rig.run(target, '--window', 5, '--messages', 1000, '--reconnect',
        '--receipt-wait', 0.2);
    assert.equal(code, ending.good, err);
    assert.ok(summary.reconnects >= 3, JSON.stringify(summary));
    assert.equal(summary.sent, 1000);
    assert.equal(summary.accepted + summary.unanswered, 1000);
}));

test('with --reconnect it gives up in the end', () => withLoad(async (rig) => {
    const port = await freePort();
    failed(await rig.run(`smpp://127.0.0.1:${port}`, '--reconnect', '--give-up-after', 0.5),
        /no session with .* within --give-up-after; the last trouble: cannot connect/);
}));

test('an unbind of the target ends the run', () => withSmsc(async (rig, smsc, target) => {
    const child = rig.begin(target, '--seconds', 20);
    await until('some are accepted', () => smsc.submits.length > 50);
    smsc.sessions[0].write(pdu(command.unbind, 0, 77));
    failed(await rig.finished(child), /unbound us/);
}));

test('a target that answers no submit_sm costs the answer timeout and no more', () => withSmsc(async (rig, smsc, target) => {
    smsc.script = (session, frame) => frame.id === command.submit_sm;
    const { code, summary, err } = await rig.run(target, '--window', 7, '--seconds', 0.5, '--answer-timeout', 1);
    assert.equal(code, ending.nothingAccepted, err);
    assert.equal(summary.unanswered, 7);
    assert.equal(summary.sent, 7);
    assert.match(err, /nothing was accepted; the first answer was: none/);
}));

test('answers that were lost are counted, and their windows used again', () => withSmsc(async (rig, smsc, target) => {
    let submits = 0;
    smsc.receipts = false;
    smsc.script = (session, frame) => frame.id === command.submit_sm && ++submits % 10 === 0;
    const { code, summary, err } = await rig.run(target, '--window', 20, '--messages', 1000, '--answer-timeout', 0.3,
        '--receipt-wait', 0);
    assert.equal(code, ending.good, err);
    assert.equal(summary.unanswered, 100);
    assert.equal(summary.accepted, 900);
    assert.ok(summary.latency_ms.max >= 300, 'a lost answer counts with the time it was waited for');
}));

test('a target that refuses everything ends with its own status', () => withSmsc(async (rig, smsc, target) => {
    smsc.script = (session, frame) => frame.id === command.submit_sm && (session.respond(frame, 0x58), true);
    const { code, summary, err } = await rig.run(target, '--messages', 100);
    assert.equal(code, ending.nothingAccepted);
    assert.deepEqual(summary.refused, { ESME_RTHROTTLED: 100 });
    assert.match(err, /nothing was accepted; the first answer was: ESME_RTHROTTLED/);
}));

test('a target that stops reading is left', () => withServer((socket) => {
    socket.once('data', (bind) => {
        socket.write(pdu(0x80000009, 0, bind.readUInt32BE(12), Buffer.from('deaf\0')));
        socket.pause();
    });
}, async (rig, port) => {
    const result = await rig.run(`smpp://127.0.0.1:${port}`, '--window', 60000, '--seconds', 20,
        '--answer-timeout', 1);
    failed(result, /does not read any more|has gone silent/);
}));

test('malformed PDUs in between are counted and do not stop the load', () => withSmsc(async (rig, smsc, target) => {
    let submits = 0;
    smsc.script = (session, frame) => {
        if (frame.id === command.submit_sm && ++submits % 50 === 0) {
            session.write(pdu(0x00000777, 0, 1000 + submits));
            session.write(pdu(command.deliver_sm, 0, 2000 + submits, Buffer.from([1, 2, 3])));
            session.write(pdu(0x80000004, 0, 0x7FFFFFFF, Buffer.from('nobody asked\0')));
        }
        return false;
    };
    const { code, summary, err } = await rig.run(target, '--messages', 500);
    assert.equal(code, ending.good, err);
    assert.equal(summary.accepted, 500);
    assert.ok(Object.values(summary.oddities).reduce((sum, count) => sum + count) >= 20, JSON.stringify(summary));
}));

test('HTTP: garbage, a refusal, and a server that closes', async () => {
    await withServer((socket) => socket.on('data', () => socket.end('+OK pop3 ready\r\n')), async (rig, port) =>
        failed(await rig.run(`http://127.0.0.1:${port}`), /does not speak our HTTP: the answer does not start with HTTP/));
    await withServer((socket) => socket.on('data', () => socket.end()), async (rig, port) =>
        failed(await rig.run(`http://127.0.0.1:${port}`), /the connection was closed with 1 request\(s\) unanswered/));
    const server = http.createServer((request, response) => {
        request.resume();
        response.writeHead(401, { 'content-length': 16 }).end('{"status": 401 }');
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    await withLoad(async (rig) => {
        const { code, summary, err } = await rig.run(`http://127.0.0.1:${server.address().port}`, '--messages', 20);
        assert.equal(code, ending.nothingAccepted);
        assert.deepEqual(summary.refused, { 401: 20 });
        assert.match(err, /the first answer was: 401/);
    });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
});

test('a bad command line says what is wrong and touches nothing', () => withLoad(async (rig) => {
    for (const [words, sentence] of [
        [['smpp://a', '--window', 'wide'], /--window/],
        [['smpp://a', '--slo', 'be fast'], /'be' is nothing that is measured/],
        [['ftp://a'], /expected smpp:/],
        [['smpp://a', '--mode', 'array'], /--mode is of HTTP/],
    ]) {
        const { code, summary, err } = await rig.run(...words);
        assert.equal(code, ending.usage, err);
        assert.match(err, sentence);
        assert.equal(summary, null);
    }
    const { code, err } = await rig.run('smpp://a', '--trace', rig.file('none'));
    assert.equal(code, ending.targetFailed);
    assert.match(err, /cannot read the trace/);
}));

for (const [when, signals] of [['once', ['SIGINT']], ['twice', ['SIGINT', 'SIGINT']], ['as a service manager does', ['SIGTERM']]]) {
    test(`interrupted ${when}, it prints the summary so far`, () => withSmsc(async (rig, smsc, target) => {
        smsc.script = (session, frame) => frame.id === command.submit_sm && smsc.submits.length > 200;
        const child = rig.begin(target, '--window', 10, '--seconds', 600);
        await until('it is stuck', () => smsc.submits.length >= 210);
        for (const signal of signals) child.kill(signal);
        const { code, summary } = await rig.finished(child, 10);
        assert.equal(code, ending.good);
        assert.equal(summary.interrupted, true);
        assert.equal(summary.accepted, 200);
        assert.equal(summary.unanswered, 10);
    }));
}

test('interrupted before it is bound, it still says so', () => withServer(() => {}, async (rig, port) => {
    const child = rig.begin(`smpp://127.0.0.1:${port}`, '--bind-timeout', 600);
    await new Promise((done) => setTimeout(done, 300));
    child.kill('SIGINT');
    const { code, summary, err } = await rig.finished(child, 10);
    assert.notEqual(code, ending.targetFailed, err);
    assert.equal(summary.interrupted, true);
    assert.equal(summary.sent, 0);
}));
