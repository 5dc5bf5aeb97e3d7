// A parleyd with any configuration, and raw sockets to speak to it: what the tests of bad input need
// beyond the rig.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';

import { Rig, key, programs, request, sender, sleep, until as wait } from '../support/rig.mjs';

export { freePort, json, key, programs, request, sender, sleep } from '../support/rig.mjs';

// Nothing here takes long unless it never comes.
export const until = (what, check, { seconds = 15, every = 20 } = {}) => wait(what, check, { seconds, every });

export const finals = new Set(['delivered', 'undelivered', 'failed', 'expired', 'unknown', 'canceled']);

export class House extends Rig {
    // Each argument is laid over the rig's configuration.
    async prepare({ http = {}, accounts = [], brands = [], ...rest } = {}) {
        await super.prepare(rest);
        const config = JSON.parse(readFileSync(this.config, 'utf8'));
        Object.assign(config.http, http);
        config.accounts.push(...accounts);
        config.brands.push(...brands);
        this.data = config.node.data_dir;
        this.settings = config;
        this.configure(config);
    }

    configure(config) {
        writeFileSync(this.config, JSON.stringify(config));
    }

    // Runs parleyd until it ends by itself.
    async runToEnd(args = [this.config], seconds = 30) {
        const child = this.spawn(programs.parleyd, args);
        const ended = await Promise.race([child.ended, sleep(seconds * 1000)]);
        assert.ok(ended, `parleyd ${args.join(' ')} did not end by itself: ${child.err}`);
        await sleep(20);  // the last words may come after the exit
        return { ...ended, out: child.out, err: child.err };
    }

    async stopEngine(signal = 'SIGTERM') {
        this.engine.kill(signal);
        return this.engine.ended;
    }

    async send(to, text, more = {}) {
        const answer = await request(this.http, 'POST', '/v1/messages', { from: sender, to, text, ...more });
        assert.equal(answer.status, 202, answer.text);
        return JSON.parse(answer.text).id;
    }

    async message(id) {
        const answer = await request(this.http, 'GET', `/v1/messages/${id}`);
        assert.equal(answer.status, 200, `${id}: ${answer.text}`);
        return JSON.parse(answer.text);
    }

    // Waits until every message has ended; gives the number of each final status.
    async allEnded(ids, seconds = 15) {
        const statuses = {};
        for (const id of ids) {
            const { status } = await until(`${id} ends`, async () => {
                const found = await this.message(id);
                return finals.has(found.status) ? found : null;
            }, { seconds, every: 50 });
            statuses[status] = (statuses[status] ?? 0) + 1;
        }
        return statuses;
    }

    logLines(event) {
        return this.engine.err.split('\n').filter(Boolean).map((line) => {
            try {
                return JSON.parse(line);
            } catch {
                return { event: 'not_json', detail: line };
            }
        }).filter((line) => event === undefined || line.event === event);
    }

    async stop() {
        for (const child of this.children) child.kill('SIGTERM');
        const patience = setTimeout(() => this.children.forEach((child) => child.kill('SIGKILL')), 15000);
        await Promise.all([...this.children].map((child) => child.ended));
        clearTimeout(patience);
        rmSync(this.folder, { recursive: true, force: true });
    }

    async alive() {
        assert.equal((await request(this.http, 'GET', '/healthz')).status, 200);
        assert.equal(this.engine.exitCode, null);
    }
}

// Prints what the engine said when a test fails, and always tidies up.
export async function withHouse(work) {
    const house = new House();
    try {
        await work(house);
    } catch (error) {
        console.error(house.engine?.err.slice(-3000));
        throw error;
    } finally {
        await house.stop();
    }
}

// A socket of which every octet counts.
export class Wire {
    static async to(port) {
        const socket = net.connect(port, '127.0.0.1');
        await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
        return new Wire(socket);
    }

    constructor(socket) {
        this.socket = socket;
        this.received = Buffer.alloc(0);
        this.ended = false;
        socket.on('data', (piece) => { this.received = Buffer.concat([this.received, piece]); });
        socket.on('error', () => {});
        socket.on('end', () => { this.ended = true; });
        socket.on('close', () => { this.ended = true; });
    }

    write(octets) { this.socket.write(octets); }
    text() { return this.received.toString('utf8'); }
    close() { this.socket.destroy(); }

    async untilText(what, found, seconds = 10) {
        return until(what, () => found(this.text()), { seconds, every: 10 });
    }

    async untilEnd(seconds = 10) {
        await until('the peer closes', () => this.ended, { seconds, every: 10 });
        return this.text();
    }
}

// The first response in a text: { status, headers, body }; null while it is not whole.
export function parseResponse(text) {
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first, ...lines] = text.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const body = text.slice(end + 4);
    const length = Number(headers['content-length'] ?? 0);
    if (Buffer.byteLength(body) < length) return null;
    return { status: Number(first.split(' ')[1]), first, headers, body: Buffer.from(body).subarray(0, length).toString() };
}

// Sends these octets on a socket of their own and gives the first answer to them.
export async function exchange(port, octets, seconds = 10) {
    const wire = await Wire.to(port);
    wire.write(octets);
    try {
        return await wire.untilText('an answer', parseResponse, seconds);
    } finally {
        wire.close();
    }
}

// A POST of any octets, well formed as HTTP.
export function post(port, path, body, headers = {}) {
    const octets = Buffer.isBuffer(body) ? body : Buffer.from(body);
    const all = {
        host: '127.0.0.1', authorization: `Bearer ${key}`, 'content-type': 'application/json',
        'content-length': octets.length, ...headers,
    };
    const head = Object.entries(all).filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return exchange(port, Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n`), octets]));
}

// Any answer that refuses is a problem document whose status and type agree with itself.
export function problem(answer, status, code) {
    assert.equal(answer.status, status, JSON.stringify(answer));
    assert.equal(answer.headers['content-type'], 'application/problem+json', JSON.stringify(answer));
    const body = JSON.parse(answer.body ?? answer.text);
    assert.equal(body.status, status);
    assert.equal(body.code, code, JSON.stringify(body));
    assert.equal(body.type, `urn:parley:problem:${code}`);
    assert.ok(body.title);
    return body;
}

// For scripts outside of the rig's own folder layout.
export const storeFolder = (house) => join(house.data, 'store');
