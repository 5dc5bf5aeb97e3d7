// The ways to a carrier: several hosts, our own address, versions, kinds of session, connections that
// the carrier begins, and what all links together may ask of it. Real sockets, every octet scripted.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';

import { Authority } from '../support/certificates.mjs';
import { House, freePort, json, programs, request, sender, sleep, until, withHouse } from './house.mjs';
import { RawSmsc, command, esme, outbind, pdu, readBind } from './raw_smsc.mjs';

const contact = '+15567778888';
const quick = {
    links: 1, window: 10, bind_timeout: '2s', reconnect_min: '50ms', reconnect_max: '200ms', bind_every: '0ms',
};
const ralybnd = 5;
const rinvpaswd = 14;

const shownLinks = async (house) => (await json(house.http, '/v1/links')).links;
const isBind = ({ id }) => [command.bind_receiver, command.bind_transmitter, command.bind_transceiver].includes(id);
const binds = (smsc) => smsc.sessions.flatMap((session) => session.frames.filter(isBind));

// work(house, smscs): as many carriers' hosts as asked for, none of them listening yet.
function withHosts(count, carrier, work) {
    return withHouse(async (house) => {
        const smscs = [];
        for (let n = 0; n < count; ++n) smscs.push(new RawSmsc(await freePort()));
        const address = smscs.map(({ port }) => `127.0.0.1:${port}`);
        await house.prepare({ carrier: { ...quick, address, ...carrier } });
        try {
            await work(house, ...smscs);
        } finally {
            for (const smsc of smscs) await smsc.close();
        }
    });
}

async function delivers(house, smsc, words) {
    const id = await house.send(contact, words);
    assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    assert.ok(smsc.submits.some(({ text }) => text === words), words);
}

test('a link takes the next host when one is gone, and shows which', () =>
    withHosts(2, {}, async (house, first, second) => {
        await second.listen();
        await house.startEngine();
        await delivers(house, second, 'the first was never there');
        let [link] = await shownLinks(house);
        assert.equal(link.address, `127.0.0.1:${second.port}`);
        assert.equal(link.state, 'bound');
        assert.equal(link.last_end, 'connect_failed');
        assert.equal(link.last_detail, 'Connection refused');
        await first.listen();
        await second.close();
        await delivers(house, first, 'the second is gone');
        [link] = await shownLinks(house);
        assert.equal(link.address, `127.0.0.1:${first.port}`);
        assert.ok(Date.parse(link.since) > 0);
        assert.equal(link.next_attempt_at, undefined);
        assert.deepEqual([...first.repeated(), ...second.repeated()], []);
    }));

test('a host whose connections lead nowhere costs no more than bind_timeout', () =>
    withHosts(2, { bind_timeout: '300ms' }, async (house, first, second) => {
        first.script = () => true;  // takes the bind and says nothing
        await first.listen();
        await second.listen();
        await house.startEngine();
        await delivers(house, second, 'hello');
    }));

test('links may be spread over the hosts', () =>
    withHosts(2, { links: 4, hosts: 'spread' }, async (house, first, second) => {
        await first.listen();
        await second.listen();
        await house.startEngine();
        await house.bound(4);
        assert.equal(binds(first).length, 2);
        assert.equal(binds(second).length, 2);
    }));

test('source_address is where our connections come from', () =>
    withHosts(1, { source_address: '127.0.0.2' }, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        const session = await smsc.boundSession();
        assert.equal(session.socket.remoteAddress, '127.0.0.2');
    }));

test('a source_address that is not ours is named as the reason', () =>
    withHosts(1, { source_address: '192.0.2.1' }, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        const link = await until('the reason is shown', async () => {
            const [shown] = await shownLinks(house);
            return shown.last_end === 'connect_failed' ? shown : null;
        });
        assert.equal(link.last_detail, 'Cannot assign requested address');
        assert.equal(smsc.sessions.length, 0);
    }));

for (const [words, version, bind, first] of [
    ['3.3', 0x33, 'transmitter_receiver', command.bind_transmitter],
    ['3.4', 0x34, 'transceiver', command.bind_transceiver],
    ['5.0', 0x50, 'transceiver', command.bind_transceiver],
]) {
    test(`a carrier of SMPP ${words} is bound to as such`, () =>
        withHosts(1, { interface_version: words, bind }, async (house, smsc) => {
            smsc.receipts = bind === 'transceiver';  // the raw carrier knows no receivers
            await smsc.listen();
            await house.startEngine();
            await house.bound(bind === 'transceiver' ? 1 : 2);
            for (const { body } of binds(smsc)) {
                assert.deepEqual(readBind(body), { systemId: 'parley', password: 'secret', systemType: '', version });
            }
            assert.ok(binds(smsc).some(({ id }) => id === first));
            const id = await house.send(contact, 'hello');
            await until('it is taken', async () => ['sent', 'delivered'].includes((await house.message(id)).status));
        }));
}

test('kinds of session mix: transmitters, and one receiver for all', () =>
    withHosts(1, { bind: 'transmitter', links: 3, extra_receivers: 1, sessions_max: 4 }, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        await house.bound(4);
        const ids = binds(smsc).map(({ id }) => id).sort((a, b) => a - b);
        assert.deepEqual(ids, [command.bind_receiver, ...Array(3).fill(command.bind_transmitter)]);
        const links = await shownLinks(house);
        assert.deepEqual(links.map(({ link, bind }) => [link, bind]), [
            ['acme-1-tx', 'transmitter'], ['acme-2-tx', 'transmitter'], ['acme-3-tx', 'transmitter'],
            ['acme-4-rx', 'receiver']]);
    }));

test('links bind one after another, however many there are', () =>
    withHosts(1, { links: 8 }, async (house, smsc) => {
        let open = 0;
        let most = 0;
        smsc.script = (session, frame) => {
            if (!isBind(frame)) return false;
            most = Math.max(most, ++open);
            setTimeout(() => {
                --open;
                smsc.behave(session, frame);
            }, 15);
            return true;
        };
        await smsc.listen();
        await house.startEngine();
        await house.bound(8);
        for (const session of smsc.sessions) session.socket.destroy();
        await until('all have bound again', () => smsc.sessions.filter(({ bound }) => bound).length === 16);
        await house.bound(8);
        assert.equal(most, 1);
    }));

test('a refused password is shown, is asked for by one link at a time, and is never given up on', () =>
    withHosts(1, { links: 4, refused_wait: '600ms' }, async (house, smsc) => {
        smsc.script = (session, frame) => isBind(frame) && (session.respond(frame, rinvpaswd), true);
        await smsc.listen();
        const began = Date.now();
        await house.startEngine();
        await until('it is asked again', () => binds(smsc).length >= 3);
        // jittered: half of the wait at least
        assert.ok(binds(smsc).length <= 2 + (Date.now() - began) / 300, `${binds(smsc).length} binds`);
        const refused = (await shownLinks(house)).find(({ last_end: end }) => end === 'bind_refused');
        assert.equal(refused.last_status, 'ESME_RINVPASWD');
        assert.ok(Date.parse(refused.next_attempt_at) > Date.parse(refused.since));
        assert.ok(await house.metric('parley_smpp_link_ended_total', 'reason="bind_refused"') >= 3);
        assert.ok(!house.engine.err.includes('secret'));
        smsc.script = null;
        await house.bound(4);
    }));

test('a successor waits for its predecessor to leave where the carrier allows one session', () =>
    withHosts(1, { already_bound_wait: '300ms' }, async (house, smsc) => {
        const bound = () => smsc.sessions.filter((session) => session.bound && !session.closed && !session.peerEnded);
        let most = 0;
        smsc.script = (session, frame) => {
            if (!isBind(frame)) return false;
            if (bound().length === 0) return false;
            session.respond(frame, ralybnd);
            return true;
        };
        await smsc.listen();
        await house.startEngine();
        await house.bound(1);
        const next = new House();
        try {
            await next.prepare({ carrier: { ...quick, address: [`127.0.0.1:${smsc.port}`], already_bound_wait: '300ms' } });
            await next.startEngine();
            const link = await until('the successor is refused', async () => {
                const [shown] = await shownLinks(next);
                return shown.last_status === 'ESME_RALYBND' ? shown : null;
            });
            assert.equal(link.state, 'waiting');
            const id = await next.send(contact, 'from the successor');
            most = bound().length;
            await house.stopEngine();
            assert.deepEqual(await next.allEnded([id]), { delivered: 1 });
            assert.equal(Math.max(most, bound().length), 1);
            const left = smsc.sessions.find((session) => session.frames.some((frame) => frame.id === command.unbind));
            assert.ok(left, 'the predecessor unbound');
        } finally {
            await next.stop();
        }
    }));

test('a successor binds beside its predecessor where the carrier allows both', () =>
    withHosts(1, {}, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        await house.bound(1);
        const next = new House();
        try {
            await next.prepare({ carrier: { ...quick, address: [`127.0.0.1:${smsc.port}`] } });
            await next.startEngine();
            await next.bound(1);
            await house.alive();
            await house.stopEngine();
            await next.send(contact, 'no gap');
            await until('it is taken', () => smsc.submits.some(({ text }) => text === 'no gap'));
        } finally {
            await next.stop();
        }
    }));

test('a successor takes over the queue and the opt-outs of the same folder when its predecessor leaves', () =>
    withHosts(1, {}, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        await house.bound(1);
        const { status } = await house.ask('PUT', '/v1/suppressions/+15567770001', {});
        assert.ok(status < 300, String(status));
        const later = await house.send(contact, 'for the successor', { send_at: new Date(Date.now() + 1500).toISOString() });
        house.configure({ ...house.settings, node: { ...house.settings.node, predecessor_wait: '1m' } });
        const predecessor = house.engine;
        const successor = house.spawn(programs.parleyd, [house.config]);
        await until('the successor waits', () => successor.err.includes('"waiting"'));
        await house.alive();
        await house.stopEngine();
        assert.notEqual(predecessor.exitCode, null);
        house.engine = successor;
        await until('the successor answers', async () => (await house.ask('GET', '/healthz')).status === 200);
        await house.bound(1);
        assert.deepEqual(await house.allEnded([later]), { delivered: 1 });
        const refused = await house.ask('POST', '/v1/messages', { from: sender, to: '+15567770001', text: 'no' });
        assert.notEqual(refused.status, 202);
    }));

test('a successor that waits can be told to stop', () =>
    withHosts(1, {}, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        house.configure({ ...house.settings, node: { ...house.settings.node, predecessor_wait: '1h' } });
        const successor = house.spawn(programs.parleyd, [house.config]);
        await until('the successor waits', () => successor.err.includes('"waiting"'));
        successor.kill('SIGTERM');
        assert.deepEqual(await successor.ended, { code: 0, signal: null });
        await house.alive();
    }));

test('told to stop, the engine waits for what is in flight, unbinds, and repeats nothing afterwards', () =>
    withHosts(1, {}, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        const session = await smsc.boundSession();
        const held = [];
        smsc.script = (at, frame) => frame.id === command.submit_sm && Boolean(held.push(() => smsc.behave(at, frame)));
        const ids = [await house.send(contact, 'one'), await house.send('+15567779999', 'two')];
        await until('both are in flight', () => held.length === 2);
        const stopped = house.stopEngine();
        await sleep(100);
        assert.ok(!session.frames.some(({ id }) => id === command.unbind), 'answers first');
        smsc.script = null;
        for (const answer of held) answer();
        assert.deepEqual(await stopped, { code: 0, signal: null });
        assert.ok(session.frames.some(({ id }) => id === command.unbind));
        await house.startEngine();
        const statuses = await house.allEnded(ids);
        assert.equal(statuses.delivered, 2);
        assert.deepEqual(smsc.repeated(), []);
    }));

test('3,000 in one window of 65,535 find their answers, in whatever order', () =>
    withHosts(1, { window: 65535, response_timeout: '30s' }, async (house, smsc) => {
        const held = [];
        smsc.script = (at, frame) => frame.id === command.submit_sm && Boolean(held.push(() => smsc.behave(at, frame)));
        await smsc.listen();
        await house.startEngine();
        await smsc.boundSession();
        for (let part = 0; part < 3; ++part) {
            const messages = Array.from({ length: 1000 }, (_, n) => ({
                from: sender, to: `+1556${String(part * 1000 + n).padStart(7, '0')}`, text: `message ${part * 1000 + n}` }));
            const answer = await request(house.http, 'POST', '/v1/messages', messages);
            assert.ok(answer.status < 300, answer.text.slice(0, 200));
        }
        await until('all are in flight', () => held.length === 3000, { seconds: 30 });
        const [link] = await shownLinks(house);
        assert.equal(link.window, 65535);
        assert.equal(link.in_flight, 3000);
        smsc.script = null;
        for (const answer of held.reverse()) answer();
        await until('all are settled', async () =>
            await house.metric('parley_messages_settled_total', 'outcome="delivered"') === 3000, { seconds: 30 });
        assert.deepEqual(smsc.repeated(), []);
    }));

test('answers that come after their time are counted as late, and end the doubt of their messages', () =>
    withHosts(1, { response_timeout: '200ms', expiries_max: 100 }, async (house, smsc) => {
        const held = [];
        smsc.script = (at, frame) => frame.id === command.submit_sm && Boolean(held.push(() => smsc.behave(at, frame)));
        await smsc.listen();
        await house.startEngine();
        await smsc.boundSession();
        const ids = [await house.send(contact, 'one'), await house.send('+15567779999', 'two')];
        await until('both were given up on', async () => await house.metric('parley_smpp_unanswered_total') === 2);
        assert.equal((await house.message(ids[0])).segments[0].phase, 'uncertain');
        for (const answer of held) answer();
        await until('both are counted', async () => await house.metric('parley_smpp_oddities_total', 'kind="late_answer"') === 2);
        assert.equal(await house.metric('parley_smpp_oddities_total'), 2);
        assert.equal((await shownLinks(house))[0].state, 'bound');
        assert.equal(smsc.sessions.length, 1);
        assert.deepEqual(await house.allEnded(ids), { delivered: 2 });
        assert.deepEqual(smsc.repeated(), []);
    }));

test('a carrier that answers enquire_link and no submit_sm is left, told so, and put little more in doubt', () =>
    withHosts(1, { response_timeout: '200ms', expiries_max: 2, enquire_link_every: '1h' }, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        const session = await smsc.boundSession();
        smsc.script = (at, frame) => at === session && frame.id === command.submit_sm;
        const ids = new Map();
        for (let n = 0; n < 30; ++n) ids.set(`n ${n}`, await house.send(`+1556777${1000 + n}`, `n ${n}`));
        await session.closedByPeer();
        const said = session.frames.map(({ id }) => id);
        assert.equal(said.filter((id) => id === command.enquire_link).length, 1);
        assert.equal(said.at(-1), command.unbind);
        const inDoubt = smsc.submits.filter((submit) => submit.session === session).map(({ text }) => text);
        // A window, as many as the first expiries let through, and as many once the question was answered.
        assert.ok(inDoubt.length <= 10 + 2 + 2, `${inDoubt.length} in doubt`);
        await smsc.boundSession();
        const [link] = await shownLinks(house);
        assert.equal(link.last_end, 'unanswered');
        for (const text of inDoubt) ids.delete(text);
        assert.deepEqual(await house.allEnded([...ids.values()]), { delivered: ids.size });
        assert.deepEqual(smsc.repeated(), []);
    }));

test('requests without answers lead to a question, and no answer to that to a new session', () =>
    withHosts(1, { response_timeout: '200ms', expiries_max: 2, enquire_link_every: '1h', uncertain_hold: '1s' },
        async (house, smsc) => {
            await smsc.listen();
            await house.startEngine();
            const session = await smsc.boundSession();
            smsc.script = (at) => at === session;
            await house.send(contact, 'one');
            await house.send('+15567779999', 'two');
            await session.closedByPeer();
            assert.equal(session.frames.filter(({ id }) => id === command.enquire_link).length, 1);
            const again = await smsc.boundSession();
            assert.notEqual(again, session);
            assert.equal((await shownLinks(house))[0].last_end, 'probe_timeout');
        }));

test('a session that carries no message is bound anew after inactivity_timeout', () =>
    withHosts(1, { inactivity_timeout: '300ms' }, async (house, smsc) => {
        await smsc.listen();
        await house.startEngine();
        await until('it was bound three times', () => binds(smsc).length >= 3);
        const unbinds = smsc.sessions.slice(0, 2).map((session) => session.frames.at(-1).id);
        assert.deepEqual(unbinds, [command.unbind, command.unbind]);
        assert.equal((await shownLinks(house))[0].last_end, 'inactive');
    }));

// ---- The end

test('SIGTERM ends the program within drain_limit though its carrier answers neither submit_sm nor unbind', () =>
    withHosts(1, { response_timeout: '1m', unbind_timeout: '1m' }, async (house, smsc) => {
        house.settings.node.drain_limit = '2s';
        house.configure(house.settings);
        await smsc.listen();
        await house.startEngine();
        const session = await smsc.boundSession();
        smsc.script = (at, { id }) => id === command.submit_sm || id === command.unbind;
        await house.send(contact, 'hello');
        await until('it was submitted', () => smsc.submits.length === 1);
        const stopped = house.stopEngine('SIGTERM');
        const ended = await Promise.race([stopped, sleep(60_000)]);  // a wait of either timer's minute
        assert.deepEqual(ended, { code: 0, signal: null });
        assert.equal(session.frames.at(-1).id, command.unbind, 'it was told all the same');
        assert.equal(smsc.submits.length, 1);
    }));

test('a carrier that answers no submit_sm is unbound from within drain_limit, and its unbind_resp awaited', () =>
    withHosts(1, { response_timeout: '1m' }, async (house, smsc) => {
        house.settings.node.drain_limit = '4s';
        house.configure(house.settings);
        await smsc.listen();
        await house.startEngine();
        const session = await smsc.boundSession();
        let leftEarly = null;
        smsc.script = (at, frame) => {
            if (frame.id === command.unbind) setTimeout(() => {
                leftEarly = at.peerEnded || at.closed;
                at.respond(frame);
            }, 300);
            return frame.id === command.submit_sm || frame.id === command.unbind;
        };
        await house.send(contact, 'hello');
        await until('it was submitted', () => smsc.submits.length === 1);
        assert.deepEqual(await house.stopEngine('SIGTERM'), { code: 0, signal: null });
        await session.closedByPeer();
        assert.equal(leftEarly, false);
    }));

// ---- Outbind

// The carrier only connects to us. work(house, smsc, port): where we listen.
function withOutbind(settings, work) {
    return withHouse(async (house) => {
        await house.prepare({ carrier: quick });
        const port = await freePort();
        const [acme] = house.settings.carriers;
        delete acme.address;
        acme.outbind = { listen: `127.0.0.1:${port}`, system_id: 'acme', password: 'theirs', bind: 'transceiver', ...settings };
        house.configure(house.settings);
        const smsc = new RawSmsc(0);
        try {
            await house.startEngine();
            await work(house, smsc, port);
        } finally {
            await smsc.close();
        }
    });
}

test('a carrier that connects and says outbind gets our bind on that connection, and all messages', () =>
    withOutbind({}, async (house, smsc, port) => {
        const [waiting] = await shownLinks(house);
        assert.deepEqual([waiting.link, waiting.state, waiting.address], ['acme-in-1', 'waiting', `127.0.0.1:${port}`]);
        const id = await house.send(contact, 'waits for it');
        const session = await smsc.connectTo(port);
        assert.equal(session.frames.length, 0);
        session.write(outbind('acme', 'theirs'));
        await until('it is bound', () => session.bound);
        assert.equal(readBind(session.frames[0].body).password, 'secret');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        session.socket.destroy();
        await until('the link waits again', async () => (await shownLinks(house))[0].state === 'waiting');
        const second = await smsc.connectTo(port);
        second.write(outbind('acme', 'theirs'));
        await delivers(house, smsc, 'on the second one');
        await house.stopEngine();
        assert.equal(second.frames.at(-1).id, command.unbind);
    }));

test('receivers answer an outbind with bind_receiver', () =>
    withOutbind({ bind: 'receiver' }, async (house, smsc, port) => {
        const session = await smsc.connectTo(port);
        session.write(outbind('acme', 'theirs'));
        await until('it is bound', () => session.bound);
        assert.equal(session.frames[0].id, command.bind_receiver);
        const sequence = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), text: 'hello' });
        assert.equal((await session.answer(sequence)).status, esme.rok);
    }));

test('who does not say the right outbind, or anything, is closed without a word of ours', () =>
    withOutbind({ links: 2 }, async (house, smsc, port) => {
        for (const words of [outbind('acme', 'guess'), outbind('other', 'theirs'), Buffer.from('GET / HTTP/1.1\r\n\r\n'),
            pdu(command.bind_transceiver, 0, 1), Buffer.alloc(0)]) {
            const session = await smsc.connectTo(port);
            session.write(words);
            await session.closedByPeer();
            assert.ok(session.frames.every(({ id }) => id >= 0x80000000), 'no bind');
        }
        const ends = house.logLines('link_ended').map(({ detail }) => detail);
        assert.ok(ends.some((line) => line.endsWith('outbind_refused: wrong password')), ends.join());
        assert.ok(ends.some((line) => line.endsWith('outbind_refused: wrong system_id')), ends.join());
        assert.ok(ends.some((line) => line.endsWith('outbind_timeout')), ends.join());
        assert.ok(!house.engine.err.includes('theirs'));
        const session = await smsc.connectTo(port);
        session.write(outbind('acme', 'theirs'));
        await until('the right one is bound', () => session.bound);
    }));

test('more connections than links, and addresses that are not in from, are closed at once', () =>
    withOutbind({ from: ['127.0.0.1'] }, async (house, smsc, port) => {
        const first = await smsc.connectTo(port);
        const second = await smsc.connectTo(port);
        await second.closedByPeer();
        assert.equal(first.closed, false);
        first.socket.destroy();
        await until('the link waits again', async () => (await shownLinks(house))[0].state === 'waiting');
        const stranger = await smsc.connectTo(port, { localAddress: '127.0.0.3' });
        await stranger.closedByPeer();
        assert.match(house.logLines('outbind_refused')[0].detail, /no link is free$/);
    }));

// work(house, smsc, port, authority): with outbind over TLS.
async function withSecureOutbind(settings, work) {
    const authority = new Authority();
    try {
        const { certificate, key } = authority.issue();
        const ours = { certificate_file: certificate, key_file: key };
        await withOutbind({ tls: { ...ours, ...settings(authority) } },
            (house, smsc, port) => work(house, smsc, port, authority));
    } finally {
        authority.remove();
    }
}

test('outbind over TLS: the carrier sees our certificate, and messages flow both ways', () =>
    withSecureOutbind(() => ({}), async (house, smsc, port, authority) => {
        const id = await house.send(contact, 'under seal');
        const session = await smsc.connectTo(port, { secure: { ca: readFileSync(authority.file) } });
        session.write(outbind('acme', 'theirs'));
        await until('it is bound', () => session.bound);
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        const sequence = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), text: 'hello' });
        assert.equal((await session.answer(sequence)).status, esme.rok);
    }));

test('outbind over TLS: whoever speaks none, or falls silent, is closed and the link waits again', () =>
    withSecureOutbind(() => ({}), async (house, smsc, port, authority) => {
        const plain = await smsc.connectTo(port);
        plain.write(outbind('acme', 'theirs'));
        await plain.closedByPeer();
        assert.equal(plain.bound, false);
        const silent = await smsc.connectTo(port);
        await silent.closedByPeer();
        const ends = house.logLines('link_ended').map(({ detail }) => detail);
        assert.match(ends[0], /tls_failed: the carrier does not speak TLS on this port$/);
        assert.match(ends[1], /outbind_timeout$/);
        const session = await smsc.connectTo(port, { secure: { ca: readFileSync(authority.file) } });
        session.write(outbind('acme', 'theirs'));
        await until('the right one is bound', () => session.bound);
    }));

test('outbind over TLS with client_ca_file: only a carrier with a certificate of that authority gets in', () =>
    withSecureOutbind((authority) => ({ client_ca_file: authority.file }), async (house, smsc, port, authority) => {
        const ca = readFileSync(authority.file);
        const stranger = new Authority('Somebody else');
        try {
            for (const shown of [{}, stranger.serve()]) {
                const session = await smsc.connectTo(port, { secure: { ca, ...shown } });
                session.write(outbind('acme', 'theirs'));
                await session.closedByPeer();
                assert.equal(session.bound, false);
            }
        } finally {
            stranger.remove();
        }
        const ends = house.logLines('link_ended').map(({ detail }) => detail);
        assert.match(ends[0], /tls_failed: the carrier shows no certificate$/);
        assert.match(ends[1], /tls_failed: the carrier's certificate is from an unknown authority$/);
        const session = await smsc.connectTo(port, { secure: { ca, ...authority.serve() } });
        session.write(outbind('acme', 'theirs'));
        await until('it is bound', () => session.bound);
    }));

test('a port that is taken is named by its setting, and the engine does not start', () =>
    withHouse(async (house) => {
        await house.prepare({ carrier: quick });
        const taken = net.createServer();
        await new Promise((done) => taken.listen(0, '127.0.0.1', done));
        house.settings.carriers[0].outbind = { listen: `127.0.0.1:${taken.address().port}` };
        house.configure(house.settings);
        try {
            const { code, err } = await house.runToEnd();
            assert.equal(code, 1);
            assert.match(err, /carriers\[0\]\.outbind\.listen: cannot listen on 127\.0\.0\.1:\d+: Address already in use/);
        } finally {
            taken.close();
        }
    }));
