// A running parleyd is told to read its configuration again: by signal, by API, from the command
// line. Real programs, real sockets; what is wrong changes nothing.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { writeFileSync } from 'node:fs';

import { freePort, json, key, request, until, withHouse } from './house.mjs';
import { RawSmsc, outbind } from './raw_smsc.mjs';

const run = promisify(execFile);
const programs = { parley: process.env.PARLEY ?? 'build/parley', parleyd: process.env.PARLEYD ?? 'build/parleyd' };
const operatorKey = 'key-ops-00001';
const contact = '+15567778888';

async function execute(program, args, env = {}) {
    try {
        const { stdout, stderr } = await run(program, args, { env: { ...process.env, ...env } });
        return { code: 0, out: stdout, err: stderr };
    } catch (error) {
        return { code: error.code, out: error.stdout, err: error.stderr };
    }
}

// What `parley reload` says; for operators.
const reload = (house, ...args) => execute(programs.parley, ['reload', ...args],
    { PARLEY_URL: `http://127.0.0.1:${house.http}`, PARLEY_KEY: operatorKey });

async function ask(house, path, as = operatorKey) {
    const answer = await fetch(`http://127.0.0.1:${house.http}${path}`,
        { method: 'POST', headers: { authorization: `Bearer ${as}` } });
    return { status: answer.status, body: await answer.json() };
}

const links = async (house) => (await json(house.http, '/v1/links')).links;
const allBound = (house, count) => until(`${count} links are bound`, async () => {
    const all = await links(house);
    return all.length === count && all.every(({ state }) => state === 'bound') ? all : null;
});

function withEngine(work) {
    return withHouse(async (house) => {
        await house.prepare({
            accounts: [{ id: 'ops', brand: 'demo', api_keys: [operatorKey], operator: true }],
        });
        await house.startSim();
        await house.startEngine();
        await allBound(house, 2);
        // Lays a change over the file.
        house.edit = (change) => {
            change(house.settings);
            house.configure(house.settings);
        };
        await work(house);
    });
}

test('SIGHUP takes over what the file changes, and says each change', () => withEngine(async (house) => {
    house.edit((config) => {
        config.carriers[0].window = 7;
        config.carriers[0].links = 3;
        config.node.shards = 5;
    });
    house.engine.kill('SIGHUP');
    const all = await allBound(house, 3);
    assert.ok(all.every(({ window }) => window === 7));
    const changes = await until('the log tells', () => {
        const lines = house.logLines('config_change').map(({ detail }) => detail);
        return lines.length === 3 ? lines : null;
    });
    assert.deepEqual(changes, [
        'restart    node.shards: 2 -> 5',
        'live       carriers[acme].links: 2 -> 3',
        'live       carriers[acme].window: 100 -> 7',
    ]);
    assert.equal(await house.metric('parley_config_reloads_total', 'outcome="ok"'), 1);
    assert.deepEqual(await house.allEnded([await house.send(contact, 'after it')]), { delivered: 1 });
}));

test('a file that is wrong is refused whole, with where it is wrong, and nothing changes', () => withEngine(async (house) => {
    house.edit((config) => {
        config.carriers[0].links = 5;
        config.carriers[0].window = 70000;
    });
    const { status, body } = await ask(house, '/v1/config/reload');
    assert.equal(status, 422);
    assert.equal(body.code, 'invalid_configuration');
    assert.match(body.complaints[0], /parley\.yaml:1:\d+: carriers\[0\]\.window: 70000 is out of bounds: expected 1 … 65535/);
    writeFileSync(house.config, 'carriers: [\n  oh no');
    house.engine.kill('SIGHUP');
    await until('the log tells', () => house.logLines('config_refused').length === 2);
    assert.match(house.logLines('config_refused')[1].detail, /parley\.yaml:\d+:\d+: is not YAML/);
    const cli = await reload(house);
    assert.equal(cli.code, 1);
    assert.match(cli.err, /is not YAML/);
    assert.equal((await links(house)).length, 2);
    assert.ok((await links(house)).every(({ window }) => window === 100));
    assert.equal(await house.metric('parley_config_reloads_total', 'outcome="refused"'), 3);
    assert.equal(await house.metric('parley_config_reloads_total', 'outcome="ok"'), 0);
    assert.deepEqual(await house.allEnded([await house.send(contact, 'all the same')]), { delivered: 1 });
}));

test('a dry run tells the plan and changes nothing; the same with two files', () => withEngine(async (house) => {
    const old = join(house.folder, 'old.yaml');
    writeFileSync(old, JSON.stringify(house.settings));
    house.edit((config) => {
        config.carriers[0].throughput = '50/s';
        config.carriers[0].password = 'another';
    });
    const planned = await ask(house, '/v1/config/reload?dry_run=true');
    assert.equal(planned.status, 200);
    assert.equal(planned.body.outcome, 'planned');
    assert.deepEqual(planned.body.changes.map(({ setting, effect, after }) => [setting, effect, after]), [
        ['carriers[acme].password', 'reconnect', '********'],
        ['carriers[acme].throughput', 'live', '50/s'],
    ]);
    const cli = await reload(house, '--dry-run');
    assert.match(cli.out, /^effect +setting +before +after\nreconnect +carriers\[acme\]\.password/);
    assert.match(cli.out, /would change 2\n$/);
    const check = await execute(programs.parleyd, ['--check', house.config, '--against', old]);
    assert.equal(check.code, 0);
    assert.equal(check.out, 'reconnect  carriers[acme].password: ******** -> ********\n' +
        'live       carriers[acme].throughput: unlimited -> 50/s\n');
    assert.equal(await house.metric('parley_smpp_throughput_limit', 'carrier="acme"'), 0);
    assert.equal((await ask(house, '/v1/config/reload', key)).status, 403);
}));

test('a carrier is added and removed while messages flow', () => withEngine(async (house) => {
    const smpp = await freePort();
    const control = await freePort();
    house.spawn(process.env.PARLEY_SIM ?? 'build/parley-sim',
        ['--listen', `127.0.0.1:${smpp}`, '--control', `127.0.0.1:${control}`]);
    await until('the second carrier listens', () => json(control, '/books'));
    const ids = [];
    let going = true;
    const traffic = (async () => {
        while (going) ids.push(await house.send(`+1556${String(ids.length).padStart(7, '0')}`, `number ${ids.length}`));
    })();
    house.edit((config) => {
        config.carriers.push({ ...config.carriers[0], id: 'beta', address: `127.0.0.1:${smpp}` });
        config.routes = [{ prefix: '+', carriers: ['beta', 'acme'] }];
    });
    const added = await ask(house, '/v1/config/reload');
    assert.equal(added.status, 200, JSON.stringify(added.body));
    assert.deepEqual(added.body.changes.map(({ setting, kind }) => [setting, kind]),
        [['carriers[beta]', 'added'], ['routes[+].carriers[beta]', 'added']]);
    await allBound(house, 4);
    await until('beta has taken some', async () => (await json(control, '/books')).counts.submits > 20);
    house.edit((config) => {
        config.carriers.pop();
        config.routes = [{ prefix: '+', carriers: ['acme'] }];
    });
    assert.equal((await ask(house, '/v1/config/reload')).status, 200);
    await allBound(house, 2);
    going = false;
    await traffic;
    const endings = await house.allEnded(ids);
    // What was with beta when it went has no receipt; it is sent, and nobody tells more of it.
    assert.equal(Object.values(endings).reduce((sum, each) => sum + each, 0), ids.length);
    assert.equal(endings.failed ?? 0, 0);
    const metrics = (await request(house.http, 'GET', '/metrics')).text;
    assert.doesNotMatch(metrics, /link="beta-1"/);
}));

test('keys and accounts come and go', () => withEngine(async (house) => {
    house.edit((config) => {
        config.accounts[0].api_keys = ['key-shop-0002'];
        config.accounts.push({ id: 'new', brand: 'demo', api_keys: [key] });
    });
    assert.equal((await ask(house, '/v1/config/reload')).status, 200);
    const id = await house.send(contact, 'with a key that is another account’s now');
    assert.equal((await house.message(id)).account ?? 'new', 'new');
    house.edit((config) => { config.accounts.pop(); });
    assert.equal((await ask(house, '/v1/config/reload')).status, 200);
    await until('the key is nobody’s', async () => (await request(house.http, 'GET', '/v1/links')).status === 401);
}));

// Resolves when the engine has ended it, to all that it said.
async function stream(house, as) {
    const answer = await fetch(`http://127.0.0.1:${house.http}/v1/stream`, { headers: { authorization: `Bearer ${as}` } });
    assert.equal(answer.status, 200);
    const opened = { over: false, said: '' };
    opened.ended = (async () => {
        for await (const piece of answer.body) opened.said += Buffer.from(piece).toString();
        opened.over = true;
        return opened.said;
    })();
    await until('the stream stands', () => opened.said.includes(': parley'));
    return opened;
}

test('the streams of an account that is removed end, and no others', () => withEngine(async (house) => {
    const gone = await Promise.all([1, 2, 3, 4].map(() => stream(house, key)));
    const stays = await stream(house, operatorKey);
    const first = await house.send(contact, 'heard');
    await Promise.all(gone.map((each) => until('it is told', () => each.said.includes(first))));
    house.edit((config) => { config.accounts.shift(); });
    assert.equal((await ask(house, '/v1/config/reload')).status, 200);
    await Promise.all(gone.map(({ ended }) => ended));
    assert.equal(stays.over, false);
    await until('nobody else is left', async () => (await house.metric('parley_http_streams')) === 1);
    assert.equal(await house.metric('parley_http_streams_dropped_total'), 0);
}));

test('a door for outbind opens, has another password, and closes', () => withEngine(async (house) => {
    const port = await freePort();
    const smsc = new RawSmsc(await freePort());
    const opens = async (password) => {
        const session = await smsc.connectTo(port);
        session.write(outbind('acme', password));
        return session;
    };
    try {
        house.edit((config) => {
            config.carriers[0].outbind = { listen: `127.0.0.1:${port}`, password: 'first', bind: 'transceiver' };
        });
        assert.equal((await ask(house, '/v1/config/reload')).status, 200);
        await opens('first');
        await allBound(house, 3);
        house.edit((config) => { config.carriers[0].outbind.password = 'second'; });
        assert.equal((await ask(house, '/v1/config/reload')).status, 200);
        await until('the link ends to begin anew', async () => (await links(house)).length === 3
            && (await links(house)).some(({ state }) => state === 'waiting'));
        await opens('second');
        await allBound(house, 3);
        house.edit((config) => { delete config.carriers[0].outbind; });
        assert.equal((await ask(house, '/v1/config/reload')).status, 200);
        await allBound(house, 2);
        await assert.rejects(smsc.connectTo(port));
    } finally {
        await smsc.close();
    }
}));

test('a port for outbind that is taken is a fault of the file: refused whole, and nothing changes', () => withEngine(async (house) => {
    const port = await freePort();
    house.edit((config) => {
        config.carriers[0].outbind = { listen: `127.0.0.1:${house.http}`, password: 'first', bind: 'transceiver' };
        config.carriers[0].window = 9;
        config.carriers.push({ ...config.carriers[0], id: 'beta', outbind: { listen: `127.0.0.1:${port}` } });
    });
    for (const path of ['/v1/config/reload?dry_run=true', '/v1/config/reload']) {
        const { status, body } = await ask(house, path);
        assert.equal(status, 422);
        assert.match(body.complaints[0],
            /parley\.yaml:1:\d+: carriers\[0\]\.outbind\.listen: cannot listen on 127\.0\.0\.1:\d+: Address already in use/);
        assert.equal(body.complaints.length, 1);
    }
    assert.equal(await house.metric('parley_config_trouble'), 1);
    assert.equal((await links(house)).length, 2);
    assert.ok((await links(house)).every(({ window }) => window === 100));
    const smsc = new RawSmsc(await freePort());
    try {
        await assert.rejects(smsc.connectTo(port), 'the other door is closed again');
        house.edit((config) => { config.carriers[0].outbind.listen = `127.0.0.1:${port}`; config.carriers.pop(); });
        assert.equal((await ask(house, '/v1/config/reload')).status, 200);
        const session = await smsc.connectTo(port);
        session.write(outbind('acme', 'first'));
        await allBound(house, 3);
    } finally {
        await smsc.close();
    }
    assert.equal(await house.metric('parley_config_trouble'), 0);
    assert.ok((await links(house)).every(({ window }) => window === 9));
    assert.equal(house.logLines('not_listening').length, 0);
}));
