// What was on the wire, read by a decoder that is not ours: dumpcap takes the packets, tshark
// (Wireshark) takes them apart.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { until } from '../support/rig.mjs';

const run = promisify(execFile);
const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

// An SMPP dissector's tree, flattened: name of the field to its values, in order; and the places of all
// that it gave a name to, as [position, octets].
function flatten(tree, fields = {}, places = []) {
    for (const [name, value] of Object.entries(tree)) {
        if (name.endsWith('_raw')) {
            const raws = Array.isArray(value[0]) ? value : [value];
            for (const [, position, octets] of raws) places.push([position, octets]);
            continue;
        }
        for (const item of list(value)) {
            if (typeof item === 'object') flatten(item, fields, places);
            (fields[name] ??= []).push(item);
        }
    }
    return { fields, places };
}

// One PDU as tshark sees it. The password is looked at and forgotten, so that no failed test prints it.
function pduOf(frame, tcp, port, tree, octets) {
    const { fields, places } = flatten(tree);
    const passwords = fields['smpp.password'] ?? [];
    const shown = new Set(Object.keys(fields));
    const octetsOf = (name) => list(tree[`${name}_raw`])[0] ?? '';
    delete fields['smpp.password'];
    const text = (name) => fields[`smpp.${name}`]?.[0] ?? '';
    const number = (name) => (text(name) === '' ? undefined : Number(text(name)));
    return {
        frame: Number(frame['frame.number']),
        stream: Number(tcp['tcp.stream']),
        fromEngine: Number(tcp['tcp.dstport']) === port,
        begins: tree['smpp.command_length_raw'][1],
        command: number('command_id'),
        status: number('command_status') ?? 0,
        sequence: number('sequence_number'),
        passwordIs: (word) => passwords.length === 1 && passwords[0] === word,
        shortMessage: octetsOf('smpp.message'),
        esmClass: number('esm.submit.msg_mode') | (number('esm.submit.msg_type') << 2)
            | (number('esm.submit.features') << 6),
        registeredDelivery: number('regdel.receipt') | (number('regdel.acks') << 2) | (number('regdel.notif') << 4),
        octets, places, shown, text, number,
    };
}

export class Capture {
    // Packets of this port of the loopback interface, from now on.
    static async start(port, folder) {
        const capture = new Capture();
        capture.port = port;
        capture.folder = folder;
        capture.file = join(folder, 'smpp.pcapng');
        capture.err = '';
        const child = spawn('dumpcap', ['-i', 'lo', '-B', '16', '-f', `tcp port ${port}`, '-w', capture.file],
            { stdio: ['ignore', 'ignore', 'pipe'] });
        child.stderr.on('data', (piece) => { capture.err += piece; });
        child.on('error', (error) => { capture.err += error.message; });
        capture.ended = new Promise((done) => child.on('close', (code) => {
            capture.over = true;
            done(code);
        }));
        capture.child = child;
        await until('dumpcap captures', () => capture.over || capture.err.includes('File: '),
            { seconds: 10, every: 20 });
        if (capture.over) {
            throw new Error('this machine does not let us capture on lo, and this test is nothing without: it needs '
                + `tshark (./dev setup installs it), and root or CAP_NET_RAW. dumpcap says: ${capture.err}`);
        }
        return capture;
    }

    // Once every connection is closed by both sides and that is in the file.
    async stop(connections) {
        await until('the last packets are in the file', async () => {
            const fins = await this.tshark('-Y', 'tcp.flags.fin == 1', '-T', 'fields', '-e', 'tcp.stream',
                '-e', 'tcp.srcport');
            return new Set(fins.trim().split('\n')).size === 2 * connections;
        }, { seconds: 20, every: 200 });
        this.child.kill('SIGINT');
        assert.equal(await this.ended, 0, this.err);
        const dropped = /received\/dropped on interface .*: \d+\/(\d+) /.exec(this.err);
        assert.equal(dropped?.[1], '0', `packets were dropped: ${this.err}`);
        const holes = await this.tshark('-Y', 'tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment');
        assert.equal(holes, '', 'the capture has holes');
    }

    kill() {
        if (!this.over) this.child.kill('SIGKILL');
        return this.ended;
    }

    async tshark(...args) {
        const { stdout } = await run('tshark', [
            '-r', this.file, '-d', `tcp.port==${this.port},smpp`,
            '-o', 'smpp.decode_sms_over_smpp:GSM 7-bit', '-o', 'smpp.gsm7_unpacked:TRUE', ...args,
        ], { env: { ...process.env, WIRESHARK_CONFIG_DIR: this.folder }, maxBuffer: 2 ** 29, timeout: 60000 });
        return stdout;
    }

    // Frames that tshark found something wrong with: malformed, or a warning or error of its experts in
    // what is above TCP.
    async wrong() {
        return this.tshark('-Y', '_ws.malformed || _ws.unreassembled || (smpp && _ws.expert.severity >= "Warning")');
    }

    // Every PDU, in the order of the wire.
    async pdus() {
        const packets = JSON.parse(await this.tshark('-Y', 'smpp', '-T', 'json', '-x', '--no-duplicate-keys'));
        return packets.flatMap(({ _source: { layers } }) => {
            const raws = Array.isArray(layers.smpp_raw[0]) ? layers.smpp_raw : [layers.smpp_raw];
            const trees = list(layers.smpp);
            assert.equal(raws.length, trees.length);
            return trees.map((tree, index) =>
                pduOf(layers.frame, layers.tcp, this.port, tree, Buffer.from(raws[index][0], 'hex')));
        });
    }

    // What TCP carried in one connection: { engine, carrier }, whatever it means.
    async streamOctets(stream) {
        const told = await this.tshark('-q', '-z', `follow,tcp,raw,${stream}`);
        const engineIsFirst = !told.includes(`Node 0: 127.0.0.1:${this.port}`);
        const octets = { engine: [], carrier: [] };
        for (const line of told.split('\n')) {
            if (!/^\t?[0-9a-f]+$/.test(line)) continue;
            octets[line.startsWith('\t') === engineIsFirst ? 'carrier' : 'engine'].push(line.trim());
        }
        return {
            engine: Buffer.from(octets.engine.join(''), 'hex'), carrier: Buffer.from(octets.carrier.join(''), 'hex'),
        };
    }
}

// What may be the empty string, one NUL: the decoder passes over those without a word.
const strings = new Map([
    ...[0x01, 0x02, 0x09].map((bind) => [bind, ['system_id', 'password', 'system_type', 'address_range']]),
    ...[0x80000001, 0x80000002, 0x80000009].map((response) => [response, ['system_id']]),
    ...[0x80000004, 0x80000005, 0x80000103].map((response) => [response, ['message_id']]),
]);

// Octets of a PDU that the decoder gave no name to, but the NULs of empty strings. Of a request it does
// not show command_status.
export function unnamed(pdu) {
    const named = new Uint8Array(pdu.octets.length);
    if ((pdu.command & 0x80000000) === 0) named.fill(1, 8, 12);
    for (const [position, octets] of pdu.places) {
        const from = position - pdu.begins;
        assert.ok(from >= 0 && from + octets <= named.length, `frame ${pdu.frame}: a field outside its PDU`);
        named.fill(1, from, from + octets);
    }
    const left = [...pdu.octets].filter((_, index) => named[index] === 0);
    const hasBody = pdu.octets.length > 16;
    const empty = hasBody ? (strings.get(pdu.command) ?? []).filter((name) => !pdu.shown.has(`smpp.${name}`)) : [];
    return left.length === empty.length && left.every((octet) => octet === 0) ? 0 : left.length;
}
