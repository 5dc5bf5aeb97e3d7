// Takes the picture in docs/pictures: a real engine, a scenario of parley-sim, some load and people who
// talk, Debian's Prometheus, and the overview drawn from what it kept.
//   node tests/prometheus/picture/take.mjs [--scenario bad-day] [--minutes 15] [--rate 40] [--dashboard overview]
//       [--out docs/pictures/overview.svg] [--keep FILE]
// --keep writes down what the drawing was made of; --from FILE draws it again from that.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Rig, request, sender, sleep } from '../../support/rig.mjs';
import { Prometheus } from '../prometheus.mjs';
import { dashboards, root } from '../shipped.mjs';
import { draw } from './draw.mjs';

const options = { scenario: 'bad-day', minutes: 15, rate: 40, dashboard: 'overview', out: join(root, 'docs/pictures/overview.svg') };
for (let n = 2; n < process.argv.length; n += 2) options[process.argv[n].replace(/^--/, '')] = process.argv[n + 1];
const [minutes, rate] = [Number(options.minutes), Number(options.rate)];
const scrape = 5;

const board = dashboards.find(({ uid }) => uid === `parley-${options.dashboard}`);
if (options.from) {
    const { start, end, scrape: every, kept } = JSON.parse(readFileSync(options.from, 'utf8'));
    writeFileSync(options.out, await draw(board, async (expr) => kept[expr], { start, end, scrape: every }));
    process.exit();
}

const rig = new Rig();
const prometheus = new Prometheus();
try {
    await rig.prepare({ carrier: { window: 50, throughput: '200/s', reconnect_min: '1s', reconnect_max: '10s', enquire_link_every: '5s' } });
    await rig.startSim('--scenario', options.scenario);
    await rig.startEngine();
    await rig.bound();
    await prometheus.start(rig, { every: `${scrape}s` });
    const start = Math.floor(Date.now() / 1000);
    const load = rig.load('--rate', String(rate), '--class', 'informational', '--contacts', '5000', '--seconds', String(minutes * 60));
    // Desk talk: questions to a few hundred people, who sometimes answer and are asked again.
    for (let n = 0; Date.now() / 1000 < start + minutes * 60; ++n) {
        await request(rig.http, 'POST', '/v1/messages', { from: sender, to: `+1557555${String(1000 + (n * 7) % 400)}`, class: 'conversational',
            text: `Your table is ready, shall we keep it? ${n}` });
        await sleep(150 + 100 * Math.sin(n / 50));
    }
    await load.ended;
    const end = Math.floor(Date.now() / 1000);
    const kept = {};
    const ask = async (expr, step) => (kept[expr] = await prometheus.range(expr, start, end, step));
    writeFileSync(options.out, await draw(board, ask, { start, end, scrape }));
    if (options.keep) writeFileSync(options.keep, JSON.stringify({ start, end, scrape, kept }));
} finally {
    await prometheus.stop();
    await rig.stop();
}
