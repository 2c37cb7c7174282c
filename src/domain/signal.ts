import type { Health } from './health.ts';
import type { Labels } from './metrics.ts';

export type SignalUnit = 'seconds' | 'fraction' | 'perSecond' | 'count' | 'bytes' | 'state';

/** The numbers behind a threshold, in the signal's unit. */
interface SignalLimits {
  readonly direction: 'above' | 'below';
  readonly warning: number | null;
  readonly critical: number | null;
}

/** One reading of a signal: a number, or a word for states; null while unknown. */
export interface SignalReading {
  readonly id: string;
  /** How people call it, e.g. `cache errors`. */
  readonly title: string;
  readonly labels: Labels;
  readonly value: number | string | null;
  readonly unit: SignalUnit;
  readonly state: Health;
  /** The oldest observation it was computed from, epoch ms; null while unknown. */
  readonly observedAt: number | null;
  /** True when no source it rests on answers any more: its value is the last good one. */
  readonly stale: boolean;
  /** The threshold in words, e.g. "> 1 s"; null if none. */
  readonly threshold: string | null;
  /** Both thresholds as numbers; absent or null if there is none. */
  readonly limits?: SignalLimits | null;
}

/**
 * Signals that every region has, whatever its pack says. Panels other than that of the metrics draw what
 * they are made from.
 */
export const builtinSignalIds = [
  'container',
  'restarting',
  'oom',
  'cpu',
  'check',
  'source',
  'breaker',
  'connections',
  'blocked',
  'idleInTransaction',
  'replicationLag',
  'cacheMemory',
  'cacheEvictions',
  'disk',
  'inodes',
  'memoryAvailable',
  'certificate',
] as const;
export type BuiltinSignalId = (typeof builtinSignalIds)[number];
