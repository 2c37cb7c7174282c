import { createPause, type Sliced } from '../signals/sliced.ts';

type Entity = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string | null {
  if (!isPlain(value)) return null;
  const id = value['id'];
  return typeof id === 'string' ? id : null;
}

type List = readonly unknown[];

/** For an entity of a new list and its place there: its counterpart in the list before. */
function counterparts(previous: List): (value: unknown, index: number) => unknown {
  const byId = new Map<string, unknown>();
  for (const value of previous) {
    const id = idOf(value);
    if (id !== null) byId.set(id, value);
  }
  return (value, index) => {
    const id = idOf(value);
    return id === null ? previous[index] : byId.get(id);
  };
}

const sameList = (a: List, b: List) =>
  a.length === b.length && a.every((value, index) => value === b[index]);

function shareArray(previous: List, next: List): List {
  const before = counterparts(previous);
  const merged = next.map((value, index) => share(before(value, index), value));
  return sameList(merged, previous) ? previous : merged;
}

function shareEntity(previous: Entity, next: Entity): Entity {
  const before = Object.keys(previous);
  const keys = Object.keys(next);
  let same = before.length === keys.length;
  const merged = keys.map((key, index) => {
    const value = share(previous[key], next[key]);
    same &&= before[index] === key && value === previous[key];
    return [key, value] as const;
  });
  return same ? previous : Object.fromEntries(merged);
}

/**
 * `next`, with every part that equals its counterpart in `previous` replaced by that counterpart, so
 * that what did not change keeps its identity. Entities of a list are paired by `id` where they have
 * one. For plain data only.
 */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) return shareArray(previous, next) as T;
  if (isPlain(previous) && isPlain(next)) return shareEntity(previous, next) as T;
  return next;
}

/** As `share`, for a list of thousands. */
export function* shareSliced<T>(previous: unknown, next: T): Sliced<T> {
  if (previous === next || !Array.isArray(previous) || !Array.isArray(next)) {
    return share(previous, next);
  }
  const before = counterparts(previous);
  const pause = createPause();
  const merged: unknown[] = [];
  for (const [index, value] of next.entries()) {
    if (pause.due()) yield;
    merged.push(share(before(value, index), value));
  }
  return (sameList(merged, previous) ? previous : merged) as T;
}
