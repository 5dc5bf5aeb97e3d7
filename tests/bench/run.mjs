// The whole engine, end to end, on this machine: load source, parleyd with durability: sync, simulated
// carrier. Prints a table and keeps the figures as JSON in <build>/bench/end_to_end.json.
//   tests/bench/run [--seconds 30] [--rate 45000] [--window 100] [--uncertain-max 0] [--build build]
// With several carriers, each with its own port, prefix and links; at the rate and at half of it, with
// people answering meanwhile:
//   tests/bench/run --carriers 20 --links 4 [--window 100] [--seconds 60] [--rate 60000]

import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { seconds: 30, rate: 0, carriers: 1, links: 2, window: 100, 'uncertain-max': 0, build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`bench: ${process.argv[n]}: expected one of --${Object.keys(options).join(', --')} and its value`);
        process.exit(2);
    }
    options[name] = name === 'build' ? process.argv[n + 1] : Number(process.argv[n + 1]);
}
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, freePort, json, request, sender, sleep, until } = await import('../support/rig.mjs');

// Of each carrier; 0 is the default, auto.
const links = { links: options.links, window: options.window, uncertain_max: options['uncertain-max'] };

const ticks = 100;  // USER_HZ
const cpuSeconds = (path) => {
    const fields = readFileSync(path, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
};
const processCpu = (child) => cpuSeconds(`/proc/${child.pid}/stat`);
const threadsCpu = (child) => Object.fromEntries(
    readdirSync(`/proc/${child.pid}/task`).map((id) => [id, cpuSeconds(`/proc/${child.pid}/task/${id}/stat`)]));

// The quantile's upper bound from the buckets of a Prometheus histogram, over what was added since.
async function buckets(rig, name) {
    const { text } = await request(rig.http, 'GET', '/metrics');
    const sums = new Map();
    for (const line of text.split('\n')) {
        const found = new RegExp(`^${name}_bucket\\{.*le="([^"]+)".*\\} (\\S+)`).exec(line);
        if (found) sums.set(found[1], (sums.get(found[1]) ?? 0) + Number(found[2]));
    }
    return sums;
}
function quantile(before, after, share) {
    const bounds = [...after.keys()].sort((a, b) => (a === '+Inf' ? 1 : b === '+Inf' ? -1 : a - b));
    const count = (bound) => after.get(bound) - (before.get(bound) ?? 0);
    const all = count('+Inf');
    let low = 0;
    let below = 0;
    for (const bound of bounds) {
        if (count(bound) >= share * all) {
            if (bound === '+Inf') return low;
            const inside = (share * all - below) / Math.max(1, count(bound) - below);
            return low + (Number(bound) - low) * inside;
        }
        below = count(bound);
        low = Number(bound);
    }
    return low;
}

const lastJson = (child) => JSON.parse(child.out.trim().split('\n').at(-1));

async function withRig(prepared, run) {
    const rig = new Rig();
    try {
        await rig.prepare(prepared);
        return await run(rig);
    } finally {
        await rig.stop();
    }
}

// Carriers of their own ports and prefixes, in one parley-sim.
const nameOf = (n) => `carrier${n}`;
const prefixOf = (n) => `+1556${String(n).padStart(3, '0')}`;
async function severalCarriers(rig) {
    const config = JSON.parse(readFileSync(rig.config, 'utf8'));
    const [first] = config.carriers;
    const scenario = { carriers: [] };
    config.carriers = [];
    config.routes = [];
    for (let n = 0; n < options.carriers; ++n) {
        const address = `127.0.0.1:${await freePort()}`;
        scenario.carriers.push({ id: nameOf(n), listen: address });
        config.carriers.push({ ...first, id: nameOf(n), address, ...links });
        config.routes.push({ prefix: prefixOf(n), carriers: [nameOf(n)] });
    }
    writeFileSync(rig.config, JSON.stringify(config));
    const file = join(rig.folder, 'carriers.yaml');
    writeFileSync(file, JSON.stringify(scenario));
    rig.sim = rig.spawn(process.env.PARLEY_SIM, ['--scenario', file, '--control', `127.0.0.1:${rig.control}`]);
    await until('parley-sim listens', () => json(rig.control, `/carriers/${nameOf(0)}/books`));
}
// Each carrier's contacts in turn.
async function recipients(rig) {
    const file = join(rig.folder, 'recipients');
    const out = createWriteStream(file);
    for (let contact = 0; contact < 10_000; ++contact) {
        let lines = '';
        for (let n = 0; n < options.carriers; ++n) lines += `${prefixOf(n)}${String(contact).padStart(4, '0')}\n`;
        out.write(lines);
    }
    await new Promise((done) => out.end(done));
    return file;
}
const carriers = options.carriers > 1 ? Array.from({ length: options.carriers }, (_, n) => `/carriers/${nameOf(n)}`) : [''];
async function counts(rig) {
    const sums = {};
    for (const carrier of carriers) {
        const books = await json(rig.control, `${carrier}/books`);
        for (const [name, count] of Object.entries(books.counts)) sums[name] = (sums[name] ?? 0) + count;
    }
    return sums;
}

// accept -> durable -> submit_sm -> response -> receipt -> durable final state
async function wholeLife(rate) {
    return withRig({ node: { memory_budget: 2 ** 31 }, carrier: links }, async (rig) => {
        const many = options.carriers > 1;
        await (many ? severalCarriers(rig) : rig.startSim());
        await rig.startEngine();
        await rig.bound(options.carriers * options.links);
        const warmUp = 3;
        const to = many ? ['--to-file', await recipients(rig)] : [];
        for (const [n, carrier] of many ? carriers.entries() : []) {  // people write meanwhile
            await request(rig.control, 'POST', `${carrier}/mo_burst`, { rate: 20, count: 20 * (options.seconds + warmUp),
                from_prefix: prefixOf(n), to: sender, first: 0, texts: ['Yes please'] });
        }
        const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '8',
            '--seconds', String(options.seconds + warmUp + 2), '--text-length', '160', '--rate', String(rate), ...to);
        await sleep(warmUp * 1000);
        const delivered = () => rig.metric('parley_messages_settled_total', 'outcome="delivered"');
        const from = { at: performance.now(), delivered: await delivered(), engine: processCpu(rig.engine),
            threads: threadsCpu(rig.engine), sim: processCpu(rig.sim), load: processCpu(load),
            submit: await buckets(rig, 'parley_accept_to_submit_seconds'),
            deliver: await buckets(rig, 'parley_smpp_deliver_duration_seconds') };
        await sleep(options.seconds * 1000);
        const seconds = (performance.now() - from.at) / 1000;
        const settled = (await delivered()) - from.delivered;
        const threads = threadsCpu(rig.engine);
        const share = (value) => Math.round((100 * value) / seconds);
        const after = await buckets(rig, 'parley_accept_to_submit_seconds');
        const delivers = await buckets(rig, 'parley_smpp_deliver_duration_seconds');
        const inMs = (before, now, quantiles) => Object.fromEntries(Object.entries(quantiles)
            .map(([name, at]) => [name, +(1000 * quantile(before, now, at)).toFixed(1)]));
        const result = {
            offered_per_second: rate, seconds, lives_per_second: Math.round(settled / seconds),
            carriers: options.carriers, ...links,
            accept_to_submit_ms: inMs(from.submit, after, { p50: 0.5, p99: 0.99 }),
            deliver_to_response_ms: inMs(from.deliver, delivers, { p50: 0.5, p99: 0.99 }),
            cpu_percent: {
                parleyd: share(processCpu(rig.engine) - from.engine), sim: share(processCpu(rig.sim) - from.sim),
                load: share(processCpu(load) - from.load),
                parleyd_threads: Object.entries(threads)
                    .map(([id, value]) => share(value - (from.threads[id] ?? 0))).filter((value) => value > 0)
                    .sort((a, b) => b - a),
            },
            resident_mib: Math.round(rig.residentOctets() / 2 ** 20),
        };
        await load.ended;
        const accepted = lastJson(load).accepted;
        await until('every message is delivered', async () => (await delivered()) >= accepted, { seconds: 300 });
        const books = await counts(rig);
        result.reconciled = { accepted, delivered: await delivered(), submits: books.submits,
            receipts_sent: books.receipts_sent, receipts_acknowledged: books.receipts_acked, inbound_acknowledged: books.mo_acked };
        if (books.submits !== accepted || (await delivered()) !== accepted) {
            throw new Error(`the books disagree: ${JSON.stringify(result.reconciled)}`);
        }
        return result;
    });
}

// Single POSTs on kept-alive connections, one at a time each; no carrier is bound, so what is measured
// is the door, the gate and the disk.
async function intake(connections) {
    return withRig({ node: { memory_budget: 2 ** 32 } }, async (rig) => {
        await rig.startEngine();
        const load = rig.load('--mode', 'single', '--connections', String(connections),
            '--seconds', String(Math.min(15, options.seconds)), '--text-length', '160');
        await load.ended;
        const { accepted_per_second: rate, latency_ms: latency, refused } = lastJson(load);
        return { connections, posts_per_second: Math.round(rate), latency_ms: latency, refused };
    });
}

const report = { at: new Date().toISOString(), cpu: cpus()[0]?.model, cores: cpus().length };
report.whole_life = [];
const several = options.carriers > 1;
const top = options.rate || 60000;
const rates = several ? [top, top / 2] : options.rate ? [options.rate] : [20000, 45000];
for (const rate of rates) report.whole_life.push(await wholeLife(rate));
report.intake = [];
for (const connections of several ? [] : [64, 256]) report.intake.push(await intake(connections));

console.log(`\n${report.cores} cores, ${report.cpu}; durability: sync, ${options.carriers} carriers, each ${options.links} links x `
    + `window ${options.window}${options['uncertain-max'] ? `, uncertain_max ${options['uncertain-max']}` : ''}, 160 characters\n`);
console.table(report.whole_life.map((run) => ({
    'offered/s': run.offered_per_second, 'whole lives/s': run.lives_per_second,
    'accept→submit p50 ms': run.accept_to_submit_ms.p50, 'p99 ms': run.accept_to_submit_ms.p99,
    'deliver→resp p99 ms': run.deliver_to_response_ms.p99,
    'parleyd %': run.cpu_percent.parleyd, 'threads %': run.cpu_percent.parleyd_threads.join(' '),
    'sim %': run.cpu_percent.sim, 'load %': run.cpu_percent.load, 'RSS MiB': run.resident_mib,
})));
if (!several) console.table(report.intake.map((run) => ({
    connections: run.connections, 'POST/s': run.posts_per_second, 'p50 ms': run.latency_ms.p50,
    'p99 ms': run.latency_ms.p99,
})));
mkdirSync(join(options.build, 'bench'), { recursive: true });
writeFileSync(join(options.build, `bench/${several ? 'carriers' : 'end_to_end'}.json`), `${JSON.stringify(report, null, 2)}\n`);
