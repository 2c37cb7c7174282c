import { saasguardFamilies } from './saasguard-families.ts';
import { workerFamilies } from './worker-families.ts';

/** A family of metrics as Python's client writes them. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly buckets?: readonly number[];
}

const all = [...workerFamilies, ...saasguardFamilies];
const byName = new Map(all.map((family) => [family.name, family]));

type Labels = Readonly<Record<string, string>>;

/** A number with its labels, and when it was first used. */
export interface Series {
  readonly labels: Labels;
  readonly createdAt: number;
  /** Of a histogram its sum. */
  value: number;
  /** Of a histogram: how many fell into each bucket, the last has no bound. */
  counts: readonly number[];
}

/** The series of a program, by the name of their family and their labels. */
export type Registry = Map<string, Map<string, Series>>;

export function copyRegistry(registry: Registry): Registry {
  const copy: Registry = new Map();
  for (const [name, all] of registry) {
    copy.set(name, new Map([...all].map(([key, one]) => [key, { ...one }])));
  }
  return copy;
}

function seriesOf(registry: Registry, name: string, labels: Labels, now: number): Series {
  const all = registry.get(name) ?? new Map<string, Series>();
  registry.set(name, all);
  const key = Object.values(labels).join('\n');
  const known = all.get(key);
  if (known !== undefined) return known;
  const buckets = byName.get(name)?.buckets;
  const counts = buckets === undefined ? [] : Array<number>(buckets.length + 1).fill(0);
  const made: Series = { labels, createdAt: now, value: 0, counts };
  all.set(key, made);
  return made;
}

/** Counts one more, or `by`. */
export function increase(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  by = 1,
): void {
  seriesOf(registry, name, labels, now).value += by;
}

/** Sets a gauge. */
export function set(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  value: number,
): void {
  seriesOf(registry, name, labels, now).value = value;
}

/** Takes a value into a histogram. */
export function observe(
  registry: Registry,
  name: string,
  labels: Labels,
  now: number,
  value: number,
): void {
  const series = seriesOf(registry, name, labels, now);
  const buckets = byName.get(name)?.buckets ?? [];
  const found = buckets.findIndex((bound) => value <= bound);
  const at = found < 0 ? buckets.length : found;
  series.value += value;
  series.counts = series.counts.with(at, (series.counts[at] ?? 0) + 1);
}
