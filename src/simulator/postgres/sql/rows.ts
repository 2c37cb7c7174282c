import type { Compiled, Env } from './scope.ts';
import { SqlError } from './sql-error.ts';
import { compareValues, type Value } from './values.ts';

/** A line of an answer, with what it is ordered and told apart by. */
export interface Line {
  readonly cells: readonly Value[];
  readonly order: readonly Value[];
  readonly keys: readonly Value[];
}

interface Grouping {
  readonly keys: readonly Compiled[];
  /** One group even of no rows. */
  readonly always: boolean;
}

/** One environment a group: its first row, and all of them. */
export function groupsOf(
  envs: readonly Env[],
  { always, keys }: Grouping,
  width: number,
  outer: Env | null,
): Env[] {
  const groups = new Map<string, Env[]>();
  for (const env of envs) {
    const key = JSON.stringify(keys.map(({ run }) => run(env)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [env]);
    else group.push(env);
  }
  if (groups.size === 0 && always) {
    return [{ row: Array.from({ length: width }, () => null), group: [], outer }];
  }
  return [...groups.values()].map((group) => ({
    row: group[0]?.row ?? [],
    group: group.map(({ row }) => row),
    outer,
  }));
}

/** The first of those that look the same. */
export function unique(lines: readonly Line[], mark: (line: Line) => readonly Value[]): Line[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = JSON.stringify(mark(line));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function ordered(
  lines: readonly Line[],
  orders: readonly { readonly descending: boolean; readonly nullsFirst: boolean }[],
): Line[] {
  return [...lines].sort((one, other) => {
    for (const [place, { descending, nullsFirst }] of orders.entries()) {
      const [a = null, b = null] = [one.order[place], other.order[place]];
      if (a === null && b === null) continue;
      if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
      const order = compareValues(a, b) ?? 0;
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

/** The part of the lines that LIMIT and OFFSET leave. */
export function windowed(lines: readonly Line[], limit: Value, offset: Value): readonly Line[] {
  const [count, from] = [limit, offset].map((value) => (value === null ? null : Number(value)));
  if (typeof count === 'number' && count < 0) {
    throw new SqlError('2201W', 'LIMIT must not be negative');
  }
  const start = from ?? 0;
  return lines.slice(start, typeof count === 'number' ? start + count : undefined);
}
