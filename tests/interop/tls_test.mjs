// TLS with an SMPP that is not ours: npm's smpp listens with a certificate, parleyd checks it, shows
// its own, and everything that was promised travels sealed.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Authority } from '../support/certificates.mjs';
import { until } from '../support/rig.mjs';
import { withPeers } from './peers.mjs';
import { receiptText } from './smsc.mjs';

let authority;
before(() => { authority = new Authority(); });
after(() => authority.remove());

test('messages, receipts and answers of people travel over TLS with certificates on both sides', () => {
    const own = authority.issue({ names: ['DNS:parley.example'] });
    const secure = {
        ...authority.serve({ names: ['DNS:smsc.example'] }),
        requestCert: true, rejectUnauthorized: true, ca: [readFileSync(authority.file)], minVersion: 'TLSv1.3',
    };
    const tls = {
        ca_file: authority.file, server_name: 'smsc.example', min_version: '1.3',
        certificate_file: own.certificate, key_file: own.key,
    };
    return withPeers(async (rig, smsc) => {
        const sent = [];
        for (let n = 0; n < 50; ++n) sent.push(await rig.send(`+155640000${String(n).padStart(2, '0')}`, `sealed ${n}`));
        for (const [n, { id }] of sent.entries()) {
            await rig.reaches(id, 'sent');
            const [submit] = await smsc.submitsTo(`+155640000${String(n).padStart(2, '0')}`);
            await smsc.receipt(submit, { short_message: receiptText({ id: submit.answeredAs }) });
            await rig.reaches(id, 'delivered');
        }
        await smsc.deliver({ source_addr: '15564000001', destination_addr: '15550001000', short_message: 'sealed as well' });
        await until('it has arrived', async () => await rig.metric('parley_inbound_messages_total') === 1);
        const { socket } = smsc.links[0].session;
        assert.equal(socket.getProtocol(), 'TLSv1.3');
        assert.equal(socket.getPeerCertificate().subjectaltname, 'DNS:parley.example');
        assert.equal(socket.servername, 'smsc.example');
    }, { carrier: { tls }, smsc: { secure } });
});
