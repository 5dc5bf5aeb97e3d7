// Starts and kills real programs on free ports of 127.0.0.1 and asks them, for the crash, memory,
// interoperability and bench scripts. Only children that were started here are ever signalled, by
// their process id.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

export const programs = {
    parleyd: process.env.PARLEYD ?? 'build/parleyd',
    sim: process.env.PARLEY_SIM ?? 'build/parley-sim',
    load: process.env.PARLEY_LOAD ?? 'build/parley-load',
};
export const key = 'key-shop-0001';
export const sender = '+15550001000';
export const sleep = after;

// Never one twice; and below those that the kernel gives to connections, of which one might have it
// before its server does.
const given = new Set();
export async function freePort() {
    for (;;) {
        const port = 11_000 + Math.floor(Math.random() * 21_000);
        if (given.has(port)) continue;
        const server = net.createServer();
        const free = await new Promise((done) => {
            server.once('error', () => done(false));
            server.listen(port, '127.0.0.1', () => done(true));
        });
        if (!free) continue;
        await new Promise((done) => server.close(done));
        given.add(port);
        return port;
    }
}

// Whatever ends this script, a signal of a test runner that waited long enough included, ends its
// children.
const alive = new Set();
process.on('exit', () => { for (const child of alive) child.kill('SIGKILL'); });
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

// raw: the body is a text as it stands, not JSON.
export function request(port, method, path, body, { timeout = 20000, raw = false } = {}) {
    return new Promise((done, failed) => {
        const asked = http.request({
            host: '127.0.0.1', port, method, path, agent, timeout,
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        }, (answer) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (piece) => { text += piece; });
            answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, text }));
        });
        asked.on('timeout', () => asked.destroy(new Error(`${path}: no answer in ${timeout} ms`)));
        asked.on('error', (error) => {
            // The engine may close a kept-alive connection (idle_timeout) just as it is asked on it;
            // what changes nothing is asked again, what might have been taken is not.
            if (method === 'GET' && asked.reusedSocket && error.code === 'ECONNRESET') {
                request(port, method, path, body, { timeout, raw }).then(done, failed);
            } else {
                failed(error);
            }
        });
        if (body !== undefined) asked.write(raw ? body : JSON.stringify(body));
        asked.end();
    });
}

export async function json(port, path) {
    const answer = await request(port, 'GET', path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text);
}

// Asks until `check` gives something true; the last word of it is in the error.
export async function until(what, check, { seconds = 60, every = 100 } = {}) {
    const end = Date.now() + seconds * 1000;
    let last;
    while (Date.now() < end) {
        try {
            last = await check();
            if (last) return last;
        } catch (error) {
            last = error.message;
        }
        await sleep(every);
    }
    throw new Error(`${what}: not within ${seconds} s (last: ${JSON.stringify(last)})`);
}

export class Rig {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'parley-rig-'));
        this.children = new Set();
    }

    async prepare({ node = {}, carrier = {}, brand = {}, senders = [sender] } = {}) {
        this.smpp = await freePort();
        this.control = await freePort();
        this.http = await freePort();
        const config = {
            node: { id: 'a1', data_dir: join(this.folder, 'data'), shards: 2, durability: 'sync', ...node },
            http: { listen: `127.0.0.1:${this.http}` },
            carriers: [{
                id: 'acme', address: `127.0.0.1:${this.smpp}`, system_id: 'parley', password: 'secret',
                bind: 'transceiver', links: 2, window: 100, reconnect_min: '100ms', reconnect_max: '500ms',
                ...carrier,
            }],
            brands: [{ id: 'demo', senders, suppression_scope: 'brand', ...brand }],
            routes: [{ prefix: '+', carriers: ['acme'] }],
            accounts: [{ id: 'shop', brand: 'demo', api_keys: [key] }],
        };
        this.config = join(this.folder, 'parley.yaml');
        writeFileSync(this.config, JSON.stringify(config));  // JSON is YAML
    }

    spawn(program, args, { quiet = true } = {}) {
        const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
        child.out = '';
        child.err = '';
        child.stdout.on('data', (piece) => { child.out += piece; });
        child.stderr.on('data', (piece) => {
            child.err = (child.err + piece).slice(-20000);
            if (!quiet) process.stderr.write(piece);
        });
        child.ended = new Promise((done) => {
            const end = (how) => {
                this.children.delete(child);
                alive.delete(child);
                done(how);
            };
            child.on('exit', (code, signal) => end({ code, signal }));
            // It never ran: no exit follows, and what waits for it must not wait for ever.
            child.on('error', (error) => {
                child.err = error.message;
                end({ code: null, signal: null });
            });
        });
        this.children.add(child);
        alive.add(child);
        return child;
    }

    async startSim(...args) {
        this.sim = this.spawn(programs.sim, ['--listen', `127.0.0.1:${this.smpp}`,
            '--control', `127.0.0.1:${this.control}`, ...args]);
        await until('parley-sim listens', () => this.books());
    }

    async startEngine() {
        this.engine = this.spawn(programs.parleyd, [this.config]);
        await until('parleyd answers', async () => {
            if (this.engine.exitCode !== null) throw new Error(this.engine.err);
            return (await request(this.http, 'GET', '/healthz')).status === 200;
        }, { every: 20 });
    }

    async bound(links = 2) {
        await until('links are bound', async () => {
            const { links: all } = await json(this.http, '/v1/links');
            return all.filter((link) => link.state === 'bound').length >= links;
        }, { every: 20 });
    }

    // The API's answer, problems included: { status, body }.
    async ask(method, path, body) {
        const answer = await request(this.http, method, path, body);
        return { status: answer.status, body: answer.text === '' ? null : JSON.parse(answer.text) };
    }
    async send(to, text, more = {}) {
        const { status, body } = await this.ask('POST', '/v1/messages', { from: sender, to, text, ...more });
        if (status !== 202) throw new Error(`${to}: ${status} ${JSON.stringify(body)}`);
        return body;
    }
    message(id) { return json(this.http, `/v1/messages/${id}`); }
    // The message once it has this status.
    reaches(id, status, limits = { seconds: 20, every: 20 }) {
        return until(`${id} is ${status}`, async () => {
            const message = await this.message(id);
            if (message.status !== status) throw new Error(JSON.stringify(message));
            return message;
        }, limits);
    }
    // Oldest first.
    async thread(conversation) {
        const { messages } = await json(this.http, `/v1/conversations/${conversation}/messages?limit=200`);
        return messages.reverse();
    }

    books() { return json(this.control, '/books'); }
    order(order) { return request(this.control, 'POST', '/orders', order); }

    load(...args) {
        return this.spawn(programs.load, ['--url', `http://127.0.0.1:${this.http}`, '--key', key,
            '--from', sender, ...args]);
    }

    // Sum of a metric over its series; labels: a text that the series must contain.
    async metric(name, labels = '') {
        const { text } = await request(this.http, 'GET', '/metrics');
        return text.split('\n')
            .filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels))
            .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    }

    residentOctets() {
        const status = readFileSync(`/proc/${this.engine.pid}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
    }

    async stop() {
        for (const child of [...this.children]) child.kill('SIGTERM');
        const late = new AbortController();
        const patience = after(15000, null, { signal: late.signal }).catch(() => {});
        await Promise.race([Promise.all([...this.children].map((child) => child.ended)), patience]);
        late.abort();
        for (const child of [...this.children]) child.kill('SIGKILL');
        rmSync(this.folder, { recursive: true, force: true });
    }
}
