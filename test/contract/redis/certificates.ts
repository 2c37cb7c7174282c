import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate with its key, as files and as text. */
export interface Certified {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own. */
export interface Authority {
  readonly caFile: string;
  readonly ca: string;
  /** Makes a certificate for a name such as `DNS:localhost` or `IP:127.0.0.1`. */
  issue(file: string, name: string, days?: number): Promise<Certified>;
  remove(): Promise<void>;
}

/** Makes an authority in a folder of its own, with openssl. */
export async function authority(): Promise<Authority> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-ca-'));
  const path = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '30'],
    ...['-subj', '/CN=Test CA'],
  );
  return {
    caFile: path('ca.crt'),
    ca: await readFile(path('ca.crt'), 'utf8'),
    async issue(file, name, days = 30) {
      const [certFile, keyFile] = [path(`${file}.crt`), path(`${file}.key`)];
      await openssl(
        'req',
        ...key,
        '-keyout',
        keyFile,
        '-out',
        `${file}.csr`,
        '-subj',
        `/CN=${file}`,
      );
      await writeFile(path(`${file}.ext`), `subjectAltName=${name}\n`);
      await openssl(
        ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key'],
        ...['-CAcreateserial', '-days', String(days), '-extfile', `${file}.ext`, '-out', certFile],
      );
      const text = (from: string) => readFile(from, 'utf8');
      return { certFile, keyFile, cert: await text(certFile), key: await text(keyFile) };
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
