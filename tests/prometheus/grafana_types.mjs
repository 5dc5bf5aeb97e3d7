// Has TypeScript compare dashboards with Grafana's types. Returns its complaints; empty: none.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

// dashboards: { name: JSON text }
export function complaints(dashboards) {
    // Beside node_modules, so that the types are found.
    const folder = mkdtempSync(join(here, 'node_modules', '.dashboards-'));
    try {
        const files = Object.entries(dashboards).map(([name, text]) => {
            const file = join(folder, `${name}.ts`);
            writeFileSync(file, `import type { DashboardFile } from '../../dashboard_types';\nexport const file: DashboardFile = ${text};\n`);
            return file;
        });
        const { stdout, error } = spawnSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict',
            '--skipLibCheck', '--moduleResolution', 'bundler', '--module', 'esnext', ...files], { encoding: 'utf8', cwd: here });
        if (error) throw error;
        return stdout;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
