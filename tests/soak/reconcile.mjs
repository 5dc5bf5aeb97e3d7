// Lays the carrier's books and the engine's own side by side, segment by segment: every submit that the
// carrier took belongs to a segment that the engine knows, or is in doubt with it, and every final receipt
// that the carrier was thanked for is the state of its segment.

import { all, endings, promisedIn } from '../support/books.mjs';

const passing = new Set(['ENROUTE', 'ACCEPTED']);
const nameOf = (to, marker) => `${to} ${Number(marker.replace(/^n=/, ''))}`;

// Which part of a long message a submit is, from its user data header (3GPP TS 23.040, 9.2.3.24.1).
function partOf(submit) {
    return (submit.esm_class & 0x40) !== 0 && submit.octets.startsWith('050003') ? parseInt(submit.octets.slice(10, 12), 16) : 1;
}

async function booksOf(rig) {
    const taken = new Map();  // by message id
    let confirmations = 0;
    for (const submit of await all(rig.control, '/books/submits', 'submits')) {
        if (submit.status !== 0 && submit.status !== 'ESME_ROK') continue;
        if (submit.text.includes('unsubscribed')) {
            ++confirmations;
            continue;
        }
        taken.set(submit.message_id, { ...submit, part: partOf(submit), marker: /n=(\d+)/.exec(submit.text)?.[1] });
    }
    const thanked = new Map();  // final states that were acknowledged, by message id
    const sent = new Map();     // that went out; whether the thanks came is not known of all
    for (const receipt of await all(rig.control, '/books/receipts', 'receipts')) {
        if (passing.has(receipt.state)) continue;
        if (receipt.sends > 0) sent.set(receipt.message_id, receipt.state);
        if (receipt.acked_us !== null) thanked.set(receipt.message_id, receipt.state);
    }
    return { taken, thanked, sent, confirmations };
}

// What the segments' states say of the whole.
function allowed(states) {
    if (states.every((state) => state === 'DELIVERED')) return ['delivered'];
    const words = { DELIVERED: 'delivered', UNDELIVERABLE: 'undelivered', EXPIRED: 'expired', REJECTED: 'undelivered' };
    return [...new Set(states.filter((state) => state !== 'DELIVERED').map((state) => words[state] ?? 'unknown'))];
}

// accepted, unanswered: what parley-load noted. Gives the figures, and examples of all that must not be.
export async function reconcile(rig, { accepted, unanswered }) {
    const { taken, thanked, sent, confirmations } = await booksOf(rig);
    const odd = [];
    const claimed = new Set();
    const doubts = new Map();  // segments that may or may not be there, by recipient and part
    let segments = 0;
    let doubted = 0;
    const promised = promisedIn(accepted);
    const statuses = await endings(rig, promised, ({ id, to, marker }, message) => {
        if (!message) return;
        const wrong = (what) => odd.push({ id, what, status: message.status });
        const states = [];
        // Which part is which a receipt does not say: where both were in doubt, their ids may have changed places.
        const parts = [];
        for (const segment of message.segments) {
            ++segments;
            const carrierId = segment.carrier_message_id;
            if (!carrierId) {
                const key = `${to} ${segment.number}`;
                doubts.set(key, (doubts.get(key) ?? 0) + 1);
                if (segment.phase === 'uncertain') ++doubted;
                continue;
            }
            const submit = taken.get(carrierId);
            if (!submit) wrong(`${carrierId} is not in the carrier's books`);
            else if (submit.destination !== to || (submit.part === 1 && nameOf(to, submit.marker ?? '') !== nameOf(to, marker))) {
                wrong(`${carrierId} is another message there`);
            } else parts.push(submit.part);
            if (claimed.has(carrierId)) wrong(`${carrierId} belongs to another segment as well`);
            claimed.add(carrierId);
            const final = thanked.get(carrierId);
            if (final && segment.state !== final) wrong(`${carrierId} is ${segment.state}; the receipt that we gave thanks for said ${final}`);
            if (segment.state && !passing.has(segment.state) && sent.get(carrierId) !== segment.state) wrong(`${carrierId} is ${segment.state}; no receipt said so`);
            if (final) states.push(final);
        }
        if (new Set(parts).size !== parts.length) wrong(`it has the parts ${parts}`);
        const whole = states.length === message.segments.length;
        if (whole && !allowed(states).includes(message.status)) wrong(`its segments are ${states}`);
        if (!whole && message.status === 'delivered') wrong('not every segment is known to be');
        if (['failed', 'canceled'].includes(message.status) && states.length > 0) wrong('receipts say that it was sent');
    });

    // A request that a SIGKILL left without an answer may have been stored: nobody was told.
    const untold = promisedIn(unanswered).map(({ id: to, to: marker }) => ({ to, name: nameOf(to, marker) }));
    const untoldNames = new Set(untold.map(({ name }) => name));
    const untoldRecipients = new Set(untold.map(({ to }) => to));
    const strangers = [];
    for (const submit of taken.values()) {
        if (claimed.has(submit.message_id)) continue;
        if (submit.marker === undefined ? untoldRecipients.has(submit.destination) : untoldNames.has(nameOf(submit.destination, submit.marker))) continue;
        const key = `${submit.destination} ${submit.part}`;
        const left = doubts.get(key) ?? 0;
        doubts.set(key, left - 1);
        if (left <= 0) strangers.push({ id: submit.message_id, to: submit.destination, part: submit.part, text: submit.text.slice(0, 20) });
    }
    // By the marker alone, whatever the engine says of it.
    const first = new Map();
    for (const { destination, marker } of taken.values()) {
        if (marker !== undefined) first.set(nameOf(destination, marker), (first.get(nameOf(destination, marker)) ?? 0) + 1);
    }
    return {
        promised: promised.length, segments, statuses, submits: taken.size, receipts_thanked_for: thanked.size,
        in_doubt: doubted, confirmations, sent_twice: [...first.values()].reduce((sum, count) => sum + count - 1, 0),
        strangers, odd,
    };
}
