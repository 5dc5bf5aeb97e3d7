// A carrier that speaks bad SMPP, or no SMPP at all. Whatever it says, the answer is the one of the
// specification, the log says what was wrong without saying who wrote what, the link comes back, and
// every message that was promised still ends, once.

import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import { json, request, sender, sleep, until, withHouse } from './house.mjs';
import { RawSmsc, command, deliverBody, esme, pdu } from './raw_smsc.mjs';

const contact = '+15567778888';
const secretText = 'My secret words';
const quick = {
    links: 1, window: 10, bind_timeout: '500ms', response_timeout: '1s', enquire_link_every: '30s',
    reconnect_min: '50ms', reconnect_max: '400ms', on_uncertain: 'hold', uncertain_hold: '1s',
};

// A house with a raw carrier; both end with the test.
function withCarrier(work, { carrier = {}, listen = true, script = null } = {}) {
    return withHouse(async (house) => {
        await house.prepare({ carrier: { ...quick, ...carrier } });
        const smsc = new RawSmsc(house.smpp);
        smsc.script = script;
        try {
            if (listen) await smsc.listen();
            await house.startEngine();
            await work(house, smsc);
        } finally {
            await smsc.close();
        }
    });
}

// The log names no number, no text, no password.
function discreet(house) {
    const log = house.engine.err;
    for (const word of [contact.slice(1), sender.slice(1), secretText, 'secret', 'hello']) {
        assert.ok(!log.includes(word), `the log has "${word}": ${log}`);
    }
}

function oddities(house) {
    return house.logLines('link_oddity').map((line) => line.detail);
}

async function inboundCount(house) {
    return house.metric('parley_inbound_messages_total');
}

for (const [what, length, words] of [
    ['below 16', 15, 'command_length is below 16: 15'],
    ['zero', 0, 'command_length is below 16: 0'],
    ['above the maximum', 70001, 'command_length is above the maximum: 70001'],
    ['of four thousand million', 0xFFFFFFFF, 'command_length is above the maximum: 4294967295'],
]) {
    test(`a command_length ${what} gets a generic_nack, ends the session, and nothing is lost or repeated`,
        () => withCarrier(async (house, smsc) => {
            const before = await house.send(contact, 'before');
            const session = await smsc.boundSession();
            assert.deepEqual(await house.allEnded([before]), { delivered: 1 });
            // While this one is in flight the stream breaks: its fate is uncertain.
            smsc.script = (at, frame) => frame.id === command.submit_sm && at === session;
            const during = await house.send(contact, 'during');
            await until('it is in flight', () => smsc.submits.some((submit) => submit.text === 'during'),
                { every: 10 });
            const bad = pdu(command.deliver_sm, 0, 4711);
            bad.writeUInt32BE(length, 0);
            session.write(bad);
            const nack = await session.answer(4711);
            assert.equal(nack.id, command.generic_nack);
            assert.equal(nack.status, esme.rinvcmdlen);
            await session.closedByPeer();
            const after = await house.send(contact, 'after');
            const again = await smsc.boundSession();
            assert.notEqual(again, session);
            const statuses = await house.allEnded([before, during, after]);
            assert.deepEqual(statuses, { delivered: 2, unknown: 1 });
            assert.deepEqual(smsc.repeated(), []);
            assert.deepEqual(oddities(house), [`acme-1 ${words}`]);
            assert.equal(house.logLines('link_ended').length, 1);
            discreet(house);
        }));
}

test('an unknown command_id gets a generic_nack with its sequence, and the link stays', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        session.write(pdu(0x00010203, 0, 31, Buffer.from(secretText)));
        const nack = await session.answer(31);
        assert.equal(nack.id, command.generic_nack);
        assert.equal(nack.status, esme.rinvcmdid);
        const id = await house.send(contact, 'hello');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        assert.equal(smsc.sessions.length, 1, 'the same session');
        assert.equal(oddities(house).length, 1);
        discreet(house);
    }));

const broken = {
    'an sm_length past the end': {
        body: deliverBody({ from: contact.slice(1), to: sender.slice(1), text: secretText, smLength: 200 }),
        status: esme.rinvmsglen, words: 'deliver_sm.short_message: 200 octets promised, 15 left',
    },
    'no NUL behind an address': {
        body: Buffer.concat([Buffer.from([0, 1, 1]), Buffer.from('15567778888')]),
        status: esme.rinvmsglen, words: 'deliver_sm.source_addr: no NUL',
    },
    'an address that never ends': {
        body: Buffer.concat([Buffer.from([0, 1, 1]), Buffer.alloc(2000, '7')]),
        status: esme.rinvtlvlen, words: 'deliver_sm.source_addr: no NUL within',
    },
    'no body': { body: Buffer.alloc(0), status: esme.rinvmsglen, words: 'deliver_sm.service_type' },
    'a message_payload that is cut off': {
        body: deliverBody({
            from: contact.slice(1), to: sender.slice(1),
            tlvs: [Buffer.from([0x04, 0x24, 0x01, 0x00]), Buffer.from(secretText)],
        }),
        status: esme.rinvtlvstream, words: 'deliver_sm.message_payload: 256 octets promised, 15 left',
    },
};
for (const [what, { body, status, words }] of Object.entries(broken)) {
    test(`a deliver_sm with ${what} is refused by name, and the next one is taken on the same link`, () =>
        withCarrier(async (house, smsc) => {
            const session = await smsc.boundSession();
            session.write(pdu(command.deliver_sm, 0, 77, body));
            const answer = await session.answer(77);
            assert.equal(answer.id, command.deliver_sm_resp);
            assert.equal(answer.status, status);
            const good = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), text: secretText });
            assert.equal((await session.answer(good)).status, esme.rok);
            assert.equal(await inboundCount(house), 1, 'only the good one counts');
            assert.equal(smsc.sessions.length, 1);
            assert.equal(oddities(house).length, 1);
            assert.ok(oddities(house)[0].includes(words), oddities(house)[0]);
            discreet(house);
        }));
}

test('a deliver_sm whose last TLV is cut off is taken, because its text is whole', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        const sequence = smsc.deliver(session, {
            from: contact.slice(1), to: sender.slice(1), text: secretText,
            tlvs: [Buffer.from([0x02, 0x04, 0x00, 0x08, 0x01])],
        });
        assert.equal((await session.answer(sequence)).status, esme.rok);
        const { conversations } = await json(house.http, '/v1/conversations');
        assert.equal(conversations[0].last_message.text, secretText);
        assert.ok(oddities(house)[0].includes('8 octets promised, 1 left'), oddities(house)[0]);
        discreet(house);
    }));

// Turkish instead of the default alphabet (3GPP TS 23.038 §6.2.1.2.4): 0x07 is ı, 0x0C ğ, 0x1D ş.
const turkish = (concatenation, septets) => {
    const elements = [...concatenation, 0x25, 1, 1];
    return Buffer.concat([Buffer.from([elements.length, ...elements]), Buffer.from(septets, 'latin1')]);
};
const lastMessage = async (house) => (await json(house.http, '/v1/conversations')).conversations[0].last_message;

test('a message in a national GSM alphabet is read by it, and shown as gsm7', () => withCarrier(async (house, smsc) => {
    const session = await smsc.boundSession();
    const sequence = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), esmClass: 0x40,
        text: turkish([], 'da\x0C ba\x1D\x07') });
    assert.equal((await session.answer(sequence)).status, esme.rok);
    const message = await lastMessage(house);
    assert.equal(message.text, 'dağ başı');
    assert.equal(message.encoding, 'gsm7');
}));

test('a long one of two parts, with a crash between them, is shown as gsm7 too', () => withCarrier(async (house, smsc) => {
    const say = async (part, septets) => {
        const session = await smsc.boundSession();
        const sequence = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), esmClass: 0x40,
            text: turkish([0, 3, 77, 2, part], septets) });
        assert.equal((await session.answer(sequence)).status, esme.rok);
    };
    await say(2, 'ba\x1D\x07');
    await house.stopEngine('SIGKILL');
    await house.startEngine();
    await say(1, 'da\x0C ');
    const message = await lastMessage(house);
    assert.equal(message.text, 'dağ başı');
    assert.equal(message.encoding, 'gsm7');
}));

test('an address of octets that are no text neither ends the link nor spoils the answers', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        const sequence = smsc.deliver(session, { from: '\xff\xfe"\\\n', to: sender.slice(1), text: 'hello' });
        assert.equal((await session.answer(sequence)).status, esme.rok);
        const answer = await request(house.http, 'GET', '/v1/conversations');
        assert.equal(answer.status, 200);
        assert.equal(JSON.parse(answer.text).conversations[0].last_message.text, 'hello');
    }));

test('garbage instead of PDUs ends the session, and the link comes back each time', () =>
    withCarrier(async (house, smsc) => {
        const ids = [];
        for (let round = 0; round < 5; ++round) {
            const session = await smsc.boundSession();
            ids.push(await house.send(contact, `round ${round}`));
            // No length in it is one that we would wait for.
            session.write(Buffer.alloc(5000, 0xA0 + round));
            await session.closedByPeer();
        }
        ids.push(await house.send(contact, 'after all'));
        const statuses = await house.allEnded(ids);
        assert.equal(Object.values(statuses).reduce((sum, count) => sum + count), 6);
        assert.equal((await house.message(ids.at(-1))).status, 'delivered');
        assert.deepEqual(smsc.repeated(), []);
        await house.alive();
    }));

test('a PDU that never gets whole does not hold up a dead link: the enquire_link ends it', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        smsc.script = (at) => at === session;  // and from now on it is silent
        session.write(pdu(command.deliver_sm, 0, 5, Buffer.alloc(100)).subarray(0, 50));
        await session.closedByPeer();
        const id = await house.send(contact, 'hello');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        assert.ok(smsc.sessions.length >= 2);
    }, { carrier: { enquire_link_every: '300ms', response_timeout: '300ms' } }));

test('PDUs cut into single octets are PDUs all the same', () => withCarrier(async (house, smsc) => {
    const session = await smsc.boundSession();
    const octets = pdu(command.deliver_sm, 0, 9,
        deliverBody({ from: contact.slice(1), to: sender.slice(1), text: 'hello' }));
    for (const octet of octets) {
        session.write(Buffer.from([octet]));
        await sleep(1);
    }
    assert.equal((await session.answer(9)).status, esme.rok);
    assert.deepEqual(oddities(house), []);
}));

test('a carrier that is an HTTP server is named as no SMPP, tried again with growing pauses, and replaced', () =>
    withCarrier(async (house, smsc) => {
        const dialled = [];
        const web = http.createServer((_, answer) => answer.end());
        web.on('connection', () => dialled.push(Date.now()));
        // What Node's server says by itself to octets that are no request: "HTTP/1.1 400 Bad Request".
        await new Promise((done) => web.listen(house.smpp, '127.0.0.1', done));
        const id = await house.send(contact, 'hello');
        await until('it is tried a few times', () => dialled.length >= 5, { every: 10 });
        await until('the reason is shown', async () =>
            (await json(house.http, '/v1/links')).links[0].last_end === 'framing_lost', { every: 10 });
        await new Promise((done) => { web.close(done); web.closeAllConnections(); });
        assert.ok(dialled[4] - dialled[3] > dialled[1] - dialled[0], `no backoff: ${dialled}`);
        assert.match(oddities(house)[0], /acme-1 command_length is above the maximum: 1213486160/);
        await house.alive();
        await smsc.listen();
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        discreet(house);
    }, { listen: false }));

test('a carrier that accepts and never answers the bind is left after bind_timeout and tried again', () =>
    withCarrier(async (house, smsc) => {
        const id = await house.send(contact, 'hello');
        await until('three attempts', () => smsc.sessions.length >= 3, { every: 10 });
        await until('the first is closed', () => smsc.sessions[0].closed || smsc.sessions[0].peerEnded, { every: 10 });
        assert.equal((await json(house.http, '/v1/links')).links[0].last_end, 'bind_timeout');
        const open = smsc.sessions.filter((session) => !session.closed && !session.peerEnded);
        assert.ok(open.length <= 1, 'never two sessions at once for one link');
        smsc.script = null;
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        discreet(house);
    }, { script: () => true }));

test('a carrier that refuses the bind with an unknown status, or nacks it, or talks nonsense, is tried again', () => {
    const refusals = [
        (session, frame) => session.respond(frame, 0x4FF),
        (session) => session.write(pdu(command.generic_nack, esme.rinvcmdid, 0)),
        // Nobody asked for this one, and the bind stays unanswered.
        (session, frame) => session.write(pdu(command.submit_sm_resp, 0, frame.sequence)),
    ];
    const script = (session, frame) => {
        const refuse = frame.id === command.bind_transceiver && refusals.shift();
        if (refuse) refuse(session, frame);
        return Boolean(refuse);
    };
    return withCarrier(async (house) => {
        const id = await house.send(contact, 'hello');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        assert.deepEqual(house.logLines('link_ended').map((line) => line.detail), [
            'acme-1 bind_refused vendor 0x000004FF', 'acme-1 bind_refused ESME_RINVCMDID', 'acme-1 bind_timeout']);
        discreet(house);
    }, { script });
});

test('a half-open link is found by enquire_link and rebound; what was in flight is sent once', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        smsc.script = (at) => at === session;  // it takes everything and says nothing
        const inFlight = await house.send(contact, 'in flight');
        await until('the link is given up', () => session.closed || session.peerEnded, { every: 20 });
        const after = await house.send(contact, 'after');
        const statuses = await house.allEnded([inFlight, after]);
        assert.deepEqual(statuses, { delivered: 1, unknown: 1 });
        assert.equal((await house.message(after)).status, 'delivered');
        assert.deepEqual(smsc.repeated(), []);
        assert.equal((await json(house.http, '/v1/links')).links[0].last_end, 'probe_timeout');
    }, { carrier: { enquire_link_every: '300ms', response_timeout: '500ms' } }));

test('answers that nobody asked for, and answers without a body, change nothing', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        for (const id of [command.submit_sm_resp, command.enquire_link_resp, command.unbind_resp, 0x80000103]) {
            session.write(pdu(id, 0, 999999));
        }
        smsc.script = (at, frame) => {
            if (frame.id !== command.submit_sm) return false;
            at.write(pdu(command.submit_sm_resp, 0, frame.sequence + 1000));  // somebody else's
            return false;
        };
        const id = await house.send(contact, 'hello');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
        assert.equal(smsc.submits.length, 1);
        assert.equal(smsc.sessions.length, 1);
        assert.ok(oddities(house).length >= 4);
        discreet(house);
    }));

test('a flood of malformed PDUs is answered one by one, but does not fill the log', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        const flood = [];
        for (let n = 1; n <= 5000; ++n) flood.push(pdu(0x00010203, 0, n));
        session.write(Buffer.concat(flood));
        await until('all are answered', () => session.frames.filter((frame) =>
            frame.id === command.generic_nack && frame.status === esme.rinvcmdid).length === 5000, { seconds: 20 });
        assert.ok(oddities(house).length <= 30, `${oddities(house).length} lines`);
        assert.equal(await house.metric('parley_smpp_oddities_total'), 5000);
        await until('the log says how many it left out', () =>
            oddities(house).some((line) => /acme-1 \d+ more like these/.test(line)), { every: 50 });
        const id = await house.send(contact, 'hello');
        assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    }));
