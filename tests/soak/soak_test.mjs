// The soak in one minute: four rounds of everything that can happen to an engine and its links.

import { test } from 'node:test';

import { soak } from './soak.mjs';

test('after a day of cuts, throttling and kills the books of engine and carrier agree to the last message', async () => {
    console.log(JSON.stringify(await soak({ rounds: 4, seconds: 10, calm: 10, rate: 200 })));
});
