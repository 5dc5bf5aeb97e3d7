// parley-load on parley-sim and on parleyd, over real sockets: that its books agree with theirs, that
// schedules are kept, that objectives decide the exit status, and that its pages open.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { ending, withLoad } from '../support/load.mjs';
import { key, programs, request, sender, until } from '../support/rig.mjs';

// parley-sim and what its control port says.
async function withSim(work, ...settings) {
    await withLoad(async (rig) => {
        await rig.prepare();
        await rig.startSim(...settings);
        rig.target = `smpp://127.0.0.1:${rig.smpp}`;
        await work(rig);
    });
}

const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

test('what it says it sent is what arrived, and every receipt finds its message', () => withSim(async (rig) => {
    const { code, summary, err } = await rig.run(rig.target, '--messages', 20000, '--window', 50, '--sessions', 3);
    assert.equal(code, ending.good, err);
    const { counts } = await rig.books();
    assert.equal(summary.accepted, 20000);
    assert.equal(counts.submits, 20000);
    assert.equal(counts.receipts_acked, 20000);
    assert.deepEqual(summary.receipts.states, { DELIVERED: 20000 });
    assert.equal(summary.receipts.missing, 0);
    assert.equal(summary.latency_from, 'send');
}));

test('receipts early, twice, of every state and on another session are told apart', () => withSim(async (rig) => {
    const { code, summary, err } = await rig.run(rig.target, '--messages', 5000, '--sessions', 2, '--slo', 'receipts >= 100%',
        '--slo', 'receipt p50 < 60s', '--receipt-wait', 30);
    assert.equal(code, ending.good, err);
    const { receipts } = summary;
    assert.equal(receipts.expected, 5000);
    assert.equal(receipts.matched, 5000);
    assert.equal(receipts.unknown, 0);
    assert.ok(receipts.repeated > 500 && receipts.repeated < 1500, JSON.stringify(receipts));
    assert.ok(receipts.states.UNDELIVERABLE > 300 && receipts.states.DELIVERED > 3000, JSON.stringify(receipts));
    assert.equal(sum(receipts.states), 5000);
}, '--receipt-duplicate-chance', '0.2', '--receipt-before-response-chance', '0.3', '--response-delay', '5ms..20ms',
'--receipt-lead', '1ms..5ms', '--receipt-states', 'DELIVRD:90,UNDELIV:10', '--receipt-other-session-chance', '0.3'));

test('ids in another number base are matched when told so, and missed when not', () => withSim(async (rig) => {
    const told = await rig.run(rig.target, '--messages', 500, '--receipt-ids', 'hex-to-decimal');
    assert.equal(told.summary.receipts.matched, 500, told.err);
    const untold = await rig.run(rig.target, '--messages', 500, '--receipt-wait', 0.3, '--slo', 'receipts > 99.9%');
    assert.equal(untold.code, ending.objectivesMissed);
    assert.equal(untold.summary.receipts.matched, 0);
    assert.equal(untold.summary.receipts.missing, 500);
    assert.equal(untold.summary.receipts.unknown, 500);
}, '--id-in-response', 'hex', '--first-id', '10000000'));

test('a transmitter beside a receiver hears the receipts', () => withSim(async (rig) => {
    const { code, summary, err } = await rig.run(rig.target, '--bind', 'transmitter', '--receivers', 1, '--messages', 300);
    assert.equal(code, ending.good, err);
    assert.equal(summary.receipts.matched, 300);
    const deaf = await rig.run(rig.target, '--bind', 'transmitter', '--messages', 300);
    assert.equal(deaf.summary.accepted, 300);
    assert.equal(deaf.summary.receipts, undefined);
}));

test('an open loop sends what its schedule wants, and says when it could not', () => withSim(async (rig) => {
    const kept = await rig.run(rig.target, '--rate', 2000, '--seconds', 2, '--spacing', 'poisson');
    assert.equal(kept.code, ending.good, kept.err);
    assert.equal(kept.summary.latency_from, 'schedule');
    assert.equal(kept.summary.sent + kept.summary.unsent, kept.summary.wanted);
    assert.ok(kept.summary.wanted > 3500 && kept.summary.wanted < 4500);
    // Ten in flight, each for 100 ms: a hundred a second is all that goes, whatever is wanted.
    await request(rig.control, 'POST', '/settings', { response_delay: '100ms..100ms' });
    const behind = await rig.run(rig.target, '--rate', 2000, '--seconds', 2, '--window', 10, '--receipts', 'off');
    const { summary } = behind;
    assert.equal(summary.sent + summary.unsent, 4000);
    assert.ok(summary.sent < 500, JSON.stringify(summary));
    assert.ok(summary.latency_ms.p50 > 500, 'what waited is charged for the time it waited');
    assert.ok(summary.service_ms.p50 < summary.latency_ms.p50, 'each by itself was quicker');
    const missed = await rig.run(rig.target, '--rate', 2000, '--seconds', 2, '--window', 10, '--slo', 'unsent = 0');
    assert.equal(missed.code, ending.objectivesMissed);
}));

test('a stall shows in the percentiles of an open loop and hides from a closed one', () => withSim(async (rig) => {
    const submits = async () => (await rig.books()).counts.submits;
    const stallInTheMiddle = async (child) => {
        const before = await submits();
        await until('it sends', async () => (await submits()) > before + 100, { every: 20 });
        rig.sim.kill('SIGSTOP');
        await new Promise((done) => setTimeout(done, 1000));
        rig.sim.kill('SIGCONT');
        return rig.finished(child);
    };
    const open = await stallInTheMiddle(rig.begin(rig.target, '--rate', 500, '--seconds', 4, '--window', 10));
    assert.ok(open.summary.latency_ms.p90 > 100, JSON.stringify(open.summary.latency_ms));
    const closed = await stallInTheMiddle(rig.begin(rig.target, '--seconds', 3, '--window', 10));
    const { p90, max } = closed.summary.latency_ms;
    assert.ok(max > 900 && p90 < max / 2, JSON.stringify(closed.summary.latency_ms));
}));

test('a trace is followed message by message', () => withSim(async (rig) => {
    writeFileSync(rig.file('trace'), '# a burst, then stragglers\n0\n0\n0\n0.2\n0.25\n0.9\n');
    const { code, summary, err } = await rig.run(rig.target, '--trace', rig.file('trace'));
    assert.equal(code, ending.good, err);
    assert.equal(summary.accepted, 6);
    assert.ok(summary.seconds >= 0.9, JSON.stringify(summary));
}));

test('objectives decide the exit status, and each is told', () => withSim(async (rig) => {
    const { code, summary, err } = await rig.run(rig.target, '--messages', 2000, '--slo', 'accepted > 99%',
        '--slo', 'errors < 1%', '--slo', 'submit p99 < 60s');
    assert.equal(code, ending.objectivesMissed, err);
    assert.deepEqual(summary.objectives.map(({ met }) => met), [false, false, true]);
    assert.match(err, /MISSED {2}errors < 1%/);
    assert.match(err, /met {5}submit p99 < 60s/);
    assert.equal(summary.objectives_met, false);
    assert.ok(summary.refused.ESME_RTHROTTLED > 300, JSON.stringify(summary.refused));
}, '--throttle-chance', '0.3'));

test('texts of every alphabet and length arrive as they were meant, in parts where they are long', () => withSim(async (rig) => {
    for (const [concat, segments] of [['udh', 3], ['sar', 3], ['payload', 1]]) {
        const { code, summary, err } = await rig.run(rig.target, '--messages', 30, '--parts', 3, '--concat', concat,
            '--alphabet', 'gsm7,latin1,ucs2', '--contacts', 5);
        assert.equal(code, ending.good, err);
        assert.equal(summary.sent, 30 * segments);
        assert.equal(summary.receipts.matched, 30 * segments);
    }
}));

// Well-formed XML is the hardest reading of a page; Python's own parser has no mercy.
function parsePage(file) {
    const script = 'import sys, xml.etree.ElementTree as tree\n'
        + 'root = tree.parse(sys.argv[1]).getroot()\n'
        + 'print(sum(1 for each in root.iter() if each.tag.endswith("}svg")))';
    const { status, stdout, stderr } = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return Number(stdout);
}

test('the page opens, and the JSON file has the timeline', () => withSim(async (rig) => {
    const { code, err } = await rig.run(rig.target, '--rate', 2000, '--seconds', 2, '--html', rig.file('report.html'),
        '--json', rig.file('report.json'), '--title', 'A < B & "C"', '--slo', 'errors = 0', '--password', 'pa55word');
    assert.equal(code, ending.objectivesMissed, err);
    assert.equal(parsePage(rig.file('report.html')), 5);
    const page = rig.read('report.html');
    assert.match(page, /A &lt; B &amp; &quot;C&quot;/);
    assert.match(page, /ESME_RTHROTTLED/);
    assert.doesNotMatch(page, /pa55word/);
    assert.doesNotMatch(page, /https?:\/\/(?!127\.0\.0\.1|www\.w3\.org)/);
    const json = JSON.parse(rig.read('report.json'));
    assert.ok(json.timeline.length >= 15, `${json.timeline.length} rows`);
    assert.equal(json.timeline.reduce((all, row) => all + row.accepted, 0), json.accepted);
    assert.doesNotMatch(rig.read('report.json'), /pa55word/);
}, '--throttle-chance', '0.1'));

test('a page of a run that failed opens as well', () => withLoad(async (rig) => {
    const { code } = await rig.run('smpp://127.0.0.1:1', '--html', rig.file('report.html'));
    assert.equal(code, ending.targetFailed);
    assert.equal(parsePage(rig.file('report.html')), 0);
    assert.match(rig.read('report.html'), /Connection refused/);
}));

test('a report that cannot be written does not lose the run', () => withSim(async (rig) => {
    const { code, summary, err } = await rig.run(rig.target, '--messages', 10, '--html', rig.file('no/such/folder.html'));
    assert.equal(code, ending.targetFailed);
    assert.equal(summary.accepted, 10);
    assert.match(err, /cannot write '.*no\/such\/folder\.html'/);
}));

test('over HTTP, parleyd takes a mix of texts and senders, and its carrier sees them all', () => withLoad(async (rig) => {
    await rig.prepare({ senders: [sender, '+15550002000'] });
    await rig.startSim();
    await rig.startEngine();
    await rig.bound();
    const { code, summary, err } = await rig.run(`http://127.0.0.1:${rig.http}`, '--key', key, '--mode', 'array',
        '--batch', 7, '--from', `${sender},+15550002000`, '--text-length', '20:3,300:1', '--alphabet', 'gsm7,ucs2',
        '--contacts', 40, '--rate', 300, '--seconds', 3, '--slo', 'errors = 0', '--html', rig.file('report.html'));
    assert.equal(code, ending.good, err);
    assert.equal(summary.sent, summary.accepted);
    assert.ok(summary.sent >= 890, JSON.stringify(summary));
    assert.equal(parsePage(rig.file('report.html')), 4);
    await until('all are delivered', async () =>
        (await rig.metric('parley_messages_settled_total', 'outcome="delivered"')) >= summary.accepted);
    const { conversations } = JSON.parse((await request(rig.http, 'GET', '/v1/conversations?limit=200')).text);
    assert.equal(conversations.length, 40, 'every contact has one conversation, with one sender');
}));

test('over HTTP, the end of every message is its receipt', () => withLoad(async (rig) => {
    await rig.prepare();
    await rig.startSim('--receipt-states', 'DELIVRD:80,UNDELIV:20', '--receipt-delay', '1ms..200ms');
    await rig.startEngine();
    await rig.bound();
    for (const mode of ['single', 'array']) {
        const { code, summary, err } = await rig.run(`http://127.0.0.1:${rig.http}`, '--key', key, '--mode', mode,
            '--messages', 500, '--contacts', 500, '--first-marker', mode === 'single' ? 0 : 500, '--receipts', 'on',
            '--receipt-wait', 30, '--slo', 'receipts >= 100%');
        assert.equal(code, ending.good, err);
        assert.equal(summary.receipts.matched, 500);
        assert.equal(summary.receipts.unknown, 0);
        assert.ok(summary.receipts.states.UNDELIVERABLE > 40 && summary.receipts.states.DELIVERED > 300, err);
    }
    const refused = await rig.run(`http://127.0.0.1:${rig.http}`, '--key', 'nobodys', '--receipts', 'on');
    assert.equal(refused.code, ending.targetFailed);
    assert.match(refused.err, /the event stream of .*: it answers 401/);
}));

test('a terminal gets a view that is drawn over itself, and no JSON', () => withSim(async (rig) => {
    const child = rig.spawn('script', ['-qec', `${programs.load} ${rig.target} --rate 500 --seconds 2`, '/dev/null']);
    const { code } = await child.ended;
    assert.equal(code, 0, child.err + child.out);
    assert.match(child.out, /smpp:\/\/127\.0\.0\.1:\d+ {3}\S+ \S+ of 2\.00 s {3}█/);
    assert.ok(child.out.includes('\x1b[6F\x1b[J'), 'it is drawn again');
    assert.match(child.out, /accepted +[\d,]+ \(100 %\)/);
    assert.ok(!child.out.includes('{"program"'));
}));
