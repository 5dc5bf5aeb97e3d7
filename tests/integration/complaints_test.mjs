// Complaints that people have about SMS gateways, number by number as docs/complaints.md has them:
// those about octets. A carrier of which every octet is scripted does what theirs did.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { json, request, sender, until, withHouse } from './house.mjs';
import { RawSmsc, command, deliverBody, esme, pdu } from './raw_smsc.mjs';

const number = (n) => `+1556${String(n).padStart(7, '0')}`;
const quick = {
    links: 1, window: 10, reconnect_min: '50ms', reconnect_max: '400ms', bind_every: '0ms',
    on_uncertain: 'hold', uncertain_hold: '1s',
};

function withCarrier(work, carrier = {}) {
    return withHouse(async (house) => {
        await house.prepare({ carrier: { ...quick, ...carrier } });
        const smsc = new RawSmsc(house.smpp);
        try {
            await smsc.listen();
            await house.startEngine();
            await work(house, smsc);
        } finally {
            await smsc.close();
        }
    });
}

const links = async (house) => (await json(house.http, '/v1/links')).links;

// A thousand messages to contacts of their own, in one request.
async function thousand(house, first) {
    const batch = Array.from({ length: 1000 }, (_, n) => ({
        from: sender, to: number(first + n), text: `${first + n} `.padEnd(160, 'x'),
    }));
    const answer = await request(house.http, 'POST', '/v1/messages', batch);
    assert.equal(answer.status, 202, answer.text.slice(0, 300));
}
const settled = (house) => house.metric('parley_messages_settled_total');

test('9: a carrier that stops reading is left after write_timeout and bound again, and nothing is sent twice', () =>
    withCarrier(async (house, smsc) => {
        const deaf = await smsc.boundSession();
        deaf.socket.pause();
        let sent = 0;
        // Until the system's buffers are full as well. The window is wider than that.
        await until('the link is left', async () => {
            if (sent < 60_000) {
                await thousand(house, sent);
                sent += 1000;
            }
            return (await links(house))[0].last_end === 'write_stalled';
        }, { seconds: 100 });
        await until('it is bound again', () => smsc.sessions.length === 2 && smsc.sessions[1].bound);
        await thousand(house, sent);
        sent += 1000;
        await until('every message has ended', async () => (await settled(house)) === sent, { seconds: 60 });
        const delivered = await house.metric('parley_messages_settled_total', 'outcome="delivered"');
        const unknown = await house.metric('parley_messages_settled_total', 'outcome="unknown"');
        assert.equal(delivered + unknown, sent);
        assert.ok(unknown > 0, 'what the deaf session had taken is in doubt');
        assert.ok(delivered >= 1000, 'what came after it is not');
        assert.deepEqual(smsc.repeated(), []);
        await house.alive();
    }, { window: 65535, write_timeout: '1s', response_timeout: '2m', enquire_link_every: '5m' }));

test('10: whoever writes while much goes out is thanked for every word, and its questions are answered', () =>
    withCarrier(async (house, smsc) => {
        const session = await smsc.boundSession();
        const words = 20_000;
        const enquiries = 100;
        const out = [0, 1000, 2000, 3000].map((first) => thousand(house, first));
        const pieces = [];
        for (let n = 1; n <= words; ++n) {
            pieces.push(pdu(command.deliver_sm, 0, n,
                deliverBody({ from: number(n % 500).slice(1), to: sender.slice(1), text: `word ${n}` })));
            if (n % (words / enquiries) === 0) pieces.push(pdu(command.enquire_link, 0, 1_000_000 + n));
        }
        // Half of it while nobody reads our answers.
        session.socket.pause();
        session.write(Buffer.concat(pieces.slice(0, pieces.length / 2)));
        await Promise.all(out);
        session.socket.resume();
        session.write(Buffer.concat(pieces.slice(pieces.length / 2)));
        const answered = (id, least, most) => session.frames.filter((frame) =>
            frame.id === id && frame.sequence >= least && frame.sequence <= most);
        const thanked = () => answered(command.deliver_sm_resp, 1, words);
        await until('every word is answered', () => thanked().length >= words, { seconds: 60 });
        await until('and every question', () =>
            answered(command.enquire_link_resp, 1_000_000, 2_000_000).length === enquiries);
        const thanks = thanked();
        assert.equal(thanks.length, words);
        assert.ok(thanks.every(({ status }) => status === esme.rok), 'none was put off');
        assert.equal(new Set(thanks.map(({ sequence }) => sequence)).size, words, 'each once');
        assert.equal(await house.metric('parley_inbound_messages_total'), words);
        await until('every message has ended', async () => (await settled(house)) === 4000, { seconds: 60 });
        assert.equal(smsc.sessions.length, 1, 'on the same session');
        assert.deepEqual(smsc.repeated(), []);
    }, { window: 100 }));

const nul = Buffer.from([0]);
const tlv = (tag, value) => Buffer.concat([Buffer.from([tag >> 8, tag & 255, 0, value.length]), value]);
const addition = tlv(0x1501, Buffer.from('vendor'));

test('17: responses with and without a body, with an empty id and with TLVs are all answers', () =>
    withCarrier(async (house, smsc) => {
        const answers = {
            'ok whole': [0, Buffer.from('0000000a\0')],
            'ok whole with parameters': [0, Buffer.concat([Buffer.from('0000000b\0'), addition])],
            'ok without a nul': [0, Buffer.from('0000000c')],
            'ok without a body': [0, undefined],
            'ok with an empty id': [0, nul],
            'refused without a body': [0x0B, undefined],
            'refused with a nul': [0x0B, nul],
            'refused with an id and parameters': [0x0B, Buffer.concat([Buffer.from('0000000d\0'), addition])],
        };
        smsc.script = (session, frame) => {
            if (frame.id !== command.submit_sm) return false;
            const submit = smsc.submits.at(-1);
            const [status, body] = answers[submit.text];
            session.respond(frame, status, body);
            const id = body && status === 0 && /^[0-9a-f]+/.exec(body.toString('latin1'));
            if (id) smsc.receipt(session, submit, id[0]);
            return true;
        };
        let n = 0;
        for (const [text, [status, body]] of Object.entries(answers)) {
            const id = await house.send(number(++n), text);
            // Without an id no receipt can be told from another: it was sent, and more is not known.
            const known = body !== undefined && body.length > 1;
            const wanted = status !== 0 ? 'failed' : known ? 'delivered' : 'sent';
            await until(`"${text}" is ${wanted}`, async () => (await house.message(id)).status === wanted);
        }
        assert.equal(smsc.submits.length, n, 'nothing was sent again');
        assert.equal(smsc.sessions.length, 1, 'on the same session');
        assert.equal(await house.metric('parley_smpp_unanswered_total'), 0);
    }));

// The text of a receipt as carriers write it; where from is told in docs/complaints.md.
const dialects = [
    ['id:{id} sub:001 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELIVRD err:012 text:This is', 'delivered'],
    ['id:{id} submit date:1701240904 done date:1701250907 stat:DELIVRD err:000 text:        ', 'delivered'],
    ['id:{id} sub:001 dlvrd:001 submit date:20110314181534 done date:20110314181741 stat:DELIVRD err:0', 'delivered'],
    ['id:{id} sub:001 dlvrd:000 submit date:161008120127 done date:1610081500 stat:UNDELIV err:004 text:x', 'undelivered'],
    ['id:{id} sub:001 dlvrd:001 submit date:1708071603 done date:1708071603 stat:UNDELIV err:106 Text:-', 'undelivered'],
    ['id:{id} sub:001 dlvrd:000 submit date:2408201338 done date:240820093823 stat:REJECTD err:00B text:You', 'undelivered'],
    ['id:{id} sub:001 dlvrd:000 submit date:2511240413 done date:2511260413 stat:EXPIRED err:254 text:??????', 'expired'],
    ['id:{id} sub:1 dlvrd:13 submit date:1909301545 done date:1909301545 stat:DELIVRD err:0 Text:\x04\x1a\x00\x01', 'delivered'],
    ['id:{id} submit date:1504211508 done date:1504211508 stat:DELIVRD err:000\0', 'delivered'],
    ['id:{id} sub:002 dlvrd:003 submit date:0809011130 done date:0809021131 err:123 stat:DELIVRD text:Hello', 'delivered'],
    ['id:{id} sub:000 dlvrd:000 submitdate:180122230957 donedate:000000000000 stat:REJECTED err:375 text:    ', 'undelivered'],
    ['id:{id} stat:DELIVRD text:Meep', 'delivered'],
    ['stat:DELIVRD err:000 id:{id}', 'delivered'],
    ['ID:{id} STAT:delivrd ERR:21b', 'delivered'],
    ['id:{id} sub:null dlvrd:null submit date:180711070003912+ done date:180711070003912+ stat:DELIVRD err:2050', 'delivered'],
    ['id:{id} sub:001 dlvrd:001 submit date:1005232039 done date:1005242339 stat:DELETED err:001 text:id:7 stat:DELIVRD', 'undelivered'],
];

test('18: receipts in every dialect that we have seen settle their messages', () => withCarrier(async (house, smsc) => {
    const session = await smsc.boundSession();
    smsc.receipts = false;
    const tellers = [
        ...dialects.map(([text, wanted]) => [wanted, (id) => ({ text: Buffer.from(text.replace('{id}', id), 'latin1') })]),
        ['delivered', (id) => ({ dataCoding: 8, text: Buffer.from(`id:${id} stat:DELIVRD err:000`, 'utf16le').swap16() })],
        ['undelivered', (id) => ({ tlvs: [tlv(0x001E, Buffer.from(`${id}\0`)), tlv(0x0427, Buffer.from([5]))] })],
        ['delivered', (id) => ({ text: 'no words of ours', tlvs: [tlv(0x001E, Buffer.from(`${id}\0`)), tlv(0x0427, Buffer.from([2]))] })],
    ];
    for (const [n, [wanted, tell]] of tellers.entries()) {
        const id = await house.send(number(n), `message ${n}`);
        const { segments } = await until('it is sent', async () => {
            const message = await house.message(id);
            return message.status === 'sent' ? message : null;
        });
        const shown = tell(segments[0].carrier_message_id);
        const sequence = smsc.deliver(session, { from: number(n).slice(1), to: sender.slice(1), esmClass: 4, ...shown });
        assert.equal((await session.answer(sequence)).status, esme.rok);
        const ended = await until(`"${shown.text}" settles`, async () => {
            const { status } = await house.message(id);
            return status === 'sent' ? null : status;
        });
        assert.equal(ended, wanted, `${shown.text}`);
    }
    assert.equal(await house.metric('parley_inbound_messages_total'), 0, 'none was taken for what a person wrote');
}));

const joined = (parts) => Buffer.concat(parts.map((part) => part.subarray(6)));
const units = (text) => Buffer.from(text, 'utf16le').swap16();

test('20: no part ends inside an escape or a surrogate pair, and each has a sequence number of its own', () =>
    withCarrier(async (house, smsc) => {
        const cases = [
            // [text, octets as they travel, octets of the fullest part]
            ['a'.repeat(160), Buffer.from('a'.repeat(160)), 160],
            [`${'a'.repeat(151)}€${'b'.repeat(30)}`, Buffer.from(`${'a'.repeat(151)}\x1be${'b'.repeat(30)}`, 'latin1'), 153],
            [`${'a'.repeat(152)}€${'b'.repeat(30)}`, Buffer.from(`${'a'.repeat(152)}\x1be${'b'.repeat(30)}`, 'latin1'), 152],
            ['€'.repeat(200), Buffer.from('\x1be'.repeat(200), 'latin1'), 152],
            ['ж'.repeat(70), units('ж'.repeat(70)), 140],
            [`${'ж'.repeat(65)}😀${'ж'.repeat(20)}`, units(`${'ж'.repeat(65)}😀${'ж'.repeat(20)}`), 134],
            [`${'ж'.repeat(66)}😀${'ж'.repeat(20)}`, units(`${'ж'.repeat(66)}😀${'ж'.repeat(20)}`), 132],
            ['😀'.repeat(100), units('😀'.repeat(100)), 132],
        ];
        for (const [n, [text, octets, fullest]] of cases.entries()) {
            const before = smsc.submits.length;
            const id = await house.send(number(n), text);
            assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
            const submits = smsc.submits.slice(before);
            const bodies = submits.map((submit) => Buffer.from(submit.text, 'latin1'));
            assert.equal((await house.message(id)).segments.length, submits.length);
            if (submits.length === 1) {
                assert.deepEqual(bodies[0], octets);
                continue;
            }
            // Information element 0 (3GPP TS 23.040 §9.2.3.24.1): reference, how many, which.
            assert.deepEqual(bodies.map((body) => [...body.subarray(0, 3)]), bodies.map(() => [5, 0, 3]));
            assert.equal(new Set(bodies.map((body) => body[3])).size, 1, 'one reference');
            assert.deepEqual(bodies.map((body) => [body[4], body[5]]), bodies.map((_, at) => [bodies.length, at + 1]));
            assert.deepEqual(joined(bodies), octets, text);
            assert.equal(Math.max(...bodies.map((body) => body.length - 6)), fullest, text);
            for (const body of bodies) {
                const end = body.length;
                if (octets.includes(0x1B)) assert.notEqual(body[end - 1], 0x1B, 'an escape is cut from its character');
                else assert.ok(body[end - 2] < 0xD8 || body[end - 2] > 0xDB, 'a surrogate pair is cut');
            }
        }
        const sequences = smsc.submits.map(({ sequence }) => sequence);
        assert.equal(new Set(sequences).size, sequences.length);
    }));
