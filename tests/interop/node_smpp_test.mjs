// parleyd bound to a message centre built on node-smpp, an SMPP implementation that is not ours. Every
// test asks both sides: what the peer decoded, and what the API says about it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rig, json, sender, sleep, until } from '../support/rig.mjs';
import { withPeers as withRig } from './peers.mjs';
import { Smsc, consts, errors, fieldsOf, receiptText } from './smsc.mjs';

const shortCode = '24273';
const brandName = 'PARLEY';
const contact = '+15560000001';
const digits = (number) => number.replace('+', '');
const fromContact = { source_addr: digits(contact), destination_addr: digits(sender) };

const withPeers = (run, options) => withRig(run, { senders: [sender, shortCode, brandName], ...options });

// What a submit_sm to `to` must look like, to the last field.
function submitTo(to, more = {}) {
    return {
        command: 'submit_sm', command_id: 0x00000004, command_status: 0, service_type: '',
        source_addr_ton: 1, source_addr_npi: 1, source_addr: digits(sender),
        dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: digits(to),
        esm_class: 0, protocol_id: 0, priority_flag: 0, schedule_delivery_time: '', validity_period: '',
        registered_delivery: 1, replace_if_present_flag: 0, data_coding: 0, sm_default_msg_id: 0, ...more,
    };
}

async function conversationOf(rig, number) {
    const { conversations } = await json(rig.http, '/v1/conversations?limit=200');
    return conversations.find((conversation) => conversation.contact === number);
}

// The thread as direction, status and text, oldest first.
async function told(rig, number) {
    const conversation = await conversationOf(rig, number);
    if (!conversation) return [];
    const messages = await rig.thread(conversation.id);
    return messages.map(({ direction, status, text }) => `${direction} ${status}: ${text}`);
}

test('two transceiver links bind with what the configuration says', () => withPeers(async (rig, smsc) => {
    assert.equal(smsc.binds.length, 2);
    for (const { pdu, passwordRight } of smsc.binds) {
        assert.deepEqual(fieldsOf(pdu), {
            command: 'bind_transceiver', command_id: 0x00000009, command_status: 0, system_id: 'parley',
            system_type: 'VMA', interface_version: 0x34, addr_ton: 0, addr_npi: 0, address_range: '',
        });
        assert.ok(passwordRight);
    }
    const { links } = await json(rig.http, '/v1/links');
    assert.deepEqual(links.map(({ carrier, state, window }) => [carrier, state, window]),
        [['acme', 'bound', 7], ['acme', 'bound', 7]]);
}, { carrier: { system_type: 'VMA', window: 7 } }));

test('a refused password keeps the link down, and the API tells so', async () => {
    const rig = new Rig();
    const smsc = new Smsc({ password: 'another' });
    try {
        await rig.prepare({ carrier: { links: 1 } });
        await smsc.listen(rig.smpp);
        await rig.startEngine();
        await until('the bind is refused', async () => {
            const { links } = await json(rig.http, '/v1/links');
            return links.length === 1 && links[0].last_end === 'bind_refused' && links[0].state === 'waiting';
        }, { seconds: 20, every: 20 });
        assert.equal(smsc.binds.length, 1);
        assert.ok(!smsc.binds[0].passwordRight);
        smsc.checkSessions();
    } finally {
        await rig.stop();
        await smsc.close();
    }
});

test('a short message arrives field by field, and its Appendix B receipt settles it',
    () => withPeers(async (rig, smsc) => {
        const text = 'Gate [B7] opens: 12 € {net} ~ for Zoé & Ångström @ §5 ^|\\';
        const accepted = await rig.send(contact, text, { client_ref: 'order-7' });
        assert.deepEqual([accepted.segments, accepted.encoding], [1, 'gsm7']);
        const [submit] = await smsc.submitsTo(contact);
        assert.deepEqual(fieldsOf(submit.pdu),
            submitTo(contact, { short_message: { message: text } }));

        const sent = await rig.reaches(accepted.id, 'sent');
        assert.equal(sent.carrier, 'acme');
        assert.equal(sent.segments.length, 1);
        assert.equal(sent.segments[0].phase, 'sent');
        assert.equal(sent.segments[0].carrier_message_id, submit.answeredAs);
        assert.deepEqual(sent.decisions.map(({ look, verdict }) => [look, verdict]),
            [['intake', 'go'], ['window', 'go']]);

        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs, text }) });
        const delivered = await rig.reaches(accepted.id, 'delivered');
        assert.equal(delivered.segments[0].phase, 'settled');
        assert.equal(delivered.segments[0].state, 'DELIVERED');
        assert.equal(delivered.segments[0].error, '000');
        assert.equal(delivered.segments[0].attempts, undefined);
        assert.equal(delivered.client_ref, 'order-7');
        assert.deepEqual(await told(rig, contact), [`outbound delivered: ${text}`]);
        assert.equal(smsc.submits.length, 1);
    }));

test('an emoji goes out as UCS-2 with its surrogates, and a receipt of TLVs alone settles it',
    () => withPeers(async (rig, smsc) => {
        const text = 'Ready! 👍🏽 Привет';
        const accepted = await rig.send(contact, text);
        assert.deepEqual([accepted.segments, accepted.encoding], [1, 'ucs2']);
        const [submit] = await smsc.submitsTo(contact);
        assert.deepEqual(fieldsOf(submit.pdu), submitTo(contact, { data_coding: 8, short_message: { message: text } }));
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, {
            short_message: Buffer.alloc(0), receipted_message_id: submit.answeredAs,
            message_state: consts.MESSAGE_STATE.DELIVERED,
        });
        const delivered = await rig.reaches(accepted.id, 'delivered');
        assert.equal(delivered.segments[0].state, 'DELIVERED');
    }));

test('short codes and names are sent with the type of number that they are', () => withPeers(async (rig, smsc) => {
    for (const [from, ton, npi, address] of [[shortCode, 3, 0, shortCode], [brandName, 5, 0, brandName]]) {
        const to = `+1556000${from === shortCode ? '1001' : '1002'}`;
        const accepted = await rig.send(to, 'Hello', { from });
        const [submit] = await smsc.submitsTo(to);
        assert.deepEqual(fieldsOf(submit.pdu), submitTo(to, {
            source_addr_ton: ton, source_addr_npi: npi, source_addr: address, short_message: { message: 'Hello' },
        }));
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) });
        assert.equal((await rig.reaches(accepted.id, 'delivered')).from, from);
    }
    // A person answers the short code.
    await smsc.deliver({
        source_addr: digits(contact), destination_addr: shortCode, dest_addr_ton: 3, dest_addr_npi: 0,
        data_coding: 0, short_message: 'Yes',
    });
    assert.deepEqual(await told(rig, contact), ['inbound received: Yes']);
    assert.equal((await conversationOf(rig, contact)).sender, shortCode);
}));

test('receipts that tell of failure end the message as what they say', () => withPeers(async (rig, smsc) => {
    for (const [stat, err, status, state] of [
        ['UNDELIV', '011', 'undelivered', 'UNDELIVERABLE'], ['REJECTD', '00B', 'undelivered', 'REJECTED'],
        ['EXPIRED', '254', 'expired', 'EXPIRED'], ['UNKNOWN', '999', 'unknown', 'UNKNOWN'],
    ]) {
        const to = `+1556100${err.replace(/\D/g, '0').padStart(4, '0')}`;
        const accepted = await rig.send(to, `Told as ${stat}`);
        const [submit] = await smsc.submitsTo(to);
        await rig.reaches(accepted.id, 'sent');
        // On its way first: this is no end.
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs, stat: 'ENROUTE' }) });
        const underway = await rig.message(accepted.id);
        assert.deepEqual([underway.status, underway.segments[0].state], ['sent', 'ENROUTE']);
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs, stat, err }) });
        const ended = await rig.reaches(accepted.id, status);
        assert.deepEqual([ended.reason, ended.segments[0].state, ended.segments[0].error],
            [`receipt_${state}`, state, err]);
    }
}));

test('a receipt that overtakes its submit_sm_resp, comes twice and on both links, settles it once',
    () => withPeers(async (rig, smsc) => {
        smsc.policy = () => null;
        const accepted = await rig.send(contact, 'Faster than its answer');
        const [submit] = await smsc.submitsTo(contact);
        const other = smsc.receivers().find((link) => link !== submit.link);
        await smsc.receipt(submit, { short_message: receiptText({ id: 'EARLY-1' }) }, other);
        assert.equal((await rig.message(accepted.id)).status, 'sending');
        assert.equal(submit.answeredAs, null);
        submit.answer({ message_id: 'EARLY-1' });
        const delivered = await rig.reaches(accepted.id, 'delivered');
        assert.equal(delivered.segments[0].carrier_message_id, 'EARLY-1');
        assert.equal(await rig.metric('parley_receipts_total', 'match="early"'), 1);

        await smsc.receipt(submit, { short_message: receiptText({ id: 'EARLY-1', stat: 'UNDELIV' }) }, submit.link);
        assert.equal(await rig.metric('parley_receipts_total', 'match="repeated"'), 1);
        assert.deepEqual((await rig.message(accepted.id)).segments, delivered.segments);
        assert.deepEqual(await told(rig, contact), ['outbound delivered: Faster than its answer']);
    }));

test('what a handset writes is read in every alphabet and answered in its conversation',
    () => withPeers(async (rig, smsc) => {
        const texts = [
            ['gsm7', { data_coding: 0, short_message: 'Is it 5 € {or} [6]? ~Zoé^' }],
            ['ucs2', { data_coding: 8, short_message: 'Да 👩‍🚀 ok' }],
            ['latin1', { data_coding: 3, short_message: 'Zoë naïve ÿ' }],
            // Without a data_coding the library chooses: 1, IA5.
            ['ascii', { short_message: 'Plain text' }],
        ];
        for (const [, options] of texts) await smsc.deliver({ ...fromContact, ...options });
        const conversation = await conversationOf(rig, contact);
        assert.deepEqual([conversation.sender, conversation.contact], [sender, contact]);
        const thread = await rig.thread(conversation.id);
        assert.deepEqual(thread.map(({ direction, status, from, to, encoding, text }) =>
            [direction, status, from, to, encoding, text]),
        texts.map(([encoding, { short_message: text }]) => ['inbound', 'received', contact, sender, encoding, text]));

        const path = `/v1/conversations/${conversation.id}/messages`;
        const stale = await rig.ask('POST', path, { text: 'Too late', seen_up_to: thread[0].id });
        assert.deepEqual([stale.status, stale.body.code, stale.body.newest],
            [409, 'conversation_moved', thread.at(-1).id]);
        const reply = await rig.ask('POST', path, { text: 'It is 6 €', seen_up_to: thread.at(-1).id });
        assert.equal(reply.status, 202, JSON.stringify(reply.body));
        const [submit] = await smsc.submitsTo(contact);
        assert.deepEqual(fieldsOf(submit.pdu), submitTo(contact, { short_message: { message: 'It is 6 €' } }));
        await rig.reaches(reply.body.id, 'sent');
        assert.equal(smsc.submits.length, 1, 'what was refused never left');
    }));

for (const [name, text, coding, sizes] of [
    // An escape pair that the 153rd septet would part moves to the next segment whole, as does a
    // surrogate pair at the 67th unit.
    ['GSM 7', `${'a'.repeat(152)}€${'b'.repeat(150)}{c} end`, 0, [152, 152, 9]],
    ['UCS-2', `${'ж'.repeat(66)}👍${'я'.repeat(65)}!`, 8, [132, 134, 2]],
]) {
    test(`a long ${name} message leaves in parts that the peer can join, and each has its receipt`,
        () => withPeers(async (rig, smsc) => {
            smsc.policy = () => null;
            const accepted = await rig.send(contact, text);
            assert.deepEqual([accepted.segments, accepted.encoding], [3, coding === 8 ? 'ucs2' : 'gsm7']);
            const submits = await smsc.submitsTo(contact, 3);
            const ids = [];
            // Answered from the last to the first: order means nothing, the sequence number does.
            for (const submit of [...submits].reverse()) submit.answer();
            assert.deepEqual(new Set(submits.map(({ link }) => link.number)), new Set([0, 1]), 'both links carry it');

            const parts = [];
            for (const { pdu, answeredAs } of submits) {
                const { short_message: message, ...rest } = fieldsOf(pdu);
                assert.deepEqual(rest, submitTo(contact, { esm_class: 0x40, data_coding: coding }));
                assert.equal(message.udh.length, 1, 'one information element');
                const [element] = message.udh;
                assert.deepEqual([...element.subarray(0, 2), element[3]], [0x00, 0x03, 3], 'TS 23.040 §9.2.3.24.1');
                parts[element[4] - 1] = { text: message.message, reference: element[2], length: pdu.command_length };
                ids[element[4] - 1] = answeredAs;
            }
            assert.equal(parts.map((part) => part.text).join(''), text);
            assert.equal(new Set(parts.map(({ reference }) => reference)).size, 1, 'one reference');
            // Header, the empty strings, both addresses and every octet between: 16 + 1 + (2 + 12) +
            // (2 + 12) + 12, then 6 octets of user data header and the text.
            assert.deepEqual(parts.map(({ length }) => length - (16 + 1 + 14 + 14 + 10 + 6)), sizes);

            const sent = await rig.reaches(accepted.id, 'sent');
            assert.deepEqual(sent.segments.map(({ carrier_message_id: id }) => id), ids);
            for (const [index, submit] of [submits[2], submits[0], submits[1]].entries()) {
                await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) },
                    smsc.receivers()[index % 2]);
                if (index < 2) assert.equal((await rig.message(accepted.id)).status, 'sent');
            }
            const delivered = await rig.reaches(accepted.id, 'delivered');
            assert.deepEqual(delivered.segments.map(({ phase, state }) => [phase, state]),
                Array(3).fill(['settled', 'DELIVERED']));
            assert.deepEqual(await told(rig, contact), [`outbound delivered: ${text}`]);
        }));
}

const utf16 = (text) => Buffer.from(text, 'utf16le').swap16();
const cut = (text, size) => text.length <= size ? [text] : [text.slice(0, size), ...cut(text.slice(size), size)];
const longGsm = `${'One {two} three € '.repeat(20)}the end`;
const longUcs = `${'Раз 👍 два. '.repeat(6)}конец`;
const insideThumb = 2 * (longUcs.indexOf('👍', 30) + 1);

for (const [name, text, deliveries] of [
    ['8-bit parts out of order', longGsm, cut(longGsm, 130).map((part, index, all) => ({
        data_coding: 0,
        short_message: { udh: Buffer.from([5, 0, 3, 0xA7, all.length, index + 1]), message: part },
    })).reverse()],
    ['16-bit parts out of order, of UCS-2 with a character cut in two', longUcs,
        [utf16(longUcs).subarray(0, insideThumb), utf16(longUcs).subarray(insideThumb)].map((part, index) => ({
            data_coding: 8,
            short_message: { udh: Buffer.from([6, 8, 4, 0x12, 0x34, 2, index + 1]), message: part },
        })).reverse()],
    ['parts by sar parameters', longGsm, cut(longGsm, 130).map((part, index, all) => ({
        data_coding: 0, short_message: part,
        sar_msg_ref_num: 0x0102, sar_total_segments: all.length, sar_segment_seqnum: index + 1,
    })).reverse()],
    ['one message_payload', longGsm, [{ data_coding: 0, message_payload: longGsm }]],
]) {
    test(`a long message from a handset is one message in the thread: ${name}`, () => withPeers(async (rig, smsc) => {
        for (const [index, options] of deliveries.entries()) {
            assert.deepEqual(await told(rig, contact), []);
            await smsc.deliver({ ...fromContact, ...options }, smsc.receivers()[index % 2]);
        }
        assert.deepEqual(await told(rig, contact), [`inbound received: ${text}`]);
        const [message] = await rig.thread((await conversationOf(rig, contact)).id);
        assert.equal(message.incomplete, undefined);
    }));
}

test('STOP is confirmed once and silences the conversation, also for what was queued, until START',
    () => withPeers(async (rig, smsc) => {
        // Something waits in the queue, refused for now again and again.
        const queued = 'Waiting its turn';
        smsc.policy = ({ pdu }) =>
            pdu.short_message.message === queued ? { command_status: errors.ESME_RTHROTTLED } : {};
        const waiting = await rig.send(contact, queued);
        await smsc.submitsTo(contact, 2);

        await smsc.deliver({ ...fromContact, data_coding: 0, short_message: 'Stop.' });
        const thanked = smsc.passed.length;
        const failed = await rig.reaches(waiting.id, 'failed');
        assert.equal(failed.reason, 'suppressed');
        assert.equal(failed.decisions.at(-1).verdict, 'refuse');
        const after = () => smsc.submits.filter(({ at }) => at >= thanked).map(({ pdu }) => pdu.short_message.message);
        const confirmation = 'You have been unsubscribed and will receive no more messages from us.';
        const [confirmed] = await until('the confirmation', () => {
            const found = smsc.submits.filter(({ pdu }) => pdu.short_message.message === confirmation);
            return found.length > 0 ? found : null;
        }, { seconds: 20, every: 5 });
        // Worth nothing later than five minutes after the STOP, and the carrier knows.
        const { validity_period: latest, ...rest } = fieldsOf(confirmed.pdu);
        const minutes = (latest - Date.now()) / 60_000;
        assert.ok(minutes > 0 && minutes <= 5, `valid for ${minutes} minutes`);
        const { validity_period: unlimited, ...expected } = submitTo(contact, { short_message: { message: confirmation } });
        assert.deepEqual(rest, expected);

        for (const [path, body] of [
            ['/v1/messages', { from: sender, to: contact, text: 'Are you sure?' }],
            ['/v1/messages', { from: shortCode, to: contact, text: 'Same brand, another sender' }],
            [`/v1/conversations/${waiting.conversation_id}/messages`, { text: 'A reply' }],
        ]) {
            const refused = await rig.ask('POST', path, body);
            assert.deepEqual([refused.status, refused.body.code, refused.body.type],
                [403, 'suppressed', 'urn:parley:problem:suppressed']);
            assert.match(refused.body.detail, /\+15560000001 has opted out of messages from demo/);
        }
        const { status, body } = await rig.ask('GET', `/v1/suppressions/${contact}`);
        assert.equal(status, 200);
        assert.deepEqual(body.suppressions.map(({ scope, text, actor }) => [scope, text, actor]),
            [['brand:demo', 'Stop.', 'contact']]);

        // Said again: it stands, and nobody is told a second time.
        await smsc.deliver({ ...fromContact, data_coding: 0, short_message: 'STOP' });
        const elsewhere = await rig.send('+15560000002', 'Somebody else still hears us');
        await rig.reaches(elsewhere.id, 'sent');
        assert.deepEqual(after().filter((text) => text !== 'Somebody else still hears us'), [confirmation]);

        await smsc.deliver({ ...fromContact, data_coding: 0, short_message: 'START' });
        await until('the suppression is lifted', async () =>
            (await rig.ask('GET', `/v1/suppressions/${contact}`)).status === 404, { seconds: 20, every: 20 });
        const welcome = await rig.send(contact, 'Welcome back');
        await rig.reaches(welcome.id, 'sent');
        assert.deepEqual(after().filter((text) => text !== 'Somebody else still hears us'),
            [confirmation, 'You have been subscribed again. Reply STOP to unsubscribe.', 'Welcome back']);
    }));

test('both sides ask whether the link is alive, and both answer', () => withPeers(async (rig, smsc) => {
    const asked = (link) => smsc.passed.filter(({ link: number, ours, pdu }) =>
        number === link && !ours && pdu.command === 'enquire_link').length;
    await until('both links were asked twice', () => asked(0) >= 2 && asked(1) >= 2, { seconds: 20, every: 20 });
    for (const link of smsc.receivers()) {
        for (let n = 0; n < 3; ++n) {
            const response = await smsc.ask(link, 'enquire_link');
            assert.deepEqual(fieldsOf(response),
                { command: 'enquire_link_resp', command_id: 0x80000015, command_status: errors.ESME_ROK });
        }
    }
    await rig.bound(2);
    assert.equal(smsc.links.length, 2, 'nobody left');
}, { carrier: { enquire_link_every: '150ms' } }));

test('a link whose enquire_link stays unanswered is given up and bound again', () => withPeers(async (rig, smsc) => {
    smsc.answersEnquiries = false;
    await until('both links end', () => smsc.links.filter(({ closed }) => closed).length >= 2, { seconds: 20 });
    smsc.answersEnquiries = true;
    await until('both links are back', () => smsc.receivers().length === 2, { seconds: 20 });
    await rig.bound(2);
    const { links } = await json(rig.http, '/v1/links');
    assert.deepEqual(links.map(({ last_end: end }) => end), ['probe_timeout', 'probe_timeout']);
    const accepted = await rig.send(contact, 'Back again');
    await rig.reaches(accepted.id, 'sent');
}, { carrier: { enquire_link_every: '150ms', response_timeout: '300ms' } }));

test('an unbind by the peer is answered after the last submit_sm_resp, and the links come back',
    () => withPeers(async (rig, smsc) => {
        smsc.policy = () => null;
        const open = await rig.send(contact, 'Open while you leave');
        const [submit] = await smsc.submitsTo(contact);
        const before = smsc.receivers();
        const unbound = before.map((link) => smsc.ask(link, 'unbind'));
        await sleep(50);
        submit.answer();
        for (const response of await Promise.all(unbound)) {
            assert.deepEqual(fieldsOf(response),
                { command: 'unbind_resp', command_id: 0x80000006, command_status: errors.ESME_ROK });
        }
        assert.equal((await rig.reaches(open.id, 'sent')).segments[0].carrier_message_id, submit.answeredAs);
        smsc.policy = () => ({});
        await until('new links are bound', () => smsc.receivers().length === 2 && smsc.links.length === 4,
            { seconds: 20 });
        assert.ok(before.every(({ closed }) => closed), 'the old ones are closed by the engine');
        await rig.bound(2);
        const { links } = await json(rig.http, '/v1/links');
        assert.deepEqual(links.map(({ last_end: end }) => end), ['peer_unbound', 'peer_unbound']);
        const later = await rig.send(contact, 'On the new links');
        await rig.reaches(later.id, 'sent');
        assert.ok((await smsc.submitsTo(contact, 2))[1].link.number >= 2);
        // The receipt of what was sent over a link of old comes over a new one.
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) });
        await rig.reaches(open.id, 'delivered');
    }));

test('ESME_RTHROTTLED makes a message wait and spends no retry', () => withPeers(async (rig, smsc) => {
    let refusals = 4;  // more than attempts_max allows
    smsc.policy = () => (refusals-- > 0 ? { command_status: errors.ESME_RTHROTTLED } : {});
    const accepted = await rig.send(contact, 'Slowly');
    const submits = await smsc.submitsTo(contact, 5);
    for (const { pdu } of submits) {
        assert.deepEqual(fieldsOf(pdu), submitTo(contact, { short_message: { message: 'Slowly' } }));
    }
    const sent = await rig.reaches(accepted.id, 'sent');
    assert.equal(sent.segments[0].attempts, undefined);
    assert.equal(sent.segments[0].carrier_message_id, submits[4].answeredAs);
    await smsc.receipt(submits[4], { short_message: receiptText({ id: submits[4].answeredAs }) });
    await rig.reaches(accepted.id, 'delivered');
    assert.equal(smsc.submits.length, 5);
}, { carrier: { attempts_max: 2, throttle_pause: '20ms' } }));

test('a temporary refusal is tried again as often as configured, and then fails', () => withPeers(async (rig, smsc) => {
    smsc.policy = ({ pdu }) => (pdu.short_message.message === 'Never' || smsc.submits.length === 1
        ? { command_status: errors.ESME_RSYSERR } : {});
    const once = await rig.send(contact, 'Once more');
    const sent = await rig.reaches(once.id, 'sent');
    assert.equal(sent.segments[0].attempts, 1);
    assert.equal(smsc.submits.length, 2);
    const never = await rig.send(contact, 'Never');
    const failed = await rig.reaches(never.id, 'failed');
    assert.deepEqual([failed.reason, failed.segments[0].attempts, failed.segments[0].command_status],
        ['retries_exhausted', 3, '0x00000008']);
    assert.equal(smsc.submits.length, 5);
}, { carrier: { attempts_max: 3 } }));

test('a final refusal fails the message at once and holds up nobody else', () => withPeers(async (rig, smsc) => {
    smsc.policy = ({ pdu }) => (pdu.destination_addr === digits(contact)
        ? { command_status: errors.ESME_RINVDSTADR } : {});
    const refused = await rig.send(contact, 'To nobody');
    const failed = await rig.reaches(refused.id, 'failed');
    assert.equal(failed.reason, 'carrier_refused');
    const { phase, command_status: status, carrier_message_id: id } = failed.segments[0];
    assert.deepEqual([phase, status, id], ['refused', '0x0000000B', undefined]);
    const other = await rig.send('+15560000002', 'To somebody');
    await rig.reaches(other.id, 'sent');
    assert.deepEqual(await told(rig, contact), ['outbound failed: To nobody']);
    assert.equal(smsc.submits.length, 2);
}));

test('transmitter and receiver are two sessions, each used for its direction', () => withPeers(async (rig, smsc) => {
    const binds = smsc.binds.map(({ pdu, passwordRight }) => [pdu.command, pdu.interface_version, passwordRight]);
    assert.deepEqual(binds.sort(), [['bind_receiver', 0x34, true], ['bind_transmitter', 0x34, true]]);
    const accepted = await rig.send(contact, 'One way');
    const [submit] = await smsc.submitsTo(contact);
    assert.equal(submit.link.bind, 'transmitter');
    assert.deepEqual(fieldsOf(submit.pdu), submitTo(contact, { short_message: { message: 'One way' } }));
    await rig.reaches(accepted.id, 'sent');
    const [receiver] = smsc.receivers();
    assert.equal(receiver.bind, 'receiver');
    await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) }, receiver);
    await rig.reaches(accepted.id, 'delivered');
    await smsc.deliver({ ...fromContact, data_coding: 0, short_message: 'And the other' }, receiver);
    assert.deepEqual(await told(rig, contact), ['outbound delivered: One way', 'inbound received: And the other']);
    await smsc.deliver({ ...fromContact, data_coding: 0, short_message: 'STOP' }, receiver);
    const [, confirmation] = await smsc.submitsTo(contact, 2);
    assert.equal(confirmation.link.bind, 'transmitter');
}, { carrier: { bind: 'transmitter_receiver', links: 1 } }));

test('told to stop, the engine waits for its answers, unbinds every link and exits in peace',
    () => withPeers(async (rig, smsc) => {
        smsc.policy = () => null;
        await rig.send(contact, 'The last one');
        const [submit] = await smsc.submitsTo(contact);
        rig.engine.kill('SIGTERM');
        await until('the idle link is unbound', () => smsc.links.filter(({ closed }) => closed).length === 1,
            { seconds: 20, every: 10 });
        assert.ok(!submit.link.closed, 'the link that still owes an answer is not');
        submit.answer();
        assert.deepEqual(await rig.engine.ended, { code: 0, signal: null });
        for (const { number } of smsc.links) {
            const last = smsc.passed.filter(({ link }) => link === number).slice(-2);
            assert.deepEqual(last.map(({ ours, pdu }) => [ours, pdu.command]),
                [[false, 'unbind'], [true, 'unbind_resp']], `link ${number}`);
        }
        // What was answered while it stopped is known when it starts again.
        smsc.policy = () => ({});
        await rig.startEngine();
        await rig.bound(2);
        const [{ id }] = await rig.thread((await conversationOf(rig, contact)).id);
        assert.equal((await rig.message(id)).segments[0].carrier_message_id, submit.answeredAs);
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) });
        await rig.reaches(id, 'delivered');
        assert.equal(smsc.submits.length, 1, 'nothing is said twice');
    }));
