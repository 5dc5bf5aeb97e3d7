// TLS towards a carrier: a real handshake with node:tls, certificates made on the spot. Where it
// fails, the link says why in words that an operator can act on, and comes back once it is mended.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Authority } from '../support/certificates.mjs';
import { json, until, withHouse } from './house.mjs';
import { RawSmsc } from './raw_smsc.mjs';

const contact = '+15567778888';
const quick = { links: 1, window: 10, bind_timeout: '2s', reconnect_min: '50ms', reconnect_max: '100ms', bind_every: '0ms' };

let ours;
let strangers;
before(() => {
    ours = new Authority();
    strangers = new Authority('Strangers');
});
after(() => {
    ours.remove();
    strangers.remove();
});

// tls: of the carrier's settings. secure: options of the carrier's server; null: no TLS.
function withTls(tls, secure, work) {
    return withHouse(async (house) => {
        await house.prepare({ carrier: { ...quick, tls } });
        const smsc = new RawSmsc(house.smpp);
        try {
            await smsc.listen(secure);
            await house.startEngine();
            await work(house, smsc);
        } finally {
            await smsc.close();
        }
    });
}

const trusting = () => ({ ca_file: ours.file });
const theLink = async (house) => (await json(house.http, '/v1/links')).links[0];

async function delivers(house, smsc, words = 'hello') {
    const id = await house.send(contact, words);
    assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    assert.ok(smsc.submits.some(({ text }) => text === words));
}

async function failsWith(house, smsc, why) {
    const link = await until('the reason is shown', async () => {
        const shown = await theLink(house);
        return shown.last_end === 'tls_failed' ? shown : null;
    });
    assert.match(link.last_detail, why);
    assert.ok(smsc.sessions.every((session) => session.frames.length === 0), 'no password was given away');
    const line = house.logLines('link_ended')[0].detail;
    assert.ok(line.startsWith('acme-1 tls_failed: ') && why.test(line), line);
    assert.ok(await house.metric('parley_smpp_link_ended_total', 'reason="tls_failed"') >= 1);
}

for (const version of ['TLSv1.2', 'TLSv1.3']) {
    test(`messages and receipts travel over ${version}, many and in pieces`, () =>
        withTls(trusting(), { ...ours.serve(), minVersion: version, maxVersion: version }, async (house, smsc) => {
            const ids = [];
            for (let n = 0; n < 300; ++n) ids.push(await house.send(`+1556${String(n).padStart(7, '0')}`, `number ${n}`));
            assert.deepEqual(await house.allEnded(ids, 30), { delivered: 300 });
            assert.deepEqual(smsc.repeated(), []);
            assert.equal(smsc.sessions.length, 1);
            assert.equal(smsc.sessions[0].socket.getProtocol(), version);
            assert.equal((await theLink(house)).state, 'bound');
        }));
}

test('an unbind and a goodbye of TLS end the session when the engine is told to stop', () =>
    withTls(trusting(), ours.serve(), async (house, smsc) => {
        const session = await smsc.boundSession();
        await house.stopEngine();
        assert.equal(session.frames.at(-1).id, 6, 'unbind');
        await until('the carrier has seen the end', () => session.peerEnded || session.closed);
    }));

test('a certificate that has expired is named', () =>
    withTls(trusting(), ours.serve({ days: -1 }), (house, smsc) => failsWith(house, smsc, /certificate has expired/)));

test('a certificate for another name is named, with the name that was wanted', () =>
    withTls(trusting(), ours.serve({ names: ['DNS:other.example'] }), (house, smsc) =>
        failsWith(house, smsc, /certificate is not for 127\.0\.0\.1/)));

test('a certificate of an unknown authority is named, and is accepted once the authority is known', () =>
    withHouse(async (house) => {
        const known = ours.path('known.pem');
        copyFileSync(ours.file, known);
        await house.prepare({ carrier: { ...quick, tls: { ca_file: known } } });
        const smsc = new RawSmsc(house.smpp);
        try {
            await smsc.listen(strangers.serve());
            await house.startEngine();
            await failsWith(house, smsc, /unknown authority/);
            copyFileSync(strangers.file, known);  // read anew for each connection
            await delivers(house, smsc);
        } finally {
            await smsc.close();
        }
    }));

test('without ca_file only what the system trusts is trusted', () =>
    withTls({}, ours.serve(), (house, smsc) => failsWith(house, smsc, /unknown authority/)));

test('a carrier without TLS on its port is named', () =>
    withHouse(async (house) => {
        await house.prepare({ carrier: { ...quick, tls: trusting() } });
        const smsc = new RawSmsc(house.smpp);
        smsc.onConnect = (session) => session.socket.write('220 this is no TLS, it is something else\r\n');
        smsc.handle = () => {};
        try {
            await smsc.listen();
            await house.startEngine();
            await until('the reason is shown', async () => (await theLink(house)).last_detail !== undefined
                && /does not speak TLS/.test((await theLink(house)).last_detail));
        } finally {
            await smsc.close();
        }
    }));

test('a handshake that never ends is left after bind_timeout', () =>
    withHouse(async (house) => {
        await house.prepare({ carrier: { ...quick, bind_timeout: '300ms', tls: trusting() } });
        const smsc = new RawSmsc(house.smpp);
        smsc.handle = () => {};  // takes the ClientHello and says nothing
        try {
            await smsc.listen();
            await house.startEngine();
            await until('it was tried twice', () => smsc.sessions.length >= 2);
            assert.equal((await theLink(house)).last_end, 'connect_timeout');
            await until('the first is closed', () => smsc.sessions[0].closed || smsc.sessions[0].peerEnded);
        } finally {
            await smsc.close();
        }
    }));

test('a carrier that is too old for min_version is named', () =>
    withTls({ ...trusting(), min_version: '1.3' }, { ...ours.serve(), maxVersion: 'TLSv1.2' },
        (house, smsc) => failsWith(house, smsc, /no version of TLS is common/)));

test('server_name is asked for and looked for', () =>
    withTls({ ...trusting(), server_name: 'smsc.example' }, ours.serve({ names: ['DNS:smsc.example'] }),
        async (house, smsc) => {
            await delivers(house, smsc);
            assert.equal(smsc.sessions[0].socket.servername, 'smsc.example');
        }));

test('verify: ca takes any name, verify: none anything', async () => {
    await withTls({ ...trusting(), verify: 'ca' }, ours.serve({ names: ['DNS:other.example'] }), delivers);
    await withTls({ verify: 'none' }, strangers.serve({ days: -1 }), delivers);
});

for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const asking = () => ({
        ...ours.serve(), minVersion: version, maxVersion: version,
        requestCert: true, rejectUnauthorized: true, ca: [readFileSync(ours.file)],
    });
    test(`a carrier over ${version} that asks for a certificate of ours gets it`, () => {
        const { certificate, key } = ours.issue({ names: ['DNS:parley.example'], password: 'four words of mine' });
        const tls = { ...trusting(), certificate_file: certificate, key_file: key, key_password: 'four words of mine' };
        return withTls(tls, asking(), async (house, smsc) => {
            await delivers(house, smsc);
            assert.equal(smsc.sessions[0].socket.getPeerCertificate().subjectaltname, 'DNS:parley.example');
        });
    });

    test(`a carrier over ${version} that misses or refuses our certificate is named as the one who does`, async () => {
        const stranger = strangers.issue({ names: ['DNS:parley.example'] });
        for (const own of [{}, { certificate_file: stranger.certificate, key_file: stranger.key }]) {
            await withTls({ ...trusting(), ...own }, asking(), async (house, smsc) => {
                const link = await until('the reason is shown', async () => {
                    const shown = await theLink(house);
                    return shown.last_detail ? shown : null;
                });
                assert.ok(['tls_failed', 'peer_closed'].includes(link.last_end), JSON.stringify(link));
                assert.match(link.last_detail, /our certificate|certificate of ours/);
                assert.equal(smsc.submits.length, 0);
            });
        }
    });
}

test('settings of TLS that do not do are named by file, line and column before anything runs', () =>
    withHouse(async (house) => {
        await house.prepare();
        const good = ours.issue();
        const other = ours.issue();
        const nothing = ours.path('nothing.pem');
        writeFileSync(nothing, 'nothing\n');
        const hollow = ours.path('hollow.pem');
        writeFileSync(hollow, '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n');
        const locked = ours.issue({ password: 'right' });
        const cases = [
            [`ca_file: ${ours.path('missing.pem')}`, /parley\.yaml:9:16: carriers\[0\]\.tls\.ca_file: cannot read '.*missing\.pem'/],
            [`ca_file: ${nothing}`, /parley\.yaml:9:16: carriers\[0\]\.tls\.ca_file: '.*' holds no PEM/],
            [`ca_file: ${hollow}`, /parley\.yaml:9:16: carriers\[0\]\.tls\.ca_file: '.*' holds no certificate authority/],
            [`certificate_file: ${good.certificate}`, /carriers\[0\]\.tls\.key_file: is missing/],
            [`{ certificate_file: ${good.certificate}, key_file: ${other.key} }`,
                /parley\.yaml:8:\d+: carriers\[0\]\.tls\.key_file: '.*' does not belong to '.*'/],
            [`{ certificate_file: ${locked.certificate}, key_file: ${locked.key}, key_password: wrong }`,
                /carriers\[0\]\.tls\.key_file: '.*' cannot be used: /],
            ['server_name: "not a name"', /parley\.yaml:9:20: carriers\[0\]\.tls\.server_name: 'not a name' does not fit/],
            ['min_version: 1.1', /parley\.yaml:9:20: carriers\[0\]\.tls\.min_version: '1\.1' is not known: expected 1\.2 or 1\.3/],
            ['verify: maybe', /carriers\[0\]\.tls\.verify: 'maybe' is not known/],
            ['ca: x', /carriers\[0\]\.tls\.ca: there is no such setting/],
        ];
        for (const [tls, words] of cases) {
            writeFileSync(house.config, `brands: [{ id: demo, senders: ["+15550001000"] }]
accounts: [{ id: shop, brand: demo }]
routes: [{ carriers: [acme] }]
carriers:
  - id: acme
    address: 127.0.0.1:2775
    system_id: parley
    tls:${tls.startsWith('{') ? ` ${tls}` : `\n      ${tls}`}
`);
            const { code, err } = await house.runToEnd(['--check', house.config]);
            assert.equal(code, 2, `${tls}: ${err}`);
            assert.match(err, words);
            assert.doesNotMatch(err, /wrong$/m, 'no secret is repeated');
        }
    }));
