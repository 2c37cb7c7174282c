import type { Session } from './database.ts';
import { spaceOf } from './database.ts';
import { globFits } from './glob.ts';
import { infoText } from './info.ts';
import { type Command, keyOf } from './key-commands.ts';
import { entryOf } from './keyspace.ts';
import { errorReply, NO_INTEGER, OK, type Reply, SYNTAX } from './reply.ts';
import { sizeOf, usedBytes } from './state.ts';

const textOf = (word: Buffer | undefined) => (word ?? Buffer.alloc(0)).toString('utf8');

/** Settings that are sizes, which Redis tells in bytes. */
const SIZES = ['maxmemory'];
const NUMBERS = ['maxclients', 'slowlog-log-slower-than', 'slowlog-max-len', 'timeout'];
const POLICIES = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
].concat(['volatile-lfu', 'volatile-random', 'volatile-ttl']);

function configSet({ redis }: Session, words: readonly Buffer[]): Reply {
  const changed: Record<string, string> = { ...redis.config };
  for (let at = 0; at < words.length; at += 2) {
    const name = textOf(words[at]).toLowerCase();
    const value = textOf(words[at + 1]);
    if (!(name in redis.config)) {
      return errorReply(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
    }
    const size = SIZES.includes(name) ? sizeOf(value) : null;
    const number = NUMBERS.includes(name) && !/^-?\d+$/.test(value);
    const policy = name === 'maxmemory-policy' && !POLICIES.includes(value);
    if ((SIZES.includes(name) && size === null) || number || policy) {
      const why = policy ? 'argument(s) must be one of the following' : 'argument must be a number';
      return errorReply(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`);
    }
    changed[name] = size === null ? value : String(size);
  }
  redis.config = changed;
  return OK;
}

const config: Command = (session, [verb, ...words]) => {
  const { redis } = session;
  switch (textOf(verb).toUpperCase()) {
    case 'GET': {
      const patterns = words.map((word) => globFits(textOf(word).toLowerCase()));
      const found = Object.entries(redis.config).filter(([name]) =>
        patterns.some((fits) => fits(name)),
      );
      return { pairs: found.flat() };
    }
    case 'SET':
      return words.length < 2 || words.length % 2 !== 0 ? SYNTAX : configSet(session, words);
    case 'RESETSTAT':
      Object.assign(redis, { hits: 0, misses: 0, evicted: 0, expired: 0, rejected: 0 });
      Object.assign(redis, { connectionsReceived: 0, calls: new Map() });
      return OK;
    case 'REWRITE':
      return errorReply('ERR The server is running without a config file');
    default:
      return errorReply(`ERR unknown subcommand '${textOf(verb)}'. Try CONFIG HELP.`);
  }
};

function clientLine({ redis, now }: Session, id: number): string {
  const client = redis.connections.get(id);
  if (client === undefined) return '';
  const age = Math.floor((now - client.connectedAt) / 1000);
  const idle = Math.max(0, Math.floor((now - client.lastAt) / 1000));
  const own = `id=${id} addr=${client.address} laddr=172.18.0.2:6379 fd=${id + 7} name=${client.name}`;
  const flags = client.blocked ? 'b' : 'N';
  const state = `age=${age} idle=${idle} flags=${flags} db=${client.database} sub=0 psub=0 ssub=0`;
  const buffers = 'multi=-1 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 rbs=16384 rbp=16384';
  const last = `obl=0 oll=0 omem=0 tot-mem=37658 events=r cmd=${client.lastCommand}`;
  return `${own} ${state} ${buffers} ${last} user=default redir=-1 resp=${client.protocol}\n`;
}

function killClient({ redis }: Session, words: readonly Buffer[]): Reply {
  const [first, second] = words.map(textOf);
  const byId = first?.toUpperCase() === 'ID' ? Number(second) : null;
  const address = first?.toUpperCase() === 'ADDR' ? second : first;
  const found = [...redis.connections.values()].find((one) =>
    byId === null ? one.address === address : one.id === byId,
  );
  if (found !== undefined) {
    const connections = new Map(redis.connections);
    connections.delete(found.id);
    redis.connections = connections;
  }
  if (words.length > 1) return found === undefined ? 0 : 1;
  return found === undefined ? errorReply('ERR No such client') : OK;
}

const client: Command = (session, [verb, ...words]) => {
  const { redis, connection } = session;
  switch (textOf(verb).toUpperCase()) {
    case 'SETNAME':
      connection.name = textOf(words[0]);
      return OK;
    case 'GETNAME':
      return connection.name;
    case 'ID':
      return connection.id;
    case 'SETINFO':
    case 'NO-EVICT':
    case 'NO-TOUCH':
      return OK;
    case 'LIST':
      return { text: [...redis.connections.keys()].map((id) => clientLine(session, id)).join('') };
    case 'INFO':
      return { text: clientLine(session, connection.id) };
    case 'KILL':
      return words.length === 0 ? SYNTAX : killClient(session, words);
    default:
      return errorReply(`ERR unknown subcommand '${textOf(verb)}'. Try CLIENT HELP.`);
  }
};

const slowlog: Command = ({ redis }, [verb, count]) => {
  switch (textOf(verb).toUpperCase()) {
    case 'GET': {
      const most = count === undefined ? 10 : Number(textOf(count));
      if (!Number.isInteger(most)) return NO_INTEGER;
      return redis.slow
        .slice(0, most < 0 ? undefined : most)
        .map(({ id, at, durationUs, words, address, name }) => {
          return [id, Math.floor(at / 1000), durationUs, [...words], address, name];
        });
    }
    case 'LEN':
      return redis.slow.length;
    case 'RESET':
      redis.slow = [];
      return OK;
    default:
      return errorReply(`ERR unknown subcommand '${textOf(verb)}'. Try SLOWLOG HELP.`);
  }
};

const memory: Command = (session, [verb, key]) => {
  switch (textOf(verb).toUpperCase()) {
    case 'USAGE': {
      const entry = entryOf(spaceOf(session), keyOf(key));
      if (entry === undefined) return null;
      return 72 + keyOf(key).length + (entry.value.kind === 'string' ? entry.value.sizeBytes : 64);
    }
    case 'STATS':
      return {
        pairs: [
          'total.allocated',
          usedBytes(session.redis),
          'peak.allocated',
          session.redis.peakBytes,
        ],
      };
    case 'DOCTOR':
      return { text: 'Sam, I detected no issues in this instance.' };
    default:
      return errorReply(`ERR unknown subcommand '${textOf(verb)}'. Try MEMORY HELP.`);
  }
};

const select: Command = ({ redis, connection }, [word]) => {
  const database = Number(textOf(word));
  if (!Number.isInteger(database)) return NO_INTEGER;
  if (database < 0 || database >= Number(redis.config['databases'] ?? 16)) {
    return errorReply('ERR DB index is out of range');
  }
  connection.database = database;
  return OK;
};

const latency: Command = (_session, [verb]) =>
  ['LATEST', 'HISTORY', 'RESET', 'GRAPH'].includes(textOf(verb).toUpperCase())
    ? []
    : errorReply(`ERR unknown subcommand '${textOf(verb)}'. Try LATENCY HELP.`);

/** Commands about the server and the connection, with the least number of arguments each takes. */
export const serverCommands: Readonly<Record<string, readonly [least: number, run: Command]>> = {
  ping: [0, (_session, [word]) => (word === undefined ? { status: 'PONG' } : word)],
  echo: [1, (_session, [word]) => word ?? null],
  select: [1, select],
  info: [
    0,
    ({ redis, now }, words) => {
      return {
        text: infoText(
          redis,
          now,
          words.map((word) => textOf(word).toLowerCase()),
        ),
      };
    },
  ],
  config: [1, config],
  client: [1, client],
  slowlog: [1, slowlog],
  memory: [1, memory],
  latency: [1, latency],
  role: [0, () => ['master', 0, []]],
  command: [0, () => []],
  time: [0, ({ now }) => [String(Math.floor(now / 1000)), String(Math.floor((now % 1000) * 1000))]],
  lastsave: [0, ({ redis }) => Math.floor(redis.savedAt / 1000)],
  bgsave: [
    0,
    ({ redis, now }) => {
      redis.unsaved = 0;
      redis.savedAt = now;
      return { status: 'Background saving started' };
    },
  ],
};
