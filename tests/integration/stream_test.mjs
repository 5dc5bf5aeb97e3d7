// The event stream over real sockets: what a subscriber missed is told when it comes back, or it is told
// that it has to read its lists again. Nothing in between.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Wire, json, key, request, sender, sleep, until, withHouse } from './house.mjs';
import { RawSmsc } from './raw_smsc.mjs';

const contact = '+15567778888';
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

class Subscriber {
    static async to(house, lastEventId, { apiKey = key } = {}) {
        const wire = await Wire.to(house.http);
        const resume = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`;
        wire.write(`GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apiKey}\r\n${resume}\r\n`);
        await wire.untilText('the stream stands', (text) => text.includes('\r\n\r\n: parley\n\n'));
        return new Subscriber(wire);
    }

    constructor(wire) { this.wire = wire; }

    // All whole events so far.
    events() {
        const text = this.wire.text();
        return text.slice(text.indexOf('\r\n\r\n') + 4).split('\n\n').slice(0, -1)
            .map((block) => Object.fromEntries(block.split('\n').filter((line) => !line.startsWith(':'))
                .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])))
            .filter((event) => event.id).map((event) => ({ ...event, data: JSON.parse(event.data) }));
    }
    until(what, found, seconds = 15) {
        return until(what, () => found(this.events()), { seconds, every: 20 });
    }
    close() { this.wire.close(); }
}

function withStream(work, more = {}) {
    return withHouse(async (house) => {
        await house.prepare(more);
        const smsc = new RawSmsc(house.smpp);
        try {
            await smsc.listen();
            await house.startEngine();
            await smsc.boundSession();
            await work(house, smsc);
        } finally {
            await smsc.close();
        }
    });
}

// A receipt that comes with the answer makes one event of two: `sent` may be missing, the end may not.
const ends = (events) => events.filter((event) => event.event === 'message.delivered');
const endsOf = (events) => ends(events).map((event) => event.data.message_id).sort();
const names = (events) => events.map((event) => `${event.data.message_id} ${event.event}`);
const sendMany = async (house, from, count) => {
    const ids = [];
    for (let first = from; first < from + count; first += 1000) {
        const items = Array.from({ length: Math.min(1000, from + count - first) }, (_, n) => ({
            from: sender, to: `+1556${String(first + n).padStart(7, '0')}`, text: `n ${first + n}`,
        }));
        const answer = await request(house.http, 'POST', '/v1/messages', items);
        assert.equal(answer.status, 202, answer.text);
        ids.push(...JSON.parse(answer.text).results.map((result) => result.id));
    }
    return ids;
};

test('an event says what happened in the words of the API, with RFC 3339 times', () =>
    withStream(async (house, smsc) => {
        const subscriber = await Subscriber.to(house);
        const id = await house.send(contact, 'hello');
        smsc.deliver(await smsc.boundSession(), { from: contact.slice(1), to: sender.slice(1), text: 'Hi "there"\n' });
        const events = await subscriber.until('both', (all) =>
            ends(all).length === 1 && all.some((event) => event.event === 'message.received') && all);
        const delivered = events.find((event) => event.event === 'message.delivered').data;
        assert.deepEqual({ ...delivered, at: null, conversation_id: null }, {
            type: 'message.delivered', message_id: id, conversation_id: null, direction: 'outbound',
            status: 'delivered', from: sender, to: contact, at: null,
            delivery: { outcome: 'delivered', segments: 1, delivered: 1, failed: 0, unknown: 0, pending: 0 },
        });
        const received = events.find((event) => event.event === 'message.received').data;
        assert.equal(received.text, 'Hi "there"\n');
        assert.equal(received.direction, 'inbound');
        for (const event of events) assert.match(event.data.at, rfc3339);
        const message = await house.message(id);
        assert.equal(delivered.conversation_id, message.conversation_id);
        assert.equal(delivered.at.slice(0, 16), message.settled_at.slice(0, 16));
    }));

test('who comes back with Last-Event-ID hears all that happened in between, once and in order', () =>
    withStream(async (house) => {
        let subscriber = await Subscriber.to(house);
        await house.send(contact, 'first');
        await subscriber.until('the first is told', (all) => ends(all).length === 1);
        const last = subscriber.events().at(-1).id;
        subscriber.close();
        const ids = await sendMany(house, 0, 300);  // while nobody listens
        await house.allEnded(ids);
        subscriber = await Subscriber.to(house, last);
        await subscriber.until('all is told', (all) => ends(all).length >= 300);
        await sleep(200);
        const events = subscriber.events();
        assert.deepEqual(endsOf(events), [...ids].sort());
        assert.equal(new Set(names(events)).size, events.length, 'nothing is told twice');
        for (const id of ids) {
            const own = events.filter((event) => event.data.message_id === id);
            assert.equal(own.at(-1).event, 'message.delivered', 'the end comes last');
        }
        // From any event in the middle: exactly what came behind it.
        const middle = await Subscriber.to(house, events[200].id);
        await middle.until('the rest', (all) => all.length >= events.length - 201);
        await sleep(200);
        assert.deepEqual(names(middle.events()).sort(), names(events.slice(201)).sort());
    }));

test('a long catch-up is told whole: many events at once are not a slow reader', () =>
    withStream(async (house) => {
        let subscriber = await Subscriber.to(house);
        await house.send(contact, 'first');
        await subscriber.until('the first is told', (all) => ends(all).length === 1);
        const last = subscriber.events().at(-1).id;
        subscriber.close();
        const ids = await sendMany(house, 0, 4000);
        await until('all have ended', async () =>
            (await house.metric('parley_messages_settled_total')) === 4001, { seconds: 30 });
        subscriber = await Subscriber.to(house, last);
        await subscriber.until('all is told', (all) => ends(all).length >= ids.length, 30);
        assert.deepEqual(endsOf(subscriber.events()), [...ids].sort());
        assert.ok(!subscriber.events().some((event) => event.event === 'reset'));
        assert.equal(await house.metric('parley_http_streams_dropped_total'), 0);
    }));

test('who comes back after more than is remembered is told so first', () =>
    withStream(async (house) => {
        let subscriber = await Subscriber.to(house);
        await house.send(contact, 'first');
        await subscriber.until('the first is told', (all) => ends(all).length === 1);
        const last = subscriber.events().at(-1).id;
        subscriber.close();
        await sendMany(house, 0, 10000);
        await until('all have ended', async () =>
            (await house.metric('parley_messages_settled_total')) === 10001, { seconds: 60 });
        subscriber = await Subscriber.to(house, last);
        const [first] = await subscriber.until('a word', (all) => all.length > 0 && all);
        assert.equal(first.event, 'reset');
        const id = await house.send(contact, 'after the reset');
        const events = await subscriber.until('what is new', (all) => ends(all).length > 0 && all);
        assert.ok(events.slice(1).every((event) => event.data.message_id === id), 'nothing old');
        // The position of the reset is one to come back with.
        const again = await Subscriber.to(house, first.id);
        await again.until('the same', (all) => ends(all).length > 0);
        assert.deepEqual(names(again.events()), names(events.slice(1)));
    }));

test('a first subscription on an old stream leads to positions that can be resumed', () =>
    withStream(async (house) => {
        await sendMany(house, 0, 10000);  // more than any shard remembers
        await until('all have ended', async () =>
            (await house.metric('parley_messages_settled_total')) === 10000, { seconds: 60 });
        const subscriber = await Subscriber.to(house);
        await house.send(contact, 'one');  // an event of one shard alone
        const events = await subscriber.until('it is told', (all) => ends(all).length === 1 && all);
        const next = await house.send(contact, 'two');
        const again = await Subscriber.to(house, events.at(-1).id);
        await again.until('the other', (all) => ends(all).length >= 1);
        await sleep(200);
        assert.deepEqual(endsOf(again.events()), [next]);
        assert.ok(again.events().every((event) => event.data.message_id === next));
    }));

test('after a restart the first event is a reset, and the lists know what was missed', () =>
    withStream(async (house, smsc) => {
        let subscriber = await Subscriber.to(house);
        const id = await house.send(contact, 'before');
        await subscriber.until('it is told', (all) => ends(all).length === 1);
        const last = subscriber.events().at(-1).id;
        const sequence = smsc.deliver(await smsc.boundSession(),
            { from: contact.slice(1), to: sender.slice(1), text: 'missed' });
        await (await smsc.boundSession()).answer(sequence);
        subscriber.close();
        await house.stopEngine('SIGKILL');
        await house.startEngine();
        subscriber = await Subscriber.to(house, last);
        const [reset] = await subscriber.until('a word', (all) => all.length > 0 && all);
        assert.equal(reset.event, 'reset');
        assert.deepEqual(reset.data, {});
        assert.notEqual(reset.id, last);
        const { conversations } = await json(house.http, '/v1/conversations');
        assert.equal(conversations[0].last_message.text, 'missed');
        assert.equal((await house.message(id)).status, 'delivered');
        const next = await house.send(contact, 'after');
        await subscriber.until('what is new', (all) => all.some((event) => event.data.message_id === next));
    }));

test('a Last-Event-ID that is none of ours leads to a reset, not to an error or to silence', () =>
    withStream(async (house) => {
        for (const id of ['0', 'nonsense', '1.2.3.4.5.6', '99999999999999999999999999.1.1', `${'9'.repeat(500)}`, '..']) {
            const subscriber = await Subscriber.to(house, id);
            const [first] = await subscriber.until('a word', (all) => all.length > 0 && all);
            assert.equal(first.event, 'reset', id);
            subscriber.close();
        }
        // A position ahead of what has happened cannot be ours either.
        const subscriber = await Subscriber.to(house);
        await house.send(contact, 'x');
        const [event] = await subscriber.until('an event', (all) => all.length > 0 && all);
        const [boot, ...rest] = event.id.split('.');
        const ahead = await Subscriber.to(house, [boot, ...rest.map(() => '4000000')].join('.'));
        const [first] = await ahead.until('a word', (all) => all.length > 0 && all);
        assert.equal(first.event, 'reset');
    }));

test('a subscriber that stops reading is dropped, and comes back without a gap', () =>
    withStream(async (house) => {
        let subscriber = await Subscriber.to(house);
        subscriber.wire.socket.pause();
        let sent = 0;
        await until('it is dropped', async () => {
            await sendMany(house, sent, 1000);
            sent += 1000;
            return (await house.metric('parley_http_streams_dropped_total')) >= 1;
        }, { seconds: 60, every: 1 });
        await until('all have ended', async () =>
            (await house.metric('parley_messages_settled_total')) === sent, { seconds: 60 });
        subscriber.wire.socket.resume();
        await subscriber.wire.untilEnd();
        const heard = new Map();
        let reset = false;
        const listen = (events) => events.forEach((event) => {
            if (event.event === 'reset') reset = true;
            else heard.set(`${event.data.message_id} ${event.event}`, (heard.get(`${event.data.message_id} ${event.event}`) ?? 0) + 1);
        });
        const before = subscriber.events();
        assert.ok(ends(before).length > 0 && ends(before).length < sent);
        listen(before);
        subscriber = await Subscriber.to(house, before.at(-1).id);
        await subscriber.until('the rest, or a reset', (all) =>
            all[0]?.event === 'reset' || ends(before).length + ends(all).length >= sent, 30);
        listen(subscriber.events());
        const ended = [...heard.keys()].filter((name) => name.endsWith('message.delivered'));
        if (!reset) assert.equal(ended.length, sent);
        assert.ok([...heard.values()].every((count) => count === 1), 'nothing is told twice');
    }));

test('accounts of one brand all hear what people write to it, and nothing of each other\'s messages', () =>
    withStream(async (house, smsc) => {
        const mine = await Subscriber.to(house);
        const partner = await Subscriber.to(house, undefined, { apiKey: 'key-partner-01' });
        const stranger = await Subscriber.to(house, undefined, { apiKey: 'key-stranger-1' });
        const id = await house.send(contact, 'hello');
        const session = await smsc.boundSession();
        const sequence = smsc.deliver(session, { from: contact.slice(1), to: sender.slice(1), text: 'Hi' });
        await session.answer(sequence);
        await mine.until('both', (all) => ends(all).length === 1 &&
            all.some((event) => event.event === 'message.received'));
        const heard = await partner.until('the words of the contact', (all) => all.length >= 1 && all);
        await sleep(200);
        assert.deepEqual(partner.events().map((event) => event.event), ['message.received']);
        assert.equal(heard[0].data.text, 'Hi');
        assert.deepEqual(stranger.events(), []);
        // As in the thread and by id.
        const path = `/v1/messages/${heard[0].data.message_id}`;
        const asked = (apiKey, of) => new Promise((done, failed) => Wire.to(house.http).then((wire) => {
            wire.write(`GET ${of} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${apiKey}\r\n\r\n`);
            wire.untilEnd().then((text) => done(Number(text.split(' ')[1])), failed);
        }, failed));
        assert.equal(await asked('key-partner-01', path), 200);
        assert.equal(await asked('key-partner-01', `/v1/messages/${id}`), 404);
        assert.equal(await asked('key-stranger-1', path), 404);
        // And when it comes back for it.
        const again = await Subscriber.to(house, heard[0].id, { apiKey: 'key-partner-01' });
        await sleep(200);
        assert.deepEqual(again.events(), []);
    }, {
        brands: [{ id: 'other', senders: ['+15550002000'] }],
        accounts: [{ id: 'partner', brand: 'demo', api_keys: ['key-partner-01'] },
            { id: 'stranger', brand: 'other', api_keys: ['key-stranger-1'] }],
    }));
