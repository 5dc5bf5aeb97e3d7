// What we ship for Prometheus and Grafana, read from the source tree.

import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const read = (path) => readFileSync(join(root, path), 'utf8');
export const ruleFiles = ['metrics/rules.yml', 'metrics/alerts.yml'].map((path) => join(root, path));
export const alertTests = readdirSync(join(root, 'tests/prometheus/alerts')).sort();
export const dashboards = readdirSync(join(root, 'metrics/dashboards'))
    .filter((name) => name.endsWith('.json')).sort()
    .map((file) => ({ file, ...JSON.parse(read(`metrics/dashboards/${file}`)) }));

// [{ dashboard, panel, expr }]
export const panelQueries = dashboards.flatMap((dashboard) => dashboard.panels.flatMap((panel) =>
    panel.targets.map(({ expr }) => ({ dashboard: dashboard.uid, panel: panel.title, expr }))));

// What Grafana puts in for the variables, when everything is chosen.
export const filledIn = (expr) => expr
    .replaceAll('$__rate_interval', '1m')
    .replace(/\$(instance|carrier)\b/g, '.*');

// { name: { type, labels: Set } } of docs/reference/metrics.md.
export function documented() {
    const rows = read('docs/reference/metrics.md').matchAll(/^\| `(parley_[a-z_]+)` \| (\w+) \| [^|]* \| ([^|]*) \|/gm);
    return new Map([...rows].map(([, name, type, labels]) =>
        [name, { type, labels: labels.trim() === '' ? [] : labels.trim().split(', ') }]));
}

// Every name that looks like a metric of ours, and those that recording rules make.
export const namesIn = (text) => [...new Set(text.match(/\bparley[_:][a-z0-9_:]+/g) ?? [])];
