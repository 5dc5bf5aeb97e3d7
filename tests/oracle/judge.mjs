// What both JavaScript oracles share: our own reading of every PDU, and a list of differences that
// decides how the program ends.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const [everyPdu, parley] = process.argv.slice(2);
if (!parley) {
    console.error('usage: ORACLE.mjs EVERY_PDU PARLEY (the two programs of the build)');
    process.exit(2);
}

/// Lines of JSON, each a PDU as `parley decode --json` reads it.
export function decode(args, input) {
    const out = execFileSync(parley, ['decode', '--json', ...args], { input, encoding: 'utf8' });
    return out.trim().split('\n').map((line) => JSON.parse(line));
}

export function everyPduInHex() {
    return execFileSync(everyPdu, ['hex'], { encoding: 'utf8' }).trim().split('\n');
}

/// A folder that is gone when the program ends.
export function folder() {
    const path = mkdtempSync(join(tmpdir(), 'oracle_'));
    process.on('exit', () => rmSync(path, { recursive: true, force: true }));
    return path;
}

export { execFileSync, join, readFileSync, writeFileSync };

const differences = [];
let compared = 0;

/// Equal, or a difference with its place.
export function same(place, ours, theirs) {
    compared += 1;
    if (JSON.stringify(ours) === JSON.stringify(theirs)) return;
    differences.push(`${place}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)}`);
}

/// Ends the program. `least`: fewer comparisons mean that the oracle was not asked.
export function verdict(oracle, least) {
    for (const difference of differences) console.log(difference);
    console.log(`${oracle}: ${compared} values compared, ${differences.length} differ`);
    if (compared < least) console.log(`expected at least ${least} comparisons`);
    process.exit(differences.length === 0 && compared >= least ? 0 : 1);
}
