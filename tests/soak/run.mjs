// The soak for as long as wanted; prints a line a round and the figures at the end, and keeps them in
// <build>/bench/soak.json.
//   tests/soak/run [--minutes 30] [--calm 5] [--rate 300] [--round 60] [--policy hold|resend|fail] [--build build]
// Of the minutes so many are calm, at the end, and show whether memory stays flat.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '../..');
const options = { minutes: 30, calm: 5, rate: 300, round: 60, policy: 'hold', build: join(home, 'build') };
for (let n = 2; n < process.argv.length; n += 2) {
    const name = process.argv[n].replace(/^--/, '');
    if (!(name in options) || process.argv[n + 1] === undefined) {
        console.error(`soak: ${process.argv[n]}: expected one of --${Object.keys(options).join(', --')} and its value`);
        process.exit(2);
    }
    options[name] = typeof options[name] === 'number' ? Number(process.argv[n + 1]) : process.argv[n + 1];
}
process.env.PARLEYD ??= join(options.build, 'parleyd');
process.env.PARLEY_SIM ??= join(options.build, 'parley-sim');
process.env.PARLEY_LOAD ??= join(options.build, 'parley-load');
const { soak } = await import('./soak.mjs');

const figures = await soak({
    rounds: Math.max(1, Math.round((options.minutes - options.calm) * 60 / options.round)), seconds: options.round,
    calm: options.calm * 60, rate: options.rate, policy: options.policy, tell: (line) => console.log(JSON.stringify(line)),
});
console.log(JSON.stringify({ ...figures, samples: undefined, calm_samples: undefined }, null, 2));
mkdirSync(join(options.build, 'bench'), { recursive: true });
writeFileSync(join(options.build, 'bench/soak.json'), `${JSON.stringify({ at: new Date().toISOString(), ...figures }, null, 2)}\n`);
