// How much load parley-load makes over SMPP: one core for it, one for parley-sim, on this machine.
// Prints a table and keeps the figures as JSON in <build>/bench/load.json. Whichever of the two was
// busy all the time is what bounds a figure, so both are told.
//   node tests/bench/load.mjs [--seconds 5] [--build build]

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { seconds: 5, build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`bench: ${process.argv[n]}: expected --seconds N or --build FOLDER`);
        process.exit(2);
    }
    options[name] = name === 'build' ? process.argv[n + 1] : Number(process.argv[n + 1]);
}
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, programs, until } = await import('../support/rig.mjs');

const ticks = 100;  // USER_HZ
const cpuSeconds = (child) => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
};
// taskset becomes the program it starts, so the child is the program.
const onCore = (core, program, args) => ['taskset', ['-c', String(core), program, ...args]];
const secondCore = Math.min(1, cpus().length - 1);

async function measure({ sessions = 1, window, receipts = false, rate }) {
    const rig = new Rig();
    try {
        await rig.prepare();
        rig.sim = rig.spawn(...onCore(secondCore, programs.sim, ['--listen', `127.0.0.1:${rig.smpp}`,
            '--control', `127.0.0.1:${rig.control}`]));
        await until('parley-sim listens', () => rig.books());
        const before = cpuSeconds(rig.sim);
        const load = rig.spawn(...onCore(0, programs.load, [`smpp://127.0.0.1:${rig.smpp}`, '--live', 'none',
            '--sessions', String(sessions), '--window', String(window), '--seconds', String(options.seconds),
            '--receipts', receipts ? 'on' : 'off', ...(rate ? ['--rate', String(rate)] : [])]));
        const { code } = await load.ended;
        if (code !== 0) throw new Error(load.err);
        const simBusy = (cpuSeconds(rig.sim) - before) / options.seconds;
        const summary = JSON.parse(load.out.trim().split('\n').at(-1));
        const { counts } = await rig.books();
        if (counts.submits !== summary.sent || summary.accepted !== summary.sent) {
            throw new Error(`the books disagree: ${counts.submits} came, ${summary.sent} were sent`);
        }
        return {
            sessions, window, receipts, wanted_per_second: rate ?? null,
            submits_per_second: Math.round(summary.accepted_per_second),
            receipts_matched: summary.receipts?.matched ?? null,
            latency_ms: summary.latency_ms, latency_from: summary.latency_from,
            load_busy: +summary.cpu_busy.toFixed(2), sim_busy: +Math.min(1, simBusy).toFixed(2),
        };
    } finally {
        await rig.stop();
    }
}

const report = { at: new Date().toISOString(), cpu: cpus()[0]?.model, cores: cpus().length, seconds: options.seconds, runs: [] };
for (const plan of [
    { window: 10 }, { window: 100 }, { window: 1000 }, { sessions: 10, window: 100 },
    { window: 1000, receipts: true }, { window: 1000, rate: 600_000 },
]) report.runs.push(await measure(plan));

console.log(`\n${report.cores} cores, ${report.cpu}; one for parley-load, one for parley-sim; 160 characters\n`);
console.table(report.runs.map((run) => ({
    sessions: run.sessions, window: run.window, receipts: run.receipts, 'wanted/s': run.wanted_per_second ?? 'all',
    'submit_sm/s': run.submits_per_second, 'p50 ms': run.latency_ms.p50, 'p99 ms': run.latency_ms.p99,
    'load busy': run.load_busy, 'sim busy': run.sim_busy,
})));
mkdirSync(join(options.build, 'bench'), { recursive: true });
writeFileSync(join(options.build, 'bench/load.json'), `${JSON.stringify(report, null, 2)}\n`);
