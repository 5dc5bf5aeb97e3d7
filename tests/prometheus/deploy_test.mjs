// What deploy/ holds, asked of the programs that will read it, as far as they run anywhere: systemd's
// own checks of the unit, compose's of its file, and the keys that Grafana provisions from.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

import { programs } from '../support/rig.mjs';
import { read, root } from './shipped.mjs';

const engine = resolve(programs.parleyd);

function inFolder(run) {
    const folder = mkdtempSync(join(tmpdir(), 'parley-deploy-'));
    try {
        return run(folder);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

test('systemd accepts the unit without a word, and finds little to expose', () => inFolder((folder) => {
    const unit = join(folder, 'parleyd.service');
    writeFileSync(unit, read('deploy/parleyd.service').replace('/usr/bin/parleyd', engine));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
    assert.equal(`${stdout}${stderr}`, '');
    assert.equal(status, 0);
    // Exposure of 1.5 of 10, in tenths: what is left is the network, which it is for.
    execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', '--threshold=15', unit], { encoding: 'utf8' });
}));

test('what the unit says of the service is what the service does', () => {
    const unit = read('deploy/parleyd.service');
    const drain = /`drain_limit` \| `(\d+)s`/.exec(read('docs/reference/settings.md'));
    const [, patience] = /^TimeoutStopSec=(\d+)$/m.exec(unit);
    assert.ok(Number(patience) > Number(drain[1]) + 2, 'systemd would kill an engine that still drains');
    const [, grace] = /stop_grace_period: (\d+)s/.exec(read('deploy/compose.yaml'));
    assert.ok(Number(grace) > Number(drain[1]) + 2, 'so would compose');
});

test('compose accepts its file, and what it mounts is there', () => {
    const folder = join(root, 'deploy');
    const text = execFileSync('docker-compose', ['-p', 'parley', '-f', join(folder, 'compose.yaml'), 'config'], { encoding: 'utf8', cwd: folder });
    const { services } = parse(text);
    assert.deepEqual(Object.keys(services).sort(), ['carrier', 'grafana', 'parley', 'prometheus', 'shop']);
    for (const [name, service] of Object.entries(services)) {
        for (const volume of service.volumes ?? []) {
            const from = typeof volume === 'string' ? volume.split(':')[0] : volume.source;
            if (from.startsWith('/')) assert.ok(existsSync(from), `${name}: ${from}`);
        }
        for (const port of service.ports ?? []) {
            const published = typeof port === 'string' ? port : `${port.host_ip}:`;
            assert.ok(published.startsWith('127.0.0.1:'), `${name} is open to the world: ${JSON.stringify(port)}`);
        }
    }
    for (const name of ['parley', 'carrier', 'shop']) {
        assert.deepEqual(services[name].cap_drop, ['ALL'], name);
        assert.equal(services[name].read_only, true, name);
        const program = { parley: engine, carrier: resolve(programs.sim), shop: resolve(programs.load) }[name];
        assert.equal(services[name].command[0], basename(program), name);
        if (name === 'parley') continue;
        // The program knows each flag that it is given.
        const help = spawnSync(program, ['--help'], { encoding: 'utf8' });
        for (const flag of services[name].command.filter((word) => word.startsWith('--')))
            assert.ok(`${help.stdout}${help.stderr}`.includes(`${flag} `), `${name}: ${flag}`);
    }
    const [, scenario] = services.carrier.command.join(' ').match(/--scenario (\S+)/);
    execFileSync(resolve(programs.sim), ['--show', scenario], { encoding: 'utf8' });
});

// Grafana 10, pkg/services/provisioning/{datasources,dashboards}/types.go: it ignores what it does not
// know, so a slip would be silent.
const provisioned = {
    'deploy/grafana/provisioning/datasources/prometheus.yaml': {
        datasources: ['orgId', 'orgName', 'version', 'name', 'type', 'access', 'url', 'user', 'database', 'basicAuth', 'basicAuthUser',
            'withCredentials', 'isDefault', 'correlations', 'jsonData', 'secureJsonData', 'editable', 'uid'],
    },
    'deploy/grafana/provisioning/dashboards/parley.yaml': {
        providers: ['name', 'type', 'orgId', 'orgName', 'folder', 'folderUid', 'editable', 'options', 'disableDeletion',
            'updateIntervalSeconds', 'allowUiUpdates'],
    },
};

test('Grafana knows every key of what it is provisioned from', () => {
    for (const [path, lists] of Object.entries(provisioned)) {
        const file = parse(read(path));
        assert.equal(file.apiVersion, 1, path);
        assert.deepEqual(Object.keys(file).sort(), ['apiVersion', ...Object.keys(lists)].sort(), path);
        for (const [name, keys] of Object.entries(lists)) {
            for (const item of file[name]) {
                for (const key of Object.keys(item)) assert.ok(keys.includes(key), `${path}: ${key}`);
            }
        }
    }
    const [source] = parse(read('deploy/grafana/provisioning/datasources/prometheus.yaml')).datasources;
    assert.equal(source.url, 'http://prometheus:9090');
    const scrape = parse(readFileSync(join(root, 'deploy/prometheus/prometheus.yml'), 'utf8')).global.scrape_interval;
    assert.equal(source.jsonData.timeInterval, scrape, '$__rate_interval comes from it');
});

test('the image installs what the programs are linked with, and copies all that compose starts', () => {
    const file = read('deploy/Dockerfile');
    const installed = [...file.split('FROM ').at(-1).matchAll(/\b(lib[a-z0-9.+-]+)/g)].map(([, name]) => name);
    const linked = execFileSync('ldd', [engine], { encoding: 'utf8' });
    for (const stem of ['boost_json', 'icuuc', 'prometheus-cpp-core', 'rocksdb', 'ssl', 'xxhash', 'yaml-cpp']) {
        const library = stem === 'icuuc' ? 'libicu' : `lib${stem.replace('_', '-')}`;
        if (linked.includes(`lib${stem}`)) assert.ok(installed.some((name) => name.startsWith(library)), stem);
    }
    for (const program of ['parleyd', 'parley-sim', 'parley-load', 'parley']) assert.ok(file.includes(`/parley/build/${program} `), program);
});
