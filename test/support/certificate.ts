import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate, its private key, and the path of its file. */
export type Certificate = { cert: Buffer; key: Buffer; path: string };

/** Creates a certificate for a host. */
export function createCertificate(host = 'localhost'): Certificate {
  const dir = mkdtempSync(join(tmpdir(), 'tls-'));
  const [key, path] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', key, '-out', path];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...name, ...options], { stdio: 'ignore' });
  return { cert: readFileSync(path), key: readFileSync(key), path };
}
