import type { Change, Told } from './change.ts';
import { refuse } from './change.ts';
import { makeRoom, put, type Session } from './redis/database.ts';
import { connect, disconnect, runCommand } from './redis/run-command.ts';
import type { RedisProcess } from './redis/state.ts';
import { containerBy, type World } from './world.ts';

const FILL_BYTES = 64 * 1024;
const FILL_KEYS_MAX = 40_000;
const FULL = { error: "OOM command not allowed when used memory > 'maxmemory'." };

function fill(world: World, redis: RedisProcess, bytes: number): Told {
  const connection = connect(redis, '172.18.0.1:50000', world.now, 'import');
  if (connection === null) return refuse(409, 'max number of clients reached');
  const session: Session = { redis, connection, now: world.now, dice: world };
  const keys = Math.min(FILL_KEYS_MAX, Math.ceil(bytes / FILL_BYTES));
  let full = false;
  for (let n = 0; n < keys && !full; n += 1) {
    full = !makeRoom(session);
    const value = { kind: 'string', bytes: null, sizeBytes: FILL_BYTES } as const;
    if (!full) put(session, `fill:${n}`, { value, expiresAt: null, usedAt: world.now });
  }
  disconnect(redis, connection.id);
  return full ? { reply: FULL } : {};
}

/** Applies a change of a Redis; null where it is about something else. */
export function applyToRedis(world: World, change: Change): Told | null {
  if (!change.kind.startsWith('redis-') || !('container' in change)) return null;
  const redis = containerBy(world, change.container)?.process;
  if (redis?.kind !== 'redis') return refuse(409, 'it is no running Redis');
  switch (change.kind) {
    case 'redis-connect': {
      const made = connect(redis, change.address, world.now);
      return made === null
        ? { reply: { error: 'ERR max number of clients reached' } }
        : { made: String(made.id) };
    }
    case 'redis-disconnect':
      disconnect(redis, change.client);
      return {};
    case 'redis-command': {
      const connection = redis.connections.get(change.client);
      if (connection === undefined) return refuse(404, 'the connection was ended');
      const reply = runCommand(redis, connection, change.words, { now: world.now, dice: world });
      const waits = typeof reply === 'object' && reply !== null && 'waitsFor' in reply;
      connection.blocked = waits;
      return { reply };
    }
    case 'redis-set':
      redis.config = { ...redis.config, [change.name]: change.value };
      return {};
    case 'redis-fill':
      return fill(world, redis, change.bytes);
    default:
      return null;
  }
}
