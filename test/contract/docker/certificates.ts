import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../stack/run.ts';

const DAYS = ['-days', '2'];

async function authority(dir: string, name: string): Promise<void> {
  const key = join(dir, `${name}-key.pem`);
  const subject = ['-subj', `/CN=${name}`];
  const out = ['-keyout', key, '-out', join(dir, `${name}.pem`)];
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    ...subject,
    ...DAYS,
    ...out,
  ]);
}

async function signed(dir: string, name: string, by: string, extension: string): Promise<void> {
  const at = (file: string) => join(dir, file);
  const request = ['-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`];
  await run('openssl', [
    ...['req', ...request, '-keyout', at(`${name}-key.pem`), '-out', at(`${name}.csr`)],
  ]);
  await writeFile(at(`${name}.ext`), extension);
  await run('openssl', [
    ...['x509', '-req', '-in', at(`${name}.csr`), '-CA', at(`${by}.pem`), '-CAcreateserial'],
    ...['-CAkey', at(`${by}-key.pem`), '-extfile', at(`${name}.ext`), ...DAYS],
    ...['-out', at(`${name}.pem`)],
  ]);
}

/** Makes an authority, a server's and a client's certificate, and a stranger's of another authority. */
export async function makeCertificates(dir: string): Promise<void> {
  await authority(dir, 'ca');
  await authority(dir, 'other');
  await signed(dir, 'server', 'ca', 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  await signed(dir, 'client', 'ca', 'extendedKeyUsage=clientAuth\n');
  await signed(dir, 'stranger', 'other', 'extendedKeyUsage=clientAuth\n');
}
