import type { Host, Pressure } from '../../domain/host.ts';
import { OperatorError } from '../../domain/operator-error.ts';

/** Ticks of all processors together since the start. */
export interface Ticks {
  readonly total: number;
  readonly idle: number;
}

function broken(file: string): OperatorError {
  const mend = 'see whether it is the file of a Linux kernel';
  return new OperatorError('garbage', `${file} cannot be understood`, mend);
}

/** A number that must be there. */
function number(text: string | undefined, file: string): number {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw broken(file);
}

/** Processors, ticks and the time of the start, of `/proc/stat`. */
export function decodeStat(text: string): { cores: number; ticks: Ticks; bootedAt: number } {
  const file = '/proc/stat';
  const all = /^cpu +(.+)$/m.exec(text)?.[1]?.split(' ');
  if (all === undefined) throw broken(file);
  // A guest's time is in that of its user already.
  const ticks = all.slice(0, 8).map((tick) => number(tick, file));
  const [, , , idle = 0, waiting = 0] = ticks;
  return {
    cores: text.match(/^cpu\d+ /gm)?.length ?? 1,
    ticks: { total: ticks.reduce((sum, tick) => sum + tick, 0), idle: idle + waiting },
    bootedAt: number(/^btime (\d+)$/m.exec(text)?.[1], file) * 1000,
  };
}

/** The fraction of time in which the processors worked; null when no time has passed. */
export function busy(before: Ticks, now: Ticks): number | null {
  const total = now.total - before.total;
  if (total <= 0) return null;
  // The time of waiting may run backwards.
  return Math.min(1, Math.max(0, 1 - (now.idle - before.idle) / total));
}

/** The load averages of `/proc/loadavg`. */
export function decodeLoad(text: string): Host['load'] {
  const [one, five, fifteen] = text.split(' ');
  const file = '/proc/loadavg';
  return [number(one, file), number(five, file), number(fifteen, file)];
}

type Memory = Pick<Host, 'memoryBytes' | 'memoryAvailableBytes' | 'swapBytes' | 'swapUsedBytes'>;

/** Memory and swap of `/proc/meminfo`. */
export function decodeMemory(text: string): Memory {
  const bytes = (name: string) =>
    number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1], '/proc/meminfo') * 1024;
  const swapBytes = bytes('SwapTotal');
  return {
    memoryBytes: bytes('MemTotal'),
    memoryAvailableBytes: bytes('MemAvailable'),
    swapBytes,
    swapUsedBytes: swapBytes - bytes('SwapFree'),
  };
}

/** One file of `/proc/pressure`; null when it does not tell what is expected. */
export function decodePressure(text: string): Pressure | null {
  const fraction = (kind: string, window: string) => {
    const found = new RegExp(`^${kind} .*\\b${window}=([\\d.]+)`, 'm').exec(text)?.[1];
    return found === undefined ? null : Number(found) / 100;
  };
  const some10 = fraction('some', 'avg10');
  const some60 = fraction('some', 'avg60');
  if (some10 === null || some60 === null) return null;
  return { some10, some60, full10: fraction('full', 'avg10') };
}
