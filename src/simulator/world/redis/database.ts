import type { Dice } from '../random.ts';
import { roll } from '../random.ts';
import {
  type Entry,
  emptyKeyspace,
  entryOf,
  type Keyspace,
  sampleOf,
  withEntry,
} from './keyspace.ts';
import { type RedisConnection, type RedisProcess, usedBytes } from './state.ts';

/** What a command works with. */
export interface Session {
  readonly redis: RedisProcess;
  readonly connection: RedisConnection;
  readonly now: number;
  readonly dice: Dice;
}

/** The connection's database. */
export function spaceOf({ redis, connection }: Session): Keyspace {
  return redis.databases.get(connection.database) ?? emptyKeyspace;
}

function keep(redis: RedisProcess, database: number, space: Keyspace): void {
  const databases = new Map(redis.databases);
  databases.set(database, space);
  redis.databases = databases;
}

/** Puts another keyspace in the place of the connection's. */
export function keepSpace({ redis, connection }: Session, space: Keyspace): void {
  keep(redis, connection.database, space);
}

/** The entry of a key that has not expired; reading it counts as use. */
export function find(session: Session, key: string): Entry | null {
  const space = spaceOf(session);
  const entry = entryOf(space, key);
  if (entry === undefined) return null;
  if (entry.expiresAt !== null && entry.expiresAt <= session.now) {
    keepSpace(session, withEntry(space, key, null));
    session.redis.expired += 1;
    return null;
  }
  if (entry.usedAt < session.now) {
    keepSpace(session, withEntry(space, key, { ...entry, usedAt: session.now }));
  }
  return entry;
}

/** Writes an entry; null takes the key away. */
export function put(session: Session, key: string, entry: Entry | null): void {
  keepSpace(session, withEntry(spaceOf(session), key, entry));
  session.redis.unsaved += 1;
  session.redis.peakBytes = Math.max(session.redis.peakBytes, usedBytes(session.redis));
}

/** Takes the key away whose turn it is by the policy; false when no key may go. */
function evictOne({ redis, dice }: Session, policy: string): boolean {
  for (const [database, space] of redis.databases) {
    const volatile = policy.startsWith('volatile-');
    const fit = sampleOf(space, roll(dice)).filter(
      ([, entry]) => !volatile || entry.expiresAt !== null,
    );
    const oldest = fit.sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
    if (oldest === undefined) continue;
    keep(redis, database, withEntry(space, oldest[0], null));
    redis.evicted += 1;
    return true;
  }
  return false;
}

/** Makes room for a write as `maxmemory` and its policy want it; false when there is none. */
export function makeRoom(session: Session): boolean {
  const { redis } = session;
  const most = Number(redis.config['maxmemory'] ?? 0);
  const policy = redis.config['maxmemory-policy'] ?? 'noeviction';
  while (most > 0 && usedBytes(redis) > most) {
    if (policy === 'noeviction' || !evictOne(session, policy)) return false;
  }
  return true;
}

/** Keys that go when their time is over, though nobody asks for them: a few at a time. */
export function expireSome(redis: RedisProcess, now: number, dice: Dice): void {
  for (const [database, space] of redis.databases) {
    if (space.expiring === 0) continue;
    let next = space;
    for (const [key, { expiresAt }] of sampleOf(space, roll(dice))) {
      if (expiresAt === null || expiresAt > now) continue;
      next = withEntry(next, key, null);
      redis.expired += 1;
    }
    if (next !== space) keep(redis, database, next);
  }
}
