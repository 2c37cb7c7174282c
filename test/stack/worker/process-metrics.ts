import { readdirSync, readFileSync } from 'node:fs';
import { header, pythonFloat } from './exposition.ts';

const startedAtSeconds = Date.now() / 1000 - process.uptime();

function field(path: string, pattern: RegExp): number {
  return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? Number.NaN);
}

/** The `process_*` families of Python's client, read from this process. */
export function processLines(): string {
  const { user, system } = process.cpuUsage();
  const families: [string, string, string, number][] = [
    [
      'process_virtual_memory_bytes',
      'Virtual memory size in bytes.',
      'gauge',
      field('/proc/self/status', /VmSize:\s+(\d+)/) * 1024,
    ],
    [
      'process_resident_memory_bytes',
      'Resident memory size in bytes.',
      'gauge',
      process.memoryUsage.rss(),
    ],
    [
      'process_start_time_seconds',
      'Start time of the process since unix epoch in seconds.',
      'gauge',
      startedAtSeconds,
    ],
    [
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      'counter',
      (user + system) / 1e6,
    ],
    [
      'process_open_fds',
      'Number of open file descriptors.',
      'gauge',
      readdirSync('/proc/self/fd').length,
    ],
    [
      'process_max_fds',
      'Maximum number of open file descriptors.',
      'gauge',
      field('/proc/self/limits', /Max open files\s+(\d+)/),
    ],
  ];
  return families
    .map(
      ([name, help, kind, value]) => `${header(name, help, kind)}${name} ${pythonFloat(value)}\n`,
    )
    .join('');
}
