import { ConfigError } from './config-error.ts';
import { POSTGRES_PORT, parsePostgresUrl, parseRedisUrl, REDIS_PORT } from './data-urls.ts';
import type {
  CacheCredentials,
  DatabaseCredentials,
  Endpoint,
  PostgresPlan,
  RedisPlan,
  Secret,
} from './plan.ts';
import {
  dereferenced,
  originsOf,
  type Planning,
  plannedSource,
  secretField,
  usualPace,
} from './planning.ts';
import type { Entry, ListEntry } from './region-config.ts';
import { heldSecret, secretOf } from './secret.ts';
import { type ConfigSurroundings, passwordFileOf, variable } from './surroundings.ts';

const DEFAULT_SOCKET_FOLDER = '/var/run/postgresql';
const PLACE = ['url', 'service', 'socket'];

interface Placed {
  readonly url?: string | undefined;
  readonly service?: string | undefined;
  readonly socket?: string | undefined;
  readonly port?: number | undefined;
}

/** The URL of an entry in its parts; null when it has none. */
function urlOf<T>(
  planning: Planning,
  entry: Entry<Placed>,
  parse: (text: string) => T | null,
): { readonly parts: T; readonly reference: string } | null {
  const { url } = entry.value;
  if (url === undefined) return null;
  const { text, reference } = dereferenced(planning, entry, url);
  const parts = parse(text);
  if (parts !== null) return { parts, reference: reference ?? 'the url' };
  // What a secret holds is not repeated.
  throw new ConfigError(
    `${entry.at('url')}: error: ${reference ?? '`url`'} holds no address of such a server; see opsconsole config schema`,
  );
}

function endpointOf(
  { service, socket, port }: Placed,
  url: {
    readonly host: string | null;
    readonly socket: string | null;
    readonly port: number | null;
  } | null,
  defaults: { readonly port: number; readonly socket: string },
): Endpoint {
  const there = url?.port ?? port ?? defaults.port;
  if (service !== undefined) return { kind: 'service', service, port: there };
  const path = url?.socket ?? socket;
  if (path !== undefined) return { kind: 'socket', path, port: there };
  const host = url?.host ?? null;
  if (host === null) return { kind: 'socket', path: defaults.socket, port: there };
  return { kind: 'host', host, port: there };
}

function passwordOf(
  planning: Planning,
  field: string | undefined,
  url: { readonly parts: { readonly password: string | null }; readonly reference: string } | null,
): Secret | null {
  const named = secretField(planning, field);
  if (named !== null) return named;
  const held = url?.parts.password ?? null;
  return held === null || url === null ? null : heldSecret(url.reference, held);
}

/** A PostgreSQL server of the configuration. */
export function planPostgres(planning: Planning, entry: ListEntry<'postgres'>): PostgresPlan {
  const { value } = entry;
  const url = urlOf(planning, entry, parsePostgresUrl);
  const parts = url?.parts;
  const user = value.user ?? parts?.user ?? 'postgres';
  return {
    ...plannedSource(planning, entry, value.service ?? 'postgres', usualPace),
    address: endpointOf(value, parts ?? null, {
      port: POSTGRES_PORT,
      socket: DEFAULT_SOCKET_FOLDER,
    }),
    user,
    database: value.database ?? parts?.database ?? user,
    password: passwordOf(planning, value.password, url),
    passwordFile: passwordFileOf(planning.from),
    tls: value.tls ?? parts?.tls ?? 'prefer',
    ca: value.ca ?? parts?.ca ?? null,
    origins: originsOf({
      address: entry.at(...PLACE),
      user: entry.at('user') ?? (parts?.user ? entry.at('url') : null),
      database: entry.at('database') ?? (parts?.database ? entry.at('url') : null),
      password: entry.at('password') ?? (parts?.password ? entry.at('url') : null),
      tls: entry.at('tls') ?? (parts?.tls ? entry.at('url') : null),
      ca: entry.at('ca') ?? (parts?.ca ? entry.at('url') : null),
      every: entry.at('every'),
      timeout: entry.at('timeout'),
    }),
  };
}

/** Whether an entry says where a server is, or only how to log in to the pack's. */
export function hasAddress({ value }: Entry<Placed>): boolean {
  return PLACE.some((field) => Object.hasOwn(value, field));
}

/** A Redis server of the configuration. */
export function planRedis(planning: Planning, entry: ListEntry<'redis'>): RedisPlan {
  const { value } = entry;
  const url = urlOf(planning, entry, parseRedisUrl);
  const parts = url?.parts;
  return {
    ...plannedSource(planning, entry, value.service ?? 'redis', usualPace),
    address: endpointOf(value, parts ?? null, { port: REDIS_PORT, socket: '' }),
    username: value.username ?? parts?.username ?? null,
    password: passwordOf(planning, value.password, url),
    tls: value.tls ?? (parts?.tls ? 'verify' : 'off'),
    ca: value.ca ?? null,
    database: parts?.database ?? 0,
    origins: originsOf({
      address: entry.at(...PLACE),
      username: entry.at('username') ?? (parts?.username ? entry.at('url') : null),
      password: entry.at('password') ?? (parts?.password ? entry.at('url') : null),
      tls: entry.at('tls') ?? (parts?.tls ? entry.at('url') : null),
      ca: entry.at('ca'),
      every: entry.at('every'),
      timeout: entry.at('timeout'),
    }),
  };
}

/** Who asks the caches that the pack declares. */
export function planCredentials(planning: Planning, entry: ListEntry<'redis'>): CacheCredentials {
  const { username, password } = entry.value;
  return {
    username: username ?? null,
    password: secretField(planning, password),
    origin: entry.origin,
    origins: originsOf({ username: entry.at('username'), password: entry.at('password') }),
  };
}

/** How to log in to the databases that the pack declares. */
export function planDatabaseCredentials(
  planning: Planning,
  entry: ListEntry<'postgres'>,
): DatabaseCredentials {
  const { user, database, password, tls, ca } = entry.value;
  return {
    user: user ?? null,
    database: database ?? null,
    password: secretField(planning, password),
    passwordFile: passwordFileOf(planning.from),
    tls: tls ?? 'prefer',
    ca: ca ?? null,
    origin: entry.origin,
    origins: originsOf({
      user: entry.at('user'),
      database: entry.at('database'),
      password: entry.at('password'),
      tls: entry.at('tls'),
      ca: entry.at('ca'),
    }),
  };
}

/**
 * What PostgreSQL's own tools would log in to the pack's databases with, where no region is configured.
 * @returns null when neither a password nor a file of passwords is there
 */
export function foundDatabaseCredentials(from: ConfigSurroundings): DatabaseCredentials | null {
  const passwordFile = passwordFileOf(from);
  const password = variable(from.env, 'PGPASSWORD') === null ? null : 'PGPASSWORD';
  if (password === null && !from.exists(passwordFile)) return null;
  const user = variable(from.env, 'PGUSER');
  return {
    user: user?.value ?? null,
    database: null,
    password: password === null ? null : secretOf(`env:${password}`, from),
    passwordFile,
    tls: 'prefer',
    ca: null,
    origin: password ?? passwordFile,
    origins: originsOf({ user: user?.name ?? null, password }),
  };
}
