type Entity = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string | null {
  if (!isPlain(value)) return null;
  const id = value['id'];
  return typeof id === 'string' ? id : null;
}

function shareArray(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byId = new Map<string, unknown>();
  for (const value of previous) {
    const id = idOf(value);
    if (id !== null) byId.set(id, value);
  }
  const merged = next.map((value, index) => {
    const id = idOf(value);
    return share(id === null ? previous[index] : byId.get(id), value);
  });
  const same =
    merged.length === previous.length && merged.every((value, index) => value === previous[index]);
  return same ? previous : merged;
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
