// What the HTTP API says to bodies, heads and values that are wrong: a problem document that names the
// field, the value and what was expected; and nothing of what is right gets lost beside it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { House, Wire, exchange, key, parseResponse, post, problem, request, sender } from './house.mjs';

const to = '+15567778888';
const good = { from: sender, to, text: 'good' };
const bodyMax = 256 * 1024;
const house = new House();

before(async () => {
    await house.prepare({ http: { body_max: bodyMax } });
    await house.startEngine();  // its carrier does not exist: what is accepted waits
});
after(async () => {
    await house.alive();
    await house.stop();
});

const accepted = () => house.metric('parley_messages_accepted_total');
const send = (body) => post(house.http, '/v1/messages', typeof body === 'string' || Buffer.isBuffer(body)
    ? body : JSON.stringify(body));

// ---- Not JSON -----------------------------------------------------------------------------------

const notJson = {
    'an open object': ['{"from":"x"', /line 1, column 12: /],
    'a missing colon, on line 3': ['{\n "from": "x",\n "to" "y"}', /line 3, column 7: /],
    'a trailing comma': ['{"from":"x",}', /line 1, column 13: /],
    'two values': ['{} {}', /line 1, column 4: /],
    'NaN': ['{"validity":NaN}', /line 1, column 1[23]: /],
    'Infinity': ['{"validity":-Infinity}', /line 1, column 1[34]: /],
    'a leading zero': ['{"validity":007}', /line 1, column 1[34]: /],
    'a bare plus': ['{"validity":+7}', /line 1, column 13: /],
    'a comment': ['{/*x*/}', /line 1, column 2: /],
    'single quotes': ["{'from':1}", /line 1, column 2: /],
    'a raw control character in a string': ['{"text":"a\u0001b"}', /line 1, column 1[01]: /],
    'a raw line break in a string': ['{"text":"a\nb"}', /line [12], column /],
    'an unknown escape': ['{"text":"\\x41"}', /line 1, column 1[01]: /],
    'nothing': ['', /line 1, column 1: /],
    'blanks only': ['  \n ', /line 2, column /],
    'octets that are no UTF-8': [Buffer.from('{"text":"\xff\xfe"}', 'latin1'), /line 1, column 10: /],
    'UTF-8 that is cut off': [Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xE2, 0x82]), Buffer.from('"}')]),
        /line 1, column 1[0-2]: /],
    'UTF-8 that is longer than it need be': [Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xC0, 0xAF]),
        Buffer.from('"}')]), /line 1, column 10: /],
    'a surrogate as UTF-8': [Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xED, 0xA0, 0x80]),
        Buffer.from('"}')]), /line 1, column 1[01]: /],
    'a lone high surrogate': ['{"text":"\\ud800"}', /line 1, column 1\d: /],
    'a lone low surrogate': ['{"text":"\\udc00 x"}', /line 1, column 1\d: /],
    'two high surrogates': ['{"text":"\\ud800\\ud800"}', /line 1, column \d\d: /],
};
for (const [what, [body, place]] of Object.entries(notJson)) {
    test(`a body with ${what} is refused with its place`, async () => {
        const refused = problem(await send(body), 400, 'invalid_request');
        assert.match(refused.detail, /^The body is not valid JSON: /);
        assert.match(refused.detail, place);
    });
}

test('nesting without end is refused, not followed', async () => {
    for (const [open, close] of [['[', ']'], ['{"a":', '}']]) {
        const depth = 30000;
        const refused = problem(await send(open.repeat(depth) + (close === '}' ? '1' : '') + close.repeat(depth)),
            400, 'invalid_request');
        assert.match(refused.detail, /line 1, column \d+: /);
    }
});

test('an object with thousands of fields is refused at the first that is too many', async () => {
    const fields = Array.from({ length: 5000 }, (_, n) => `"f${n}":1`).join(',');
    const refused = problem(await send(`{${fields}}`), 400, 'invalid_request');
    assert.match(refused.detail, /more fields in one object than allowed/);
});

// ---- Wrong values -------------------------------------------------------------------------------

const wrong = {
    'an unknown field': [{ ...good, txet: 'x' }, '/txet', '"x"', /^one of the fields from, to, text, /],
    'an unknown field of odd characters': [{ ...good, 'a/b~c': 1 }, '/a~1b~0c', '1', /^one of the fields/],
    'a number for a text': [{ ...good, text: 7 }, '/text', '7', /^a string of 1 to \d+ octets$/],
    'null for a text': [{ ...good, text: null }, '/text', 'null', /^a string/],
    'an object for a text': [{ ...good, text: { a: [1] } }, '/text', '{…}', /^a string/],
    'an array for a number': [{ ...good, to: [to] }, '/to', '[…]', /^a string/],
    'an empty text': [{ ...good, text: '' }, '/text', '""', /^a string of 1 to/],
    'no text': [{ from: sender, to }, '/text', undefined, /required/],
    'a text of two hundred thousand octets': [{ ...good, text: 'x'.repeat(200000) }, '/text', /^"x{40}…"$/, /^a string of 1 to \d+ octets$/],
    'a class that does not exist': [{ ...good, class: 'spam' }, '/class', '"spam"', /^conversational, informational or promotional$/],
    'a class of another case': [{ ...good, class: 'Promotional' }, '/class', '"Promotional"', /^conversational/],
    'a validity of zero': [{ ...good, validity: 0 }, '/validity', '0', /^whole seconds from 1 to 604800/],
    'a negative validity': [{ ...good, validity: -5 }, '/validity', '-5', /^whole seconds/],
    'a fraction of a second': [{ ...good, validity: 1.5 }, '/validity', '1.5', /^whole seconds/],
    'a validity of a year': [{ ...good, validity: 31536000 }, '/validity', '31536000', /^whole seconds/],
    'a validity that no duration is': [{ ...good, validity: 'P1M' }, '/validity', '"P1M"', /ISO 8601/],
    'a validity that is a boolean': [{ ...good, validity: true }, '/validity', 'true', /^whole seconds/],
    'a send_at without a zone': [{ ...good, send_at: '2030-01-01T00:00:00' }, '/send_at', '"2030-01-01T00:00:00"', /RFC 3339/],
    'a send_at on 30 February': [{ ...good, send_at: '2030-02-30T00:00:00Z' }, '/send_at', '"2030-02-30T00:00:00Z"', /RFC 3339/],
    'a send_at that is a number': [{ ...good, send_at: 1893456000 }, '/send_at', '1893456000', /RFC 3339/],
    'a send_at in a hundred years': [{ ...good, send_at: '2126-01-01T00:00:00Z' }, '/send_at', /.*/, /^a moment at most 35 days ahead$/],
    'a client_ref that is too long': [{ ...good, client_ref: 'r'.repeat(129) }, '/client_ref', /^"r{40}…"$/, /^a string of 0 to 128 octets$/],
};
for (const [what, [body, pointer, value, expected]] of Object.entries(wrong)) {
    test(`${what} is named with its value and what was expected`, async () => {
        const earlier = await accepted();
        const refused = problem(await send(body), 400, 'invalid_request');
        const [error] = refused.errors;
        assert.equal(error.in, 'body');
        assert.equal(error.pointer, pointer);
        if (value instanceof RegExp) assert.match(error.value ?? '', value);
        else assert.equal(error.value, value);
        assert.match(error.expected, expected);
        assert.ok(refused.detail.startsWith(pointer), refused.detail);
        assert.equal(await accepted(), earlier);
    });
}

// What JavaScript cannot write.
const wrongText = {
    'an integer beyond 64 bits': ['"validity":123456789012345678901234567890', '/validity', '123456789012345678901234567890'],
    'an integer beyond 2^63': ['"validity":18446744073709551615', '/validity', '18446744073709551615'],
    'a number beyond a double': ['"validity":1e999999', '/validity', '1e999999'],
    'the smallest integer': ['"validity":-9223372036854775808', '/validity', '-9223372036854775808'],
};
for (const [what, [member, pointer, value]] of Object.entries(wrongText)) {
    test(`${what} is named with its value`, async () => {
        const answer = await send(`{"from":"${sender}","to":"${to}","text":"x",${member}}`);
        const refused = problem(answer, 400, 'invalid_request');
        // A number that no double holds may already be no JSON to the parser; then its place is named.
        if (!refused.errors) return assert.match(refused.detail, /line 1, column \d+: /);
        assert.equal(refused.errors[0].pointer, pointer);
        return assert.equal(refused.errors[0].value, value);
    });
}

test('a field that is given twice is refused, whichever would have won', async () => {
    const refused = problem(await send(`{"from":"${sender}","to":"${to}","text":"one","text":"two"}`),
        400, 'invalid_request');
    assert.equal(refused.errors[0].pointer, '/text');
    assert.equal(refused.errors[0].value, '"two"');
    assert.equal(refused.errors[0].expected, 'each field at most once');
});

test('every fault of an item is named at once', async () => {
    const refused = problem(await send({ from: 1, to: 2, text: 3, class: 4, validity: -1, send_at: 5, nonsense: 6 }),
        400, 'invalid_request');
    assert.deepEqual(refused.errors.map((error) => error.pointer).sort(),
        ['/class', '/from', '/nonsense', '/send_at', '/text', '/to', '/validity']);
});

test('a body that is no object is named as such', async () => {
    for (const body of ['7', '"x"', 'null', 'true', '-0.5', '[7]', '[[]]']) {
        const answer = await send(body);
        const refused = answer.status === 200 ? JSON.parse(answer.body).results[0] : problem(answer, 400, 'invalid_request');
        assert.equal(refused.errors[0].expected, 'a JSON object', body);
    }
});

const numbers = ['+', '+1', 'abc', '15567778888', '+0123456789', '+1556777888899990', '+1556777888a', '0', '＋１５５６７７７'];
for (const number of numbers) {
    test(`the recipient "${number}" is refused and named`, async () => {
        const refused = problem(await send({ ...good, to: number }), 422, 'invalid_recipient');
        assert.ok(refused.detail.includes(`"${number}"`), refused.detail);
        assert.match(refused.detail, /expected E\.164, such as \+15551234567/);
    });
}

test('a sender that is not the brand\'s is refused and named', async () => {
    for (const from of ['+15559999999', 'Unknown', '12', '+', 'x'.repeat(32)]) {
        const refused = problem(await send({ ...good, from }), 422, 'invalid_sender');
        assert.ok(refused.detail.includes(`"${from}"`), refused.detail);
    }
});

test('a text of more than 255 segments is refused with its size', async () => {
    const refused = problem(await send({ ...good, text: '😀'.repeat(9000) }), 422, 'text_too_long');
    assert.match(refused.detail, /18000 units need more than 255 segments/);
});

test('NUL and other control characters in a text are text', async () => {
    const text = 'a\u0000b\u0007\u001b\u007f\u2028';
    const answer = await send({ ...good, text });
    assert.equal(answer.status, 202, answer.body);
    assert.equal((await house.message(JSON.parse(answer.body).id)).text, text);
});

test('a byte order mark before the body is refused with its place, or read', async () => {
    const answer = await send(Buffer.concat([Buffer.from([0xEF, 0xBB, 0xBF]), Buffer.from(JSON.stringify(good))]));
    if (answer.status !== 202) assert.match(problem(answer, 400, 'invalid_request').detail, /line 1, column 1: /);
});

// ---- Encoding -----------------------------------------------------------------------------------

test('what forces Unicode is named, in the answer and when asked later', async () => {
    const text = `${'x'.repeat(100)} it’s 😀`;
    const answer = await send({ ...good, text });
    assert.equal(answer.status, 202, answer.body);
    const told = JSON.parse(answer.body);
    const because = { character: '’', code_point: 'U+2019', position: 103 };
    assert.equal(told.encoding, 'ucs2');
    assert.equal(told.segments, 2);
    assert.deepEqual(told.unicode_because, because);
    assert.equal(told.replaced, undefined);
    const later = await house.message(told.id);
    assert.equal(later.text, text);
    assert.deepEqual(later.unicode_because, because);
});

test('lookalikes are replaced when asked for, and told one by one', async () => {
    const answer = await send({ ...good, text: `It’s “${'x'.repeat(100)}”…`, lookalikes: 'replace' });
    assert.equal(answer.status, 202, answer.body);
    const told = JSON.parse(answer.body);
    assert.equal(told.encoding, 'gsm7');
    assert.equal(told.segments, 1);
    assert.equal(told.unicode_because, undefined);
    assert.deepEqual(told.replaced, [
        { character: '’', code_point: 'U+2019', position: 2, by: "'" },
        { character: '“', code_point: 'U+201C', position: 5, by: '"' },
        { character: '”', code_point: 'U+201D', position: 106, by: '"' },
        { character: '…', code_point: 'U+2026', position: 107, by: '...' },
    ]);
    const later = await house.message(told.id);
    assert.equal(later.text, `It's "${'x'.repeat(100)}"...`);
    assert.equal(later.encoding, 'gsm7');
});

test('lookalikes stay where replacing them saves nothing', async () => {
    for (const text of ['It’s short', `It’s ${'ж'.repeat(100)}`]) {
        const told = JSON.parse((await send({ ...good, text, lookalikes: 'replace' })).body);
        assert.equal(told.encoding, 'ucs2');
        assert.equal(told.replaced, undefined);
        assert.equal((await house.message(told.id)).text, text);
    }
});

// ---- Arrays -------------------------------------------------------------------------------------

test('bad items of an array do not cost the good ones', async () => {
    const answer = await send([
        { ...good, text: 'first' }, { ...good, to: 'nobody' }, 7, { ...good, from: '+15559999999' },
        { ...good, extra: 1 }, { ...good, text: 'last' },
    ]);
    assert.equal(answer.status, 200, answer.body);
    const { results } = JSON.parse(answer.body);
    assert.deepEqual(results.map((result) => result.code ?? result.status),
        ['accepted', 'invalid_recipient', 'invalid_request', 'invalid_sender', 'invalid_request', 'accepted']);
    assert.deepEqual(results[2].errors, [{ in: 'body', pointer: '/2', value: '7', expected: 'a JSON object' }]);
    assert.equal(results[4].errors[0].pointer, '/4/extra');
    assert.equal((await house.message(results[0].id)).text, 'first');
    assert.equal((await house.message(results[5].id)).text, 'last');
});

test('an empty array, and one of more than a thousand, are refused as a whole', async () => {
    const earlier = await accepted();
    assert.match(problem(await send([]), 400, 'invalid_request').detail, /expected 1 to 1,000 messages/);
    const refused = problem(await send(Array.from({ length: 1001 }, () => good)), 400, 'invalid_request');
    assert.match(refused.detail, /more items than allowed/);
    assert.equal(await accepted(), earlier);
    const most = await send(Array.from({ length: 1000 }, () => good));
    assert.equal(most.status, 202);
    assert.equal(JSON.parse(most.body).results.length, 1000);
});

test('JSON that breaks behind good items sends none of them', async () => {
    const earlier = await accepted();
    problem(await send(`[${JSON.stringify(good)},${JSON.stringify(good)},`), 400, 'invalid_request');
    assert.equal(await accepted(), earlier);
});

// ---- Sizes --------------------------------------------------------------------------------------

test('a body that is announced too large is refused before it is sent', async () => {
    const answer = await exchange(house.http, `POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${bodyMax + 1}\r\n\r\n{`);
    const refused = problem(answer, 413, 'body_too_large');
    assert.ok(refused.detail.includes(String(bodyMax)), refused.detail);
    assert.equal(answer.headers.connection, 'close');
});

test('a chunked body is refused where it gets too large, and its client can read that', async () => {
    const wire = await Wire.to(house.http);
    wire.write(`POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, ' '), Buffer.from('\r\n')]);
    for (let n = 0; n < 8; ++n) wire.write(chunk);
    const answer = await wire.untilText('413', parseResponse);
    problem(answer, 413, 'body_too_large');
    await wire.untilEnd();
});

test('a content length that is no number, negative, doubled or beside chunks is refused', async () => {
    for (const lines of ['Content-Length: x', 'Content-Length: -1', 'Content-Length: 99999999999999999999999',
        'Content-Length: 3\r\nContent-Length: 4', 'Content-Length: 3\r\nTransfer-Encoding: chunked',
        'Content-Length: 1 1']) {
        const answer = await exchange(house.http, `POST /v1/messages HTTP/1.1\r\nHost: x\r\n${lines}\r\n\r\nabc`);
        const { detail } = problem(answer, answer.status === 413 ? 413 : 400,
            answer.status === 413 ? 'body_too_large' : 'invalid_request');
        assert.ok(detail, lines);
    }
});

test('a header that is too large is refused, whether one line or many', async () => {
    const one = await exchange(house.http, `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20000)}\r\n\r\n`);
    assert.match(problem(one, 431, 'header_too_large').detail, /larger than 16384 octets/);
    const many = await exchange(house.http, `GET /healthz HTTP/1.1\r\n${'X-More: y\r\n'.repeat(3000)}\r\n`);
    problem(many, 431, 'header_too_large');
    const target = await exchange(house.http, `GET /${'a'.repeat(40000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    problem(target, 431, 'header_too_large');
});

// ---- Paths, methods, types, keys ----------------------------------------------------------------

test('a path that does not exist is named', async () => {
    for (const path of ['/', '/v1', '/v1/messages/', '/v1//messages', '/v2/messages', '/v1/messages/%00', '/../etc/passwd', '/%']) {
        const answer = await exchange(house.http, `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n\r\n`);
        problem(answer, 404, 'not_found');
    }
});

test('a method that a path does not have is answered with those that it has', async () => {
    for (const [method, path, allowed] of [['DELETE', '/v1/messages', 'POST'], ['PATCH', '/v1/links', 'GET, HEAD'],
        ['BREW', '/v1/stream', 'GET, HEAD'], ['POST', '/healthz', 'GET, HEAD']]) {
        const answer = await exchange(house.http, `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`);
        problem(answer, 405, 'method_not_allowed');
        assert.equal(answer.headers.allow, allowed);
    }
});

test('a body that is not application/json is refused by its type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'application']) {
        const answer = await post(house.http, '/v1/messages', JSON.stringify(good), { 'content-type': type });
        problem(answer, 415, 'unsupported_media');
    }
    // Without a type it can only be meant as JSON.
    assert.equal((await post(house.http, '/v1/messages', JSON.stringify(good), { 'content-type': null })).status, 202);
    const parameters = await post(house.http, '/v1/messages', JSON.stringify(good),
        { 'content-type': 'Application/JSON; charset=utf-8' });
    assert.equal(parameters.status, 202, parameters.body);
});

test('a key that is missing, wrong or malformed opens nothing, and is not repeated', async () => {
    for (const authorization of [null, 'Bearer wrong-key-9999', 'Bearer', 'Bearer ', `bearer  ${key}x`, 'Basic !!!', 'Digest x',
        `Basic ${Buffer.from('wrong-key-9999:').toString('base64')}`]) {
        const answer = await post(house.http, '/v1/messages', JSON.stringify(good), { authorization });
        const refused = problem(answer, 401, 'unauthorized');
        assert.ok(answer.headers['www-authenticate']);
        assert.ok(!refused.detail.includes('wrong-key'), refused.detail);
    }
    assert.ok(!house.engine.err.includes('wrong-key'));
});

test('query parameters that are unknown, doubled or out of bounds are named', async () => {
    for (const [query, parameter] of [['limit=0', 'limit'], ['limit=1e3', 'limit'], ['limit=-1', 'limit'],
        ['limit=99999999999999999999', 'limit'], ['cursor=%ff', 'cursor'], ['page=2', 'page'], ['limit=5&limit=6', 'limit']]) {
        const answer = await request(house.http, 'GET', `/v1/conversations?${query}`);
        const refused = problem(answer, 400, 'invalid_request');
        assert.equal(refused.errors[0].in, 'query');
        assert.equal(refused.errors[0].parameter, parameter);
        assert.ok(refused.errors[0].expected);
    }
});
