// Certificates for one test, made by the openssl command line: an authority and what it signs.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
    constructor(name = 'Test authority') {
        this.folder = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
        this.file = this.path('authority.pem');
        this.key = this.path('authority.key');
        this.openssl('req', '-x509', ...newKey, '-keyout', this.key, '-out', this.file,
            '-subj', `/CN=${name}`, '-days', '2');
        this.made = 0;
    }

    path(name) { return join(this.folder, name); }
    openssl(...args) { execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' }); }

    // names: "DNS:smsc.example", "IP:127.0.0.1". days below zero: it has expired.
    issue({ names = ['IP:127.0.0.1'], days = 1, password } = {}) {
        const base = this.path(`leaf-${++this.made}`);
        const files = { certificate: `${base}.pem`, key: `${base}.key` };
        writeFileSync(`${base}.ext`, `subjectAltName=${names.join(',')}\n`);
        this.openssl('req', ...newKey, '-keyout', files.key, '-out', `${base}.csr`, '-subj', '/CN=leaf');
        this.openssl('x509', '-req', '-in', `${base}.csr`, '-CA', this.file, '-CAkey', this.key,
            '-days', String(days), '-extfile', `${base}.ext`, '-out', files.certificate);
        if (password !== undefined) {
            this.openssl('pkey', '-in', files.key, '-aes256', '-passout', `pass:${password}`, '-out', `${base}.enc`);
            files.key = `${base}.enc`;
        }
        return files;
    }

    // What a server of node:tls wants.
    serve(how = {}) {
        const { certificate, key } = this.issue(how);
        return { cert: readFileSync(certificate), key: readFileSync(key) };
    }

    remove() { rmSync(this.folder, { recursive: true, force: true }); }
}
