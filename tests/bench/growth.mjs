// What happens as things grow: carriers, links, messages that wait, messages that have ended, opt-outs.
// For each step: start-up time, memory, the slowest look-ups by id and the throughput that is left.
// Prints a table a question and keeps the figures as JSON in <build>/bench/growth.json.
//   tests/bench/growth [--carriers 1,10,100] [--links 1,100,1000] [--queued 10000,…,10000000]
//       [--settled …] [--suppressions …] [--seconds 3] [--folder DIR] [--filled DIR] [--build build]
// Without arguments small steps that take about a minute; a list of 0 leaves its question out. The
// largest take long to fill: --filled names a folder on the same disk where that has been done, which is
// used up, for the one step that is asked for:
//   growth_store --folder DIR/data --settled 100000000 > DIR/made.json

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = {
    carriers: '1,10', links: '100', queued: '10000,100000', settled: '100000', suppressions: '100000,1000000', seconds: '2',
    folder: tmpdir(), filled: '', build: join(home, 'build'),
};
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`growth: ${process.argv[n]}: expected one of --${Object.keys(options).join(', --')} and its value`);
        process.exit(2);
    }
    options[name] = process.argv[n + 1];
}
const steps = (list) => list.split(',').map(Number).filter((n) => n > 0);
const seconds = Number(options.seconds);
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, freePort, json, key, request, sleep, until } = await import('../support/rig.mjs');

const ticks = 100;  // USER_HZ
const cpuSeconds = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
};
const mib = (octets) => Math.round(octets / 2 ** 20);
const rounded = (value, digits = 1) => Number(value.toFixed(digits));
const folderOctets = (path) => Number(execFileSync('du', ['-sb', path], { encoding: 'utf8' }).split('\t')[0]);

async function withRig(prepared, work) {
    const rig = new Rig();
    rmSync(rig.folder, { recursive: true });
    rig.folder = mkdtempSync(join(options.folder, 'parley-growth-'));
    try {
        // Wide enough that the rate is not that of a round trip.
        await rig.prepare({ ...prepared, carrier: { window: 1000, ...prepared.carrier } });
        return await work(rig);
    } finally {
        await rig.stop();
    }
}

// From the start of the process until it takes messages: it listens once the replay is done.
async function startUp(rig) {
    const begin = performance.now();
    rig.engine = rig.spawn(process.env.PARLEYD, [rig.config]);
    const ended = rig.engine.ended.then(() => { throw new Error(`parleyd ended: ${rig.engine.err}`); });
    await Promise.race([ended, until('parleyd answers', async () =>
        (await request(rig.http, 'GET', '/healthz')).status === 200, { seconds: 900, every: 20 })]);
    ended.catch(() => {});  // later it may
    rig.startCpu = cpuSeconds(rig.engine.pid);
    return (performance.now() - begin) / 1000;
}

// In a process of its own, which is never busy when the answer comes: this one has its own pauses.
function lookUps(rig, ids, status) {
    const figures = JSON.parse(execFileSync(join(options.build, 'tests/bench/look_ups'),
        ['--port', String(rig.http), '--key', key, '--status', status.join(',')], { input: ids.join('\n'), encoding: 'utf8' }));
    return Object.fromEntries(Object.entries(figures).map(([name, ms]) => [name, rounded(ms, 2)]));
}

// As many whole lives as go through; of what is accepted when there is no carrier.
async function throughput(rig, name, labels, ...args) {
    const before = await rig.metric(name, labels);
    const begin = performance.now();
    const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '8', '--seconds', String(seconds + 1),
        '--text-length', '160', '--receipts', 'off', '--obey-retry-after', ...args);
    await sleep(seconds * 1000);
    const done = (await rig.metric(name, labels)) - before;
    const rate = Math.round((done * 1000) / (performance.now() - begin));
    await load.ended;
    return rate;
}
const livesPerSecond = (rig, ...args) => throughput(rig, 'parley_messages_settled_total', 'outcome="delivered"', ...args);

function fill(rig, what) {
    const folder = join(rig.folder, 'data');
    let made;
    if (options.filled !== '') {
        renameSync(join(options.filled, 'data'), folder);
        made = readFileSync(join(options.filled, 'made.json'), 'utf8');
    } else {
        const args = Object.entries(what).flatMap(([name, value]) => [`--${name}`, String(value)]);
        made = execFileSync(join(options.build, 'tests/bench/growth_store'), ['--folder', folder, ...args],
            { maxBuffer: 2 ** 30 });
    }
    return { ...JSON.parse(made), disk: folderOctets(folder) };
}

// ---- Carriers and links

async function carriersAndLinks(carriers, links) {
    return withRig({ node: { memory_budget: 2 ** 31 } }, async (rig) => {
        const config = JSON.parse(readFileSync(rig.config, 'utf8'));
        const [first] = config.carriers;
        config.carriers = [];
        config.routes = [];
        const scenario = { carriers: [] };
        const prefixes = [];
        for (let n = 0; n < carriers; ++n) {
            const address = `127.0.0.1:${await freePort()}`;
            prefixes.push(`+1556${String(n).padStart(3, '0')}`);
            scenario.carriers.push({ id: `carrier${n}`, listen: address, sessions_max: 1000 });
            config.carriers.push({ ...first, id: `carrier${n}`, address, links: links / carriers, bind_every: '0ms' });
            config.routes.push({ prefix: prefixes[n], carriers: [`carrier${n}`] });
        }
        writeFileSync(rig.config, JSON.stringify(config));
        const file = join(rig.folder, 'carriers.yaml');
        writeFileSync(file, JSON.stringify(scenario));
        rig.sim = rig.spawn(process.env.PARLEY_SIM, ['--scenario', file, '--control', `127.0.0.1:${rig.control}`]);
        await until('parley-sim listens', () => json(rig.control, '/carriers/carrier0/books'));
        const ready = await startUp(rig);
        const begin = performance.now();
        await rig.bound(links);
        const bound = (performance.now() - begin) / 1000;
        const idle = cpuSeconds(rig.engine.pid);
        await sleep(1000);
        const idlePercent = Math.round((cpuSeconds(rig.engine.pid) - idle) * 100);
        const resident = rig.residentOctets();
        const recipients = join(rig.folder, 'recipients');
        writeFileSync(recipients, Array.from({ length: 200_000 }, (_, n) =>
            `${prefixes[n % carriers]}${String(Math.floor(n / carriers) % 10_000).padStart(4, '0')}\n`).join(''));
        const rate = await livesPerSecond(rig, '--to-file', recipients);
        return { carriers, links, start_up_s: rounded(ready, 2), all_bound_s: rounded(bound, 2), idle_cpu_percent: idlePercent,
            resident_mib: mib(resident), lives_per_second: rate };
    });
}

// ---- Messages that wait, with nobody to go to; then a carrier

async function queued(count) {
    const budget = Math.max(2 ** 30, count * 2200);
    return withRig({ node: { memory_budget: budget }, carrier: { reconnect_min: '200ms', reconnect_max: '200ms' } }, async (rig) => {
        const made = fill(rig, { queued: count });
        const ready = await startUp(rig);
        const resident = rig.residentOctets();
        const look = lookUps(rig, made.queued_ids, ['queued', 'accepted']);
        const idle = cpuSeconds(rig.engine.pid);
        await sleep(seconds * 1000);
        const idlePercent = Math.round(((cpuSeconds(rig.engine.pid) - idle) * 100) / seconds);
        const taken = await throughput(rig, 'parley_messages_accepted_total', '', '--to-prefix', '+1557');
        await rig.startSim();
        await rig.bound();
        const delivered = () => rig.metric('parley_messages_settled_total', 'outcome="delivered"');
        const before = await delivered();
        const begin = performance.now();
        await sleep(seconds * 1000);
        const drained = Math.round((((await delivered()) - before) * 1000) / (performance.now() - begin));
        return { queued: count, disk_mib: mib(made.disk), start_up_s: rounded(ready, 2), start_up_cpu_s: rounded(rig.startCpu, 2), resident_mib: mib(resident),
            octets_each: Math.round(resident / count), look_up_ms: look, idle_cpu_percent: idlePercent,
            accepted_per_second: taken, drained_per_second: drained };
    });
}

// ---- What has ended, and who has opted out: both beside ordinary traffic

async function beside(what, count) {
    return withRig({ node: { memory_budget: 2 ** 31 + (what === 'suppressions' ? count * 60 : 0), retention: '3650d' } }, async (rig) => {
        const made = fill(rig, { [what]: count });
        await rig.startSim();
        const ready = await startUp(rig);
        const resident = rig.residentOctets();
        await rig.bound();
        const look = lookUps(rig, made.settled_ids, ['delivered']);
        const rate = await livesPerSecond(rig);
        return { [what]: count, made_in_s: rounded(made.seconds), disk_mib: mib(made.disk), disk_octets_each: Math.round(made.disk / count),
            start_up_s: rounded(ready, 2), start_up_cpu_s: rounded(rig.startCpu, 2), resident_mib: mib(resident), look_up_ms: look, lives_per_second: rate };
    });
}

const report = { at: new Date().toISOString(), cpu: cpus()[0]?.model, cores: cpus().length, load_average: loadavg() };
const show = (rows) => console.table(rows.map(({ look_up_ms: look, ...row }) => ({
    ...row, ...(look ? { 'look-up p50 ms': look.p50, 'p99 ms': look.p99 } : {}) })));
const ask = async (name, list, question) => {
    if (list.length === 0) return;
    report[name] = [];
    for (const step of list) {
        report[name].push(await question(step));
        console.error(JSON.stringify(report[name].at(-1)));
    }
    show(report[name]);
};

console.log(`\n${report.cores} cores, ${report.cpu}; load average ${report.load_average[0].toFixed(1)}; durability: sync\n`);
await ask('carriers', steps(options.carriers), (n) => carriersAndLinks(n, n));
await ask('links', steps(options.links), (n) => carriersAndLinks(Math.ceil(n / 50), Math.ceil(n / Math.ceil(n / 50)) * Math.ceil(n / 50)));
await ask('queued', steps(options.queued), queued);
await ask('settled', steps(options.settled), (n) => beside('settled', n));
await ask('suppressions', steps(options.suppressions), (n) => beside('suppressions', n));
mkdirSync(join(options.build, 'bench'), { recursive: true });
writeFileSync(join(options.build, 'bench/growth.json'), `${JSON.stringify(report, null, 2)}\n`);
