// parley-sim as a program, and node-smpp as what binds to it: for tests of the simulator by a peer that
// is not ours.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';

import smpp from 'smpp';

import { programs, request, until } from '../support/rig.mjs';

export class Sim {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), 'parley-sim-'));
        this.clients = [];
        this.out = '';
        this.err = '';
    }

    // On free ports, which it says itself. scenario: YAML, or the name of a ready one.
    async start({ scenario, args = [] } = {}) {
        const words = ['--control', '127.0.0.1:0', ...args];
        if (scenario?.includes('\n')) {
            const file = join(this.folder, 'scenario.yaml');
            writeFileSync(file, scenario);
            words.push('--scenario', file);
        } else {
            words.push('--listen', '127.0.0.1:0', ...(scenario ? ['--scenario', scenario] : []));
        }
        this.child = spawn(programs.sim, words, { stdio: ['ignore', 'pipe', 'pipe'] });
        this.child.stdout.on('data', (piece) => { this.out += piece; });
        this.child.stderr.on('data', (piece) => { this.err += piece; });
        this.ended = once(this.child, 'exit');
        await until('parley-sim says where it listens', () => {
            if (this.child.exitCode !== null) throw new Error(this.err);
            return /control on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.out);
        }, { every: 10 });
        this.control = Number(/control on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.out)[1]);
        this.ports = [...this.out.split('control')[0].matchAll(/127\.0\.0\.1:(\d+)( \(TLS\))?/g)]
            .map(([, port, tls]) => ({ port: Number(port), tls: Boolean(tls) }));
        return this;
    }

    async get(path) {
        const answer = await request(this.control, 'GET', path);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        return JSON.parse(answer.text);
    }
    async post(path, body) {
        const answer = await request(this.control, 'POST', path, body);
        assert.equal(answer.status, 200, `${path}: ${answer.text}`);
        return JSON.parse(answer.text);
    }
    say(sentence) { return this.post('/do', { do: sentence }); }

    // A session that has connected and not yet bound.
    async connect({ port = this.ports[0].port, ...options } = {}) {
        const client = new Client(smpp.connect({ host: '127.0.0.1', port, ...options }));
        this.clients.push(client);
        await until('connected', () => client.connected || client.closed, { every: 5 });
        return client;
    }
    async bound({ as = 'transceiver', system_id = 'parley', password = 'secret', ...options } = {}) {
        const client = await this.connect(options);
        const answer = await client.bind({ as, system_id, password });
        assert.equal(answer.command_status, 0, `bind_${as}: ${answer.command_status}`);
        return client;
    }

    // Ctrl-C, and what it prints then.
    async interrupt() {
        this.child.kill('SIGINT');
        await this.ended;
        return JSON.parse(this.out.trim().split('\n').at(-1));
    }

    async stop() {
        for (const { session } of this.clients) session.destroy();
        if (this.child?.exitCode === null) {
            this.child.kill('SIGKILL');
            await this.ended;
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}

export class Client {
    constructor(session) {
        this.session = session;
        this.pdus = [];      // requests of the simulator
        this.troubles = [];  // what the library could not make sense of
        this.answers = true;
        session.on('connect', () => { this.connected = true; });
        session.on('close', () => { this.closed = true; });
        session.on('error', (error) => { this.troubles.push(error.message); });
        session.on('pdu', (pdu) => {
            if (pdu.isResponse()) return;
            this.pdus.push(pdu);
            if (this.answers && pdu.command !== 'outbind') session.send(pdu.response());
        });
    }
    ask(command, fields = {}) {
        return new Promise((done, failed) => {
            this.session.once('close', () => failed(new Error('closed')));
            this.session[command](fields, done);
        });
    }
    bind({ as, ...fields }) { return this.ask(`bind_${as}`, { interface_version: 0x34, ...fields }); }
    submit(n = 1, more = {}) {
        return this.ask('submit_sm', {
            source_addr: '15550001000', source_addr_ton: 1, destination_addr: '15557000001', dest_addr_ton: 1,
            registered_delivery: 1, short_message: `message ${n}`, ...more,
        });
    }
    delivered() { return this.pdus.filter(({ command }) => command === 'deliver_sm'); }
}

export async function withSim(options, run) {
    const sim = new Sim();
    try {
        await sim.start(options);
        await run(sim);
    } catch (error) {
        console.error(sim.out.slice(-2000), sim.err.slice(-2000));
        throw error;
    } finally {
        await sim.stop();
    }
}
