// The whole engine, end to end, on this machine: load source, parleyd with durability: sync, simulated
// carrier. Prints a table and keeps the figures as JSON in <build>/bench/end_to_end.json.
//   tests/bench/run [--seconds 30] [--rate 45000] [--build build]

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { seconds: 30, rate: 0, build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`bench: ${process.argv[n]}: expected --seconds N, --rate N or --build FOLDER`);
        process.exit(2);
    }
    options[name] = name === 'build' ? process.argv[n + 1] : Number(process.argv[n + 1]);
}
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, request, sleep, until } = await import('../support/rig.mjs');

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

// accept -> durable -> submit_sm -> response -> receipt -> durable final state
async function wholeLife(rate) {
    return withRig({ node: { memory_budget: 2 ** 31 } }, async (rig) => {
        await rig.startSim();
        await rig.startEngine();
        await rig.bound();
        const warmUp = 3;
        const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '8',
            '--seconds', String(options.seconds + warmUp + 1), '--text-length', '160', '--rate', String(rate));
        await sleep(warmUp * 1000);
        const delivered = () => rig.metric('parley_messages_settled_total', 'outcome="delivered"');
        const from = { at: performance.now(), delivered: await delivered(), engine: processCpu(rig.engine),
            threads: threadsCpu(rig.engine), sim: processCpu(rig.sim), load: processCpu(load),
            submit: await buckets(rig, 'parley_accept_to_submit_seconds') };
        await sleep(options.seconds * 1000);
        const seconds = (performance.now() - from.at) / 1000;
        const settled = (await delivered()) - from.delivered;
        const threads = threadsCpu(rig.engine);
        const share = (value) => Math.round((100 * value) / seconds);
        const after = await buckets(rig, 'parley_accept_to_submit_seconds');
        const result = {
            offered_per_second: rate, seconds, lives_per_second: Math.round(settled / seconds),
            accept_to_submit_ms: {
                p50: +(1000 * quantile(from.submit, after, 0.5)).toFixed(1),
                p99: +(1000 * quantile(from.submit, after, 0.99)).toFixed(1),
            },
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
        await until('every message is delivered', async () => (await delivered()) >= accepted, { seconds: 120 });
        const { counts } = await rig.books();
        result.reconciled = { accepted, delivered: await delivered(), submits: counts.submits,
            receipts_sent: counts.receipts_sent, receipts_acknowledged: counts.receipts_acked };
        if (counts.submits !== accepted || (await delivered()) !== accepted) {
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
for (const rate of options.rate ? [options.rate] : [20000, 45000]) report.whole_life.push(await wholeLife(rate));
report.intake = [];
for (const connections of [64, 256]) report.intake.push(await intake(connections));

console.log(`\n${report.cores} cores, ${report.cpu}; durability: sync, 2 links x window 100, 160 characters\n`);
console.table(report.whole_life.map((run) => ({
    'offered/s': run.offered_per_second, 'whole lives/s': run.lives_per_second,
    'accept→submit p50 ms': run.accept_to_submit_ms.p50, 'p99 ms': run.accept_to_submit_ms.p99,
    'parleyd %': run.cpu_percent.parleyd, 'threads %': run.cpu_percent.parleyd_threads.join(' '),
    'sim %': run.cpu_percent.sim, 'load %': run.cpu_percent.load, 'RSS MiB': run.resident_mib,
})));
console.table(report.intake.map((run) => ({
    connections: run.connections, 'POST/s': run.posts_per_second, 'p50 ms': run.latency_ms.p50,
    'p99 ms': run.latency_ms.p99,
})));
mkdirSync(join(options.build, 'bench'), { recursive: true });
writeFileSync(join(options.build, 'bench/end_to_end.json'), `${JSON.stringify(report, null, 2)}\n`);
