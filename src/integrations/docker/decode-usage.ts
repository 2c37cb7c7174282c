import type { ContainerUsage } from '../../domain/container.ts';
import { timeOf } from './decode.ts';
import {
  arrayIn,
  decoding,
  maybeNumber,
  maybeText,
  objectIn,
  objectOf,
  type Wire,
} from './wire.ts';

/** One reading of a container's counters; rates need two of them. Null is what is not told. */
export interface UsageReading {
  /** When the engine read it, by its own clock, epoch ms. */
  readonly readAt: number | null;
  /** CPU time used since its start, ns. */
  readonly cpuNs: number | null;
  /** CPU time of the whole host, all cores, ns. */
  readonly systemNs: number | null;
  readonly cores: number;
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly receivedBytes: number | null;
  readonly sentBytes: number | null;
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
  readonly pids: number | null;
  readonly pidsLimit: number | null;
}

/** The engine's word for "no limit" of processes: the largest number of 64 bits, or zero. */
const NO_LIMIT = 2 ** 62;

function memoryOf(wire: Wire): Pick<UsageReading, 'memoryBytes' | 'memoryLimitBytes'> {
  const memory = objectIn(wire, 'memory_stats');
  const usage = maybeNumber(memory, 'usage');
  const stats = objectIn(memory, 'stats');
  // cgroup v1 tells total_inactive_file, v2 inactive_file.
  const cached =
    maybeNumber(stats, 'total_inactive_file') ?? maybeNumber(stats, 'inactive_file') ?? 0;
  return {
    memoryBytes: usage === null ? null : cached < usage ? usage - cached : usage,
    memoryLimitBytes: maybeNumber(memory, 'limit') || null,
  };
}

/** Sums over the interfaces; a container on the host's network has none of its own. */
function networkOf(wire: Wire): Pick<UsageReading, 'receivedBytes' | 'sentBytes'> {
  const networks = Object.values(objectIn(wire, 'networks'));
  if (networks.length === 0) return { receivedBytes: null, sentBytes: null };
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const network of networks) {
    const counters = objectOf(network, 'networks');
    receivedBytes += maybeNumber(counters, 'rx_bytes') ?? 0;
    sentBytes += maybeNumber(counters, 'tx_bytes') ?? 0;
  }
  return { receivedBytes, sentBytes };
}

function blocksOf(wire: Wire): Pick<UsageReading, 'readBytes' | 'writtenBytes'> {
  const entries = arrayIn(objectIn(wire, 'blkio_stats'), 'io_service_bytes_recursive');
  if (entries.length === 0) return { readBytes: null, writtenBytes: null };
  let readBytes = 0;
  let writtenBytes = 0;
  for (const value of entries) {
    const entry = objectOf(value, 'io_service_bytes_recursive');
    const op = maybeText(entry, 'op')?.toLowerCase();
    if (op === 'read') readBytes += maybeNumber(entry, 'value') ?? 0;
    else if (op === 'write') writtenBytes += maybeNumber(entry, 'value') ?? 0;
  }
  return { readBytes, writtenBytes };
}

function readingOf(wire: Wire): UsageReading {
  const cpu = objectIn(wire, 'cpu_stats');
  const used = objectIn(cpu, 'cpu_usage');
  const pids = objectIn(wire, 'pids_stats');
  const limit = maybeNumber(pids, 'limit') ?? 0;
  return {
    readAt: timeOf(maybeText(wire, 'read')),
    cpuNs: maybeNumber(used, 'total_usage'),
    systemNs: maybeNumber(cpu, 'system_cpu_usage'),
    cores: maybeNumber(cpu, 'online_cpus') || arrayIn(used, 'percpu_usage').length || 1,
    ...memoryOf(wire),
    ...networkOf(wire),
    ...blocksOf(wire),
    pids: maybeNumber(pids, 'current'),
    pidsLimit: limit > 0 && limit < NO_LIMIT ? limit : null,
  };
}

/** Decodes one-shot statistics. Memory is without the page cache, as `docker stats` shows it. */
export function decodeStats(value: unknown): UsageReading {
  const what = 'the statistics of a container';
  return decoding(what, () => readingOf(objectOf(value, 'answer')));
}

/**
 * The fraction of one core used between two readings; null while it cannot be told: no earlier
 * reading, a restart in between, or readings of the same moment.
 */
export function cpuBetween(before: UsageReading | undefined, now: UsageReading): number | null {
  if (before === undefined || before.cpuNs === null || before.systemNs === null) return null;
  if (now.cpuNs === null || now.systemNs === null) return null;
  const usedNs = now.cpuNs - before.cpuNs;
  const systemNs = now.systemNs - before.systemNs;
  if (usedNs < 0 || systemNs <= 0) return null;
  return (usedNs / systemNs) * now.cores;
}

/** The growth of a counter per second between two readings; null where it cannot be told. */
export function rateBetween(
  before: UsageReading | undefined,
  now: UsageReading,
  counter: 'receivedBytes' | 'sentBytes',
): number | null {
  const from = before?.[counter] ?? null;
  const to = now[counter];
  if (from === null || to === null || to < from) return null;
  if (!before || before.readAt === null || now.readAt === null) return null;
  const elapsedMs = now.readAt - before.readAt;
  return elapsedMs > 0 ? ((to - from) * 1000) / elapsedMs : null;
}

/** The domain's usage of container `id` from its last two readings. */
export function toUsage(
  id: string,
  before: UsageReading | undefined,
  now: UsageReading,
): ContainerUsage {
  const { memoryBytes, memoryLimitBytes, receivedBytes, sentBytes } = now;
  const { readBytes, writtenBytes, pids, pidsLimit } = now;
  return {
    id,
    cpu: cpuBetween(before, now),
    memoryBytes,
    memoryLimitBytes,
    receivedBytes,
    sentBytes,
    receivedBytesPerSecond: rateBetween(before, now, 'receivedBytes'),
    sentBytesPerSecond: rateBetween(before, now, 'sentBytes'),
    readBytes,
    writtenBytes,
    pids,
    pidsLimit,
  };
}
