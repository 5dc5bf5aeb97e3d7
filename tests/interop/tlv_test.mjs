// A carrier's own TLVs: what a caller asks for by name is what node-smpp finds on the wire, in every
// segment and after a crash; what it sends of its own is shown by name.

import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import smpp from 'smpp';

import { json, key, sender, until } from '../support/rig.mjs';
import { withPeers } from './peers.mjs';
import { errors, receiptText } from './smsc.mjs';

const contact = '+15560000001';
const digits = (number) => number.replace('+', '');
const fromContact = { source_addr: digits(contact), destination_addr: digits(sender) };
const entity = '1101000000000012345';
const template = '1107164392842';

// node-smpp writes what it has a name for, and reads tags that it does not know as octets.
for (const [name, id] of [['own_mcc', 0x1503], ['own_message', 0x1502], ['own_number', 0x1418]])
    smpp.tlvs[name] = { id, tag: name, type: smpp.types.tlv.buffer };

const own = (pdu) => Object.fromEntries(Object.keys(pdu).filter((key) => /^\d+$/.test(key))
    .map((tag) => [`0x${Number(tag).toString(16)}`, pdu[tag].toString('latin1')]));

const india = {
    carrier: { dialect: { like: 'india_dlt' }, tlvs: { dlt_telemarketer_id: '1302' } },
    brand: { tlvs: { dlt_entity_id: entity } },
};

test('India: the entity of the brand, the template of the message and the chain of the carrier are on the wire',
    () => withPeers(async (rig, smsc) => {
        const accepted = await rig.send(contact, 'Your parcel arrives tomorrow.', { tlvs: { dlt_template_id: template } });
        const [{ pdu }] = await smsc.submitsTo(contact);
        assert.deepEqual(own(pdu), { '0x1400': entity, '0x1401': template, '0x1402': '1302' });
        assert.deepEqual((await rig.message(accepted.id)).tlvs, { dlt_template_id: template });
        const { conversations: [{ last_message: shown }] } = await json(rig.http, '/v1/conversations');
        assert.deepEqual(shown.tlvs, { dlt_template_id: template }, 'in lists, too');

        await rig.send('+15560000002', 'By tag', { tlvs: { '0x1401': '0x31313037', '0x1601': 'ff' } });
        const [{ pdu: byTag }] = await smsc.submitsTo('+15560000002');
        assert.deepEqual(own(byTag), { '0x1400': entity, '0x1401': '1107', '0x1402': '1302', '0x1601': '\xff' });

        await rig.send('+15560000003', 'Nothing asked for');
        const [{ pdu: plain }] = await smsc.submitsTo('+15560000003');
        assert.deepEqual(own(plain), { '0x1400': entity, '0x1402': '1302' });
    }, india));

test('a reply may ask for TLVs, and our own confirmation has those of brand and carrier',
    () => withPeers(async (rig, smsc) => {
        await smsc.deliver({ ...fromContact, short_message: 'Is it there?' });
        const { conversations: [{ id }] } = await json(rig.http, '/v1/conversations');
        const { status } = await rig.ask('POST', `/v1/conversations/${id}/messages`,
            { text: 'It is', tlvs: { dlt_template_id: template } });
        assert.equal(status, 202);
        const [{ pdu }] = await smsc.submitsTo(contact);
        assert.equal(own(pdu)['0x1401'], template);
        await smsc.deliver({ ...fromContact, short_message: 'STOP' });
        const [, { pdu: confirmation }] = await smsc.submitsTo(contact, 2);
        assert.deepEqual(own(confirmation), { '0x1400': entity, '0x1402': '1302' });
    }, india));

test('every segment has them, those that leave after a SIGKILL as well', () => withPeers(async (rig, smsc) => {
    smsc.policy = () => ({ command_status: errors.ESME_RTHROTTLED });
    const accepted = await rig.send(contact, 'x'.repeat(400), { tlvs: { dlt_template_id: template } });
    await smsc.submitsTo(contact);
    smsc.expectKill();
    rig.engine.kill('SIGKILL');
    await rig.engine.ended;
    smsc.submits.length = 0;
    smsc.policy = () => ({});
    await rig.startEngine();
    const submits = await smsc.submitsTo(contact, 3);
    for (const { pdu } of submits)
        assert.deepEqual(own(pdu), { '0x1400': entity, '0x1401': template, '0x1402': '1302' });
    const sent = await rig.reaches(accepted.id, 'sent');
    assert.deepEqual(sent.tlvs, { dlt_template_id: template });
    assert.equal(sent.segments.length, 3);
}, {
    ...india,
    // What was in flight when it was killed goes again.
    carrier: { ...india.carrier, on_uncertain: 'resend' },
}));

test('a name that the carrier does not have, a value that does not fit and one of ours are refused with the reason',
    () => withPeers(async (rig) => {
        const refusal = async (tlvs) => {
            const { status, body } = await rig.ask('POST', '/v1/messages', { from: sender, to: contact, text: 'x', tlvs });
            return `${status} ${body.code} ${body.detail}`;
        };
        assert.equal(await refusal({ dlt_templat_id: '1' }),
            '422 invalid_tlv tlvs.dlt_templat_id: carrier acme has no parameter of this name: expected dlt_entity_id, '
            + "dlt_template_id, dlt_telemarketer_id or a tag such as 0x1501; did you mean 'dlt_template_id'?");
        assert.equal(await refusal({ dlt_template_id: '' }),
            '422 invalid_tlv tlvs.dlt_template_id: "" is not what carrier acme takes: expected text of 1 to 30 octets');
        assert.equal(await refusal({ '0x1401': '123' }),
            '422 invalid_tlv tlvs.0x1401: "123" is not what carrier acme takes: expected 1 to 30 octets in '
            + 'hexadecimal, two digits each');
        assert.match(await refusal({ message_payload: '00' }), /^422 invalid_tlv .* is not for a caller to set/);
        assert.match(await refusal({ dlt_template_id: ['1'] }), /^400 invalid_request \/tlvs\/dlt_template_id: expected /);
    }, india));

test('what the carrier tells of its own in receipts and messages is shown by name, in events as well',
    () => withPeers(async (rig, smsc) => {
        const events = [];
        const stream = follow(rig, events);
        const accepted = await rig.send(contact, 'Once');
        const [submit] = await smsc.submitsTo(contact);
        await rig.reaches(accepted.id, 'sent');
        await smsc.receipt(submit, {
            short_message: receiptText({ id: submit.answeredAs }),
            own_mcc: Buffer.from('262'), own_number: Buffer.from([0, 0xff]),
        });
        const delivered = await rig.reaches(accepted.id, 'delivered');
        assert.deepEqual(delivered.segments[0].tlvs, { mcc: '262', '0x1418': '0x00FF' });
        assert.equal(delivered.tlvs, undefined, 'nothing was asked for');

        const uuid = 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
        for (const part of [1, 2]) {
            await smsc.deliver({
                ...fromContact, esm_class: 0x40, own_message: Buffer.from(uuid),
                short_message: Buffer.concat([Buffer.from([5, 0, 3, 9, 2, part]), Buffer.from(`part ${part} `)]),
            });
        }
        const { conversations: [conversation] } = await json(rig.http, '/v1/conversations');
        const [, inbound] = await rig.thread(conversation.id);
        assert.equal(inbound.text, 'part 1 part 2 ');
        assert.deepEqual(inbound.tlvs, { mo_message_id: uuid });

        await until('both events are here', () => events.length >= 2, { seconds: 10, every: 20 });
        assert.deepEqual(events.map(({ type, tlvs }) => [type, tlvs]), [
            ['message.delivered', { mcc: '262', '0x1418': '0x00FF' }], ['message.received', { mo_message_id: uuid }]]);
        stream.destroy();

        // They are on disk.
        smsc.expectKill();
        rig.engine.kill('SIGKILL');
        await rig.engine.ended;
        await rig.startEngine();
        assert.deepEqual((await rig.message(accepted.id)).segments[0].tlvs, { mcc: '262', '0x1418': '0x00FF' });
        assert.deepEqual((await rig.thread(conversation.id))[1].tlvs, { mo_message_id: uuid });
        await rig.bound(2);
    }, { carrier: { dialect: { like: '8x8' } } }));

test('a receipt that overtakes its answer keeps its TLVs', () => withPeers(async (rig, smsc) => {
    smsc.policy = () => null;
    const accepted = await rig.send(contact, 'Faster than its answer');
    const [submit] = await smsc.submitsTo(contact);
    await smsc.receipt(submit, { short_message: receiptText({ id: '4711' }), own_mcc: Buffer.from('262') });
    submit.answer({ message_id: '4711' });
    const delivered = await rig.reaches(accepted.id, 'delivered');
    assert.deepEqual(delivered.segments[0].tlvs, { mcc: '262' });
}, { carrier: { dialect: { like: '8x8' } } }));

test('a status is named as the carrier does in answers, in threads and in the log', () => withPeers(async (rig, smsc) => {
    smsc.policy = () => ({ command_status: 0x401 });
    const accepted = await rig.send(contact, 'Out of credit');
    const failed = await rig.reaches(accepted.id, 'failed');
    assert.equal(failed.segments[0].command_status, '0x00000401');
    assert.equal(failed.segments[0].command_status_name, 'out_of_credit');
    const { conversations: [{ last_message: last }] } = await json(rig.http, '/v1/conversations');
    assert.equal(last.reason, 'carrier_refused_out_of_credit');

    smsc.systemId = 'nobody';  // binds are refused from now on
    smsc.bindRefusal = 0x402;
    for (const { session } of smsc.links) session.destroy();
    await until('the log names the status', () => /bind_refused max_credit \(0x00000402\)/.test(rig.engine.err),
        { seconds: 20, every: 50 });
}, {
    carrier: {
        dialect: { statuses: [{ status: 0x401, name: 'out_of_credit' }, { status: 0x402, name: 'max_credit' }] },
    },
}));

// Events of the stream as they come, those of an end or of a message that came in.
function follow(rig, events) {
    let text = '';
    return http.get({
        host: '127.0.0.1', port: rig.http, path: '/v1/stream', headers: { authorization: `Bearer ${key}` },
    }, (answer) => {
        answer.setEncoding('utf8');
        answer.on('data', (piece) => {
            text += piece;
            const lines = text.split('\n');
            text = lines.pop();
            for (const line of lines.filter((one) => one.startsWith('data: '))) {
                const event = JSON.parse(line.slice('data: '.length));
                if (['message.delivered', 'message.received'].includes(event.type)) events.push(event);
            }
        });
    }).on('error', () => {});  // of its end, which the test brings about
}
