import { formatBytes } from '../domain/format.ts';
import type { Disk, Host } from '../domain/host.ts';
import type { HealthBefore } from './evaluate.ts';
import { type FactNumber, factReading, type Told } from './fact-reading.ts';
import { limits } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';

function diskNumbers(disk: Disk, host: Readonly<Record<string, string>>): readonly FactNumber[] {
  const common = { labels: { ...host, mount: disk.mount }, unit: 'fraction' } as const;
  const used: FactNumber = {
    ...common,
    id: 'disk',
    title: 'disk',
    value: disk.used,
    thresholds: limits.disk,
    detail: `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.sizeBytes)}`,
  };
  if (disk.inodesUsed === null) return [used];
  const inodes = { id: 'inodes', title: 'inodes', value: disk.inodesUsed } as const;
  return [used, { ...common, ...inodes, thresholds: limits.inodes }];
}

function numbers({ value }: Told<Host>, several: boolean): readonly FactNumber[] {
  const host: Readonly<Record<string, string>> = several ? { host: value.name } : {};
  const { memoryAvailableBytes, memoryBytes } = value;
  const memory: FactNumber = {
    id: 'memoryAvailable',
    title: 'memory available',
    labels: host,
    value: memoryAvailableBytes / memoryBytes,
    unit: 'fraction',
    thresholds: limits.memoryAvailable,
    detail: `${formatBytes(memoryAvailableBytes)} of ${formatBytes(memoryBytes)}`,
  };
  const disks = value.disks.flatMap((disk) => diskNumbers(disk, host));
  return memoryBytes > 0 ? [memory, ...disks] : disks;
}

/** The signals `memoryAvailable`, `disk` and `inodes`, by mount; by host as well where there are several. */
export function hostSignals(
  hosts: readonly Told<Host>[],
  before: HealthBefore,
): readonly EvaluatedSignal[] {
  const several = hosts.length > 1;
  return hosts.flatMap((told) => numbers(told, several).map((n) => factReading(n, told, before)));
}
