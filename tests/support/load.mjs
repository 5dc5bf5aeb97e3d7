// parley-load against any target, for the length of a test.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { Rig, programs, sleep } from './rig.mjs';

// The exit statuses of tools/loadgen/run.h.
export const ending = { good: 0, targetFailed: 1, usage: 2, nothingAccepted: 3, objectivesMissed: 4 };

export class LoadRig extends Rig {
    // A run that goes on; `.ended`, `.out` and `.err` as of every child of the rig.
    begin(target, ...args) {
        return this.spawn(programs.load, [target, ...args.map(String)]);
    }

    // A run to its end: { code, summary, err }. It must end by itself.
    async run(target, ...args) {
        return this.finished(this.begin(target, ...args));
    }

    async finished(child, seconds = 40) {
        const ended = await Promise.race([child.ended, sleep(seconds * 1000)]);
        assert.ok(ended, `parley-load does not end: ${child.err}`);
        await sleep(20);  // the last words may come after the exit
        const line = child.out.trim().split('\n').at(-1);
        return { code: ended.code, signal: ended.signal, summary: line ? JSON.parse(line) : null, err: child.err };
    }

    file(name) { return `${this.folder}/${name}`; }
    read(name) { return readFileSync(this.file(name), 'utf8'); }
}

export async function withLoad(work) {
    const rig = new LoadRig();
    try {
        await work(rig);
    } finally {
        await rig.stop();
    }
}
