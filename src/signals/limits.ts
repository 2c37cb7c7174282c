import type { Thresholds } from './definition.ts';

const MINUTE = 60;
const DAY = 86_400;

const from = (warning: number, critical: number | null, margin: number): Thresholds => ({
  direction: 'above',
  inclusive: true,
  warning,
  critical,
  margin,
});

/** Where the built-in signals are in trouble, each in its signal's unit. */
export const limits = {
  connections: from(0.8, 0.95, 0.05),
  /** Seconds that a session has waited for another's lock. */
  blocked: { direction: 'above', warning: 30, critical: null, margin: 0 },
  /** Seconds that a transaction has been open with nothing going on in it. */
  idleInTransaction: { direction: 'above', warning: 5 * MINUTE, critical: null, margin: 0 },
  replicationLag: { direction: 'above', warning: 30, critical: 5 * MINUTE, margin: 10 },
  cacheMemory: from(0.9, 0.99, 0.02),
  /** Keys a second. */
  cacheEvictions: from(10, null, 5),
  disk: from(0.85, 0.95, 0.02),
  inodes: from(0.85, 0.95, 0.02),
  memoryAvailable: { direction: 'below', warning: 0.05, critical: 0.02, margin: 0.02 },
  /** Seconds until it ends. */
  certificate: { direction: 'below', warning: 14 * DAY, critical: 3 * DAY, margin: 0 },
} as const satisfies Record<string, Thresholds>;

/** Restarts within the engine's ten minutes that make a container restarting, and calm again. */
export const RESTARTS_MIN = 3;
export const RESTARTS_CALM_MAX = 1;
/** How long a container that ran out of memory is pointed at after it runs again. */
export const OOM_SHOWN_MS = 10 * 60_000;
/** A source that fails for longer than this many of its intervals is lost. */
export const LOST_INTERVALS = 2;
