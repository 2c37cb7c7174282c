/** What a key holds. A string that nobody wrote through the wire has a size and no bytes. */
export type Value =
  | { readonly kind: 'string'; readonly bytes: Buffer | null; readonly sizeBytes: number }
  | { readonly kind: 'list'; readonly items: readonly Buffer[] };

/** A key's value, and when it goes. */
export interface Entry {
  readonly value: Value;
  /** Epoch ms; null stays. */
  readonly expiresAt: number | null;
  /** When it was last read or written, epoch ms: the oldest goes first. */
  readonly usedAt: number;
}

const BUCKETS = 256;
/** What Redis itself needs for a key, beside its name and value. */
const OVERHEAD_BYTES = 72;

type Bucket = ReadonlyMap<string, Entry>;

/**
 * The keys of one database. It never changes: each change gives another one that shares all but one of its
 * 256 parts with it, so that a world can be copied at no cost.
 */
export interface Keyspace {
  readonly buckets: readonly Bucket[];
  readonly keys: number;
  readonly expiring: number;
  readonly bytes: number;
}

const NOTHING: Bucket = new Map();

export const emptyKeyspace: Keyspace = {
  buckets: Array.from({ length: BUCKETS }, () => NOTHING),
  keys: 0,
  expiring: 0,
  bytes: 0,
};

function bucketOf(key: string): number {
  let hash = 0;
  for (let at = 0; at < key.length; at += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}

function bytesOf(key: string, { value }: Entry): number {
  const size =
    value.kind === 'string'
      ? value.sizeBytes
      : value.items.reduce((sum, item) => sum + item.length + 16, 64);
  return OVERHEAD_BYTES + key.length + size;
}

function counted(key: string, entry: Entry | undefined): Omit<Keyspace, 'buckets'> {
  if (entry === undefined) return { keys: 0, expiring: 0, bytes: 0 };
  return { keys: 1, expiring: entry.expiresAt === null ? 0 : 1, bytes: bytesOf(key, entry) };
}

/** The entry of a key, whether it has expired or not. */
export function entryOf(space: Keyspace, key: string): Entry | undefined {
  return space.buckets[bucketOf(key)]?.get(key);
}

/** As `space`, with another entry under a key; `null` takes the key away. */
export function withEntry(space: Keyspace, key: string, entry: Entry | null): Keyspace {
  const at = bucketOf(key);
  const before = space.buckets[at] ?? NOTHING;
  const former = before.get(key);
  if (entry === null && former === undefined) return space;
  const bucket = new Map(before);
  if (entry === null) bucket.delete(key);
  else bucket.set(key, entry);
  const less = counted(key, former);
  const more = counted(key, entry ?? undefined);
  const buckets = [...space.buckets];
  buckets[at] = bucket;
  return {
    buckets,
    keys: space.keys - less.keys + more.keys,
    expiring: space.expiring - less.expiring + more.expiring,
    bytes: space.bytes - less.bytes + more.bytes,
  };
}

/** The keys of one of the parts, and which part comes next; 0 ends the round. */
export function scanPart(space: Keyspace, cursor: number): readonly [string[], number] {
  const keys = [...(space.buckets[cursor]?.keys() ?? [])];
  return [keys, cursor + 1 < BUCKETS ? cursor + 1 : 0];
}

/** All keys. */
export function allKeys(space: Keyspace): string[] {
  return space.buckets.flatMap((bucket) => [...bucket.keys()]);
}

/** Keys to choose among for eviction: a few of one part, as Redis samples them. */
export function sampleOf(space: Keyspace, roll: number): readonly (readonly [string, Entry])[] {
  const from = Math.floor(roll * BUCKETS);
  for (let step = 0; step < BUCKETS; step += 1) {
    const bucket = space.buckets[(from + step) % BUCKETS];
    if (bucket !== undefined && bucket.size > 0) return [...bucket].slice(0, 16);
  }
  return [];
}
