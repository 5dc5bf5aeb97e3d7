// Routes by operator, with a table that changes while the engine runs; and what `parley route explain`
// says of it all.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { House, key, request, sender, until } from './house.mjs';

const parley = process.env.PARLEY ?? 'build/parley';
const contact = '+15557770001';

function ask(house, args) {
    return new Promise((done) => {
        const child = spawn(parley, args, {
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, PARLEY_URL: `http://127.0.0.1:${house.http}`, PARLEY_KEY: key },
        });
        let out = '';
        let err = '';
        child.stdout.on('data', (piece) => { out += piece; });
        child.stderr.on('data', (piece) => { err += piece; });
        child.on('close', (code) => done({ code, out, err }));
    });
}

// acme is a simulated carrier, beta is away for good: nobody listens at its address.
async function withRoutes(work, { table, routes }) {
    const house = new House();
    try {
        await house.prepare();
        house.table = join(house.folder, 'operators.csv');
        house.write = (text) => {
            writeFileSync(`${house.table}.new`, text);
            renameSync(`${house.table}.new`, house.table);
        };
        house.write(table);
        const [acme] = house.settings.carriers;
        house.settings.carriers.push({ ...acme, id: 'beta', address: '127.0.0.1:1' });
        house.settings.operator_table = { file: 'operators.csv', poll_every: '100ms' };
        house.settings.routes = structuredClone(routes);
        house.configure(house.settings);
        await work(house);
    } finally {
        await house.stop();
    }
}

const byOperator = {
    table: '# ranges\n+1555,rose\n',
    routes: [
        { name: 'range', prefix: '+1555', carriers: ['acme'], validity: '2h', failover_after: '30s' },
        { name: 'ported', operators: ['lilac'], pick: 'weight', carriers: [{ id: 'beta', weight: 3 }, 'acme'] },
        { name: 'bulk', prefix: '+1555', classes: ['promotional'], carriers: [{ id: 'beta', cost: 0.02 }, { id: 'acme', cost: 0.01 }], pick: 'cost' },
    ],
};

async function explained(house, ...more) {
    const answer = await ask(house, ['route', 'explain', contact, '--json', ...more]);
    assert.equal(answer.code, 0, answer.err);
    return JSON.parse(answer.out);
}

test('the operator table is read again while messages go, and a bad one is refused', () => withRoutes(async (house) => {
    await house.startSim();
    await house.startEngine();
    await until('acme is bound', async () => /acme-1 +bound/.test((await ask(house, ['links'])).out));
    assert.equal(await house.metric('parley_operator_table_rows'), 1);
    let route = await explained(house);
    assert.equal(route.route_name, 'range');
    assert.equal(route.operator, 'rose');
    assert.deepEqual(route.carriers.map((each) => [each.carrier, each.up, each.chosen]), [['acme', true, true]]);
    const left = Date.parse(route.expires_at) - Date.now();
    assert.ok(left > 7_000_000 && left <= 7_200_000, `${left} ms of 2 h`);

    house.write(`+1555,rose\n${contact},lilac\n`);
    await until('the new table counts', async () => (await explained(house)).route_name === 'ported');
    route = await explained(house);
    assert.equal(route.operator_digits, 11);
    assert.deepEqual(route.carriers.map((each) => [each.carrier, each.weight]).sort(), [['acme', 1], ['beta', 3]]);
    assert.equal(route.carriers.find((each) => each.chosen).carrier, 'acme', 'the one that is up');
    assert.equal(await house.metric('parley_operator_table_rows'), 2);

    house.write(`+1555,rose\n${contact};lilac\n`);
    await until('the bad table is seen', async () => await house.metric('parley_operator_table_trouble') === 1);
    assert.equal((await explained(house)).route_name, 'ported', 'the old one stays');
    const [line] = house.logLines('operator_table_refused');
    assert.match(line.detail, /operators\.csv:2:19: the operator is missing: expected number,operator/);

    const id = await house.send(contact, 'hello');
    assert.deepEqual(await house.allEnded([id]), { delivered: 1 });
    house.write('+1555,rose\n');
    await until('a good one is taken again', async () => await house.metric('parley_operator_table_trouble') === 0);
    assert.equal((await explained(house)).route_name, 'range');
}, byOperator));

test('parley route explain tells of the winner, of those beside it, and of each carrier', () => withRoutes(async (house) => {
    await house.startSim();
    await house.startEngine();
    await until('acme is bound', async () => /acme-1 +bound/.test((await ask(house, ['links'])).out));
    const { out } = await ask(house, ['route', 'explain', contact, '--text', 'hello']);
    assert.match(out, /^would be accepted/);
    assert.match(out, /operator +rose, by a row of 4 digits/);
    assert.match(out, /route \* +range \(\+1555\): prefix \+1555: the most specific that fits/);
    assert.match(out, /route +bulk \(\+1555\): class: "conversational" is not among its classes/);
    assert.match(out, /route +ported \(\+\): operator: "rose" is not among its operators/);
    assert.match(out, /carrier \* +acme: up, first that is up; 0 wait for it/);
    assert.match(out, /fails over +after waiting 30000 ms for one carrier/);
    assert.match(out, /valid +until 20/);
    const bulk = (await ask(house, ['route', 'explain', contact, '--class', 'promotional'])).out;
    assert.match(bulk, /route \* +bulk \(\+1555\): prefix \+1555, 1 further condition: the most specific/);
    assert.match(bulk, /carrier \* +acme: up, cost 0\.01, cheapest that is up; 0 wait/);
    assert.match(bulk, /carrier +beta: down, cost 0\.02; 0 wait/);
    const tlv = await ask(house, ['route', 'explain', contact, '--tlv', 'dlt_template_id=1107']);
    assert.equal(tlv.code, 1);
    assert.match(tlv.out, /would be refused: invalid_tlv, tlvs\.dlt_template_id/);
    assert.match(tlv.out, /carrier +acme: up, does not take tlvs\.dlt_template_id/);
    const away = await ask(house, ['route', 'explain', '+442071838750']);
    assert.equal(away.code, 1);
    assert.match(away.out, /would be refused: no_route/);
    assert.match(away.out, /route +ported \(\+\): operator: the operator table has no row for the number/);
}, byOperator));

test('a table that cannot be used is found by --check, and no engine starts with it', () => withRoutes(async (house) => {
    for (const args of [['--check', house.config], [house.config]]) {
        const { code, err } = await house.runToEnd(args);
        assert.equal(code, args.length === 2 ? 2 : 1);
        assert.match(err, /operators\.csv:2:1: the same number belongs to 'lilac' here and to 'rose' in line 1/);
    }
    house.write('+1555,rose\n');
    assert.equal((await house.runToEnd(['--check', house.config])).code, 0);
    house.settings.routes[0].pattern = '\\+1(555';
    house.configure(house.settings);
    const { code, err } = await house.runToEnd(['--check', house.config]);
    assert.equal(code, 2);
    assert.match(err, /parley\.yaml:1:\d+: routes\[0\]\.pattern: is no regular expression: missing \)/);
}, { ...byOperator, table: '+1555,rose\n1555,lilac\n' }));

test('what an account of another brand may send is explained to operators', () => withRoutes(async (house) => {
    house.settings.brands.push({ id: 'club', senders: ['+15550009999'] });
    house.settings.accounts[0].operator = true;
    house.settings.accounts.push({ id: 'club', brand: 'club', api_keys: ['key-club-0001'] });
    house.settings.routes.push({ name: 'club', prefix: '+1555', accounts: ['club'], carriers: ['acme'] });
    house.configure(house.settings);
    await house.startEngine();
    assert.equal((await explained(house, '--from', sender)).route_name, 'range');
    assert.equal((await explained(house, '--account', 'club', '--from', '+15550009999')).route_name, 'club');
    const answer = await request(house.http, 'GET', `/v1/routes/explain?to=${encodeURIComponent(contact)}&account=club`);
    assert.equal(answer.status, 400, 'from is needed then');
}, byOperator));
