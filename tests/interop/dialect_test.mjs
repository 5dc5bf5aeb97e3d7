// Carriers that differ from the specification, played by node-smpp: ids in another base, other
// alphabets under a data_coding, statuses of their own. The real binary with `dialect` in its file.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { json, sender, until } from '../support/rig.mjs';
import { withPeers } from './peers.mjs';
import { receiptText } from './smsc.mjs';

const contact = '+15560000001';
const digits = (number) => number.replace('+', '');

const withCarrier = (dialect, run, { node } = {}) => withPeers(run, { node, carrier: { dialect } });

// What a handset wrote, as the API has it.
async function texts(rig) {
    const { conversations } = await json(rig.http, '/v1/conversations?limit=200');
    const conversation = conversations.find((one) => one.contact === contact);
    return (await rig.thread(conversation.id)).map(({ encoding, text }) => [encoding, text]);
}

for (const [name, dialect, answered, inReceipt] of [
    ['hexadecimal in the answer and decimal in the receipt', { like: 'vonage' }, '38601FA', '0059113978'],
    ['decimal in the answer and hexadecimal in the receipt', { message_id: { base: 'decimal_to_hex' } }, '0059113978',
        '038601FA'],
    ['a prefix in the answer, other case and zeros in the receipt',
        { message_id: { response_prefix: 'mt-', fold_case: true, drop_leading_zeros: true } }, 'mt-AB12', '00ab12'],
]) {
    test(`receipts find their message: ${name}`, () => withCarrier(dialect, async (rig, smsc) => {
        smsc.policy = () => ({ message_id: answered });
        const accepted = await rig.send(contact, 'Once');
        const [submit] = await smsc.submitsTo(contact);
        const sent = await rig.reaches(accepted.id, 'sent');
        assert.equal(sent.segments[0].carrier_message_id, answered, 'as the carrier wrote it');
        await smsc.receipt(submit, { short_message: receiptText({ id: inReceipt }) });
        await rig.reaches(accepted.id, 'delivered');
        // It comes again: known, and nobody else's.
        await smsc.receipt(submit, { short_message: receiptText({ id: inReceipt }) });
        assert.equal(await rig.metric('parley_receipts_total', 'match="repeated"'), 1);
        assert.equal(await rig.metric('parley_receipts_total', 'match="early"'), 0);
    }));

    test(`receipts find a message that is on disk alone: ${name}`, () => withCarrier(dialect, async (rig, smsc) => {
        smsc.policy = () => ({ message_id: answered });
        const accepted = await rig.send(contact, 'Kept on disk');
        const [submit] = await smsc.submitsTo(contact);
        await rig.reaches(accepted.id, 'sent');
        for (const inMemory of [1, 0]) {
            await until(`${inMemory} wait in memory`, async () =>
                await rig.metric('parley_receipts_awaited', 'carrier="acme"') === inMemory, { seconds: 20, every: 20 });
        }
        await smsc.receipt(submit, { short_message: receiptText({ id: inReceipt }) });
        const delivered = await rig.reaches(accepted.id, 'delivered');
        assert.equal(delivered.segments[0].carrier_message_id, answered);
        assert.equal(await rig.metric('parley_receipts_total', 'match="early"'), 0);
    }, { node: { spill_after: '1s' } }));
}

test('a decimal receipt that overtakes its hexadecimal answer settles the message',
    () => withCarrier({ like: 'vonage' }, async (rig, smsc) => {
        smsc.policy = () => null;
        const accepted = await rig.send(contact, 'Faster than its answer');
        const [submit] = await smsc.submitsTo(contact);
        await smsc.receipt(submit, { short_message: receiptText({ id: '59113978' }) });
        assert.equal((await rig.message(accepted.id)).status, 'sending');
        submit.answer({ message_id: '38601fa' });
        await rig.reaches(accepted.id, 'delivered');
    }));

test('without the dialect a decimal receipt of a hexadecimal answer finds nothing',
    () => withCarrier({}, async (rig, smsc) => {
        smsc.policy = () => ({ message_id: '38601FA' });
        const accepted = await rig.send(contact, 'Once');
        const [submit] = await smsc.submitsTo(contact);
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, { short_message: receiptText({ id: '59113978' }) });
        assert.equal((await rig.message(accepted.id)).status, 'sent');
        assert.equal(await rig.metric('parley_receipts_total', 'match="early"'), 1);
    }));

// Two ids of one receipt, of which only the second is the answer's.
for (const [where, node, early] of [
    ['in memory', {}, false], ['before the answer', {}, true], ['on disk', { spill_after: '1s' }, false],
]) {
    test(`a receipt whose parameter and text disagree is matched by its text: ${where}`,
        () => withCarrier({}, async (rig, smsc) => {
            smsc.policy = () => (early ? null : { message_id: '0059113978' });
            const accepted = await rig.send(contact, 'Two ids');
            const [submit] = await smsc.submitsTo(contact);
            const receipt = { receipted_message_id: '38601fa', message_state: 2,
                short_message: receiptText({ id: '0059113978' }) };
            if (early) {
                await smsc.receipt(submit, receipt);
                submit.answer({ message_id: '0059113978' });
            } else {
                await rig.reaches(accepted.id, 'sent');
                const inMemory = node.spill_after ? 0 : 1;
                await until('it is where it should be', async () => await rig.metric(
                    'parley_receipts_awaited', 'carrier="acme"') === inMemory, { seconds: 20, every: 20 });
                await smsc.receipt(submit, receipt);
            }
            await rig.reaches(accepted.id, 'delivered');
            await smsc.receipt(submit, receipt);
            assert.equal(await rig.metric('parley_receipts_total', 'match="repeated"'), 1);
        }, { node }));
}

test('receipts in another base than their answers lead to advice, and to nothing else',
    () => withCarrier({}, async (rig, smsc) => {
        let last = 0x38601fa;
        smsc.policy = () => ({ message_id: (last += 7919).toString(16) });
        const ids = [];
        for (let n = 0; n < 12; ++n) {
            const to = `+155600001${String(n % 6).padStart(2, '0')}`;
            const accepted = await rig.send(to, `Number ${n}`);
            await rig.reaches(accepted.id, 'sent');
            ids.push(accepted.id);
        }
        for (const submit of smsc.submits) {
            const id = String(parseInt(submit.answeredAs, 16)).padStart(10, '0');
            await smsc.receipt(submit, { short_message: receiptText({ id }) });
        }
        const advice = await until('there is advice', async () =>
            (await json(rig.http, '/v1/links')).links[0].advice ?? null, { seconds: 30, every: 100 });
        assert.match(advice, /^message_id: \{ base: hex_to_decimal \} would match (\d+) of \1 unmatched receipts$/);
        const told = rig.engine.err.split('\n').filter((line) => line.includes('message_id_advice'));
        assert.equal(told.length, 1, 'once');
        assert.match(told[0], /acme message_id: \{ base: hex_to_decimal \}/);
        assert.equal(await rig.metric('parley_receipts_total', 'match="matched"'), 0);
        for (const id of ids) assert.equal((await rig.message(id)).status, 'sent');
    }, { node: { spill_after: '1s' } }));

test('a carrier of SMPP 3.3 gets no TLVs, and ids of eight hexadecimal digits find their messages', () => withPeers(
    async (rig, smsc) => {
        let last = 0x1a2b3c;
        smsc.policy = () => ({ message_id: (last++).toString(16).toUpperCase().padStart(8, '0') });
        const accepted = await rig.send(contact, 'x'.repeat(200));
        const submits = await smsc.submitsTo(contact, 2);
        await rig.reaches(accepted.id, 'sent');
        for (const submit of submits) {
            assert.equal(submit.pdu.esm_class, 0x40, 'a user data header, no TLV');
            await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) });
        }
        await rig.reaches(accepted.id, 'delivered');
        assert.deepEqual(smsc.binds.map(({ pdu }) => [pdu.command, pdu.interface_version]).sort(),
            [['bind_receiver', 0x33], ['bind_transmitter', 0x33]]);
    }, { carrier: { interface_version: '3.3', bind: 'transmitter_receiver', links: 1 } }));

const gsm = Buffer.from([0x00, 0x20, 0x1b, 0x65, 0x20, 0x5f]);  // "@ € §" in GSM 7
const fromContact = { source_addr: digits(contact), destination_addr: digits(sender) };

test('GSM 7 under data_coding 1 is read as GSM 7 where the dialect says so',
    () => withCarrier({ like: 'infobip' }, async (rig, smsc) => {
        for (const data_coding of [0, 1]) await smsc.deliver({ ...fromContact, data_coding, short_message: gsm });
        assert.deepEqual(await texts(rig), [['gsm7', '@ € §'], ['gsm7', '@ € §']]);
        // Its own texts go out under 0.
        await rig.send(contact, 'Hi @');
        assert.equal((await smsc.submitsTo(contact))[0].pdu.data_coding, 0);
    }));

test('parts of a long GSM 7 message under data_coding 1 are joined and read as GSM 7',
    () => withCarrier({ like: 'infobip' }, async (rig, smsc) => {
        for (const part of [1, 2]) {
            await smsc.deliver({
                ...fromContact, data_coding: 1, esm_class: 0x40,
                short_message: Buffer.concat([Buffer.from([5, 0, 3, 9, 2, part]), gsm]),
            });
        }
        assert.deepEqual(await texts(rig), [['gsm7', '@ € §@ € §']]);
    }));

test('where 0 is ASCII and 4 is GSM 7, both are read so and texts leave under 4',
    () => withCarrier({ like: 'vibes' }, async (rig, smsc) => {
        await smsc.deliver({ ...fromContact, data_coding: 0, short_message: Buffer.from('a@b {_}') });
        await smsc.deliver({ ...fromContact, data_coding: 4, short_message: gsm });
        assert.deepEqual(await texts(rig), [['ascii', 'a@b {_}'], ['gsm7', '@ € §']]);
        await rig.send(contact, '@ € §');
        const { pdu } = (await smsc.submitsTo(contact))[0];
        assert.equal(pdu.data_coding, 4);
        assert.deepEqual(Buffer.from(pdu.short_message.message), gsm);
    }));

test('a port whose alphabet is Latin-1 gets Latin-1 under 0, and UCS-2 for what that does not hold',
    () => withCarrier({ like: 'sinch_cloud_latin1' }, async (rig, smsc) => {
        const accepted = await rig.send(contact, 'Zoë ÿ');
        assert.deepEqual([accepted.segments, accepted.encoding], [1, 'latin1']);
        await rig.send('+15560000002', 'Да');
        const [{ pdu }] = await smsc.submitsTo(contact);
        assert.equal(pdu.data_coding, 0);
        // 16 of the header, 1 + (2 + 12) + (2 + 12) + 3 + 1 + 1 + 5 of the fields around both addresses, 5 of text.
        assert.equal(pdu.command_length, 16 + 1 + 14 + 14 + 3 + 1 + 1 + 5 + 5);
        assert.equal((await smsc.submitsTo('+15560000002'))[0].pdu.data_coding, 8);
    }));

test('a carrier\'s own statuses fail by their name, are tried again, or opt the contact out',
    () => withCarrier({
        statuses: [
            { status: '0x432', reaction: 'fail', name: 'spam' }, { status: '0x45', reaction: 'retry' },
            { status: '0x40A', reaction: 'suppress', name: 'dnd' }],
    }, async (rig, smsc) => {
        let refusals = [0x432];
        smsc.policy = () => ({ command_status: refusals.shift() ?? 0 });
        const spam = await rig.send('+15560000011', 'Buy');
        assert.equal((await rig.reaches(spam.id, 'failed')).reason, 'carrier_refused_spam');

        refusals = [0x45];
        const again = await rig.send('+15560000012', 'Again');
        const sent = await rig.reaches(again.id, 'sent');
        assert.equal(sent.segments[0].attempts, 1);

        refusals = [0x40a];
        const dnd = await rig.send('+15560000013', 'Hello');
        assert.equal((await rig.reaches(dnd.id, 'failed')).reason, 'carrier_refused_dnd');
        await until('the contact is opted out', async () =>
            (await rig.ask('POST', '/v1/messages', { from: sender, to: '+15560000013', text: 'More' })).status !== 202,
        { seconds: 10, every: 20 });
        assert.equal((await smsc.submitsTo('+15560000013')).length, 1);
    }));

test('ACCEPTD ends a message where it is the carrier\'s last word, and a receipt\'s error opts out',
    () => withCarrier({
        accepted_is_final: true, receipt_errors: [{ error: '00B', reaction: 'suppress', name: 'dnd' }],
    }, async (rig, smsc) => {
        const accepted = await rig.send(contact, 'Accepted');
        const [submit] = await smsc.submitsTo(contact);
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs, stat: 'ACCEPTD' }) });
        await rig.reaches(accepted.id, 'delivered');

        const other = '+15560000014';
        const refused = await rig.send(other, 'Not wanted');
        const [second] = await smsc.submitsTo(other);
        await rig.reaches(refused.id, 'sent');
        await smsc.receipt(second, { short_message: receiptText({ id: second.answeredAs, stat: 'REJECTD', err: '00B' }) });
        assert.equal((await rig.reaches(refused.id, 'undelivered')).reason, 'receipt_REJECTED_dnd');
        await until('the contact is opted out', async () =>
            (await rig.ask('POST', '/v1/messages', { from: sender, to: other, text: 'More' })).status !== 202,
        { seconds: 10, every: 20 });
    }));

test('receipts under the esm_class of a message, with a word of the carrier\'s own, settle; other texts are messages',
    () => withCarrier({
        receipts_without_class: true, receipt_states: [{ stat: 'ZUGESTELLT', state: 'delivered' }],
    }, async (rig, smsc) => {
        const accepted = await rig.send(contact, 'Hello');
        const [submit] = await smsc.submitsTo(contact);
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, {
            esm_class: 0, short_message: receiptText({ id: submit.answeredAs, stat: 'Zugestellt' }),
        });
        await rig.reaches(accepted.id, 'delivered');
    }));

test('long texts leave with SAR parameters or as one message_payload, and TON and NPI as told', async () => {
    const text = 'x'.repeat(200);
    await withCarrier({ segmentation: 'sar', addresses: { number: { ton: 2, npi: 8 } } }, async (rig, smsc) => {
        await rig.send(contact, text);
        const parts = (await smsc.submitsTo(contact, 2)).map(({ pdu }) => pdu)
            .sort((one, other) => one.sar_segment_seqnum - other.sar_segment_seqnum);
        assert.deepEqual(parts.map((pdu) => [pdu.sar_total_segments, pdu.sar_segment_seqnum, pdu.esm_class]),
            [[2, 1, 0], [2, 2, 0]]);
        assert.equal(parts[0].sar_msg_ref_num, parts[1].sar_msg_ref_num);
        assert.equal(parts.map((pdu) => pdu.short_message.message).join(''), text);
        assert.deepEqual([parts[0].source_addr_ton, parts[0].source_addr_npi, parts[0].dest_addr_ton], [2, 8, 1]);
    });
    await withCarrier({ segmentation: 'payload' }, async (rig, smsc) => {
        const accepted = await rig.send(contact, text);
        assert.equal(accepted.segments, 2, 'what the carrier makes of it, and bills');
        const [{ pdu }] = await smsc.submitsTo(contact);
        assert.equal(pdu.message_payload.message, text);
        assert.equal((await smsc.submitsTo(contact)).length, 1);
    });
});
