// Compares what an engine promised and thanked for with the books of its simulated carrier: for the
// tests that kill it while it works.

import { existsSync, readFileSync } from 'node:fs';

import { json, request, until } from './rig.mjs';

export const finals = new Set(['delivered', 'undelivered', 'failed', 'expired', 'unknown', 'canceled']);

// Everything of a paged list of parley-sim's books.
export async function all(port, path, name) {
    const found = [];
    for (let since = 0; ;) {
        const page = await json(port, `${path}?since=${since}&limit=10000`);
        found.push(...page[name]);
        if (page.next >= page.total || page.next === since) return found;
        since = page.next;
    }
}

// Runs `ask` for every item, some at a time.
export async function each(items, ask, width = 16) {
    let next = 0;
    await Promise.all(Array.from({ length: width }, async () => {
        while (next < items.length) await ask(items[next++]);
    }));
}

// What parley-load noted in --accepted-file: [{ id, to, marker }].
export function promisedIn(file) {
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => {
        const [id, to, marker] = line.split(' ');
        return { id, to, marker };
    });
}

// Waits until every promised message has ended; calls `look` with the promise and the message, null
// for one that the engine does not know. Gives the number of each status, `missing` included.
export async function endings(rig, promised, look = () => {}) {
    const statuses = {};
    await each(promised, async (promise) => {
        const message = await until(`${promise.id} ends`, async () => {
            const answer = await request(rig.http, 'GET', `/v1/messages/${promise.id}`);
            if (answer.status === 404) return { status: 'missing' };
            const found = JSON.parse(answer.text);
            return finals.has(found.status) ? found : null;
        }, { seconds: 60, every: 250 });
        statuses[message.status] = (statuses[message.status] ?? 0) + 1;
        look(promise, message.status === 'missing' ? null : message);
    });
    return statuses;
}

// Contact -> conversation, of all conversations that the engine shows.
export async function conversationsOf(rig) {
    const conversations = new Map();
    for (let cursor = ''; cursor !== undefined;) {
        const from = cursor && `&cursor=${encodeURIComponent(cursor)}`;
        const page = await json(rig.http, `/v1/conversations?limit=200${from}`);
        for (const { id, contact } of page.conversations) conversations.set(contact, id);
        cursor = page.next;
    }
    return conversations;
}

// Looks for every inbound message that the carrier was thanked for: { acknowledged, unheard }.
export async function heard(rig, conversations) {
    const mos = (await all(rig.control, '/books/mos', 'mos')).filter((mo) => mo.acked_us !== null);
    const said = new Map();
    for (const mo of mos) said.set(mo.from, [...(said.get(mo.from) ?? []), mo.text]);
    const unheard = [];
    await each([...said], async ([contact, texts]) => {
        const id = conversations.get(contact);
        const kept = [];
        for (let cursor = ''; id;) {
            const page = await json(rig.http, `/v1/conversations/${id}/messages?limit=100${cursor}`);
            kept.push(...page.messages.filter((m) => m.direction === 'inbound').map((m) => m.text));
            const next = page.next_cursor ?? page.cursor ?? page.next;
            if (!next) break;
            cursor = `&cursor=${encodeURIComponent(next)}`;
        }
        for (const text of texts) {
            const at = kept.indexOf(text);
            if (at < 0) unheard.push({ contact, text, conversation: id ?? 'unknown' });
            else kept.splice(at, 1);
        }
    });
    return { acknowledged: mos.length, unheard };
}

// Who said STOP and was thanked: submits after that but the one confirmation.
export async function stops(rig) {
    const register = await json(rig.control, '/stops?after=0');
    let wrongful = 0;
    let twiceConfirmed = 0;
    for (const stop of register.stops) {
        const others = stop.after.filter((submit) => !submit.text.includes('unsubscribed'));
        wrongful += others.length;
        if (stop.after.length - others.length > 1) ++twiceConfirmed;
    }
    return { total: register.total, wrongful, twiceConfirmed };
}
