import type { ContainerUsage } from '../../domain/container.ts';
import { parseAnswer } from './decode.ts';
import { containerStats } from './wire.ts';

/** One reading of a container's counters; the CPU needs two of them. */
export interface UsageReading {
  /** CPU time used since its start, ns; null if not told. */
  readonly cpuNs: number | null;
  /** CPU time of the whole host, all cores, ns; null if not told. */
  readonly systemNs: number | null;
  readonly cores: number;
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
}

/** Decodes one-shot statistics. Memory is without the page cache, as `docker stats` shows it. */
export function decodeStats(value: unknown): UsageReading {
  const wire = parseAnswer(containerStats, value, 'the statistics of a container');
  const cpu = wire.cpu_stats;
  const memory = wire.memory_stats;
  const usage = memory?.usage ?? null;
  // cgroup v1 tells total_inactive_file, v2 inactive_file.
  const cached = memory?.stats?.['total_inactive_file'] ?? memory?.stats?.['inactive_file'] ?? 0;
  return {
    cpuNs: cpu?.cpu_usage?.total_usage ?? null,
    systemNs: cpu?.system_cpu_usage ?? null,
    cores: cpu?.online_cpus || cpu?.cpu_usage?.percpu_usage?.length || 1,
    memoryBytes: usage === null ? null : cached < usage ? usage - cached : usage,
    memoryLimitBytes: memory?.limit || null,
  };
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

/** The domain's usage of container `id` from its last two readings. */
export function toUsage(
  id: string,
  before: UsageReading | undefined,
  now: UsageReading,
): ContainerUsage {
  return {
    id,
    cpu: cpuBetween(before, now),
    memoryBytes: now.memoryBytes,
    memoryLimitBytes: now.memoryLimitBytes,
  };
}
