import { logBytes, roomOn } from '../world/disks.ts';
import { failed, type Run, said } from './executed.ts';

const KIB = 1024;
const DATA = '/var/lib/postgresql/data';

const kib = (bytes: number) => String(Math.round(bytes / KIB));

/** `df -Pk PATH`, as busybox writes it. */
const df: Run = (host, _container, words) => {
  const path = words.findLast((word) => word.startsWith('/')) ?? '/';
  const disk = path.startsWith(DATA) ? 'data' : 'engine';
  const { sizeBytes, usedBytes } = roomOn(host.world(), disk);
  const free = Math.max(0, sizeBytes - usedBytes);
  const share = Math.ceil((100 * usedBytes) / sizeBytes);
  const [device, mount] = disk === 'data' ? ['/dev/sdb', DATA] : ['overlay', '/'];
  return said(
    `Filesystem           1024-blocks    Used Available Capacity Mounted on
${device} ${kib(sizeBytes)} ${kib(usedBytes)} ${kib(free)} ${share}% ${mount}
`,
  );
};

/** `du -sk PATH` of the database's log. */
const du: Run = (host, _container, words) => {
  const path = words.findLast((word) => word.startsWith('/')) ?? '/';
  if (!path.endsWith('/pg_wal')) return failed(`du: can't open '${path}': not simulated\n`);
  return said(`${kib(logBytes(host.world()))}\t${path}\n`);
};

/** What tells of room in a container. */
export const diskTools: Readonly<Record<string, Run>> = { df, du };
