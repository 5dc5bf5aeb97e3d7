import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort, request, until } from '../support/rig.mjs';
import { ruleFiles } from './shipped.mjs';

// Debian's Prometheus on a free port, scraping one engine, with the rules that it is given.
export class Prometheus {
    async start(rig, { every = '1s', rules = ruleFiles } = {}) {
        this.port = await freePort();
        this.folder = mkdtempSync(join(tmpdir(), 'parley-prometheus-'));
        const config = join(this.folder, 'prometheus.yml');
        writeFileSync(config, JSON.stringify({  // JSON is YAML
            global: { scrape_interval: every, evaluation_interval: every },
            rule_files: rules,
            scrape_configs: [{ job_name: 'parley', static_configs: [{ targets: [`127.0.0.1:${rig.http}`] }] }],
        }));
        this.child = rig.spawn('prometheus', [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${this.port}`,
            `--storage.tsdb.path=${join(this.folder, 'data')}`, '--log.level=warn']);
        await until('Prometheus is ready', async () => {
            if (this.child.exitCode !== null) throw new Error(this.child.err);
            return (await request(this.port, 'GET', '/-/ready')).status === 200;
        });
    }

    async ask(path) {
        const answer = await request(this.port, 'GET', path);
        const body = JSON.parse(answer.text);
        assert.equal(body.status, 'success', `${path}: ${answer.text}`);
        return body.data;
    }
    // Samples of an instant query; a query that does not parse fails the test.
    async query(expr) {
        return (await this.ask(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result;
    }
    // Series over a span of time, in Unix seconds.
    async range(expr, start, end, step) {
        return (await this.ask(`/api/v1/query_range?query=${encodeURIComponent(expr)}&start=${start}&end=${end}&step=${step}`)).result;
    }
    async rules() {
        return (await this.ask('/api/v1/rules')).groups.flatMap((group) => group.rules);
    }
    async firing() {
        const { alerts } = await this.ask('/api/v1/alerts');
        return alerts.filter((alert) => alert.state === 'firing').map((alert) => alert.labels.alertname);
    }

    async stop() {
        this.child?.kill('SIGTERM');
        await this.child?.ended;
        rmSync(this.folder, { recursive: true, force: true });
    }
}
