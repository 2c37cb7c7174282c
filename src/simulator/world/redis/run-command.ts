import type { Dice } from '../random.ts';
import type { Session } from './database.ts';
import { type Command, keyCommands } from './key-commands.ts';
import { errorReply, OK, type Reply } from './reply.ts';
import { serverCommands } from './server-commands.ts';
import type { RedisConnection, RedisProcess } from './state.ts';

const textOf = (word: Buffer | undefined) => (word ?? Buffer.alloc(0)).toString('utf8');

/** Longer words and further ones are cut in the slow log, as Redis does. */
const SLOW_WORDS_MAX = 32;
const SLOW_WORD_LENGTH_MAX = 128;

const NO_PASSWORD_SET =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';
const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';

function authenticate({ redis, connection }: Session, words: readonly string[]): Reply {
  const password = redis.config['requirepass'] ?? '';
  const [user, given] = words.length > 1 ? [words[0], words[1]] : ['default', words[0]];
  if (password === '' && words.length === 1) return errorReply(NO_PASSWORD_SET);
  if (user !== 'default' || (password !== '' && given !== password)) {
    return errorReply(WRONG_PASSWORD);
  }
  connection.authenticated = true;
  return OK;
}

const PROTOCOLS = ['2', '3'];

function hello(session: Session, words: readonly string[]): Reply {
  const { connection, redis } = session;
  const [protocol = String(connection.protocol), ...options] = words;
  if (!PROTOCOLS.includes(protocol)) return errorReply('NOPROTO unsupported protocol version');
  for (let at = 0; at < options.length; at += 1) {
    const option = options[at]?.toUpperCase();
    if (option === 'AUTH') {
      const done = authenticate(session, options.slice(at + 1, at + 3));
      if (done !== OK) return done;
      at += 2;
    } else if (option === 'SETNAME') {
      at += 1;
      connection.name = options[at] ?? '';
    } else return errorReply('ERR Syntax error in HELLO');
  }
  if (!connection.authenticated && redis.config['requirepass'] !== '') {
    return errorReply(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO ' +
        '<proto> AUTH <user> <pass> option can be used to authenticate the client and select the ' +
        'RESP protocol version at the same time',
    );
  }
  connection.protocol = protocol === '3' ? 3 : 2;
  const told = ['server', 'redis', 'version', '7.2.4', 'proto', connection.protocol];
  return {
    pairs: [...told, 'id', connection.id, 'mode', 'standalone', 'role', 'master', 'modules', []],
  };
}

const beforeLogin: Readonly<Record<string, readonly [number, Command]>> = {
  auth: [1, (session, words) => authenticate(session, words.map(textOf))],
  hello: [0, (session, words) => hello(session, words.map(textOf))],
};

function answerTo(session: Session, name: string, words: readonly Buffer[]): Reply {
  const { connection, redis } = session;
  const [least, run] = beforeLogin[name] ?? keyCommands[name] ?? serverCommands[name] ?? [0, null];
  if (run === null) {
    const shown = words.map((word) => `'${textOf(word).slice(0, 128)}' `).join('');
    return errorReply(`ERR unknown command '${name}', with args beginning with: ${shown}`);
  }
  if (words.length < least) {
    return errorReply(`ERR wrong number of arguments for '${name}' command`);
  }
  const locked = redis.config['requirepass'] !== '' && !connection.authenticated;
  if (locked && !(name in beforeLogin)) return errorReply('NOAUTH Authentication required.');
  return run(session, words);
}

function count(redis: RedisProcess, name: string, durationUs: number, reply: Reply): void {
  const failed = typeof reply === 'object' && reply !== null && 'error' in reply ? 1 : 0;
  const before = redis.calls.get(name) ?? { calls: 0, us: 0, failed: 0 };
  const { calls, us } = before;
  const now = { calls: calls + 1, us: us + durationUs, failed: before.failed + failed };
  redis.calls = new Map(redis.calls).set(name, now);
}

function countSecond(redis: RedisProcess, now: number): void {
  const second = Math.floor(now / 1000);
  const { rate } = redis;
  const next =
    second === rate.second
      ? { ...rate, counted: rate.counted + 1 }
      : { second, counted: 1, lastSecond: second === rate.second + 1 ? rate.counted : 0 };
  redis.rate = next;
}

/** Writes down a command that took long. */
export function noteSlow(
  redis: RedisProcess,
  entry: { readonly at: number; readonly durationUs: number; readonly words: readonly string[] },
  connection: Pick<RedisConnection, 'address' | 'name'>,
): void {
  const least = Number(redis.config['slowlog-log-slower-than'] ?? 10_000);
  if (least < 0 || entry.durationUs < least) return;
  const words = entry.words.slice(0, SLOW_WORDS_MAX).map((word) => {
    const more = word.length - SLOW_WORD_LENGTH_MAX;
    return more > 0 ? `${word.slice(0, SLOW_WORD_LENGTH_MAX)}... (${more} more bytes)` : word;
  });
  const { address, name } = connection;
  const slow = { id: redis.nextSlowId, ...entry, words, address, name };
  redis.nextSlowId += 1;
  const most = Number(redis.config['slowlog-max-len'] ?? 128);
  redis.slow = [slow, ...redis.slow].slice(0, most);
}

/** What a command takes of the one thread, microseconds: more where it goes over many keys. */
function costOf(name: string, redis: RedisProcess): number {
  if (name !== 'keys' && name !== 'flushall' && name !== 'flushdb') return 4;
  let keys = 0;
  for (const space of redis.databases.values()) keys += space.keys;
  return 4 + Math.round(keys / 8);
}

/**
 * Runs one command of a connection that the server has. Settings and data change in place: the caller owns
 * this state.
 * @param words the command's name and its arguments
 */
export function runCommand(
  redis: RedisProcess,
  connection: RedisConnection,
  words: readonly Buffer[],
  world: { readonly now: number; readonly dice: Dice },
): Reply {
  const [first, ...rest] = words;
  const name = textOf(first).toLowerCase();
  const { now, dice } = world;
  const durationUs = costOf(name, redis);
  const reply = answerTo({ redis, connection, now, dice }, name, rest);
  const verb = ['client', 'config', 'slowlog', 'memory', 'latency'].includes(name);
  const full = verb && rest[0] !== undefined ? `${name}|${textOf(rest[0]).toLowerCase()}` : name;
  connection.lastCommand = full;
  connection.lastAt = now;
  const known =
    !(typeof reply === 'object' && reply !== null && 'error' in reply) ||
    !reply.error.startsWith('ERR unknown command');
  if (known) count(redis, full, durationUs, reply);
  countSecond(redis, now);
  noteSlow(redis, { at: now, durationUs, words: words.map(textOf) }, connection);
  return reply;
}

/** Takes a new connection in; null when there is no room for it. */
export function connect(
  redis: RedisProcess,
  address: string,
  now: number,
  name = '',
): RedisConnection | null {
  redis.connectionsReceived += 1;
  if (redis.connections.size >= Number(redis.config['maxclients'] ?? 10_000)) {
    redis.rejected += 1;
    return null;
  }
  const connection: RedisConnection = {
    id: redis.nextClientId,
    address,
    connectedAt: now,
    name,
    database: 0,
    lastCommand: 'NULL',
    lastAt: now,
    authenticated: redis.config['requirepass'] === '',
    protocol: 2,
    blocked: false,
  };
  redis.nextClientId += 1;
  redis.connections = new Map(redis.connections).set(connection.id, connection);
  return connection;
}

/** Forgets a connection that ended. */
export function disconnect(redis: RedisProcess, id: number): void {
  const connections = new Map(redis.connections);
  connections.delete(id);
  redis.connections = connections;
}
