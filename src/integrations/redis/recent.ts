import type { Info, Recent } from './decode.ts';
import { numberOf } from './decode.ts';

/** How far back the older reading may lie. */
const WINDOW_MS = 60_000;
/** Readings kept, whatever the interval. */
const READINGS_MAX = 60;

interface Reading {
  readonly atMs: number;
  readonly runId: string;
  readonly hits: number;
  readonly misses: number;
  readonly evicted: number;
}

/** Compares each INFO with the oldest one of about the last minute. */
export interface RecentPast {
  /** Takes in a reading; `atMs` on any clock that only moves forward. */
  add(info: Info, atMs: number): Recent;
}

/** Starts anew whenever the server was started again or its counters were reset. */
export function recentPast(): RecentPast {
  let readings: Reading[] = [];
  return {
    add(info, atMs) {
      const now: Reading = {
        atMs,
        runId: info.get('run_id') ?? '',
        hits: numberOf(info, 'keyspace_hits'),
        misses: numberOf(info, 'keyspace_misses'),
        evicted: numberOf(info, 'evicted_keys'),
      };
      const last = readings.at(-1);
      if (last !== undefined && isReset(last, now)) readings = [];
      readings.push(now);
      while (
        readings.length > READINGS_MAX ||
        (readings.length > 2 && atMs - (readings[1]?.atMs ?? 0) >= WINDOW_MS)
      ) {
        readings.shift();
      }
      const then = readings[0] ?? now;
      const elapsedMs = now.atMs - then.atMs;
      const hits = now.hits - then.hits;
      const lookUps = hits + now.misses - then.misses;
      return {
        hitRate: lookUps === 0 ? null : hits / lookUps,
        evictionsPerSecond:
          elapsedMs > 0 ? ((now.evicted - then.evicted) * 1000) / elapsedMs : null,
      };
    },
  };
}

function isReset(last: Reading, now: Reading): boolean {
  return (
    last.runId !== now.runId ||
    now.hits < last.hits ||
    now.misses < last.misses ||
    now.evicted < last.evicted
  );
}
