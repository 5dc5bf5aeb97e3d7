// An operator at the command line: parley against a real parleyd and parley-sim, and a capture that
// Wireshark reads.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { freePort, json, key, sender, until, withHouse } from './house.mjs';

const run = promisify(execFile);
const parley = process.env.PARLEY ?? 'build/parley';
const operatorKey = 'key-ops-00001';
const contact = '+15567778888';
const secretText = 'My secret words';

// Runs the command line; never throws: { code, out, err }.
async function ask(house, args, { as = key, url = `http://127.0.0.1:${house.http}` } = {}) {
    const env = { ...process.env, PARLEY_URL: url, PARLEY_KEY: as };
    try {
        const { stdout, stderr } = await run(parley, args, { env, maxBuffer: 1 << 24, encoding: 'buffer' });
        return { code: 0, octets: stdout, out: stdout.toString(), err: stderr.toString() };
    } catch (error) {
        return { code: error.code, out: error.stdout.toString(), err: error.stderr.toString() };
    }
}

async function say(house, ...args) {
    const answer = await ask(house, args);
    assert.equal(answer.code, 0, `${args.join(' ')}: ${answer.err}`);
    return answer.out;
}

async function capture(house, ...args) {
    const answer = await ask(house, ['capture', ...args], { as: operatorKey });
    assert.equal(answer.code, 0, `${args.join(' ')}: ${answer.err}`);
}

// An engine with a carrier that is polite; carrier: laid over its settings.
function withEngine(work, carrier = {}, ...sim) {
    return withHouse(async (house) => {
        await house.prepare({
            carrier,
            accounts: [{ id: 'ops', brand: 'demo', api_keys: [operatorKey], operator: true }],
        });
        await house.startSim(...sim);
        await house.startEngine();
        await house.bound(carrier.links);
        await work(house);
    });
}

test('a message is sent, told as a story and cannot be canceled any more', () => withEngine(async (house) => {
    const sent = JSON.parse(await say(house, 'send', '--json', '--from', sender, '--to', contact, 'hello there'));
    assert.equal((await house.allEnded([sent.id])).delivered, 1);
    const story = await say(house, 'trace', sent.id);
    const order = ['accepted', 'gate', 'queued', 'submit_sm ', 'submit_sm_resp', 'receipt', 'delivered'];
    const places = order.map((word) => story.indexOf(`  ${word}`, story.indexOf('at (UTC)')));
    assert.ok(places.every((place, n) => place > 0 && (n === 0 || place > places[n - 1])), story);
    assert.match(story, /ESME_ROK from acme, its id is \d+/);
    const late = await ask(house, ['cancel', sent.id]);
    assert.equal(late.code, 1);
    assert.match(late.err, /it is delivered \(wrong_status\)/);
    assert.equal((await house.message(sent.id)).history, undefined, 'a plain life needs none');
}));

test('every try is told in its order, at whichever carrier, and told the same after a restart', () => withHouse(async (house) => {
    const smpp = await freePort();
    const control = await freePort();
    house.spawn(process.env.PARLEY_SIM ?? 'build/parley-sim',
        ['--listen', `127.0.0.1:${smpp}`, '--control', `127.0.0.1:${control}`]);
    await until('the second carrier listens', () => json(control, '/books'));
    await house.prepare({ carrier: { retry_min: '200ms', retry_max: '200ms', attempts_max: 2 } });
    const [acme] = house.settings.carriers;
    house.settings.carriers.push({ ...acme, id: 'beta', address: `127.0.0.1:${smpp}` });
    house.settings.routes[0].carriers.push('beta');
    house.configure(house.settings);
    await house.startSim();
    await house.startEngine();
    await house.bound(4);
    await house.order({ refuse: 'ESME_RSYSERR' });
    const id = await house.send(contact, 'hello there');
    assert.equal((await house.allEnded([id])).delivered, 1);
    const story = await say(house, 'trace', id);
    const tries = story.split('\n').map((line) => line.slice(25).replace(/ {2,}/, ' ')).filter((line) => /^(submit|hand|rec)/.test(line));
    assert.deepEqual(tries, [
        'submit_sm to acme: intent on disk',
        'submit_sm_resp ESME_RSYSERR from acme',
        'submit_sm to acme: intent on disk, for the 2. time',
        'submit_sm_resp ESME_RSYSERR from acme',
        'handed over from acme to beta',
        'submit_sm to beta: intent on disk, for the 3. time',
        'submit_sm_resp ESME_ROK from beta, its id is 1000000001',
        'receipt DELIVERED, err:000',
    ], story);
    const { history } = await house.message(id);
    assert.deepEqual(history.map(({ what, carrier, command_status_name }) => [what, carrier, command_status_name]), [
        ['submit_sm', 'acme', 'ESME_RSYSERR'],
        ['submit_sm', 'acme', 'ESME_RSYSERR'],
        ['handed_over', 'beta', undefined],
    ]);
    await house.stopEngine('SIGTERM');
    await house.startEngine();
    // Last looks that said go are not journaled: what has just ended has lost them.
    const withoutLooks = (text) => text.replace(/.*last look, at the window.*\n/g, '');
    assert.equal(withoutLooks(await say(house, 'trace', id)), withoutLooks(story));
}));

test('what waits is seen, canceled before it leaves, and explained', () => withEngine(async (house) => {
    const later = new Date(Date.now() + 3600_000).toISOString();
    const held = JSON.parse(await say(house, 'send', '--json', '--from', sender, '--to', contact, '--at', later, 'x'));
    assert.equal(held.status, 'held');
    assert.match(await say(house, 'queue'), /held until their send_at +1\n/);
    assert.equal(await say(house, 'cancel', held.id), `${held.id}  canceled\n`);
    assert.equal((await house.message(held.id)).status, 'canceled');
    assert.match(await say(house, 'queue'), /held until their send_at +0\n/);
    assert.match(await say(house, 'status'), /engine +ready\nlinks +2 of 2 bound\n/);
    assert.match(await say(house, 'links'), /acme-1 +bound/);
    const route = await say(house, 'route', 'explain', contact, '--text', 'Grüße');
    assert.match(route, /^would be accepted/);
    assert.match(route, /route \* +routes\[0\] \(\+\): prefix \+: the most specific that fits/);
    assert.match(route, /carrier \* +acme: up, first that is up; 0 wait for it/);
    assert.match(route, /text +1 segment\(s\) gsm7/);
    await house.ask('PUT', `/v1/suppressions/${encodeURIComponent(contact)}`, {});
    const refused = await ask(house, ['route', 'explain', contact]);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /would be refused: suppressed/);
    assert.match(refused.out, /gate +refuse, rule suppressed, opt-outs of brand:demo/);
    assert.equal((await house.books()).counts.accepted, 0, 'nothing of this reached the carrier');
}));

test('a dead letter is found, and sent again as a new message that names it', () => withEngine(async (house) => {
    await house.order({ refuse: 'ESME_RINVDSTADR' });
    const first = await house.send(contact, 'hello');
    assert.deepEqual(await house.allEnded([first]), { failed: 1 });
    await house.order({ refuse: null });
    const second = await house.send('+15567770001', 'hello');
    assert.deepEqual(await house.allEnded([second]), { delivered: 1 });
    const dead = JSON.parse(await say(house, 'dead-letters', '--json', '--status', 'failed,expired', '--to', contact));
    assert.deepEqual(dead.messages.map((each) => [each.id, each.reason]), [[first, 'carrier_refused']]);
    assert.match(await say(house, 'dead-letters'), new RegExp(`${first} .* failed +carrier_refused +acme`));
    assert.doesNotMatch(await say(house, 'dead-letters', '--carrier', 'other'), /msg_/);
    const again = /sent again as (msg_[0-9a-f]+)/.exec(await say(house, 'resend', first))[1];
    assert.deepEqual(await house.allEnded([again]), { delivered: 1 });
    assert.equal((await house.message(again)).resend_of, first);
    await house.ask('PUT', `/v1/suppressions/${encodeURIComponent(contact)}`, {});
    const refused = await ask(house, ['resend', first]);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /\(suppressed\)/);
}));

test('links say where they are, why they are down and when they try again', () => withHouse(async (house) => {
    await house.prepare({ carrier: { links: 1 } });
    await house.startEngine();  // and no carrier
    const shown = await until('it has been tried', async () => {
        const out = await say(house, 'links');
        return out.includes('connect_failed') && /\d{4}-\d\d-\d\d /.test(out) ? out : null;
    });
    const [, row] = shown.split('\n');
    assert.match(row, /^acme-1 +waiting +127\.0\.0\.1:\d+ +connect_failed +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /);
    assert.match(shown, /\nlink +more of it\nacme-1 +Connection refused\n$/);
    await house.startSim('--system-id', 'somebody-else');
    await until('its bind was refused', async () => /bind_refused +ESME_RINV\w+ +\d{4}-/.test(await say(house, 'links')));
}));

test('what was sent perhaps is listed while it is in doubt', () => withEngine(async (house) => {
    const id = await house.send(contact, 'hello');
    await until('it is in doubt', async () => {
        const found = JSON.parse(await say(house, 'uncertain', '--json')).messages;
        return found.length === 1 && found[0].id === id && found[0].status === 'sending';
    });
    assert.match(await say(house, 'status'), /uncertain 1\n/);
    assert.match(await say(house, 'trace', id), /uncertain +no answer came: it may have been sent/);
    const late = await ask(house, ['cancel', id]);
    assert.equal(late.code, 1);
    assert.match(late.err, /It has left, or a part of it has; it is sending/);
}, { response_timeout: '500ms', uncertain_hold: '1h' }, '--response-lost-chance', '1', '--receipts', 'false'));

test('an engine that is down and a key that is wrong are said clearly', () => withEngine(async (house) => {
    const wrong = await ask(house, ['status'], { as: 'key-nobodys' });
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /does not know this API key: see --key or PARLEY_KEY/);
    const none = await ask(house, ['links'], { as: '' });
    assert.equal(none.code, 2);
    assert.match(none.err, /wants an API key: give one by --key or PARLEY_KEY/);
    const nobody = await ask(house, ['queue'], { url: `http://127.0.0.1:${await freePort()}` });
    assert.equal(nobody.code, 2);
    assert.match(nobody.err, /Is parleyd running there\? --url or PARLEY_URL names it/);
    const unknown = await ask(house, ['trace', 'msg_00000000000fffff']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /No message msg_00000000000fffff \(not_found\)/);
}));

async function fields(file, ...names) {
    const args = ['-r', file, '-T', 'fields', ...names.flatMap((name) => ['-e', name])];
    const { stdout } = await run('tshark', args, { maxBuffer: 1 << 24 });
    return stdout.trimEnd().split('\n').map((line) => line.split('\t'));
}

test('Wireshark reads a capture, and a masked one names nobody', () => withEngine(async (house) => {
    assert.match((await ask(house, ['capture', 'acme-1', '--start'])).err, /operators_only/);
    await capture(house, 'acme-1', '--start');
    const ids = [];
    for (let n = 0; n < 8; ++n) ids.push(await house.send(`+1556777000${n}`, secretText));
    assert.equal((await house.allEnded(ids)).delivered, 8);
    const file = join(house.folder, 'acme-1.pcapng');
    await capture(house, 'acme-1', '-o', file);
    const plain = await fields(file, 'smpp.command_id', 'smpp.destination_addr', 'smpp.message', 'tcp.port');
    const masked = join(house.folder, 'masked.pcapng');
    await capture(house, 'acme-1', '--mask', '-o', masked);
    const octets = readFileSync(masked);
    for (const word of [secretText, '15567770', sender.slice(1)])
        assert.equal(octets.indexOf(word), -1, `${word} is in the masked capture`);
    const sizes = ['smpp.command_id', 'smpp.sequence_number', 'frame.len'];
    assert.deepEqual(await fields(masked, ...sizes), await fields(file, ...sizes));
    for (const each of [file, masked]) {
        const { stdout } = await run('tshark', ['-r', each, '-Y', '_ws.malformed || tcp.analysis.flags || !smpp']);
        assert.equal(stdout, '', 'each packet is a whole PDU, and the connection has no gap');
    }
    const { stdout: decoded } = await run(parley, ['decode', file]);
    assert.match(decoded, /submit_sm /);
    const hex = Buffer.from(secretText).toString('hex');
    const submits = plain.filter(([command, , text]) => Number(command) === 4 && text === hex);
    assert.deepEqual(submits.map(([, to]) => to).sort(), ids.map((_, n) => `1556777000${n}`));
    for (const command of [0x80000004, 0x05, 0x80000005])
        assert.equal(plain.filter(([id]) => Number(id) === command).length, 8, `command ${command}`);
    await capture(house, 'acme-1', '--stop');
    assert.equal((await ask(house, ['capture', 'acme-1'], { as: operatorKey })).code, 1);
}, { links: 1 }));

test('a password is in no capture', () => withEngine(async (house) => {
    await capture(house, 'acme-1', '--start');
    await house.order({ drop: true });
    await until('it has bound again', async () => {
        const { octets } = await ask(house, ['capture', 'acme-1'], { as: operatorKey });
        const file = join(house.folder, 'bind.pcapng');
        writeFileSync(file, octets);
        const binds = (await fields(file, 'smpp.command_id', 'smpp.system_id', 'smpp.password'))
            .filter(([command]) => Number(command) === 9);
        if (binds.length === 0) return false;
        assert.equal(binds[0][1], 'parley');
        assert.equal(binds[0][2], '******');
        return true;
    });
}, { links: 1 }));
