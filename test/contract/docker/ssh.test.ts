import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { eventually } from '../../harness/eventually.ts';
import { type SshServer, sshServer } from '../../harness/sshd.ts';
import { describeReal } from '../../harness/suites.ts';
import { imageName, importImage } from '../../stack/image.ts';
import { type Daemon, startDaemon } from './daemon.ts';

const never = new AbortController().signal;
const everything = { project: null };

describeReal('docker over SSH', () => {
  let daemon: Daemon;
  let server: SshServer;
  let client: DockerClient;
  beforeAll(async () => {
    daemon = await startDaemon();
    await importImage(daemon.dir, daemon.dockerHost);
  });
  afterAll(() => daemon?.remove());
  beforeEach(async () => {
    server = await sshServer();
    const host = `ssh://${server.where}${daemon.socketPath}`;
    client = connectDocker({ host, sshConfigFile: server.configFile, timeoutMs: 15_000 });
  });
  afterEach(async () => {
    client.close();
    await eventually(() => processesOf(server).length === 0, { what: 'every ssh to be gone' });
    await server.remove();
  });

  /** The ssh programs this test has started. */
  const processesOf = ({ configFile }: SshServer) =>
    readdirSync('/proc').filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words[0] === 'ssh' && words.includes(configFile);
      } catch {
        return false;
      }
    });

  const many = (count: number) =>
    Promise.all(Array.from({ length: count }, () => client.list(everything, never)));

  it('carries all calls in one connection and one process', async () => {
    await server.start();
    expect(await many(20)).toHaveLength(20);
    expect(await server.accepted()).toBe(1);
    expect(processesOf(server)).toHaveLength(1);
  });

  it('follows events beside the calls, until it is aborted', async () => {
    await server.start();
    const closed = new AbortController();
    const seen = Promise.withResolvers<string>();
    const query = { sinceMs: Date.now() - 1000 };
    const events = client.events(query, ({ action }) => seen.resolve(action), closed.signal);
    await daemon.docker('create', '--name', 'heard', imageName, 'true');
    expect(await seen.promise).toBe('create');
    expect(await client.list(everything, never)).toMatchObject([{ name: 'heard' }]);
    closed.abort();
    await events;
    await daemon.docker('rm', 'heard');
    expect(processesOf(server)).toHaveLength(1);
  });

  it('makes do with few sessions where the server forwards no socket', async () => {
    await server.start('AllowStreamLocalForwarding no');
    expect(await many(4)).toHaveLength(4);
    expect(await server.accepted()).toBe(1);
    expect(processesOf(server).length).toBeLessThanOrEqual(5);
  });

  it('refuses a host whose key it does not know, and never asks', async () => {
    await server.start();
    await server.know(false);
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'denied',
      message: 'The host key of 127.0.0.1 is not known here',
      mend: expect.stringContaining('ssh 127.0.0.1'),
    });
    await server.know(true);
    await expect(client.list(everything, never)).resolves.toEqual([]);
  });

  it('says that the key is not accepted', async () => {
    await server.start();
    await copyFile(join(server.dir, 'stranger'), join(server.dir, 'user'));
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'denied',
      message: '127.0.0.1 does not accept this user or key',
    });
  });

  it('says that docker is missing there', async () => {
    await server.start("ForceCommand /bin/sh -c 'PATH=/nonexistent; docker system dial-stdio'");
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('has no docker command'),
    });
  });

  it('says that the engine does not run there', async () => {
    await server.start('ForceCommand docker -H unix:///nonexistent/docker.sock system dial-stdio');
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'The Docker engine on 127.0.0.1 does not run',
    });
  });

  it('says that the shell there talks by itself', async () => {
    await server.start("ForceCommand /bin/sh -c 'echo Welcome; exec docker system dial-stdio'");
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'garbage',
      mend: expect.stringContaining('.bashrc'),
    });
  });

  it('is unreachable while no server listens, and comes back by itself', async () => {
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: '127.0.0.1 refuses SSH connections',
    });
    await server.start();
    await expect(client.list(everything, never)).resolves.toEqual([]);
    const events = client.events({ sinceMs: 0 }, () => undefined, never);
    const lost = expect(events).rejects.toMatchObject({ name: 'OperatorError' });
    await client.list(everything, never);
    await server.kill();
    await lost;
    await expect(client.list(everything, never)).rejects.toMatchObject({ kind: 'unreachable' });
    await server.start();
    await expect(client.list(everything, never)).resolves.toEqual([]);
  });

  it('says that the SSH configuration is wrong', async () => {
    await writeFile(server.configFile, 'Nonsense yes\n');
    await expect(client.list(everything, never)).rejects.toMatchObject({
      kind: 'failed',
      message: 'The SSH configuration for 127.0.0.1 cannot be used',
    });
  });
});
