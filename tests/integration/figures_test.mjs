// What happened is what /metrics tells: each kind of event once, and looked up under its own label.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { request, sender, until, withHouse } from './house.mjs';

const contact = (n) => `+1555777${String(n).padStart(4, '0')}`;

function withFigures(work, ...flags) {
    return withHouse(async (house) => {
        await house.prepare({ carrier: { links: 1, reconnect_min: '50ms', reconnect_max: '200ms' } });
        await house.startSim(...flags);
        await house.startEngine();
        await house.bound(1);
        // A series has this value, sooner or later: gauges are set four times a second.
        house.tells = (name, labels, value) => until(`${name}{${labels}} is ${value}`, async () => {
            const found = await house.metric(`parley_${name}`, labels);
            if (found !== value) throw new Error(`${found}`);
            return true;
        });
        house.hears = async (from, text) => {
            const before = await house.metric('parley_inbound_messages_total');
            const answer = await request(house.control, 'POST', '/mo', { from, to: sender, text });
            assert.equal(answer.status, 200, answer.text);
            await house.tells('inbound_messages_total', '', before + 1);
        };
        await work(house);
    });
}

test('answers, receipts, reasons and encodings', () => withFigures(async (house) => {
    const refused = await house.send('+15559990001', 'Nobody there');
    await house.reaches(refused, 'failed');
    await house.tells('smpp_submit_responses_total', 'status="ESME_RINVDSTADR"', 1);
    await house.tells('smpp_answers_total', 'outcome="failed"', 1);
    await house.tells('messages_not_delivered_total', 'reason="carrier_refused"', 1);
    await house.tells('messages_settled_total', 'outcome="failed"', 1);

    const plain = await house.send(contact(1), 'Good morning');
    await house.reaches(plain, 'delivered');
    await house.tells('messages_settled_total', 'outcome="delivered"', 1);
    await house.tells('messages_accepted_total', 'class="conversational"', 2);
    await house.tells('segments_accepted_total', 'encoding="gsm7"', 2);
    await house.tells('receipts_by_state_total', 'state="delivered"', 1);
    const russian = await house.send(contact(2), 'Доброе утро. '.repeat(12), { class: 'informational' });
    const segments = (await house.reaches(russian, 'delivered')).segments.length;
    assert.ok(segments > 1);
    await house.tells('segments_accepted_total', 'encoding="ucs2"', segments);
    await house.tells('smpp_pdus_total', 'direction="out",link="acme-1",type="submit_sm"', 2 + segments);
    await house.tells('smpp_pdus_total', 'direction="in",link="acme-1",type="deliver_sm"', 1 + segments);
    await house.tells('smpp_deliver_duration_seconds_count', 'carrier="acme"', 1 + segments);
    await house.tells('http_request_duration_seconds_count', 'route="/v1/messages"', 3);
    assert.equal((await house.ask('POST', '/v1/messages', { from: sender, to: 'nobody', text: 'x' })).status, 422);
    await house.tells('messages_refused_total', 'reason="invalid_recipient"', 1);
}, '--refusals', JSON.stringify([{ number: '+1555999*', status: 'ESME_RINVDSTADR' }])));

test('opt-outs by rule, their confirmations, and what else was heard', () => withFigures(async (house) => {
    await house.hears(contact(1), 'STOP');
    await house.tells('opt_outs_total', 'rule="keyword_exact"', 1);
    await house.tells('inbound_heard_total', 'as="opt_out"', 1);
    await house.tells('messages_accepted_total', 'class="opt_out_confirmation"', 1);
    await house.tells('opt_out_confirmation_delay_seconds_count', '', 1);
    await house.tells('opt_out_confirmations_lost_total', '', 0);
    assert.equal((await house.ask('POST', '/v1/messages', { from: sender, to: contact(1), text: 'Still there?' })).status, 403);
    await house.tells('messages_refused_total', 'reason="suppressed"', 1);

    await house.hears(contact(1), 'START');
    await house.tells('opt_ins_total', 'source="contact"', 1);
    await house.hears(contact(2), 'HELP');
    await house.tells('inbound_heard_total', 'as="help"', 1);
    await house.hears(contact(3), 'wrong number');
    await house.tells('inbound_heard_total', 'as="review"', 1);
    assert.ok((await house.ask('PUT', `/v1/suppressions/${encodeURIComponent(contact(4))}`, {})).status < 300);
    await house.tells('opt_outs_total', 'rule="api"', 1);
    assert.ok((await house.ask('DELETE', `/v1/suppressions/${encodeURIComponent(contact(4))}`)).status < 300);
    await house.tells('opt_ins_total', 'source="api"', 1);

    // The carrier takes nothing any more: the opt-out stands, its confirmation is lost.
    await house.order({ refuse: 'ESME_RSUBMITFAIL' });
    await house.hears(contact(5), 'Please stop');
    await house.tells('opt_outs_total', 'rule="keyword_filler"', 1);
    await house.tells('opt_out_confirmations_lost_total', '', 1);
}));

test('who waits for whom', () => withFigures(async (house) => {
    await house.hears(contact(1), 'Is there a table at seven?');
    await house.hears(contact(2), 'And for me?');
    await house.tells('conversations_unanswered', '', 2);
    await until('they have waited', async () => (await house.metric('parley_conversation_unanswered_oldest_age_seconds')) > 0);
    await house.send(contact(1), 'There is. Shall we keep it?');
    await house.tells('conversations_unanswered', '', 1);
    await house.tells('conversation_first_response_seconds_count', '', 1);
    await house.tells('conversation_replies_total', '', 0);
    await house.hears(contact(1), 'Yes please');
    await house.tells('conversation_replies_total', 'class="conversational"', 1);
    await house.tells('conversation_reply_seconds_count', '', 1);
    await house.hears(contact(2), 'STOP');
    await house.tells('conversations_unanswered', '', 1);
}));

test('binds that are refused, links that end, and what a queue waits for', () => withFigures(async (house) => {
    await house.tells('smpp_binds_total', 'link="acme-1"', 1);
    await house.tells('smpp_link_state', 'link="acme-1",state="bound"', 1);
    await house.order({ refuse_binds: 'ESME_RINVPASWD' });
    await house.order({ drop: true });
    await house.tells('smpp_link_ended_total', 'reason="peer_closed"', 1);
    await house.tells('smpp_binds_refused_total', 'status="ESME_RINVPASWD"', 1);
    await house.tells('smpp_link_ended_total', 'reason="bind_refused"', 1);
    await house.tells('smpp_link_state', 'link="acme-1",state="waiting"', 1);
    await house.tells('smpp_link_state', 'link="acme-1",state="bound"', 0);
    await house.send(contact(1), 'Anybody?');
    await house.tells('queue_messages', 'class="conversational"', 1);
    await house.tells('queue_waits_for', 'cause="link_down"', 1);
    await house.tells('queue_waits_for', '', 1);
}));
