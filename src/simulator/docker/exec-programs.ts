import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';
import { userOf } from '../world/files.ts';
import { reach } from '../world/names.ts';
import type { Reply } from '../world/redis/reply.ts';
import { imageOf } from '../world/world.ts';
import { diskTools } from './exec-disks.ts';
import { fileTools } from './exec-files.ts';
import { postgresTools } from './exec-postgres.ts';
import { saasguardTools } from './exec-saasguard.ts';
import { caddy, wget } from './exec-web.ts';
import { type Executed, failed, type Run, said, type User } from './executed.ts';

const REDIS_PORT = 6379;

/** An answer as `redis-cli` writes it where its output is no terminal. */
function plain(reply: Reply): string {
  if (reply === null) return '';
  if (typeof reply === 'number' || typeof reply === 'string') return String(reply);
  if (Buffer.isBuffer(reply)) return reply.toString();
  if ('status' in reply) return reply.status;
  if ('error' in reply) return `(error) ${reply.error}`;
  if ('text' in reply) return reply.text;
  if ('waitsFor' in reply) return '';
  const items: readonly Reply[] = 'pairs' in reply ? reply.pairs : reply;
  return items.map(plain).join('\n');
}

/** Whom `-h` leads to; itself without one. */
function redisAt(host: Host, container: Container, words: readonly string[]): Container | null {
  const at = words.indexOf('-h');
  if (at < 0) return container;
  const reached = reach(host.world(), container, words[at + 1] ?? '', REDIS_PORT);
  return 'container' in reached ? reached.container : null;
}

const redisCli: Run = (host, from, [, ...words]) => {
  const rest = [...words];
  const container = redisAt(host, from, words);
  if (container === null) return failed('Could not connect to Redis: Name does not resolve\n');
  while (rest[0]?.startsWith('-'))
    rest.splice(0, ['-h', '-p', '-n', '-a'].includes(rest[0]) ? 2 : 1);
  const of = { container: container.id };
  const opened = host.change({ kind: 'redis-connect', ...of, address: '127.0.0.1:49152' });
  if (opened.made === null) return failed('Could not connect to Redis at 127.0.0.1:6379\n');
  const client = Number(opened.made);
  const bytes = rest.map((word) => Buffer.from(word));
  const { reply } = host.change({ kind: 'redis-command', ...of, client, words: bytes });
  host.change({ kind: 'redis-disconnect', ...of, client });
  return said(`${plain(reply)}\n`);
};

const environment: Run = (host, container) => {
  const all = { ...imageOf(host.world(), container)?.env, ...container.env };
  return said(
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
};

const programs: Readonly<Record<string, Run>> = {
  true: () => said(''),
  false: () => failed(''),
  echo: (_host, _container, [, ...words]) => said(`${words.join(' ')}\n`),
  printenv: environment,
  env: environment,
  ...fileTools,
  ...diskTools,
  wget,
  'redis-cli': redisCli,
  kill: (host, { id }, words) => {
    const reload = words.includes('-HUP') || words.includes('-1');
    if (reload) host.change({ kind: 'reload', container: id });
    return reload ? said('') : failed('kill: not simulated\n');
  },
};

const own: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  'saasguard-api': saasguardTools,
  postgres: postgresTools,
  caddy: { caddy },
  nginx: {
    nginx: (host, { id }, words) => {
      if (words.includes('reload')) host.change({ kind: 'reload', container: id });
      return {
        exitCode: 0,
        out: '',
        err: 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n',
      };
    },
  },
};

/** The user that was asked for; that of the image where nobody was. */
function userAs(host: Host, container: Container, asked: string): User {
  const own = userOf(imageOf(host.world(), container));
  const [uid, gid] = asked.split(':').map(Number);
  if (asked === '' || asked === own.name) return own;
  if (uid === undefined || Number.isNaN(uid)) return { uid: 0, gid: 0, name: 'root' };
  return { uid, gid: gid ?? uid, name: uid === 0 ? 'root' : String(uid) };
}

/** Runs a command on the files of a container, be it running or not. */
export function runFile(
  host: Host,
  id: string,
  words: readonly string[],
): Executed | Promise<Executed> {
  const container = host.world().containers.get(id);
  const run = fileTools[words[0] ?? ''];
  if (container === undefined || run === undefined) return notFound(words);
  return run(host, container, words, userAs(host, container, ''));
}

function notFound([name = '']: readonly string[]): Executed {
  const why = `exec: "${name}": executable file not found in $PATH: unknown`;
  const oci = 'OCI runtime exec failed: exec failed: unable to start container process';
  return failed(`${oci}: ${why}\n`, 127);
}

/**
 * Runs a command in a container of the world; what is not known there, no file of that name is.
 * @param user as `docker exec --user` takes it; empty for that of the image
 */
export function execute(
  host: Host,
  id: string,
  words: readonly string[],
  user = '',
): Executed | Promise<Executed> {
  const container = host.world().containers.get(id);
  const kind = container?.process?.kind;
  if (container === undefined || kind === undefined) return failed('container is not running', 126);
  const name = (words[0] ?? '').split('/').at(-1) ?? '';
  if (name === 'busybox' && words.length > 1) return execute(host, id, words.slice(1), user);
  const run = own[kind]?.[name] ?? programs[name];
  if (run === undefined) return notFound(words);
  return run(host, container, words, userAs(host, container, user));
}
