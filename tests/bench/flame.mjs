// Where the engine's processor time goes: parleyd under load, sampled by perf (Debian: linux-perf).
// Prints a table of inclusive costs by thread and function and draws <build>/bench/flame.svg.
//   node tests/bench/flame.mjs [--seconds 10] [--rate 20000] [--build build]

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { seconds: 10, rate: 20000, build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`flame: ${process.argv[n]}: expected one of --${Object.keys(options).join(', --')} and its value`);
        process.exit(2);
    }
    options[name] = name === 'build' ? process.argv[n + 1] : Number(process.argv[n + 1]);
}
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { Rig, sleep } = await import('../support/rig.mjs');

async function record(file) {
    const rig = new Rig();
    try {
        await rig.prepare({ node: { memory_budget: 2 ** 31 } });
        await rig.startSim();
        await rig.startEngine();
        await rig.bound();
        const load = rig.load('--mode', 'array', '--batch', '100', '--connections', '8', '--receipts', 'off',
            '--seconds', String(options.seconds + 3), '--text-length', '160', '--rate', String(options.rate));
        await sleep(2000);
        execFileSync('perf', ['record', '-q', '-F', '199', '-g', '--call-graph', 'dwarf,8192', '-o', file,
            '-p', String(rig.engine.pid), '--', 'sleep', String(options.seconds)], { stdio: 'inherit' });
        await load.ended;
    } finally {
        await rig.stop();
    }
}

// Arguments and templates say little in a picture.
function short(symbol) {
    let name = symbol.replace(/\+0x[0-9a-f]+$/, '').replace(/\(anonymous namespace\)::/g, '');
    for (let before = ''; before !== name;) {
        before = name;
        name = name.replace(/<[^<>]*>/g, '').replace(/\([^()]*\)/g, '');
    }
    return name.replace(/ const$/, '').replace(/^.* (?=[\w~]+::)/, '') || symbol;
}

// A tree of { name, count, children } of what perf script tells.
async function read(file) {
    const root = { name: 'parleyd', count: 0, children: new Map() };
    const lines = createInterface({ input: spawn('perf', ['script', '-i', file, '--no-inline', '-F', 'comm,ip,sym'],
        { stdio: ['ignore', 'pipe', 'ignore'] }).stdout });
    let thread = '';
    let stack = [];
    const fold = () => {
        if (thread === '') return;
        let node = root;
        ++node.count;
        for (const name of [thread, ...stack.reverse()]) {
            if (!node.children.has(name)) node.children.set(name, { name, count: 0, children: new Map() });
            node = node.children.get(name);
            ++node.count;
        }
        thread = '';
        stack = [];
    };
    for await (const line of lines) {
        if (line.trim() === '') fold();
        else if (!/^\s/.test(line)) thread = line.trim();
        else if (thread === '') thread = line.trim();
        else stack.push(short(line.trim().replace(/^[0-9a-f]+ /, '')));
    }
    fold();
    return root;
}

// Each function once per stack, however often it stands in it.
function inclusive(root) {
    const sums = new Map();
    const walk = (node, above) => {
        const seen = above.has(node.name) ? above : new Set([...above, node.name]);
        if (seen !== above) sums.set(node.name, (sums.get(node.name) ?? 0) + node.count);
        for (const child of node.children.values()) walk(child, seen);
    };
    for (const thread of root.children.values()) walk(thread, new Set());
    return [...sums].sort((a, b) => b[1] - a[1]);
}

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const width = 1400;
const row = 17;
function draw(root) {
    const boxes = [];
    let deepest = 0;
    const place = (node, x, depth) => {
        const size = (width * node.count) / root.count;
        if (size < 0.5) return;
        deepest = Math.max(deepest, depth);
        boxes.push({ ...node, x, size, depth });
        let at = x;
        for (const child of [...node.children.values()].sort((a, b) => a.name.localeCompare(b.name))) {
            place(child, at, depth + 1);
            at += (width * child.count) / root.count;
        }
    };
    place(root, 0, 0);
    const height = (deepest + 1) * row;
    const hue = (name) => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 55, 7);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11">\n${
        boxes.map(({ name, count, x, size, depth }) => {
            const y = height - (depth + 1) * row;
            const label = size > 40 ? escaped(name.slice(-Math.floor(size / 6.7))) : '';
            return `<g><title>${escaped(name)} ${((100 * count) / root.count).toFixed(1)}%</title>`
                + `<rect x="${x.toFixed(1)}" y="${y}" width="${size.toFixed(1)}" height="${row - 1}" fill="hsl(${hue(name)} 80% 65%)"/>`
                + `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${label}</text></g>`;
        }).join('\n')}\n</svg>\n`;
}

const folder = join(options.build, 'bench');
mkdirSync(folder, { recursive: true });
const file = join(folder, 'perf.data');
await record(file);
const root = await read(file);
if (root.count === 0) throw new Error('perf has seen nothing');
writeFileSync(join(folder, 'flame.svg'), draw(root));
console.log(`\n${root.count} samples of ${options.seconds} s at ${options.rate} messages/s offered\n`);
console.table(inclusive(root).slice(0, 45).map(([name, count]) => ({ 'share %': +((100 * count) / root.count).toFixed(1), name })));
