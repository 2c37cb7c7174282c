import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, hostname, tmpdir, totalmem, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type HostOptions, hostSource } from '../../../src/integrations/host/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { canMount, silentDisk } from './silent-disk.ts';

const never = new AbortController().signal;
const sourceOf = (more: Partial<HostOptions> = {}) =>
  hostSource({ name: 'host', intervalMs: 5000, timeoutMs: 2000, ...more });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const stat = 'cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 10 0 10 80 0 0 0 0 0 0\nbtime 1795305600\n';
const memory = 'MemTotal: 8 kB\nMemAvailable: 4 kB\nSwapTotal: 2 kB\nSwapFree: 1 kB\n';

/** A file system of another host, as a container sees it, with what of `/proc` is given. */
async function rootWith(mounts: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'opsconsole-host-'));
  cleanups.push(() => rm(root, { recursive: true, force: true }));
  const files = {
    stat,
    loadavg: '0.5 0.4 0.3 1/2 3\n',
    meminfo: memory,
    'self/mountinfo': mounts.join('\n'),
    ...more,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'proc', name)), { recursive: true });
    await writeFile(join(root, 'proc', name), text);
  }
  return root;
}

const line = (path: string, type: string, source: string, id = '8:1') =>
  `27 1 ${id} / ${path} rw - ${type} ${source} rw`;

describe('the host', () => {
  it('is told as the machine tells it elsewhere', async () => {
    const source = sourceOf();
    const first = await source.poll(never);
    expect(first).toMatchObject({
      name: hostname(),
      cores: cpus().length,
      cpu: null,
      memoryBytes: totalmem(),
      silentMounts: [],
    });
    expect(first.memoryAvailableBytes).toBeLessThan(first.memoryBytes);
    expect(Math.abs(Date.now() - uptime() * 1000 - first.bootedAt)).toBeLessThan(2000);
    const later = await eventually(
      async () => {
        const host = await source.poll(never);
        return host.cpu === null ? null : host;
      },
      { what: 'the processors to have ticked', everyMs: 20 },
    );
    expect(later.cpu).toBeGreaterThanOrEqual(0);
    expect(later.cpu).toBeLessThanOrEqual(1);
  });

  it('counts the root as df does', async () => {
    const columns = ['-B1', '--output=size,used,avail,itotal,iused', '/'];
    const rows = execFileSync('df', columns, { encoding: 'utf8' }).trim().split('\n');
    const [size = 0, used = 0, free = 0, inodes = 0, inodesUsed = 0] = (rows[1] ?? '')
      .trim()
      .split(/ +/)
      .map(Number);
    const { disks } = await sourceOf({ paths: ['/'] }).poll(never);
    const [root] = disks;
    expect(disks.map(({ mount }) => mount)).toEqual(['/']);
    expect(root?.sizeBytes).toBe(size);
    // Others write meanwhile.
    expect(root?.used).toBeCloseTo(used / (used + free), 2);
    expect(root?.inodesUsed ?? 0).toBeCloseTo(inodes === 0 ? 0 : inodesUsed / inodes, 2);
  });

  it('has its pressure where the kernel tells it', async () => {
    const told = await readFile('/proc/pressure/memory', 'utf8').catch(() => null);
    const { pressure } = await sourceOf().poll(never);
    expect(pressure === null).toBe(told === null);
    const root = await rootWith([]);
    expect((await sourceOf({ fsRoot: root }).poll(never)).pressure).toBeNull();
    const some = 'some avg10=50.00 avg60=25.00 avg300=0.00 total=1\n';
    const files = { 'pressure/cpu': some, 'pressure/memory': some, 'pressure/io': some };
    const under = await rootWith([], { ...files, 'sys/kernel/hostname': 'evil\u001b[31m\n' });
    expect(await sourceOf({ fsRoot: under }).poll(never)).toMatchObject({
      name: 'evil',
      pressure: { io: { some10: 0.5, some60: 0.25, full10: null } },
    });
  });
});

describe('it survives', () => {
  it('a /proc that is missing, garbage or denied, and recovers', async () => {
    const root = await rootWith([]);
    const source = sourceOf({ fsRoot: root });
    const path = join(root, 'proc/stat');
    await rm(path);
    await expect(source.poll(never)).rejects.toMatchObject({
      kind: 'missing',
      message: `${path} does not exist`,
      mend: expect.stringContaining('/proc is mounted'),
    });
    await writeFile(path, '\u0000\u0001garbage');
    await expect(source.poll(never)).rejects.toMatchObject({ kind: 'garbage' });
    if (process.getuid?.() !== 0) {
      await chmod(path, 0);
      await expect(source.poll(never)).rejects.toMatchObject({ kind: 'denied' });
      await chmod(path, 0o600);
    }
    await writeFile(path, stat);
    expect(await source.poll(never)).toMatchObject({ cores: 1, load: [0.5, 0.4, 0.3] });
  });

  it('10,000 mounts, and disks that are gone', async () => {
    const mounts = Array.from({ length: 10_000 }, (_, n) =>
      line(`/d/${n}`, n % 2 === 0 ? 'overlay' : 'ext4', `/dev/d${n}`, `9:${n}`),
    );
    const root = await rootWith([line('/', 'ext4', '/dev/root'), ...mounts]);
    const { disks, silentMounts } = await sourceOf({ fsRoot: root }).poll(never);
    expect(disks.map(({ mount }) => mount)).toEqual(['/']);
    expect(silentMounts).toEqual([]);
  });

  it('ends at once with its source', async () => {
    const closed = new AbortController();
    const reason = new Error('closed by the test');
    closed.abort(reason);
    await expect(sourceOf().poll(closed.signal)).rejects.toBe(reason);
  });

  it.skipIf(!canMount())('file systems that do not answer (asks for FUSE)', async () => {
    const root = await rootWith([
      line('/', 'ext4', '/dev/root', '8:1'),
      ...[1, 2, 3, 4, 5].map((n) => line(`/nfs${n}`, 'nfs4', `files${n}:/x`, `0:${n}`)),
      ...[1, 2, 3, 4, 5].map((n) => line(`/bad${n}`, 'ext4', `/dev/bad${n}`, `9:${n}`)),
    ]);
    const silent: { end(): void }[] = [];
    cleanups.push(() => silent.forEach((disk) => void disk.end()));
    for (const name of ['nfs1', 'bad1', 'bad2']) {
      await mkdir(join(root, name));
      silent.push(await silentDisk(join(root, name)));
    }
    for (const n of [2, 3, 4, 5]) await mkdir(join(root, `nfs${n}`));
    for (const n of [3, 4, 5]) await mkdir(join(root, `bad${n}`));
    const source = sourceOf({ fsRoot: root });
    const poll = async () => {
      const startedAt = performance.now();
      const { disks, silentMounts } = await source.poll(never);
      const tookMs = performance.now() - startedAt;
      return { tookMs, silentMounts, mounts: disks.map(({ mount }) => mount) };
    };
    // Two that are silent are found out, half a second each; then no more threads are put at risk,
    // but for a disk that has answered before.
    const first = await poll();
    expect(first.mounts).toEqual(['/']);
    expect(first.silentMounts).toHaveLength(10);
    expect(first.tookMs).toBeLessThan(1900);
    const second = await poll();
    expect(second.tookMs).toBeLessThan(400);
    expect(second.mounts).toEqual(['/']);
    expect(second.silentMounts).toEqual(first.silentMounts);
    // Other files are read meanwhile: threads are left.
    expect(await readFile(join(root, 'proc/stat'), 'utf8')).toBe(stat);
    for (const disk of silent.splice(0)) disk.end();
    const all = ['/', ...[1, 2, 3, 4, 5].flatMap((n) => [`/bad${n}`, `/nfs${n}`])].sort();
    await eventually(async () => (await poll()).mounts.sort().join() === all.join(), {
      what: 'all to answer',
    });
  });
});
