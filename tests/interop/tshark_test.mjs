// A conversation between parleyd and parley-sim, captured on the wire and decoded by Wireshark: every
// octet belongs to a PDU that it understands, and what it reads is what the API and the simulator's
// books say was sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rig, json, request, sender, until } from '../support/rig.mjs';
import { Capture, unnamed } from './capture.mjs';

// SMPP 3.4 §5.1.2.1.
const command = {
    bind_receiver: 0x01, bind_transmitter: 0x02, submit_sm: 0x04, deliver_sm: 0x05, unbind: 0x06,
    bind_transceiver: 0x09, enquire_link: 0x15, data_sm: 0x103,
};
const responseTo = (id) => (id | 0x80000000) >>> 0;
const isRequest = ({ command: id }) => (id & 0x80000000) === 0;
const statuses = { 0x00: 'ESME_ROK', 0x0B: 'ESME_RINVDSTADR', 0x58: 'ESME_RTHROTTLED' };

const contact = '+15560000001';
const other = '+15560000002';
const nobody = '+15569999999';
const longGsm = `Order {12}: ${'5 € each, ~3 [boxes] | '.repeat(14)}thank you`;
const emoji = 'Готово 👍🏽 ok';
const longUcs = `${'Ещё 👩‍🚀 раз. '.repeat(10)}всё`;

async function order(rig, path, body) {
    const answer = await request(rig.control, 'POST', path, body);
    assert.equal(answer.status, 200, answer.text);
}

async function writes(rig, text, kind = 'plain') {
    await order(rig, '/mo', { from: contact, to: sender, text, kind });
    await until(`"${text.slice(0, 20)}" is acknowledged`, async () => {
        const { mos } = await json(rig.control, '/books/mos');
        return mos.at(-1).text === text && mos.at(-1).acked_us !== null;
    }, { seconds: 20, every: 20 });
}

// Says and hears everything that the protocol has. Answers with the API's view of it.
async function converse(rig) {
    const sent = [];
    const says = async (to, text, status = 'delivered') => {
        const { id } = await rig.send(to, text);
        sent.push(await rig.reaches(id, status));
    };
    await says(contact, 'Your code is 4711 @ £5');
    await says(contact, longGsm);
    await order(rig, '/settings', { receipt_tlvs: true });
    await says(contact, emoji);
    await order(rig, '/settings', { receipt_as_data_sm: true });
    await says(contact, longUcs);
    await order(rig, '/settings', { receipt_as_data_sm: false, receipt_text: false });
    await says(other, 'A receipt without words');
    await order(rig, '/settings', { throttle_chance: 1 });
    const { id: slow } = await rig.send(other, 'Not so fast');
    await until('it is throttled', async () => (await rig.books()).counts.throttled >= 2, { seconds: 20, every: 20 });
    await order(rig, '/settings', { throttle_chance: 0 });
    sent.push(await rig.reaches(slow, 'delivered'));
    await says(nobody, 'Refused for good', 'failed');

    await writes(rig, 'Is it 5 € {net}?');
    await writes(rig, longGsm);
    await writes(rig, emoji);
    await writes(rig, longUcs);

    // The engine asks after 200 ms of silence, the simulator every 300 ms: a link on which the engine
    // asked three times was asked as well.
    const { counts: { enquire_links: before } } = await rig.books();
    await until('both sides asked for life', async () =>
        (await rig.books()).counts.enquire_links >= before + 6, { seconds: 20, every: 50 });
    await order(rig, '/orders', { unbind: true });
    await until('the links are new', async () => {
        const { counts, sessions_bound: bound } = await rig.books();
        return counts.binds === 4 && bound === 2;
    }, { seconds: 20, every: 20 });
    await rig.bound(2);
    await says(contact, 'On another link');

    await writes(rig, 'STOP', 'opt_out');
    const refused = await rig.ask('POST', '/v1/messages', { from: sender, to: contact, text: 'After STOP' });
    assert.equal(refused.status, 403);
    const heard = await rig.thread(sent[0].conversation_id);
    const { id: confirmation } = heard.find((message) => message.class === 'opt_out_confirmation');
    sent.push(await rig.reaches(confirmation, 'delivered'));
    // The last answers are with the simulator before the engine is told to stop.
    await until('all is answered', async () => (await rig.books()).delivers_open === 0, { seconds: 20, every: 20 });
    return { sent, heard: heard.filter(({ direction }) => direction === 'inbound') };
}

async function recorded(bind, links, check) {
    const rig = new Rig();
    let capture;
    try {
        await rig.prepare({
            carrier: { bind, links, enquire_link_every: '200ms', throttle_pause: '50ms' },
        });
        capture = await Capture.start(rig.smpp, rig.folder);
        await rig.startSim('--keep-books', 'true', '--enquire-link-every', '300ms', '--system-id', 'parley',
            '--password', 'secret', '--refusals', JSON.stringify([{ number: nobody, status: 'ESME_RINVDSTADR' }]));
        await rig.startEngine();
        await rig.bound(2);
        const api = await converse(rig);
        rig.engine.kill('SIGTERM');
        assert.deepEqual(await rig.engine.ended, { code: 0, signal: null });
        await until('every session is closed', async () => (await rig.books()).sessions_open === 0,
            { seconds: 20, every: 20 });
        await capture.stop(4);
        const books = {
            ...await rig.books(), submits: (await json(rig.control, '/books/submits')).submits,
            mos: (await json(rig.control, '/books/mos')).mos,
        };
        await check({ capture, pdus: await capture.pdus(), books, ...api });
    } catch (error) {
        console.error(rig.engine?.err.slice(-3000));
        throw error;
    } finally {
        await capture?.kill();
        await rig.stop();
    }
}

async function everyOctetIsUnderstood({ capture, pdus }) {
    assert.equal(await capture.wrong(), '', 'tshark has complaints');
    assert.equal(new Set(pdus.map(({ stream }) => stream)).size, 4);
    for (const pdu of pdus) {
        assert.equal(unnamed(pdu), 0, `frame ${pdu.frame}: octets without a meaning`);
        if (isRequest(pdu)) assert.equal(pdu.octets.readUInt32BE(8), 0, `frame ${pdu.frame}: command_status`);
        assert.deepEqual([pdu.number('command_length'), pdu.octets.readUInt32BE(4)], [pdu.octets.length, pdu.command]);
    }
    for (let stream = 0; stream < 4; ++stream) {
        const carried = await capture.streamOctets(stream);
        for (const side of ['engine', 'carrier']) {
            const ours = pdus.filter((pdu) => pdu.stream === stream && pdu.fromEngine === (side === 'engine'));
            const joined = Buffer.concat(ours.map(({ octets }) => octets));
            assert.ok(joined.length > 0);
            assert.ok(joined.equals(carried[side]),
                `stream ${stream}, ${side}: ${carried[side].length} octets, of which ${joined.length} are PDUs`);
        }
    }
}

// Answers with each request's response.
function everyRequestHasOneAnswer({ pdus }) {
    const open = new Map();
    const answers = new Map();
    const place = ({ stream, sequence }, fromEngine) => `${stream} ${fromEngine} ${sequence}`;
    const last = new Map();
    for (const pdu of pdus) {
        if (isRequest(pdu)) {
            const side = `${pdu.stream} ${pdu.fromEngine}`;
            assert.equal(pdu.sequence, (last.get(side) ?? 0) + 1, `frame ${pdu.frame}: sequence numbers (§5.1.4)`);
            last.set(side, pdu.sequence);
            open.set(place(pdu, pdu.fromEngine), pdu);
            continue;
        }
        const asked = place(pdu, !pdu.fromEngine);
        const request = open.get(asked);
        assert.ok(request, `frame ${pdu.frame}: an answer that nobody asked for`);
        assert.equal(pdu.command, responseTo(request.command), `frame ${pdu.frame}: an answer to another question`);
        open.delete(asked);
        answers.set(request, pdu);
    }
    assert.deepEqual([...open.values()].map(({ frame }) => frame), [], 'requests without an answer');
    return answers;
}

function theBindsSayWhoWeAre({ pdus }, binds) {
    const begun = [0, 1, 2, 3].map((stream) => pdus.find((pdu) => pdu.stream === stream));
    assert.deepEqual(begun.map((pdu) => pdu.command).sort(), binds);
    for (const bind of begun) {
        assert.ok(bind.fromEngine);
        assert.deepEqual(['system_id', 'system_type', 'address_range'].map((name) => bind.text(name)),
            ['parley', '', '']);
        assert.deepEqual(['interface_version', 'addr_ton', 'addr_npi'].map((name) => bind.number(name)), [0x34, 0, 0]);
        assert.ok(bind.passwordIs('secret'), 'the password is the configured one');
    }
    const ended = pdus.filter(({ command: id }) => id === command.unbind);
    assert.deepEqual(ended.map(({ fromEngine }) => fromEngine).sort(), [false, false, true, true]);
}

function e164(pdu, side) {
    const short = side === 'source' ? 'source' : 'dest';
    assert.deepEqual([pdu.number(`${short}_addr_ton`), pdu.number(`${short}_addr_npi`)], [1, 1],
        `frame ${pdu.frame}: E.164`);
    return `+${pdu.text(`${side}_addr`)}`;
}

// Read by Wireshark when it is GSM 7; it knows no surrogates, so UTF-16 is read here.
function textOf(pdu) {
    const octets = Buffer.from(pdu.shortMessage, 'hex');
    if (pdu.number('data_coding') === 0) return pdu.text('message_text');
    assert.equal(pdu.number('data_coding'), 8, `frame ${pdu.frame}`);
    const body = (pdu.esmClass & 0x40) === 0 ? octets : octets.subarray(1 + octets[0]);
    return Buffer.from(body).swap16().toString('utf16le');
}

// Parts by their 8-bit header, joined to messages: { from, to, text, pdus }.
function joined(pdus) {
    const messages = [];
    const open = new Map();
    for (const pdu of pdus) {
        const octets = Buffer.from(pdu.shortMessage, 'hex');
        const ends = { from: e164(pdu, 'source'), to: e164(pdu, 'destination') };
        if ((pdu.esmClass & 0x40) === 0) {
            messages.push({ ...ends, text: textOf(pdu), pdus: [pdu] });
            continue;
        }
        assert.deepEqual([...octets.subarray(0, 3)], [5, 0, 3], `frame ${pdu.frame}: TS 23.040 §9.2.3.24.1`);
        const [, , , reference, total, part] = octets;
        const key = `${ends.from} ${ends.to} ${reference} ${total}`;
        if (!open.has(key)) open.set(key, { ...ends, pdus: Array(total).fill(null) });
        const message = open.get(key);
        assert.equal(message.pdus[part - 1], null, `frame ${pdu.frame}: a part that was sent before`);
        message.pdus[part - 1] = pdu;
        if (message.pdus.includes(null)) continue;
        open.delete(key);
        messages.push({ ...message, text: message.pdus.map(textOf).join('') });
    }
    assert.equal(open.size, 0, 'every long message is whole');
    return messages;
}

// One list of submits per session, so that a session's number is of no matter.
const bySession = (submits) => [...submits.reduce((sessions, { session, ...rest }) =>
    sessions.set(session, [...(sessions.get(session) ?? []), rest]), new Map()).values()]
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

function submitsAreThoseOfTheBooks({ pdus, books }, answers) {
    const wire = pdus.filter(({ command: id }) => id === command.submit_sm).map((pdu) => {
        const answer = answers.get(pdu);
        const status = statuses[answer.status];
        assert.deepEqual(['protocol_id', 'priority_flag', 'replace_if_present_flag', 'sm_default_msg_id']
            .map((name) => pdu.number(name)), [0, 0, 0, 0], `frame ${pdu.frame}`);
        assert.ok(!pdu.shown.has('smpp.opt_param'), `frame ${pdu.frame}: a parameter that nobody asked for`);
        if (status !== 'ESME_ROK') assert.equal(answer.octets.length, 16, 'no body with an error (§4.4.2)');
        return {
            session: pdu.stream, sequence: pdu.sequence, status, source: e164(pdu, 'source'),
            destination: e164(pdu, 'destination'), esm_class: pdu.esmClass, data_coding: pdu.number('data_coding'),
            registered_delivery: pdu.registeredDelivery, octets: pdu.shortMessage,
            message_id: answer.text('message_id'),
        };
    });
    const booked = books.submits.map((submit) =>
        Object.fromEntries(Object.keys(wire[0]).map((name) => [name, submit[name]])));
    assert.deepEqual(bySession(wire), bySession(booked));
    assert.ok(wire.some(({ status }) => status === 'ESME_RTHROTTLED'));
    assert.ok(wire.every(({ registered_delivery: registered }) => registered === 1));
}

function messagesAreThoseOfTheApi({ pdus, sent }, answers) {
    const taken = pdus.filter((pdu) => pdu.command === command.submit_sm && answers.get(pdu).status !== 0x58);
    const wire = joined(taken).map(({ from, to, text, pdus: parts }) => ({
        from, to, text, ids: parts.map((pdu) => answers.get(pdu).text('message_id')),
        encoding: parts.every((pdu) => pdu.number('data_coding') === 8) ? 'ucs2' : 'gsm7',
    }));
    const told = sent.map(({ from, to, text, segments, encoding }) =>
        ({ from, to, text, ids: segments.map(({ carrier_message_id: id = '' }) => id), encoding }));
    assert.deepEqual(wire, told);
    assert.equal(wire.find(({ text }) => text === longGsm).ids.length, 3);
    assert.equal(wire.find(({ text }) => text === longUcs).ids.length, 3);
    for (const { status, segments } of sent) {
        if (status === 'delivered') assert.ok(segments.every(({ state }) => state === 'DELIVERED'));
        else assert.deepEqual([status, segments[0].command_status], ['failed', '0x0000000B']);
    }
}

const isReceipt = ({ command: id, esmClass }) =>
    id === command.data_sm || (id === command.deliver_sm && (esmClass & 0x3C) === 0x04);

function everyDeliveredSegmentHasItsReceipt({ pdus, sent, books }, answers) {
    const receipts = pdus.filter(isReceipt);
    const named = receipts.map((pdu) => {
        const answer = answers.get(pdu);
        assert.deepEqual([answer.status, answer.text('message_id')], [0, ''], `frame ${pdu.frame}: deliver_sm_resp`);
        const written = Buffer.from(pdu.shortMessage, 'hex').toString('latin1');
        return pdu.text('receipted_message_id') || /^id:(\S+) .* stat:DELIVRD /.exec(written)?.[1];
    });
    const ids = sent.filter(({ status }) => status === 'delivered')
        .flatMap(({ segments }) => segments.map(({ carrier_message_id: id }) => id));
    assert.deepEqual(named.sort(), ids.sort());
    assert.equal(receipts.length, books.counts.receipts_acked);
    assert.equal(receipts.filter(({ command: id }) => id === command.data_sm).length, 3);
}

function inboundIsThatOfTheThread({ pdus, books, heard }, answers) {
    const delivered = pdus.filter((pdu) => pdu.command === command.deliver_sm && !isReceipt(pdu));
    for (const pdu of delivered) {
        const answer = answers.get(pdu);
        assert.deepEqual([answer.status, answer.text('message_id')], [0, ''], `frame ${pdu.frame}: deliver_sm_resp`);
    }
    const ends = ({ from, to, text }) => ({ from, to, text });
    const wire = joined(delivered).map(ends);
    assert.deepEqual(wire, books.mos.map(ends));
    assert.deepEqual(wire, heard.map(ends));
    assert.deepEqual(wire.map(({ text }) => text), ['Is it 5 € {net}?', longGsm, emoji, longUcs, 'STOP']);
    const stop = answers.get(delivered.at(-1));
    const after = pdus.slice(pdus.indexOf(stop)).filter(({ command: id }) => id === command.submit_sm);
    assert.deepEqual(after.map(textOf), ['You have been unsubscribed and will receive no more messages from us.']);
}

function theSimulatorCountedTheSame({ pdus, books }) {
    const ours = pdus.filter(({ fromEngine }) => fromEngine);
    const count = (id) => ours.filter((pdu) => pdu.command === id).length;
    assert.deepEqual(
        [ours.length, count(command.submit_sm), count(command.enquire_link), count(command.unbind)],
        [books.counts.pdus, books.counts.submits, books.counts.enquire_links, books.counts.unbinds]);
    assert.ok(count(command.enquire_link) > 0 && count(responseTo(command.enquire_link)) > 0, 'both sides asked');
    assert.deepEqual([books.counts.nacks, books.counts.nacked, books.counts.odd_responses], [0, 0, 0]);
}

for (const [bind, links, binds] of [
    ['transceiver', 2, Array(4).fill(command.bind_transceiver)],
    ['transmitter_receiver', 1,
        [command.bind_receiver, command.bind_receiver, command.bind_transmitter, command.bind_transmitter]],
]) {
    test(`Wireshark reads every octet of a conversation over ${bind} links as what was said`, () =>
        recorded(bind, links, async (all) => {
            await everyOctetIsUnderstood(all);
            const answers = everyRequestHasOneAnswer(all);
            theBindsSayWhoWeAre(all, binds);
            submitsAreThoseOfTheBooks(all, answers);
            messagesAreThoseOfTheApi(all, answers);
            everyDeliveredSegmentHasItsReceipt(all, answers);
            inboundIsThatOfTheThread(all, answers);
            theSimulatorCountedTheSame(all);
        }));
}
