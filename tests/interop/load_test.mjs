// parley-load against a message centre built on node-smpp, an SMPP implementation that is not ours: it
// decodes every PDU that is sent, plain and in TLS, and what it answers is matched.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { test } from 'node:test';

import smpp from 'smpp';

import { ending, withLoad } from '../support/load.mjs';
import { freePort, until } from '../support/rig.mjs';
import { Smsc, consts, errors, fieldsOf, receiptText } from './smsc.mjs';

async function withPeer(work, how = {}) {
    const smsc = new Smsc(how);
    const port = await freePort();
    await smsc.listen(port);
    try {
        await withLoad((rig) => work(rig, smsc, `smpp://127.0.0.1:${port}`));
        smsc.checkSessions();
    } finally {
        await smsc.close();
    }
}

const marker = (n) => `n=${String(n).padStart(9, '0')}`;

test('a bind, a submit_sm and an unbind say what was asked for, to the last field', () => withPeer(async (rig, smsc, target) => {
    const { code, err } = await rig.run(target, '--system-id', 'loader', '--password', 'sesame', '--system-type', 'VMA',
        '--messages', 3, '--text-length', 20, '--to', '+4476########', '--first-marker', 41, '--receipts', 'off');
    assert.equal(code, ending.good, err);
    assert.deepEqual(fieldsOf(smsc.binds[0].pdu), {
        command: 'bind_transceiver', command_id: 9, command_status: 0, system_id: 'loader', system_type: 'VMA',
        interface_version: 0x34, addr_ton: 0, addr_npi: 0, address_range: '',
    });
    assert.ok(smsc.binds[0].passwordRight);
    assert.deepEqual(smsc.submits.map(({ pdu }) => fieldsOf(pdu)), [41, 42, 43].map((n) => ({
        command: 'submit_sm', command_id: 4, command_status: 0, service_type: '',
        source_addr_ton: 1, source_addr_npi: 1, source_addr: '15550001000',
        dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: `4476${String(n).padStart(8, '0')}`,
        esm_class: 0, protocol_id: 0, priority_flag: 0, schedule_delivery_time: '', validity_period: '',
        registered_delivery: 0, replace_if_present_flag: 0, data_coding: 0, sm_default_msg_id: 0,
        short_message: { message: `${marker(n)} your tab` },
    })));
    assert.equal(smsc.passed.filter(({ ours, pdu }) => !ours && pdu.command === 'unbind').length, 1);
}, { systemId: 'loader', password: 'sesame' }));

test('parts put together are the text, whatever its alphabet and however it is cut', () => withPeer(async (rig, smsc, target) => {
    for (const concat of ['udh', 'sar']) {
        for (const [alphabet, words, room] of [['gsm7', 'your table', 153], ['ucs2', 'ваш столик', 67]]) {
            smsc.submits.length = 0;
            const { code, err } = await rig.run(target, '--password', 'secret', '--messages', 1, '--parts', 3, '--alphabet', alphabet,
                '--concat', concat, '--first-marker', 7, '--receipts', 'off');
            assert.equal(code, ending.good, err);
            assert.equal(smsc.submits.length, 3);
            const parts = smsc.submits.map(({ pdu }) => ({
                text: pdu.short_message.message,
                place: concat === 'udh' ? [...pdu.short_message.udh[0]].slice(2)
                    : [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
            }));
            assert.deepEqual(parts.map(({ place }) => place), [[7, 3, 1], [7, 3, 2], [7, 3, 3]]);
            const text = parts.map(({ text: part }) => part).join('');
            assert.ok(text.startsWith(`${marker(7)} ${words}`), text.slice(0, 40));
            assert.equal(text.length, 3 * (concat === 'udh' ? room : room - 1), 'filled to the last character');
        }
    }
}));

test('its receipts are matched, those of others are not', () => withPeer(async (rig, smsc, target) => {
    const child = rig.begin(target, '--password', 'secret', '--messages', 20, '--receipt-wait', 30);
    const submits = await until('all are submitted', () => smsc.submits.length === 20 && smsc.submits);
    await smsc.receipt(submits[0], { short_message: receiptText({ id: 'nobodys' }) });
    await smsc.receipt(submits[0], {
        esm_class: consts.ESM_CLASS.INTERMEDIATE_DELIVERY, short_message: receiptText({ id: submits[0].answeredAs, stat: 'ENROUTE' }),
    });
    await smsc.deliver({ source_addr: '15560000000', destination_addr: '15550001000', short_message: 'Yes please' });
    for (const submit of submits) {
        await smsc.receipt(submit, { short_message: '', receipted_message_id: submit.answeredAs, message_state: 2 });
    }
    const { code, summary, err } = await rig.finished(child);
    assert.equal(code, ending.good, err);
    const { matched, missing, intermediate, unknown, states } = summary.receipts;
    assert.deepEqual({ matched, missing, intermediate, unknown, states },
        { matched: 20, missing: 0, intermediate: 1, unknown: 1, states: { DELIVERED: 20 } });
    assert.equal(summary.inbound, 1);
}));

test('receipts that never come are missing, and the run waits for them no longer than told', () => withPeer(async (rig, smsc, target) => {
    const { code, summary } = await rig.run(target, '--password', 'secret', '--messages', 50, '--receipt-wait', 0.5, '--slo', 'receipts > 99.9%');
    assert.equal(code, ending.objectivesMissed);
    assert.equal(summary.receipts.missing, 50);
}));

test('refusals are counted by their names', () => withPeer(async (rig, smsc, target) => {
    const statuses = [errors.ESME_ROK, errors.ESME_RTHROTTLED, errors.ESME_RINVDSTADR, 0x0401];
    let n = 0;
    smsc.policy = () => ({ command_status: statuses[n++ % 4] });
    const { code, summary, err } = await rig.run(target, '--password', 'secret', '--messages', 400, '--receipts', 'off');
    assert.equal(code, ending.good, err);
    assert.equal(summary.accepted, 100);
    assert.deepEqual(summary.refused, { ESME_RTHROTTLED: 100, ESME_RINVDSTADR: 100, 'vendor 0x00000401': 100 });
}));

test('the window is never exceeded, and enquire_link is asked while it waits', () => withPeer(async (rig, smsc, target) => {
    const held = [];
    let most = 0;
    smsc.policy = (submit) => {
        held.push(submit);
        most = Math.max(most, held.length);
        return null;
    };
    const child = rig.begin(target, '--password', 'secret', '--window', 8, '--messages', 64, '--receipts', 'off', '--enquire-link', 0.2);
    await until('it enquires', () => smsc.passed.some(({ ours, pdu }) => !ours && pdu.command === 'enquire_link'));
    assert.equal(held.length, 8);
    const answering = setInterval(() => { for (const submit of held.splice(0)) submit.answer(); }, 5);
    const { code, summary, err } = await rig.finished(child);
    clearInterval(answering);
    assert.equal(code, ending.good, err);
    assert.equal(summary.accepted, 64);
    assert.equal(most, 8);
}));

// A key and a certificate for 127.0.0.1, signed by itself.
function certificate(rig) {
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
        '/CN=parley', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', rig.file('key.pem'), '-out', rig.file('cert.pem')],
    { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return { key: readFileSync(rig.file('key.pem')), cert: readFileSync(rig.file('cert.pem')) };
}

test('in TLS all is the same, and a certificate that nobody vouches for is refused', () => withLoad(async (rig) => {
    const smsc = new Smsc();
    const port = await freePort();
    smsc.server = smpp.createServer({ ...certificate(rig) }, (session) => smsc.accept(session));
    smsc.server.on('error', () => {});
    smsc.server.on('tlsClientError', () => {});
    await new Promise((done) => smsc.server.listen(port, '127.0.0.1', done));
    try {
        const target = `smpps://127.0.0.1:${port}`;
        const trusted = await rig.run(target, '--ca', rig.file('cert.pem'), '--password', 'secret', '--messages', 2000,
            '--sessions', 2, '--receipts', 'off');
        assert.equal(trusted.code, ending.good, trusted.err);
        assert.equal(trusted.summary.accepted, 2000);
        const insecure = await rig.run(target, '--insecure', '--password', 'secret', '--messages', 10, '--receipts', 'off');
        assert.equal(insecure.code, ending.good, insecure.err);
        const distrusted = await rig.run(target, '--password', 'secret', '--messages', 10);
        assert.equal(distrusted.code, ending.targetFailed);
        assert.match(distrusted.err, /cannot connect to .*TLS: its certificate is not trusted: self-signed certificate/);
        const plain = await rig.run(`smpp://127.0.0.1:${port}`, '--password', 'secret', '--bind-timeout', 2);
        assert.equal(plain.code, ending.targetFailed, plain.err);
    } finally {
        await smsc.close();
    }
}));

test('HTTPS is HTTP in TLS', () => withLoad(async (rig) => {
    const seen = new Set();
    const server = https.createServer(certificate(rig), (asked, answer) => {
        let body = '';
        asked.on('data', (piece) => { body += piece; });
        asked.on('end', () => {
            for (const { text } of JSON.parse(body)) seen.add(text.slice(0, 11));
            const results = JSON.parse(body).map((_, n) => ({ id: `msg_${n}`, text: 'x'.repeat(200) }));
            const said = JSON.stringify({ results });
            answer.writeHead(202, { 'content-type': 'application/json', 'content-length': said.length }).end(said);
        });
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    try {
        // Answers of several TLS records each.
        const { code, summary, err } = await rig.run(`https://127.0.0.1:${server.address().port}`, '--ca', rig.file('cert.pem'),
            '--mode', 'array', '--batch', 500, '--connections', 3, '--messages', 20000);
        assert.equal(code, ending.good, err);
        assert.equal(summary.accepted, 20000);
        assert.equal(seen.size, 20000);
    } finally {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
    }
}));
