import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDocker } from '../../../src/integrations/docker/client.ts';
import type { DockerTls } from '../../../src/integrations/docker/host.ts';
import { freePort } from '../../harness/free-port.ts';
import { describeReal } from '../../harness/suites.ts';
import { tcpServer } from '../http/servers.ts';
import { makeCertificates } from './certificates.ts';
import { type Daemon, startDaemon } from './daemon.ts';

const never = new AbortController().signal;

describeReal('docker over TLS', () => {
  let dir: string;
  let daemon: Daemon;
  let host: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'opsconsole-tls-'));
    await makeCertificates(dir);
    host = `tcp://127.0.0.1:${await freePort()}`;
    const at = (name: string) => join(dir, name);
    daemon = await startDaemon(() => [
      ...['--host', host, '--tlsverify', '--tlscacert', at('ca.pem')],
      ...['--tlscert', at('server.pem'), '--tlskey', at('server-key.pem')],
    ]);
  });
  afterAll(async () => {
    await daemon?.remove();
    await rm(dir, { recursive: true, force: true });
  });

  const tlsOf = (ca: string, client: string): DockerTls => ({
    ca: join(dir, `${ca}.pem`),
    cert: join(dir, `${client}.pem`),
    key: join(dir, `${client}-key.pem`),
    verify: true,
  });

  async function listed(address: string, tls: DockerTls | null): Promise<unknown> {
    const client = connectDocker({ host: address, tls });
    try {
      return await client.list({ project: null }, never);
    } finally {
      client.close();
    }
  }

  it('is reached with certificates of its authority', async () => {
    await expect(listed(host, tlsOf('ca', 'client'))).resolves.toEqual([]);
  });

  it('refuses a client of another authority, and one without a certificate', async () => {
    const refused = {
      kind: 'denied',
      message: expect.stringContaining("does not accept this client's certificate"),
      mend: expect.stringContaining('cert.pem and key.pem'),
    };
    await expect(listed(host, tlsOf('ca', 'stranger'))).rejects.toMatchObject(refused);
    const nobody = { ...tlsOf('ca', 'client'), cert: null, key: null };
    await expect(listed(host, nobody)).rejects.toMatchObject(refused);
  });

  it('is not believed when another authority is known', async () => {
    await expect(listed(host, tlsOf('other', 'client'))).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('the known authority did not sign'),
      mend: expect.stringContaining('ca.pem'),
    });
    // Only where it is asked for.
    const blind = { ...tlsOf('other', 'client'), verify: false };
    await expect(listed(host, blind)).resolves.toEqual([]);
  });

  it('is not believed under a name its certificate does not have', async () => {
    const named = host.replace('127.0.0.1', 'localhost');
    await expect(listed(named, tlsOf('ca', 'client'))).rejects.toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('a certificate of another name'),
    });
  });

  it('says that TLS is wanted, and that none is spoken', async () => {
    await expect(listed(host, null)).rejects.toMatchObject({
      kind: 'denied',
      message: 'The Docker engine wants TLS',
      mend: 'set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem',
    });
    const plain = await tcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const address = `tcp://127.0.0.1:${plain.port}`;
    await expect(listed(address, tlsOf('ca', 'client'))).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('does not speak TLS'),
    });
    await plain.close();
  });

  it('names a file that is not there, and finds it once it is', async () => {
    const later = { ...tlsOf('ca', 'client'), ca: join(dir, 'later.pem') };
    const client = connectDocker({ host, tls: later });
    await expect(client.list({ project: null }, never)).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('later.pem does not exist'),
      mend: expect.stringContaining('DOCKER_CERT_PATH'),
    });
    const { copyFile } = await import('node:fs/promises');
    await copyFile(join(dir, 'ca.pem'), later.ca);
    await expect(client.list({ project: null }, never)).resolves.toEqual([]);
    client.close();
  });
});
