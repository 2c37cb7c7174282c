import type { Health } from '../domain/health.ts';
import type { Labels } from '../domain/metrics.ts';
import type { HealthBefore } from './evaluate.ts';
import { readingKey, signalKey } from './key.ts';
import type { EvaluatedSignal } from './reading.ts';
import { createPause, finished, type Sliced } from './sliced.ts';

type Fields = readonly (keyof EvaluatedSignal)[];
type Readings = readonly EvaluatedSignal[];

/** Everything but the labels, which the key holds. */
const FIELDS: Fields = [
  'value',
  'state',
  'observedAt',
  'stale',
  'detail',
  'since',
  'reason',
  'threshold',
  'limits',
  'title',
  'unit',
];

const same = (a: EvaluatedSignal, b: EvaluatedSignal) =>
  a === b || FIELDS.every((key) => a[key] === b[key]);

/**
 * Readings that rest on the same things: made anew only when one of those changed. A reading that comes
 * out equal keeps its identity.
 */
export interface ReadingGroup {
  /** By `signalKey`, in the order they were made; the same map while nothing changed. */
  readings(): ReadonlyMap<string, EvaluatedSignal>;
  /**
   * Makes the readings anew if any of `keys` is not what it was.
   * @returns the readings that are new or differ
   */
  update(keys: readonly unknown[], make: (before: HealthBefore) => Readings): Readings;
  /** As `update`, for readings by the thousand. */
  updateSliced(
    keys: readonly unknown[],
    make: (before: HealthBefore) => Sliced<Readings>,
  ): Sliced<Readings>;
}

const NONE: Readings = [];

export function createReadingGroup(): ReadingGroup {
  let known: readonly unknown[] | null = null;
  let made: Readings = NONE;
  let current: ReadonlyMap<string, EvaluatedSignal> = new Map();

  const before = (id: string, labels: Labels): Health =>
    current.get(signalKey(id, labels))?.state ?? 'unknown';

  function* updateSliced(
    keys: readonly unknown[],
    make: (before: HealthBefore) => Sliced<Readings>,
  ): Sliced<Readings> {
    if (known?.length === keys.length && keys.every((key, index) => key === known?.[index])) {
      return NONE;
    }
    known = keys;
    const readings = yield* make(before);
    if (readings === made) return NONE;
    made = readings;
    const pause = createPause();
    const changed: EvaluatedSignal[] = [];
    const next = new Map<string, EvaluatedSignal>();
    for (const reading of readings) {
      if (pause.due()) yield;
      const key = readingKey(reading);
      const old = current.get(key);
      const kept = old !== undefined && same(old, reading) ? old : reading;
      if (kept !== old) changed.push(kept);
      next.set(key, kept);
    }
    if (changed.length > 0 || next.size !== current.size) current = next;
    return changed;
  }

  return {
    readings: () => current,
    updateSliced,
    update: (keys, make) =>
      finished(
        // biome-ignore lint/correctness/useYield: what is made at once has nowhere to pause
        updateSliced(keys, function* (health) {
          return make(health);
        }),
      ),
  };
}
