// A disk that fills while parleyd runs. What cannot be stored is refused in the caller's own protocol,
// /readyz says why, and when there is room again everything goes on by itself: what got a 202 is
// delivered once, what was acknowledged to the carrier is there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { House, finals, request, sender, sleep, until } from './house.mjs';
import { RawSmsc, esme } from './raw_smsc.mjs';

const octets = 64 * 1024 * 1024;

function mount(folder) {
    fs.mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${octets}`, 'tmpfs', folder], { stdio: 'pipe' });
}

// Takes all the room that is left on the data folder's file system, and gives it back.
class Ballast {
    constructor(folder) { this.path = join(folder, 'ballast'); }
    fill() {
        const file = fs.openSync(this.path, 'a');
        try {
            for (let piece = 1 << 20; piece >= 512; piece >>= 1) {
                try {
                    for (;;) fs.writeSync(file, Buffer.alloc(piece, 1));
                } catch (error) {
                    assert.equal(error.code, 'ENOSPC');
                }
            }
        } finally {
            fs.closeSync(file);
        }
    }
    free() { fs.rmSync(this.path, { force: true }); }
}

function canMount() {
    const folder = fs.mkdtempSync('/tmp/parley-mount-');
    try {
        mount(folder);
        execFileSync('umount', [folder]);
        return true;
    } catch {
        return false;
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

const skip = canMount() ? false : 'this user may not mount a small file system';

async function withSmallDisk(work) {
    const house = new House();
    let smsc;
    const disk = join(house.folder, 'disk');
    mount(disk);
    try {
        await house.prepare({
            node: { data_dir: join(disk, 'data'), memory_budget: 256 * 1024 * 1024 },
            carrier: { links: 1, window: 100 },
        });
        smsc = new RawSmsc(house.smpp);
        await smsc.listen();
        await house.startEngine();
        await smsc.boundSession();
        await work(house, smsc, new Ballast(disk));
    } catch (error) {
        console.error(house.engine?.err.slice(-3000));
        throw error;
    } finally {
        await smsc?.close();
        for (const child of house.children) child.kill('SIGKILL');
        await Promise.all([...house.children].map((child) => child.ended));
        execFileSync('umount', [disk]);
        await house.stop();
    }
}

let next = 0;
const number = () => `+1556${String(++next).padStart(7, '0')}`;
const promise = async (house, text) => {
    const answer = await send(house, text);
    assert.equal(answer.status, 202, answer.text);
    return JSON.parse(answer.text).id;
};
const send = (house, text, options) =>
    request(house.http, 'POST', '/v1/messages', { from: sender, to: number(), text }, options);

// Sends until the engine refuses; adds what was promised to `promised`. They are long and for later, so
// that the journal fills and the carrier does not. A request that got no answer in time is no promise,
// and no refusal either.
async function untilRefused(house, promised) {
    const later = new Date(Date.now() + 3600e3).toISOString();
    return until('the disk is full', async () => {
        const answer = await request(house.http, 'POST', '/v1/messages',
            { from: sender, to: number(), text: 'x'.repeat(38000), send_at: later }, { timeout: 1500 }).catch(() => null);
        if (answer?.status === 202) promised.push(JSON.parse(answer.text).id);
        else if (answer !== null) assert.equal(answer.status, 503, answer.text);
        return answer?.status === 503 ? answer : null;
    }, { seconds: 60, every: 1 });
}

async function allHeld(house, ids) {
    assert.ok(ids.length > 0);
    for (const id of ids) {
        const { text, status } = await house.message(id);
        assert.equal(text.length, 38000);
        assert.ok(!finals.has(status), status);
    }
}

async function recovered(house) {
    await until('it is ready again by itself', async () =>
        (await request(house.http, 'GET', '/readyz')).status === 200, { seconds: 30, every: 50 });
}

async function allDelivered(house, ids) {
    for (const id of ids) {
        const message = await until(`${id} ends`, async () => {
            const found = await house.message(id);
            return finals.has(found.status) ? found : null;
        }, { seconds: 60 });
        assert.equal(message.status, 'delivered', JSON.stringify(message));
    }
}

test('a full disk is refused as 503 and RX_T_APPN, told by /readyz, and got over without a restart', { skip }, () =>
    withSmallDisk(async (house, smsc, ballast) => {
        const promised = [];
        const later = [];
        const inbound = [];
        const session = await smsc.boundSession();
        const hear = async (text) => {
            const sequence = smsc.deliver(session, { from: number().slice(1), to: sender.slice(1), text });
            const answer = await session.answer(sequence, 20);
            if (answer.status === esme.rok) inbound.push(text);
            return answer.status;
        };
        for (let n = 0; n < 20; ++n) promised.push(await promise(house, `before ${n}`));
        assert.equal(await hear('before'), esme.rok);

        ballast.fill();
        const refused = await untilRefused(house, later);
        assert.equal(refused.status, 503, refused.text);
        assert.ok(Number(refused.headers['retry-after']) >= 1);
        assert.equal(refused.headers['content-type'], 'application/problem+json');
        const problem = JSON.parse(refused.text);
        assert.equal(problem.code, 'storage_unavailable');
        assert.match(problem.detail, /No space left on device.*free some space, nothing that was promised is lost/);
        const ready = await request(house.http, 'GET', '/readyz');
        assert.equal(ready.status, 503);
        assert.match(JSON.parse(ready.text).reasons.join(), /No space left on device/);
        assert.equal((await request(house.http, 'GET', '/healthz')).status, 200, 'alive all the same');
        assert.equal(await hear('while it is full'), esme.rx_t_appn);
        const suppress = await request(house.http, 'PUT', '/v1/suppressions/+15561112222', {});
        assert.equal(suppress.status, 503, suppress.text);
        assert.equal(JSON.parse(suppress.text).code, 'storage_unavailable');
        // What is known can still be read.
        for (const path of [`/v1/messages/${promised[0]}`, `/v1/messages/${later[0]}`, '/v1/conversations', '/v1/links', '/v1/suppressions']) {
            assert.equal((await request(house.http, 'GET', path)).status, 200, path);
        }
        // Another try is refused as well, at once, and the log does not repeat itself.
        await sleep(1500);
        assert.equal((await send(house, 'again')).status, 503);
        assert.ok(house.logLines('store_trouble').length <= 5, `${house.logLines('store_trouble').length} lines`);

        ballast.free();
        await recovered(house);
        assert.equal(house.logLines('store_recovered').length, 1);
        promised.push(await promise(house, 'after'));
        assert.equal(await hear('after'), esme.rok);
        await allDelivered(house, promised);
        assert.deepEqual(smsc.repeated(), []);
        assert.equal(smsc.sessions.length, 1, 'the link has not noticed');

        // All of it is on disk.
        await allHeld(house, later);
        await house.stopEngine('SIGKILL');
        await house.startEngine();
        await allDelivered(house, promised);
        await allHeld(house, later);
        const texts = [];
        for (let cursor = ''; ;) {
            const page = JSON.parse((await request(house.http, 'GET', `/v1/conversations?limit=200${cursor}`)).text);
            texts.push(...page.conversations.map((each) => each.last_message.text));
            if (!page.next) break;
            cursor = `&cursor=${page.next}`;
        }
        for (const text of inbound) assert.ok(texts.includes(text), text);
        assert.ok(inbound.length >= 2);
    }));

test('a disk that fills again and again loses and repeats nothing', { skip }, () =>
    withSmallDisk(async (house, smsc, ballast) => {
        const promised = [];
        const later = [];
        for (let round = 0; round < 3; ++round) {
            ballast.fill();
            await untilRefused(house, later);
            ballast.free();
            await recovered(house);
            for (let n = 0; n < 10; ++n) promised.push(await promise(house, `round ${round} ${n}`));
        }
        await allDelivered(house, promised);
        await allHeld(house, later);
        assert.deepEqual(smsc.repeated(), []);
    }));

test('killed with a full disk, it says so when it starts, and starts whole when there is room', { skip }, () =>
    withSmallDisk(async (house, smsc, ballast) => {
        const later = [];
        ballast.fill();
        await untilRefused(house, later);
        await house.stopEngine('SIGKILL');
        const ended = await house.runToEnd();
        assert.equal(ended.code, 1, ended.err);
        assert.match(ended.err, /parleyd: data folder .*No space left on device.*free some space, nothing that was promised is lost/);
        ballast.free();
        await house.startEngine();
        await allHeld(house, later);
        await allDelivered(house, [await promise(house, 'after')]);
    }));

test('told to stop with a full disk, it stops within its limit and has lost nothing', { skip }, () =>
    withSmallDisk(async (house, smsc, ballast) => {
        const later = [];
        ballast.fill();
        await untilRefused(house, later);
        assert.deepEqual(await Promise.race([house.stopEngine('SIGTERM'), sleep(20000)]), { code: 0, signal: null });
        ballast.free();
        await house.startEngine();
        await allHeld(house, later);
        await allDelivered(house, [await promise(house, 'after')]);
    }));
