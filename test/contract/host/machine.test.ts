import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostActions } from '../../../src/integrations/host/actions.ts';
import { hostProbes } from '../../../src/integrations/host/probes.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import { canMountMemory, smallDisk } from './small-disk.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const here = { isLocal: () => true };
const probes = hostProbes(here);
const actions = hostActions(here);

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opsconsole-host-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('host.disk', () => {
  it.skipIf(!canMountMemory())('tells a full disk and what fills it (asks for ROOT)', async () => {
    const disk = await smallDisk(folder, '1m');
    cleanups.push(() => disk.end());
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', 'big'), 'x'.repeat(700_000));
    await writeFile(join(folder, 'filler'), 'x'.repeat(600_000)).catch(() => undefined);
    const told = await read(probes, 'host.disk', { path: folder }, testContext());
    expect(told).toMatchObject({
      mount: folder,
      type: 'tmpfs',
      sizeBytes: 1_048_576,
      freeBytes: 0,
      used: 1,
      largest: [{ path: join(folder, 'logs'), files: 1 }, { path: join(folder, 'filler') }],
      complete: true,
    });
  });

  it('counts only within its time, and says so', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'a'), 'x');
    const context = testContext();
    let now = 0;
    const clock = { ...context.clock, now: () => (now += 1000) };
    const told = await read(probes, 'host.disk', { path: folder }, { ...context, clock });
    expect(told).toMatchObject({ complete: false, path: folder });
    const none = await read(probes, 'host.disk', { path: folder, withinMs: 0 }, testContext());
    expect(none).toMatchObject({ largest: [], complete: true });
    await expect(
      read(probes, 'host.disk', { path: join(folder, 'gone') }, testContext()),
    ).rejects.toThrow('is no folder that exists');
  });
});

describe('host.port-owner', () => {
  it('names who listens, and that nobody does', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await read(probes, 'host.port-owner', { port }, testContext())).toMatchObject({
      listening: true,
      addresses: ['127.0.0.1'],
      owner: { pid: process.pid, uid: process.getuid?.() },
      hidden: null,
    });
    server.close();
    await once(server, 'close');
    expect(await read(probes, 'host.port-owner', { port }, testContext())).toMatchObject({
      listening: false,
      owner: null,
    });
  });

  it.skipIf(!isRoot)('says that it may not see who (asks for ROOT)', async () => {
    const script =
      'const server = require("net").createServer();' +
      'server.listen(0, "127.0.0.1", () => console.log(server.address().port));';
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    cleanups.push(() => server.kill('SIGKILL'));
    const [said] = await once(server.stdout, 'data');
    process.seteuid?.(NOBODY);
    try {
      const asked = { port: Number(String(said)) };
      expect(await read(probes, 'host.port-owner', asked, testContext())).toMatchObject({
        listening: true,
        owners: [],
        hidden: expect.stringContaining('it belongs to user 0'),
      });
    } finally {
      process.seteuid?.(0);
    }
  });
});

/** A process of the test's own that has said that it is ready. */
async function child(script: string) {
  const started = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  cleanups.push(() => started.kill('SIGKILL'));
  await once(started.stdout, 'data');
  const ended = once(started, 'exit');
  return { pid: started.pid ?? 0, ended };
}

describe('host.end-process', () => {
  const ending = (input: object, context = testContext()) =>
    prepare(actions, 'host.end-process', input, context);

  it('asks a process to end, and knows that it did', async () => {
    const { ended, pid } = await child("trap 'exit 0' TERM; echo; while :; do sleep 0.05; done");
    const change = ending({ pid: String(pid) });
    const preview = await change.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'process', name: `${pid} sh`, shortId: String(pid) }],
      command: `kill ${pid}`,
      details: [expect.stringContaining("sh -c trap 'exit 0' TERM")],
    });
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await expect(change.run(preview)).resolves.toEqual({ signal: 'TERM' });
    expect(await ended).toEqual([0, null]);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    await expect(change.preview()).rejects.toThrow(`There is no process ${pid}`);
  });

  it('kills one that does not heed', async () => {
    const { ended, pid } = await child("trap '' TERM; echo; while :; do sleep 0.05; done");
    const context = testContext();
    const change = ending({ pid, graceSeconds: 0 }, context);
    await expect(change.run(await change.preview())).resolves.toEqual({ signal: 'KILL' });
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(context.lines).toContain('it still runs: KILL…');
  });

  it('leaves one alone that took the pid since', async () => {
    const { pid } = await child('echo; exec sleep 1000');
    const change = ending({ pid });
    const preview = await change.preview();
    const [target] = preview.targets;
    if (target === undefined) throw new Error('no target');
    const other = { ...target, identity: { ...target.identity, started: '1' } };
    await expect(change.run({ ...preview, targets: [other] })).rejects.toThrow(
      'is not the one that was shown any more: nothing was ended',
    );
    expect(await change.settle({ ...preview, targets: [other] }, 0)).toMatchObject({
      state: 'done',
    });
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
  });

  it('refuses this program, those above it, and init', async () => {
    for (const pid of [process.pid, process.ppid]) {
      await expect(ending({ pid }).preview()).rejects.toThrow('is this program');
    }
    expect(() => ending({ pid: 1 })).toThrow();
    expect(() => ending({ pid: -5 })).toThrow();
  });

  it('says that it may not', async () => {
    const { pid } = await child('echo; exec sleep 1000');
    const change = ending({ pid });
    const preview = await change.preview();
    // A process whose real user is root may signal all others, whoever it acts as.
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    cleanups.push(() => kill.mockRestore());
    await expect(change.run(preview)).rejects.toMatchObject({
      kind: 'denied',
      message: `Process ${pid} may not be ended by this user`,
    });
  });
});
