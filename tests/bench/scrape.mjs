// What a scrape of /metrics costs: how long it takes while the engine is under full load, how much
// processor time it takes, and what is left of the throughput when somebody scrapes. Windows with and
// without scraping take turns within one run, so that the machine's mood is shared. Prints JSON.
//   node tests/bench/scrape.mjs [--windows 24] [--seconds 2] [--every 200] [--carriers 1] [--build build]

import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { windows: 24, seconds: 2, every: 200, carriers: 1, build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`scrape: ${process.argv[n]}: expected one of --${Object.keys(options).join(', --')} and its value`);
        process.exit(2);
    }
    options[name] = name === 'build' ? process.argv[n + 1] : Number(process.argv[n + 1]);
}
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, request, sleep } = await import('../support/rig.mjs');

const ticks = 100;  // USER_HZ
const cpuSeconds = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
};
const middle = (values, share = 0.5) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
const rounded = (value, digits = 2) => Number(value.toFixed(digits));

const rig = new Rig();
try {
    await rig.prepare({ node: { memory_budget: 2 ** 31 } });
    if (options.carriers > 1) {  // more series: the others have nobody to talk to
        const config = JSON.parse(readFileSync(rig.config, 'utf8'));
        for (let n = 2; n <= options.carriers; ++n)
            config.carriers.push({ ...config.carriers[0], id: `carrier${n}`, address: '127.0.0.1:1', reconnect_min: '60s', reconnect_max: '60s' });
        (await import('node:fs')).writeFileSync(rig.config, JSON.stringify(config));
    }
    await rig.startSim();
    await rig.startEngine();
    await rig.bound();

    const scrape = async () => {
        const begun = performance.now();
        const { text } = await request(rig.http, 'GET', '/metrics');
        return { ms: performance.now() - begun, text };
    };
    const { text } = await scrape();
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;

    // One after the other, with nothing else to do: processor time of the process by scrape.
    const idle = 300;
    const before = cpuSeconds(rig.engine.pid);
    for (let n = 0; n < idle; ++n) await scrape();
    const perScrape = (cpuSeconds(rig.engine.pid) - before) / idle;

    const delivered = async () => rig.metric('parley_messages_settled_total', 'outcome="delivered"');
    const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '8', '--text-length', '160',
        '--obey-retry-after', '--seconds', String(4 + (options.windows + 1) * options.seconds));
    await sleep(3000);
    const rates = { with: [], without: [] };
    const durations = [];
    for (let window = 0; window < options.windows; ++window) {
        const scraping = window % 2 === 1;
        const from = { at: performance.now(), delivered: await delivered() };
        const end = from.at + options.seconds * 1000;
        while (performance.now() < end) {
            await sleep(Math.min(scraping ? options.every : Infinity, Math.max(0, end - performance.now())));
            if (scraping) durations.push((await scrape()).ms);
        }
        const seconds = (performance.now() - from.at) / 1000;
        rates[scraping ? 'with' : 'without'].push((await delivered() - from.delivered) / seconds);
    }
    load.kill('SIGTERM');
    await load.ended;
    // Each window with scrapes against the one before it: what changes slowly falls out.
    const lost = rates.with.map((rate, n) => 100 * (1 - rate / rates.without[n]));
    const mean = lost.reduce((sum, value) => sum + value, 0) / lost.length;
    const spread = Math.sqrt(lost.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (lost.length - 1));
    console.log(JSON.stringify({
        cores: cpus().length, cpu: cpus()[0]?.model, series, octets: text.length,
        scrape_ms_under_load: { p50: rounded(middle(durations)), p99: rounded(middle(durations, 0.99)), max: rounded(Math.max(...durations)), scrapes: durations.length },
        processor_ms_per_scrape: rounded(perScrape * 1000, 3),
        percent_of_a_core: { at_1_s: rounded(perScrape * 100, 4), at_15_s: rounded(perScrape / 15 * 100, 4) },
        lives_per_second: { without: rates.without.map(Math.round), with: rates.with.map(Math.round), scrape_every_ms: options.every,
            lost_percent: rounded(mean), standard_error: rounded(spread / Math.sqrt(lost.length)) },
    }, null, 2));
} finally {
    await rig.stop();
}
