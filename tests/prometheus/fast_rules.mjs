// Our rules for a day that is told fast: every window and `for:` is divided by `faster`, and the limits
// that are seconds of a carrier's or a queue's time by `speed`, at which the scenario runs. Two things
// keep their true length: the week before, which a day does not have, and the patience of alerts about
// the machine itself, which runs no faster. Nothing else changes: the same expressions, the same ratios,
// the same names.

import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, stringify } from 'yaml';

import { read, ruleFiles } from './shipped.mjs';

const units = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
const shortened = (duration, faster) => {
    const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(duration);
    return `${Math.max(1, Math.round((count * units[unit]) / faster))}ms`;
};

// Alerts whose limit is a number of seconds that passes faster, too.
const inSeconds = { ParleySubmitSlow: 2, ParleyConversationWaits: 60, ParleyBulkWaits: 900, ParleyReceiptsLate: 60, ParleyConfirmationLate: 240 };

const ofTheMachine = ['ParleyStoreSlow', 'ParleyDeliverSlow', 'ParleyShardBusy'];

export function fastRules(folder, { faster, speed }) {
    return ruleFiles.map((path) => {
        const file = parse(read(`metrics/${basename(path)}`));
        for (const rule of file.groups.flatMap((group) => group.rules)) {
            rule.expr = rule.expr.replace(/\[(\d+[smh])\]/g, (_, range) => `[${shortened(range, faster)}]`);
            if (rule.for && !ofTheMachine.includes(rule.alert)) rule.for = shortened(rule.for, faster);
            const limit = inSeconds[rule.alert];
            if (limit === undefined) continue;
            const changed = rule.expr.replace(new RegExp(`> ${limit}\\b`), `> ${limit / speed}`);
            if (changed === rule.expr) throw new Error(`${rule.alert}: its limit is no longer ${limit} s`);
            rule.expr = changed;
        }
        const fast = join(folder, basename(path));
        writeFileSync(fast, stringify(file));
        return fast;
    });
}
