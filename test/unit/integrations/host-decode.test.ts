import { describe, expect, it } from 'vitest';
import {
  busy,
  decodeLoad,
  decodeMemory,
  decodePressure,
  decodeStat,
} from '../../../src/integrations/host/decode.ts';
import { diskOf } from '../../../src/integrations/host/disks.ts';
import { decodeMounts, MAX_MOUNTS, mountsOf } from '../../../src/integrations/host/mounts.ts';

const stat = `cpu  974406 10 268763 1226373 9868 0 12268 14704 50 0
cpu0 487203 5 134381 613186 4934 0 6134 7352 25 0
cpu1 487203 5 134382 613187 4934 0 6134 7352 25 0
intr 1 2 3
btime 1795305600
processes 99
`;

describe('the files of the kernel', () => {
  it('tell processors, ticks and the start', () => {
    expect(decodeStat(stat)).toEqual({
      cores: 2,
      ticks: { total: 2_506_392, idle: 1_236_241 },
      bootedAt: 1_795_305_600_000,
    });
    for (const wrong of ['', 'cpu  a b c\nbtime 1\n', 'cpu  1 2 3 4\n']) {
      expect(() => decodeStat(wrong)).toThrow('/proc/stat cannot be understood');
    }
  });

  it('tell how busy the processors were between two readings', () => {
    const before = { total: 1000, idle: 500 };
    expect(busy(before, { total: 1100, idle: 525 })).toBe(0.75);
    expect(busy(before, before)).toBeNull();
    expect(busy(before, { total: 1010, idle: 499 })).toBe(1);
    expect(busy(before, { total: 1010, idle: 520 })).toBe(0);
  });

  it('tell load, memory and swap', () => {
    expect(decodeLoad('3.11 1.54 1.09 4/2071 5200\n')).toEqual([3.11, 1.54, 1.09]);
    expect(() => decodeLoad('3.11 x')).toThrow('/proc/loadavg');
    const kB = { MemTotal: 1000, MemFree: 1, MemAvailable: 600, SwapTotal: 100, SwapFree: 75 };
    const lines = Object.entries(kB).map(([name, value]) => `${name}:      ${value} kB`);
    expect(decodeMemory(lines.join('\n'))).toEqual({
      memoryBytes: 1_024_000,
      memoryAvailableBytes: 614_400,
      swapBytes: 102_400,
      swapUsedBytes: 25_600,
    });
    expect(() => decodeMemory('MemTotal: 1 kB')).toThrow('/proc/meminfo cannot be understood');
  });

  it('tell pressure as fractions, the full one where there is one', () => {
    const some = 'some avg10=28.70 avg60=27.23 avg300=13.83 total=3361758955\n';
    expect(decodePressure(`${some}full avg10=1.50 avg60=0.00 avg300=0.00 total=0\n`)).toEqual({
      some10: 0.287,
      some60: 0.2723,
      full10: 0.015,
    });
    expect(decodePressure(some)).toMatchObject({ full10: null });
    expect(decodePressure('nothing')).toBeNull();
  });
});

const line = (
  path: string,
  type: string,
  source: string,
  more: { id?: string; root?: string } = {},
) =>
  `27 1 ${more.id ?? '8:1'} ${more.root ?? '/'} ${path} rw,relatime shared:1 - ${type} ${source} rw`;

describe('the mounts', () => {
  it('are those that can fill up, each file system once, local ones first', () => {
    const text = [
      line('/proc', 'proc', 'proc', { id: '0:4' }),
      line('/dev/shm', 'tmpfs', 'tmpfs', { id: '0:5' }),
      line('/share', 'nfs4', 'files:/export', { id: '0:90' }),
      line('/share/again', 'nfs4', 'files:/export', { id: '0:91' }),
      line('/var/lib/docker', 'ext4', '/dev/sda1', { root: '/var/lib/docker' }),
      line('/', 'ext4', '/dev/sda1'),
      line('/mnt/root', 'ext4', '/dev/sda1'),
      line('/snap/core/1', 'squashfs', '/dev/loop0', { id: '7:0' }),
      line('/var/lib/docker/overlay2/x/merged', 'overlay', 'overlay', { id: '0:60' }),
      line('/data', 'xfs', '/dev/nvme0n1p1', { id: '259:1' }),
      line('/pool', 'zfs', 'tank/data', { id: '0:70' }),
      line('/a', 'btrfs', '/dev/sdb', { id: '0:71', root: '/@a' }),
      line('/home', 'btrfs', '/dev/sdb', { id: '0:72', root: '/@home' }),
      'nonsense',
      '',
    ].join('\n');
    expect(
      decodeMounts(text).map(({ path, remote }) => `${path}${remote ? ' remote' : ''}`),
    ).toEqual(['/', '/a', '/data', '/pool', '/share remote']);
  });

  it('are read through escapes, and without control sequences', () => {
    const text = line('/mnt/my\\040disk\\134x', 'ext4', '/dev/\\033[31mred');
    expect(decodeMounts(text)).toEqual([
      { path: '/mnt/my disk\\x', device: '/dev/red', type: 'ext4', remote: false },
    ]);
  });

  it('cover each other at the same place', () => {
    const text = [line('/mnt', 'ext4', '/dev/a', { id: '8:2' }), line('/mnt', 'xfs', '/dev/b')];
    expect(decodeMounts(text.join('\n')).map(({ device }) => device)).toEqual(['/dev/b']);
  });

  it('are bounded, however many there are', () => {
    const layers = Array.from({ length: 10_000 }, (_, n) =>
      line(`/var/lib/docker/overlay2/${n}/merged`, 'overlay', 'overlay', { id: `0:${n}` }),
    );
    const disks = Array.from({ length: 9_000 }, (_, n) =>
      line(`/disk/${n}`, 'ext4', `/dev/d${n}`, { id: `9:${n}` }),
    );
    expect(decodeMounts([...layers, ...disks].join('\n'))).toHaveLength(MAX_MOUNTS);
  });

  it('can be chosen by folders on them', () => {
    const text = [line('/', 'ext4', '/dev/a'), line('/data', 'xfs', '/dev/b', { id: '8:9' })];
    const mounts = decodeMounts(text.join('\n'));
    expect(mountsOf(['/data/pg', '/database', '/'], mounts)).toEqual([
      { path: '/data/pg', device: '/dev/b', type: 'xfs', remote: false },
      { path: '/database', device: '/dev/a', type: 'ext4', remote: false },
      { path: '/', device: '/dev/a', type: 'ext4', remote: false },
    ]);
  });
});

describe('a disk', () => {
  const mount = { path: '/', device: '/dev/a', type: 'ext4', remote: false };
  const told = { type: 1, bsize: 4096, frsize: 1024, blocks: 100, bfree: 40, bavail: 20 };

  it('is counted as df counts it', () => {
    expect(diskOf(mount, { ...told, files: 10, ffree: 4 })).toEqual({
      mount: '/',
      device: '/dev/a',
      type: 'ext4',
      sizeBytes: 102_400,
      usedBytes: 61_440,
      freeBytes: 20_480,
      used: 0.75,
      inodesUsed: 0.6,
    });
  });

  it('may have no fixed number of inodes, no space at all, or be none', () => {
    expect(diskOf(mount, { ...told, files: 0, ffree: 0 })?.inodesUsed).toBeNull();
    expect(diskOf(mount, { ...told, bfree: 100, bavail: 0, files: 0, ffree: 0 })?.used).toBe(1);
    expect(diskOf(mount, { ...told, blocks: 0, files: 0, ffree: 0 })).toBeNull();
  });
});
