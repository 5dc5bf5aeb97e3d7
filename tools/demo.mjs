// One whole conversation, told in the terminal: parleyd with a store on disk, a simulated carrier with
// a handset, and a brand that talks to it through HTTP. --once ends it with status 0 or 1.

import { spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';

const once = process.argv.includes('--once');
const build = process.env.BUILD ?? 'build';
const folder = process.env.DEMO_FOLDER ?? 'data/demo';
const ports = { http: 8080, smpp: 2775, control: 2780 };
const key = 'demo-key-0001';
const brand = '+15550001000';
const ada = '+15557770001';
const children = [];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const say = (text) => console.log(text);
const tell = (who, text) => say(`   ${bold(who.padEnd(8))} ${text}`);

function start(program, args, log) {
    const out = openSync(`${folder}/${log}`, 'w');
    const child = spawn(`${build}/${program}`, args, { stdio: ['ignore', out, out] });
    child.on('exit', (code) => {
        if (stopping) return;
        console.error(`${program} ended with status ${code}; its words are in ${folder}/${log}`);
        stop(1);
    });
    children.push(child);
}

let stopping = false;
async function stop(status) {
    stopping = true;
    const ended = children.map((child) => new Promise((done) => child.on('exit', done)));
    for (const child of children.reverse()) child.kill('SIGTERM');
    await Promise.race([Promise.all(ended), sleep(12000)]);
    process.exit(status);
}

function ask(port, method, path, body) {
    return new Promise((done, failed) => {
        const request = http.request({
            host: '127.0.0.1', port, method, path, timeout: 5000,
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        }, (answer) => {
            let text = '';
            answer.on('data', (piece) => { text += piece; });
            answer.on('end', () => {
                let parsed = text;
                try { parsed = JSON.parse(text); } catch { /* not JSON */ }
                done({ status: answer.statusCode, body: parsed });
            });
        });
        request.on('timeout', () => request.destroy(new Error('no answer')));
        request.on('error', failed);
        if (body !== undefined) request.write(JSON.stringify(body));
        request.end();
    });
}

async function until(what, check) {
    for (let n = 0; n < 200; ++n) {
        const found = await Promise.resolve(check()).catch(() => null);
        if (found) return found;
        await sleep(50);
    }
    throw new Error(`${what}: not within 10 s`);
}

const api = (method, path, body) => ask(ports.http, method, path, body);
const message = async (id) => (await api('GET', `/v1/messages/${id}`)).body;
const thread = async (id) => (await api('GET', `/v1/conversations/${id}/messages?limit=50`)).body.messages;

async function conversation() {
    say(bold('\n1. A message goes out'));
    const text = 'Hi Ada, your table for two is ready at seven. Shall we keep it?';
    const sent = await api('POST', '/v1/messages', { from: brand, to: ada, text, class: 'conversational' });
    if (sent.status !== 202) throw new Error(`refused: ${JSON.stringify(sent.body)}`);
    tell('brand', text);
    tell('', `202 ${sent.body.id}: on disk, ${sent.body.segments} segment, ${sent.body.encoding}`);
    const delivered = await until('the receipt', async () => {
        const now = await message(sent.body.id);
        return now.status === 'delivered' ? now : null;
    });
    tell('carrier', `took it as ${delivered.segments[0].carrier_message_id}, receipt: ${delivered.status}`);

    say(bold('\n2. The handset answers'));
    const reply = 'Yes please, and a chair for the little one';
    await ask(ports.control, 'POST', '/mo', { from: ada, to: brand, text: reply });
    await until('the answer in the conversation', async () =>
        (await thread(sent.body.conversation_id)).some((each) => each.text === reply));
    tell('Ada', reply);
    tell('', `in the conversation ${sent.body.conversation_id}`);

    say(bold('\n3. The handset says stop'));
    await ask(ports.control, 'POST', '/mo', { from: ada, to: brand, text: 'Stop. Thank you' });
    const confirmation = await until('the confirmation', async () =>
        (await thread(sent.body.conversation_id))
            .find((each) => each.class === 'opt_out_confirmation' && each.status === 'delivered'));
    tell('Ada', 'Stop. Thank you');
    tell('brand', `${confirmation.text}   (one confirmation, the last word)`);

    say(bold('\n4. The next message is refused'));
    const refused = await api('POST', '/v1/messages', { from: brand, to: ada, text: 'Dessert is on us!' });
    if (refused.status !== 403) throw new Error(`expected 403: ${JSON.stringify(refused)}`);
    tell('brand', 'Dessert is on us!');
    tell('', `${refused.status} ${refused.body.code}: ${refused.body.detail}`);
    const confirmations = (await thread(sent.body.conversation_id))
        .filter((each) => each.class === 'opt_out_confirmation').length;
    const books = (await ask(ports.control, 'GET', '/books')).body;
    if (confirmations !== 1 || books.counts.submits !== 2) {
        throw new Error(`expected 1 confirmation and 2 submits: ${confirmations}, ${books.counts.submits}`);
    }
}

async function main() {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/parley.yaml`, `node: { id: a1, data_dir: ${folder}/store, durability: sync }
http: { listen: 127.0.0.1:${ports.http} }
carriers:
  - { id: acme, address: 127.0.0.1:${ports.smpp}, system_id: parley, password: secret, links: 2, window: 100 }
brands:
  - { id: demo, senders: ["${brand}"], suppression_scope: brand }
routes:
  - { prefix: "+", carriers: [acme] }
accounts:
  - { id: shop, brand: demo, api_keys: [${key}] }
`);
    start('parley-sim', ['--listen', `127.0.0.1:${ports.smpp}`, '--control', `127.0.0.1:${ports.control}`,
        '--receipt-delay', '300ms'], 'parley-sim.log');
    start('parleyd', [`${folder}/parley.yaml`], 'parleyd.log');
    await until('the links', async () =>
        (await api('GET', '/v1/links')).body.links.every((link) => link.state === 'bound'));
    await conversation();
    say(bold('\nLook around'));
    say(`   API        http://127.0.0.1:${ports.http}/v1/conversations   (Authorization: Bearer ${key})`);
    say(`   metrics    http://127.0.0.1:${ports.http}/metrics`);
    say(`   simulator  http://127.0.0.1:${ports.control}/books`);
    say('   docs       README.md, docs/architecture.md, docs/reference/');
    if (once) return stop(0);
    say('\nRunning until Ctrl-C.');
    return undefined;
}

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
main().catch((error) => {
    console.error(`demo: ${error.message}`);
    stop(1);
});
