import { type TlsMode, tlsModes } from './plan.ts';

export const POSTGRES_PORT = 5432;
export const REDIS_PORT = 6379;

/** The parts of a PostgreSQL address that it names; the rest is null. */
export interface PostgresUrl {
  readonly host: string | null;
  /** A folder, where the address names a socket. */
  readonly socket: string | null;
  readonly port: number | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly tls: TlsMode | null;
  readonly ca: string | null;
}

export interface RedisUrl {
  readonly host: string | null;
  readonly socket: string | null;
  readonly port: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly database: number;
  readonly tls: boolean;
}

const SSL_MODES: Readonly<Record<string, TlsMode>> = {
  disable: 'off',
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
};

/** libpq's `sslmode` in this program's words; null when there is no such mode. */
export function tlsModeOf(sslMode: string | null): TlsMode | null {
  if (sslMode === null) return null;
  return SSL_MODES[sslMode] ?? tlsModes.find((mode) => mode === sslMode) ?? null;
}

function decoded(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Of several hosts the first: this console looks at one server. */
const first = (text: string | null) => text?.split(',')[0] || null;

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?host=/folder&sslmode=…`.
 * @returns null when it is none
 */
export function parsePostgresUrl(text: string): PostgresUrl | null {
  // libpq allows several hosts, which the URL standard does not: the first is the one that is asked.
  const single = text.replace(/^(postgres(?:ql)?:\/\/(?:[^@/]*@)?[^,/?]*)(?:,[^/?]*)?/, '$1');
  const url = URL.parse(single);
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) return null;
  const query = url.searchParams;
  const host = first(decoded(url.hostname)) ?? first(query.get('host'));
  const port = url.port || query.get('port') || '';
  if (port !== '' && !/^\d{1,5}$/.test(port)) return null;
  const isFolder = host?.startsWith('/') === true;
  return {
    host: isFolder ? null : unbracketed(host),
    socket: isFolder ? host : null,
    port: port === '' ? null : Number(port),
    user: decoded(url.username) ?? query.get('user'),
    password: decoded(url.password) ?? query.get('password'),
    database: decoded(url.pathname.slice(1)) ?? query.get('dbname'),
    tls: tlsModeOf(query.get('sslmode')),
    ca: query.get('sslrootcert'),
  };
}

/**
 * Reads `redis://USER:PASSWORD@HOST:PORT/DB`, `rediss://…` for TLS, `unix:///socket` or
 * `redis+unix:///socket`.
 * @returns null when it is none
 */
export function parseRedisUrl(text: string): RedisUrl | null {
  const url = URL.parse(text);
  if (url === null) return null;
  const isSocket = /^(?:unix|redis\+unix|redis\+socket):$/.test(url.protocol);
  if (!isSocket && !/^rediss?:$/.test(url.protocol)) return null;
  const name = isSocket ? (url.searchParams.get('db') ?? '') : url.pathname.slice(1);
  return {
    host: isSocket ? null : (unbracketed(decoded(url.hostname)) ?? 'localhost'),
    socket: isSocket ? url.pathname : null,
    port: url.port === '' ? REDIS_PORT : Number(url.port),
    username: decoded(url.username),
    password: decoded(url.password),
    database: /^\d+$/.test(name) ? Number(name) : 0,
    tls: url.protocol === 'rediss:',
  };
}

/** `[::1]` as a host is `::1`. */
function unbracketed(host: string | null): string | null {
  return host?.replace(/^\[(.*)\]$/, '$1') ?? null;
}
