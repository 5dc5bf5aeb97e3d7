// A data folder that cannot be used, is damaged, half written, of another format or in use; a port that
// is taken; a configuration that is wrong. parleyd either starts with everything that it promised, or
// says in one line what is wrong with what and what to do, and ends with a status other than 0.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';

import { programs, request, storeFolder, until, withHouse } from './house.mjs';
import { RawSmsc } from './raw_smsc.mjs';

const contact = '+15567778888';
const isRoot = process.getuid() === 0;

// A house whose carrier does not exist, so that everything accepted stays in the journal.
function withFolder(work, more = {}) {
    return withHouse(async (house) => {
        await house.prepare(more);
        await work(house);
    });
}

async function refusedToStart(house, expected, args) {
    const ended = await house.runToEnd(args);
    assert.equal(ended.code, 1, `${ended.signal} ${ended.err}`);
    const last = ended.err.trim().split('\n').at(-1);
    assert.match(last, /^parleyd: /);
    for (const words of [].concat(expected)) assert.match(last, words);
    return last;
}

// Sends messages and kills parleyd: a folder with a journal that was cut off in the middle of life.
async function fill(house, count = 50) {
    await house.startEngine();
    const ids = [];
    for (let n = 0; n < count; ++n) ids.push(await house.send(contact, `message ${n}`));
    await house.stopEngine('SIGKILL');
    return ids;
}

async function found(house, ids) {
    const answers = await Promise.all(ids.map((id) => request(house.http, 'GET', `/v1/messages/${id}`)));
    return answers.map((answer) => answer.status === 200);
}

const files = (house, ending) => fs.readdirSync(storeFolder(house)).filter((name) => ending.test(name)).sort()
    .map((name) => join(storeFolder(house), name));
const newestLog = (house) => files(house, /^\d+\.log$/).filter((path) => fs.statSync(path).size > 0).at(-1);

// ---- Unusable -----------------------------------------------------------------------------------

test('a file in place of the data folder is named', () => withFolder(async (house) => {
    fs.writeFileSync(house.data, 'a file');
    await refusedToStart(house, [/data folder /, /Not a directory/, /expected a folder/]);
    assert.equal(fs.readFileSync(house.data, 'utf8'), 'a file', 'and left alone');
}));

test('a folder that holds what is not ours is named and left alone', () => withFolder(async (house) => {
    fs.mkdirSync(storeFolder(house), { recursive: true });
    fs.writeFileSync(join(storeFolder(house), 'holiday.jpg'), 'x');
    await refusedToStart(house, /holds "holiday\.jpg", which is not ours/);
    assert.deepEqual(fs.readdirSync(storeFolder(house)), ['holiday.jpg']);
}));

test('a folder that this user may not write is named', { skip: !isRoot && 'needs root to be somebody else' },
    () => withFolder(async (house) => {
        fs.mkdirSync(house.data, { recursive: true, mode: 0o755 });
        fs.chmodSync(house.folder, 0o755);
        const asNobody = (mode) => {
            fs.mkdirSync(storeFolder(house), { recursive: true });
            fs.chmodSync(storeFolder(house), mode);
            return new Promise((done) => {
                let err = '';
                const child = spawn(programs.parleyd, [house.config], { uid: 65534, gid: 65534, cwd: '/' });
                child.stderr.on('data', (piece) => { err += piece; });
                child.on('close', (code) => done({ code, err }));
            });
        };
        for (const mode of [0o700, 0o755, 0o766]) {
            const { code, err } = await asNobody(mode);
            assert.equal(code, 1, err);
            assert.match(err, /parleyd: data folder .*Permission denied; expected a folder that this user may read, write and enter/);
        }
    }));

test('a folder on a read-only file system is named', { skip: !isRoot && 'needs root to mount' },
    () => withFolder(async (house) => {
        fs.mkdirSync(house.data, { recursive: true });
        try {
            execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', house.data], { stdio: 'pipe' });
        } catch {
            return;  // a container that may not mount; the other cases stand
        }
        try {
            await refusedToStart(house, [/data folder /, /Read-only file system/]);
        } finally {
            execFileSync('umount', [house.data]);
        }
    }));

// ---- Half written -------------------------------------------------------------------------------

test('a journal that is cut off loses nothing that was promised before the cut', () =>
    withFolder(async (house) => {
        const ids = await fill(house, 20);
        const copy = join(house.folder, 'copy');
        fs.cpSync(house.data, copy, { recursive: true });
        for (const cut of [1, 7, 100, 700]) {
            fs.rmSync(house.data, { recursive: true });
            fs.cpSync(copy, house.data, { recursive: true });
            const log = newestLog(house);
            fs.truncateSync(log, fs.statSync(log).size - cut);
            await house.startEngine();
            const there = await found(house, ids);
            const kept = there.includes(false) ? there.indexOf(false) : there.length;
            assert.ok(there.slice(kept).every((is) => !is), `a hole in the middle: ${there}`);
            // A message is more than a hundred octets here.
            assert.ok(kept >= 20 - 1 - Math.ceil(cut / 100), `a cut of ${cut} octets left ${kept}`);
            await house.stopEngine('SIGKILL');
        }
    }));

test('octets of nonsense behind the journal cost nothing', () => withFolder(async (house) => {
    const ids = await fill(house);
    fs.appendFileSync(newestLog(house), randomBytes(5000));
    await house.startEngine();
    assert.deepEqual(await found(house, ids), ids.map(() => true));
    const more = await house.send(contact, 'and on it goes');
    await house.stopEngine('SIGKILL');
    await house.startEngine();
    assert.deepEqual(await found(house, [...ids, more]), [...ids, more].map(() => true));
}));

test('zeros behind the journal, as a power cut leaves them, cost nothing', () => withFolder(async (house) => {
    const ids = await fill(house);
    fs.appendFileSync(newestLog(house), Buffer.alloc(100000));
    await house.startEngine();
    assert.deepEqual(await found(house, ids), ids.map(() => true));
}));

for (const [what, spoil] of [
    ['nonsense', (octets, at) => (randomBytes(16).copy(octets, at), octets)],
    ['a flipped bit', (octets, at) => (octets[at] ^= 4, octets)],
    ['a block of zeros', (octets, at) => octets.fill(0, at, at + 4096)],
    ['a hole', (octets, at) => Buffer.concat([octets.subarray(0, at), octets.subarray(at + 333)])],
]) {
    test(`${what} in the middle of the journal is refused with the file and the place, and never passed over in silence`,
        () => withFolder(async (house) => {
            const ids = await fill(house, 300);
            const log = newestLog(house);
            const octets = fs.readFileSync(log);
            fs.writeFileSync(log, spoil(octets, Math.floor(octets.length / 2)));
            const words = [/journal file .*\/\d+\.log is damaged at octet \d+/, /restore the data folder from a backup, or move/];
            await refusedToStart(house, words);
            await refusedToStart(house, words);
            // What the message offers: go on with what stands before the damage.
            house.configure({ ...house.settings, node: { ...house.settings.node, durability: 'async' } });
            await house.startEngine();
            const there = await found(house, ids);
            assert.ok(there.indexOf(false) > 100, `${there}`);
            assert.ok(there.slice(there.indexOf(false)).every((is) => !is), 'no hole in the middle');
        }));
}

test('a journal file that is missing is refused, because promises are missing with it', () =>
    withFolder(async (house) => {
        await fill(house);
        for (const log of files(house, /\.log$/)) fs.rmSync(log);
        await refusedToStart(house, [/has no journal file/, /restore the data folder from a backup/]);
    }));

for (const [what, spoil, words] of [
    ['CURRENT is missing', (house) => fs.rmSync(join(storeFolder(house), 'CURRENT')),
        [/holds data \(.*\) but no file CURRENT/, /restore the data folder from a backup/]],
    ['CURRENT is empty', (house) => fs.writeFileSync(join(storeFolder(house), 'CURRENT'), ''),
        [/CURRENT/, /restore the data folder from a backup/]],
    ['CURRENT names what is not there', (house) => fs.writeFileSync(join(storeFolder(house), 'CURRENT'), 'MANIFEST-999999\n'),
        [/MANIFEST-999999/]],
    ['the manifest is empty', (house) => fs.truncateSync(files(house, /^MANIFEST/).at(-1), 0),
        [/data folder /, /restore the data folder from a backup/]],
    ['the manifest is nonsense', (house) => fs.writeFileSync(files(house, /^MANIFEST/).at(-1), randomBytes(500)),
        [/data folder /, /restore the data folder from a backup/]],
]) {
    test(`a folder of which ${what} is refused with the reason and what to do`, () => withFolder(async (house) => {
        await fill(house);
        await spoil(house);
        await refusedToStart(house, words);
        await refusedToStart(house, words);  // and trying has not made it worse
    }));
}

test('a manifest that is cut anywhere leads to everything or to a refusal, never to a part', () =>
    withFolder(async (house) => {
        const ids = await fill(house);
        await house.startEngine();  // by now some of it is in tables, which only the manifest knows
        await house.stopEngine('SIGKILL');
        const copy = join(house.folder, 'copy');
        fs.cpSync(house.data, copy, { recursive: true });
        const size = fs.statSync(files(house, /^MANIFEST/).at(-1)).size;
        for (const share of [0.1, 0.5, 0.8, 0.99]) {
            fs.rmSync(house.data, { recursive: true });
            fs.cpSync(copy, house.data, { recursive: true });
            fs.truncateSync(files(house, /^MANIFEST/).at(-1), Math.floor(size * share));
            const child = house.spawn(programs.parleyd, [house.config]);
            house.engine = child;
            const up = await until('an answer or an end', async () => child.exitCode !== null ||
                await request(house.http, 'GET', '/healthz').then(() => 'up', () => false));
            if (up === 'up') {
                assert.deepEqual(await found(house, ids), ids.map(() => true), `cut at ${share}`);
                await house.stopEngine('SIGKILL');
            } else {
                assert.equal(child.exitCode, 1);
                assert.match(child.err, /parleyd: data folder .*restore the data folder from a backup/);
            }
        }
    }));

test('a table file that is missing is refused with its name', () => withFolder(async (house) => {
    await fill(house);
    await house.startEngine();
    await house.stopEngine('SIGTERM');
    await house.startEngine();
    await house.stopEngine('SIGTERM');
    const tables = files(house, /\.sst$/);
    assert.ok(tables.length > 0, 'a restart leaves tables');
    fs.rmSync(tables[0]);
    await refusedToStart(house, [new RegExp(tables[0].split('/').at(-1)), /restore the data folder from a backup/]);
}));

// ---- In use, or of another format ---------------------------------------------------------------

// CRC-32C as RocksDB's log masks it.
function checksum(octets) {
    let crc = 0xFFFFFFFF;
    for (const octet of octets) {
        crc ^= octet;
        for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0x82F63B78 : 0);
    }
    crc = ~crc >>> 0;
    return (((crc >>> 15) | (crc << 17)) + 0xA282EAD8) >>> 0;
}

test('a folder of another format is refused with both formats and what to do', () => withFolder(async (house) => {
    await fill(house, 3);
    // What a newer version would have written: one more write to the journal, format = "7".
    const entry = Buffer.concat([Buffer.from([1, 6]), Buffer.from('format'), Buffer.from([1]), Buffer.from('7')]);
    const batch = Buffer.alloc(12);
    batch.writeBigUInt64LE(1000000n, 0);
    batch.writeUInt32LE(1, 8);
    const payload = Buffer.concat([Buffer.from([1]), batch, entry]);
    const head = Buffer.alloc(6);
    head.writeUInt32LE(checksum(payload), 0);
    head.writeUInt16LE(payload.length - 1, 4);
    fs.appendFileSync(newestLog(house), Buffer.concat([head, payload]));
    await refusedToStart(house, /has format "7", this program reads "2"; run the version that wrote it, or newer/);
}));

test('a second process on the same folder is refused, and the first goes on undisturbed', () =>
    withFolder(async (house) => {
        const smsc = new RawSmsc(house.smpp);
        try {
            await smsc.listen();
            await house.startEngine();
            await smsc.boundSession();
            const before = await house.send(contact, 'before');
            const other = join(house.folder, 'other.yaml');
            const settings = JSON.parse(JSON.stringify(house.settings));
            settings.http.listen = '127.0.0.1:0';
            fs.writeFileSync(other, JSON.stringify(settings));
            for (let round = 0; round < 3; ++round) {
                await refusedToStart(house, /another process uses this folder: stop it, or give this one a folder of its own/, [other]);
            }
            assert.equal(smsc.sessions.length, house.settings.carriers[0].links, 'it did not bind either');
            const after = await house.send(contact, 'after');
            assert.deepEqual(await house.allEnded([before, after]), { delivered: 2 });
            await house.alive();
        } finally {
            await smsc.close();
        }
    }));

test('a folder whose owner was killed is free at once', () => withFolder(async (house) => {
    const ids = await fill(house, 3);
    await house.startEngine();
    assert.deepEqual(await found(house, ids), [true, true, true]);
}));

test('a port in use is named, and nothing is bound or lost', () => withFolder(async (house) => {
    const ids = await fill(house, 3);
    const taken = net.createServer();
    await new Promise((done) => taken.listen(house.http, '127.0.0.1', done));
    const smsc = new RawSmsc(house.smpp);
    await smsc.listen();
    try {
        await refusedToStart(house, new RegExp(`http\\.listen: cannot listen on 127\\.0\\.0\\.1:${house.http}: Address already in use`));
        assert.equal(smsc.sessions.length, 0);
    } finally {
        await new Promise((done) => taken.close(done));
    }
    await house.startEngine();
    assert.deepEqual(await house.allEnded(ids), { delivered: 3 });
    await smsc.close();
}));

test('two processes never share a port, although our own threads do', () => withFolder(async (house) => {
    await house.startEngine();
    const other = join(house.folder, 'other.yaml');
    const settings = JSON.parse(JSON.stringify(house.settings));
    settings.node.data_dir = join(house.folder, 'data2');
    fs.writeFileSync(other, JSON.stringify(settings));
    await refusedToStart(house, /Address already in use/, [other]);
    await house.alive();
}));

test('addresses that cannot be listened on are named', () => withFolder(async (house) => {
    for (const listen of ['203.0.113.7:8080', 'no-such-host.invalid:8080']) {
        house.configure({ ...house.settings, http: { listen } });
        await refusedToStart(house, [/http\.listen: cannot listen on /, new RegExp(listen)]);
    }
}));

// ---- Configuration ------------------------------------------------------------------------------

const complaints = {
    'an unknown setting': ['node: { idd: a1 }\n', /bad\.yaml:1:9: .*idd.*did you mean 'id'/],
    'an unknown section': ['nodes: {}\n', /bad\.yaml:1:1: .*nodes.*did you mean 'node'/],
    'a value out of bounds': ['carriers:\n  - id: acme\n    address: 127.0.0.1:1\n    system_id: x\n    window: 70000\n', /bad\.yaml:5:13: carriers\[0\]\.window: .*70000.*65535/],
    'a word that is none': ['node:\n  durability: sinc\n', /bad\.yaml:2:15: .*sinc.*sync/],
    'a negative number': ['http:\n  connections_max: -1\n', /bad\.yaml:2:20: http\.connections_max: /],
    'a number that is none': ['http:\n  body_max: lots\n', /bad\.yaml:2:13: http\.body_max: /],
    'NaN': ['http:\n  body_max: .nan\n', /bad\.yaml:2:13: http\.body_max: /],
    'an id that does not exist': ['carriers:\n  - { id: acme, address: "127.0.0.1:1", system_id: x }\nroutes:\n  - { prefix: "+", carriers: [acmee] }\n', /bad\.yaml:4:\d+: routes\[0\].*acmee.*did you mean 'acme'/],
    'a setting that stands twice': ['node: { id: a }\nnode: { id: b }\n', /bad\.yaml:2:1: /],
    'YAML that is none': ['node: [\n', /bad\.yaml:\d+:\d+: /],
    'a tab': ['node:\n\tid: x\n', /bad\.yaml:2:\d+: is not YAML/],
    'a list in place of a map': ['- node\n', /bad\.yaml:1:1: /],
    'a secret that is not set': ['accounts:\n  - { id: a, brand: b, api_keys: ["${PARLEY_NO_SUCH_VARIABLE}"] }\nbrands:\n  - { id: b, senders: ["+15550001000"] }\n', /bad\.yaml:2:\d+: .*PARLEY_NO_SUCH_VARIABLE/],
    'octets that are no text': [randomBytes(200), /bad\.yaml:/],
};
for (const [what, [text, words]] of Object.entries(complaints)) {
    test(`a configuration with ${what} is refused with its place`, () => withFolder(async (house) => {
        const path = join(house.folder, 'bad.yaml');
        fs.writeFileSync(path, text);
        for (const args of [['--check', path], [path]]) {
            const ended = await house.runToEnd(args);
            assert.equal(ended.code, 2, ended.err);
            assert.match(ended.err, words);
            assert.equal(ended.out, '');
        }
        assert.ok(!fs.existsSync(house.data), 'nothing was begun');
    }));
}

test('everything that is wrong is told at once, and no secret with it', () => withFolder(async (house) => {
    const path = join(house.folder, 'bad.yaml');
    fs.writeFileSync(path, 'node: { idd: 1 }\nhttp: { body_max: -1 }\ncarriers:\n  - { id: acme, address: x, system_id: x, password: much-too-long-secret }\n');
    const ended = await house.runToEnd(['--check', path]);
    assert.equal(ended.code, 2);
    assert.equal(ended.err.trim().split('\n').length, 4, ended.err);
    assert.ok(!ended.err.includes('much-too-long-secret'), ended.err);
}));

test('a configuration that is missing, a folder, or unreadable is named', () => withFolder(async (house) => {
    for (const path of [join(house.folder, 'none.yaml'), house.folder]) {
        const ended = await house.runToEnd([path]);
        assert.equal(ended.code, 2, ended.err);
        assert.ok(ended.err.includes(path), ended.err);
    }
}));

test('--check says good of a good configuration and touches nothing', () => withFolder(async (house) => {
    const ended = await house.runToEnd(['--check', house.config]);
    assert.deepEqual([ended.code, ended.out, ended.err], [0, `${house.config}: good\n`, '']);
    assert.ok(!fs.existsSync(house.data));
}));

test('wrong arguments get the usage and status 2', () => withFolder(async (house) => {
    for (const args of [[], ['--nonsense'], [house.config, house.config], ['--check']]) {
        const ended = await house.runToEnd(args);
        assert.equal(ended.code, 2);
        assert.match(ended.err, /parleyd <parley\.yaml>/);
    }
    assert.equal((await house.runToEnd(['--help'])).code, 0);
}));
