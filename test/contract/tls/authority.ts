import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const dayMs = 86_400_000;

/** A certificate with its key, as PEM and as files. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

interface Wanted {
  /** Its common name. */
  readonly name: string;
  /** As OpenSSL writes them: `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** From now, in days. */
  readonly fromDays?: number;
  readonly days?: number;
  /** Signs itself; else this authority does. */
  readonly selfSigned?: boolean;
  /** May sign others. */
  readonly authority?: boolean;
  /** Who signs it; the root unless told. */
  readonly by?: Issued;
}

/** A certificate authority of the test's own, made with OpenSSL. */
export interface Authority {
  readonly root: Issued;
  readonly folder: string;
  issue(wanted: Wanted): Promise<Issued>;
  remove(): Promise<void>;
}

/** A moment as OpenSSL wants it: `20260102030405Z`. */
const stamp = (days: number) =>
  `${new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;

const config = (folder: string, { authority, names }: Omit<Wanted, 'by'>) => `
[ca]
default_ca = own
[own]
new_certs_dir = ${folder}
database = ${folder}/index.txt
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = ext
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = dn
[dn]
[ext]
basicConstraints = CA:${authority === true ? 'TRUE' : 'FALSE'}
${names === undefined ? '' : `subjectAltName = ${names}`}
`;

/** Makes an authority in a folder of its own; `remove` takes everything away. */
export async function makeAuthority(): Promise<Authority> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-tls-'));
  let made = 0;

  async function issue(
    wanted: Omit<Wanted, 'by'> & { readonly by: Issued | null },
  ): Promise<Issued> {
    const place = join(folder, String(made++));
    await mkdir(place);
    await writeFile(`${place}/index.txt`, '');
    await writeFile(`${place}/openssl.cnf`, config(place, wanted));
    const [keyFile, request, certFile] = [`${place}/key.pem`, `${place}/csr.pem`, `${place}/c.pem`];
    const cnf = ['-config', `${place}/openssl.cnf`];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const subject = ['-subj', `/CN=${wanted.name}`];
    await run('openssl', ['req', ...cnf, ...key, ...subject, '-keyout', keyFile, '-out', request]);
    const from = wanted.fromDays ?? -1;
    const time = ['-startdate', stamp(from), '-enddate', stamp(wanted.days ?? 90)];
    const signer =
      wanted.by === null
        ? ['-selfsign', '-keyfile', keyFile]
        : ['-cert', wanted.by.certFile, '-keyfile', wanted.by.keyFile];
    const files = ['-in', request, '-out', certFile, '-notext', '-batch'];
    await run('openssl', ['ca', ...cnf, ...signer, ...time, ...files]);
    const [cert, own] = [await readFile(certFile, 'utf8'), await readFile(keyFile, 'utf8')];
    return { cert, key: own, certFile, keyFile };
  }

  const root = await issue({ name: 'Test Root', authority: true, days: 3650, by: null });
  return {
    root,
    folder,
    issue: (wanted) =>
      issue({ ...wanted, by: wanted.selfSigned === true ? null : (wanted.by ?? root) }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
