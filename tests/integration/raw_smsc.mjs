// A carrier of which every octet is scripted: a net.Server that reads PDUs as SMPP 3.4 lays them out
// and answers as a good carrier would, until a test has it say something else.

import net from 'node:net';
import tls from 'node:tls';

import { until } from './house.mjs';

export const command = {
    generic_nack: 0x80000000, bind_receiver: 1, bind_transmitter: 2, bind_transceiver: 9,
    outbind: 0x0B, submit_sm: 4, submit_sm_resp: 0x80000004, deliver_sm: 5, deliver_sm_resp: 0x80000005,
    unbind: 6, unbind_resp: 0x80000006, enquire_link: 0x15, enquire_link_resp: 0x80000015,
};
export const esme = {
    rok: 0, rinvmsglen: 1, rinvcmdlen: 2, rinvcmdid: 3, rsyserr: 8, rx_t_appn: 0x64, rinvtlvstream: 0xC0,
    rinvtlvlen: 0xC2,
};

export function pdu(id, status, sequence, body = Buffer.alloc(0)) {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(16 + body.length, 0);
    head.writeUInt32BE(id, 4);
    head.writeUInt32BE(status, 8);
    head.writeUInt32BE(sequence, 12);
    return Buffer.concat([head, body]);
}

const cString = (text) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from([0])]);

export const outbind = (systemId, password) => pdu(command.outbind, 0, 1,
    Buffer.concat([cString(systemId), cString(password)]));

// The fields of a bind request that tests look at (SMPP 3.4 §4.1).
export function readBind(body) {
    const [systemId, password, systemType] = body.toString('latin1').split('\0', 3);
    const version = body[systemId.length + password.length + systemType.length + 3];
    return { systemId, password, systemType, version };
}

// The body of a deliver_sm, field by field (SMPP 3.4 §4.6.1).
export function deliverBody({ from, to, text = '', esmClass = 0, dataCoding = 0, smLength, tlvs = [] }) {
    const message = Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1');
    return Buffer.concat([
        cString(''), Buffer.from([1, 1]), cString(from), Buffer.from([1, 1]), cString(to),
        Buffer.from([esmClass, 0, 0]), cString(''), cString(''),
        Buffer.from([0, 0, dataCoding, 0, smLength ?? message.length]), message, ...tlvs,
    ]);
}

function readSubmit(body) {
    let at = 0;
    const text = () => {
        const end = body.indexOf(0, at);
        const value = body.toString('latin1', at, end);
        at = end + 1;
        return value;
    };
    text();
    at += 2;
    const from = text();
    at += 2;
    const to = text();
    at += 3;
    text();
    text();
    at += 4;
    const length = body[at];
    return { from, to, text: body.toString('latin1', at + 1, at + 1 + length) };
}

class Session {
    constructor(smsc, socket) {
        this.smsc = smsc;
        this.socket = socket;
        this.unread = Buffer.alloc(0);
        this.frames = [];  // everything that the engine has said
        this.closed = false;
        this.bound = false;
        socket.on('data', (piece) => this.read(piece));
        socket.on('error', () => {});
        socket.on('close', () => { this.closed = true; });
        socket.on('end', () => { this.peerEnded = true; });
    }

    read(piece) {
        this.unread = Buffer.concat([this.unread, piece]);
        while (this.unread.length >= 16 && this.unread.length >= this.unread.readUInt32BE(0)) {
            const length = this.unread.readUInt32BE(0);
            const frame = {
                id: this.unread.readUInt32BE(4), status: this.unread.readUInt32BE(8),
                sequence: this.unread.readUInt32BE(12), body: this.unread.subarray(16, length),
                at: Date.now(),
            };
            this.unread = this.unread.subarray(length);
            this.frames.push(frame);
            this.smsc.handle(this, frame);
        }
    }

    write(octets) { if (!this.closed) this.socket.write(octets); }
    respond(frame, status = 0, body) {
        this.write(pdu((frame.id | 0x80000000) >>> 0, status, frame.sequence, body));
    }

    // The engine's answer to a request of ours.
    answer(sequence, seconds = 10) {
        return until(`an answer to sequence ${sequence}`, () => this.frames.find((frame) =>
            frame.id >= 0x80000000 && frame.sequence === sequence), { seconds, every: 10 });
    }
    closedByPeer(seconds = 10) {
        return until('the engine closes the connection', () => this.closed || this.peerEnded, { seconds, every: 10 });
    }
}

export class RawSmsc {
    constructor(port) {
        this.port = port;
        this.sessions = [];
        this.submits = [];  // { from, to, text, sequence, session }
        this.receipts = true;  // every accepted message is delivered at once
        this.tlsTroubles = [];  // of handshakes that failed, by their code
        this.script = null;  // (session, frame) => true when it has taken the frame
        this.onConnect = null;  // (session) => true when it wants no more of us
        this.lastId = 0;
        this.lastSequence = 100000;
    }

    // secure: options of node:tls, for a carrier that speaks TLS.
    async listen(secure = null) {
        const accept = (socket) => this.take(socket);
        this.server = secure ? tls.createServer(secure, accept) : net.createServer(accept);
        this.server.on('tlsClientError', (error) => this.tlsTroubles.push(error.code));
        await new Promise((done, failed) => this.server.once('error', failed)
            .listen(this.port, '127.0.0.1', done));
    }

    take(socket) {
        const session = new Session(this, socket);
        session.at = Date.now();
        this.sessions.push(session);
        this.onConnect?.(session);
        return session;
    }

    // Connects to the engine, as a carrier does that sends outbind. secure: options of node:tls.
    async connectTo(port, { secure, ...options } = {}) {
        const to = { port, host: '127.0.0.1', ...options };
        const socket = secure ? tls.connect({ ...to, ...secure }) : net.connect(to);
        await new Promise((done, failed) =>
            socket.once(secure ? 'secureConnect' : 'connect', done).once('error', failed));
        return this.take(socket);
    }

    async close() {
        for (const session of this.sessions) session.socket.destroy();
        if (this.server?.listening) await new Promise((done) => this.server.close(done));
    }

    handle(session, frame) {
        if (frame.id === command.submit_sm) {
            this.submits.push({ ...readSubmit(frame.body), sequence: frame.sequence, session });
        }
        if (this.script?.(session, frame)) return;
        this.behave(session, frame);
    }

    // What a good carrier does.
    behave(session, frame) {
        switch (frame.id) {
            case command.bind_transceiver:
            case command.bind_receiver:
            case command.bind_transmitter:
                session.bound = true;
                return session.respond(frame, 0, cString('raw'));
            case command.submit_sm:
                return this.accept(session, frame);
            case command.enquire_link:
                return session.respond(frame);
            case command.unbind:
                session.respond(frame);
                return session.socket.end();
            default:
                return undefined;
        }
    }

    accept(session, frame) {
        const id = String(++this.lastId).padStart(8, '0');
        session.respond(frame, 0, cString(id));
        if (this.receipts) this.receipt(session, readSubmit(frame.body), id);
    }

    receipt(session, submit, id) {
        this.deliver(session, {
            from: submit.to, to: submit.from, esmClass: 4,
            text: `id:${id} sub:001 dlvrd:001 submit date:2611240900 done date:2611240900 stat:DELIVRD err:000 text:`,
        });
    }

    // Says a deliver_sm and gives its sequence number.
    deliver(session, fields) {
        const sequence = ++this.lastSequence;
        session.write(pdu(command.deliver_sm, 0, sequence, deliverBody(fields)));
        return sequence;
    }

    // The newest session that is bound and open.
    boundSession(seconds = 10) {
        return until('a link is bound', () => this.sessions.filter((session) =>
            session.bound && !session.closed && !session.peerEnded).at(-1), { seconds, every: 10 });
    }

    // Every text was submitted at most once.
    repeated() {
        const seen = new Map();
        for (const { to, text } of this.submits) {
            const name = `${to} ${text}`;
            seen.set(name, (seen.get(name) ?? 0) + 1);
        }
        return [...seen].filter(([, count]) => count > 1).map(([name]) => name);
    }
}
