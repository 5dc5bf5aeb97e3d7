// A message centre whose SMPP is not ours: npm's smpp (node-smpp) reads and writes every PDU, the
// tests decide what is answered. What passed in both directions is kept in the order in which it
// passed here.

import assert from 'node:assert/strict';

import smpp from 'smpp';

import { until } from '../support/rig.mjs';

export const { errors, consts } = smpp;

// SMPP 3.4 Appendix B.
export function receiptText({ id, stat = 'DELIVRD', err = '000', text = '' }) {
    const delivered = stat === 'DELIVRD' ? '001' : '000';
    return `id:${id} sub:001 dlvrd:${delivered} submit date:2611240910 done date:2611240911 `
        + `stat:${stat} err:${err} text:${text.slice(0, 20)}`;
}

const isResponse = ({ command }) => command.endsWith('_resp') || command === 'generic_nack';

// All that the peer decoded, but the two that differ from PDU to PDU.
export function fieldsOf(pdu) {
    const { command_length: length, sequence_number: sequence, ...fields } = pdu;
    assert.ok(length >= 16 && sequence >= 1);
    return fields;
}

export class Smsc {
    // secure: options of node:tls, for one that speaks TLS.
    constructor({ systemId = 'parley', password = 'secret', secure = {} } = {}) {
        this.systemId = systemId;
        this.bindRefusal = errors.ESME_RBINDFAIL;
        this.password = password;
        this.secure = secure;
        this.links = [];     // every session ever, oldest first
        this.binds = [];     // { pdu without its password, passwordRight }
        this.submits = [];   // { link, pdu, at, answer(options), answeredAs }; at: place in passed
        this.passed = [];    // { link, ours, pdu }
        this.troubles = [];  // what the library or we could not make sense of
        this.nextId = 0xA7F300001;
        this.answersEnquiries = true;
        // What to say to a submit: options of the response, or null when the test answers by hand.
        this.policy = () => ({});
    }

    async listen(port) {
        this.server = smpp.createServer(this.secure, (session) => this.accept(session));
        this.server.on('error', (error) => this.troubles.push(error.message));
        await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
    }

    async close() {
        for (const link of this.links) if (!link.closed) link.session.destroy();
        if (this.server) await new Promise((done) => this.server.close(done));
    }

    accept(session) {
        const link = { session, number: this.links.length, bind: null, closed: false };
        this.links.push(link);
        session.on('error', (error) => {
            if (!(link.mayReset && error.code === 'ECONNRESET')) this.troubles.push(`link ${link.number}: ${error.message}`);
        });
        session.on('close', () => { link.closed = true; });
        session.on('pdu', (pdu) => {
            this.note(link, false, pdu);
            if (!isResponse(pdu)) this.receive(link, pdu);  // the library finds who asked
        });
    }

    note(link, ours, pdu) {
        const { password, ...kept } = pdu;  // a password has no place in a failed test's words
        this.passed.push({ link: link.number, ours, pdu: kept });
    }

    receive(link, pdu) {
        if (pdu.command.startsWith('bind_')) {
            this.onBind(link, pdu);
        } else if (pdu.command === 'submit_sm') {
            this.onSubmit(link, pdu);
        } else if (pdu.command === 'enquire_link') {
            if (this.answersEnquiries) this.reply(link, pdu);
        } else if (pdu.command === 'unbind') {
            this.reply(link, pdu);
            link.bind = null;
            link.session.close();
        } else {
            this.troubles.push(`link ${link.number}: ${pdu.command} is nothing to ask a message centre`);
            this.reply(link, pdu, { command_status: errors.ESME_RINVCMDID });
        }
    }

    reply(link, pdu, options = {}) {
        const response = pdu.response(options);
        this.note(link, true, response);
        link.session.send(response);
    }

    onBind(link, pdu) {
        const { password, ...kept } = pdu;
        const passwordRight = password === this.password;
        this.binds.push({ pdu: kept, passwordRight });
        if (pdu.system_id !== this.systemId || !passwordRight) {
            this.reply(link, pdu, { command_status: this.bindRefusal });
            return;
        }
        link.bind = pdu.command.slice('bind_'.length);
        this.reply(link, pdu, { system_id: 'node-smpp', sc_interface_version: 0x34 });
    }

    onSubmit(link, pdu) {
        const submit = {
            link, pdu, answeredAs: null, at: this.passed.length - 1,
            answer: ({ command_status = errors.ESME_ROK, message_id: given } = {}) => {
                assert.equal(submit.answeredAs, null, 'answered once');
                const id = given ?? (this.nextId++).toString(16).toUpperCase();
                submit.answeredAs = command_status === errors.ESME_ROK ? id : command_status;
                this.reply(link, pdu, command_status === errors.ESME_ROK ? { message_id: id } : { command_status });
                return id;
            },
        };
        this.submits.push(submit);
        const options = this.policy(submit);
        if (options !== null) submit.answer(options);
    }

    // Those to one number, in order of arrival, once there are so many.
    submitsTo(number, count = 1) {
        const digits = number.replace('+', '');
        return until(`${count} submit_sm to ${number}`, () => {
            const found = this.submits.filter(({ pdu }) => pdu.destination_addr === digits);
            return found.length >= count ? found : null;
        }, { seconds: 20, every: 5 });
    }

    // The peer is about to be killed: with something unread its kernel resets the connections.
    expectKill() {
        for (const link of this.links) link.mayReset = true;
    }

    // Bound for receiving.
    receivers() {
        return this.links.filter(({ bind, closed }) => !closed && (bind === 'transceiver' || bind === 'receiver'));
    }

    // A request of ours; what comes back.
    ask(link, command, options = {}) {
        return new Promise((done, failed) => {
            const late = setTimeout(() => failed(new Error(`${command} on link ${link.number}: no answer`)), 15000);
            const pdu = new smpp.PDU(command, options);
            const sent = link.session.send(pdu, (response) => {
                clearTimeout(late);
                done(response);
            });
            if (!sent) {
                clearTimeout(late);
                failed(new Error(`${command}: link ${link.number} is closed`));
            }
            this.note(link, true, pdu);
        });
    }

    // A handset writes; answers arrive with ESME_ROK and an empty message_id, or this throws.
    async deliver(options, link = this.receivers()[0]) {
        const response = await this.ask(link, 'deliver_sm', {
            source_addr_ton: 1, source_addr_npi: 1, dest_addr_ton: 1, dest_addr_npi: 1, ...options,
        });
        assert.deepEqual(fieldsOf(response), {
            command: 'deliver_sm_resp', command_id: 0x80000005, command_status: errors.ESME_ROK, message_id: '',
        });
        return response;
    }

    // A receipt for a submit, whose addresses are those of the message, swapped (5.0 §4.3.5.1).
    receipt(submit, options, link = this.receivers()[0]) {
        const { pdu } = submit;
        return this.deliver({
            esm_class: consts.ESM_CLASS.MC_DELIVERY_RECEIPT,
            source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi, source_addr: pdu.destination_addr,
            dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr,
            ...options,
        }, link);
    }

    // What holds on every session, whatever was said: the peer numbers its requests 1, 2, 3 …
    // (SMPP 3.4 §5.1.4), answers each of ours exactly once, answers nothing else, and nacks nothing.
    checkSessions() {
        assert.deepEqual(this.troubles, []);
        for (const { number } of this.links) {
            const passed = this.passed.filter(({ link }) => link === number);
            const theirs = passed.filter(({ ours }) => !ours).map(({ pdu }) => pdu);
            const requests = theirs.filter((pdu) => !isResponse(pdu));
            assert.deepEqual(requests.map((pdu) => pdu.sequence_number), requests.map((_, index) => index + 1),
                `link ${number}: sequence numbers of the engine`);
            const short = (pdu) => `${pdu.command.replace(/_resp$/, '')} ${pdu.sequence_number}`;
            const asked = passed.filter(({ ours, pdu }) => ours && !isResponse(pdu)).map(({ pdu }) => short(pdu));
            const answered = theirs.filter((pdu) => isResponse(pdu)).map(short);
            assert.deepEqual(answered.sort(), asked.sort(), `link ${number}: answers of the engine`);
        }
    }
}
