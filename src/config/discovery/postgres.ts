import { join } from 'node:path';
import { POSTGRES_PORT, parsePostgresUrl, tlsModeOf } from '../data-urls.ts';
import type { Endpoint, Origin, PostgresPlan, Secret } from '../plan.ts';
import { originsOf, usualPace } from '../planning.ts';
import { heldSecret, secretOf } from '../secret.ts';
import { type ConfigSurroundings, passwordFileOf, readIfThere, variable } from '../surroundings.ts';

/** Folders of the server's socket, as Debian and as PostgreSQL itself have them. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

const VARIABLE = 'DATABASE_URL';

/** One value with what told it. */
type Told = { readonly value: string; readonly origin: Origin } | null;

/**
 * The server that the variables of PostgreSQL's own tools, or DATABASE_URL, name.
 * @returns null when none does
 */
export function discoverPostgres(from: ConfigSurroundings): PostgresPlan | null {
  return byUrl(from) ?? byVariables(from);
}

function byUrl(from: ConfigSurroundings): PostgresPlan | null {
  const found = variable(from.env, VARIABLE);
  const url = found === null ? null : parsePostgresUrl(found.value);
  if (url === null) return null;
  const name = VARIABLE;
  const told = (value: string | null): Told => (value === null ? null : { value, origin: name });
  return planOf(from, name, {
    host: told(url.socket ?? url.host),
    port: told(url.port === null ? null : String(url.port)),
    user: told(url.user),
    database: told(url.database),
    sslMode: told(url.tls),
    ca: told(url.ca),
    password: url.password === null ? null : heldSecret(name, url.password),
  });
}

function byVariables(from: ConfigSurroundings): PostgresPlan | null {
  const trigger = variable(from.env, 'PGSERVICE', 'PGHOST', 'PGHOSTADDR', 'PGDATABASE');
  if (trigger === null) return null;
  const service = serviceOf(from);
  const told = (key: string, ...names: readonly string[]): Told => {
    const found = variable(from.env, ...names);
    if (found !== null) return { value: found.value, origin: found.name };
    const value = service?.values.get(key);
    return value === undefined || service === null ? null : { value, origin: service.origin };
  };
  const inService = service?.values.get('password');
  const hasPassword = variable(from.env, 'PGPASSWORD') !== null;
  const password = hasPassword
    ? secretOf('env:PGPASSWORD', from)
    : inService === undefined || service === null
      ? null
      : heldSecret(service.origin, inService);
  return planOf(from, trigger.name, {
    host: told('host', 'PGHOST', 'PGHOSTADDR') ?? told('hostaddr'),
    port: told('port', 'PGPORT'),
    user: told('user', 'PGUSER'),
    database: told('dbname', 'PGDATABASE'),
    sslMode: told('sslmode', 'PGSSLMODE'),
    ca: told('sslrootcert', 'PGSSLROOTCERT'),
    password,
  });
}

interface Parts {
  readonly host: Told;
  readonly port: Told;
  readonly user: Told;
  readonly database: Told;
  readonly sslMode: Told;
  readonly ca: Told;
  readonly password: Secret | null;
}

function planOf(from: ConfigSurroundings, origin: Origin, parts: Parts): PostgresPlan {
  const user = parts.user?.value ?? variable(from.env, 'USER', 'LOGNAME')?.value ?? 'postgres';
  return {
    name: 'postgres',
    origin,
    ...usualPace,
    address: addressOf(from, parts.host?.value ?? null, portOf(parts.port)),
    user,
    database: parts.database?.value ?? user,
    password: parts.password,
    passwordFile: passwordFileOf(from),
    tls: tlsModeOf(parts.sslMode?.value ?? null) ?? 'prefer',
    ca: parts.ca?.value ?? null,
    origins: originsOf({
      address: parts.host?.origin ?? parts.port?.origin ?? null,
      user: parts.user?.origin ?? null,
      database: parts.database?.origin ?? null,
      password: parts.password === null ? null : parts.password.reference.replace(/^\w+[: ]/, ''),
      tls: parts.sslMode?.origin ?? null,
      ca: parts.ca?.origin ?? null,
    }),
  };
}

/** The usual port where what is told is none. */
function portOf(told: Told): number {
  return told !== null && /^\d{1,5}$/.test(told.value) ? Number(told.value) : POSTGRES_PORT;
}

function addressOf(from: ConfigSurroundings, host: string | null, port: number): Endpoint {
  // Of several hosts the first: this console looks at one server.
  const first = host?.split(',')[0] ?? null;
  if (first?.startsWith('/')) return { kind: 'socket', path: first, port };
  if (first) return { kind: 'host', host: first, port };
  const folder = SOCKET_FOLDERS.find((path) => from.exists(join(path, `.s.PGSQL.${port}`)));
  return folder === undefined
    ? { kind: 'host', host: 'localhost', port }
    : { kind: 'socket', path: folder, port };
}

/** The section of pg_service.conf that PGSERVICE names. */
function serviceOf(
  from: ConfigSurroundings,
): { readonly origin: Origin; readonly values: ReadonlyMap<string, string> } | null {
  const name = variable(from.env, 'PGSERVICE')?.value;
  if (name === undefined) return null;
  const system = variable(from.env, 'PGSYSCONFDIR')?.value ?? '/etc/postgresql-common';
  const files = [
    variable(from.env, 'PGSERVICEFILE')?.value ?? join(from.home, '.pg_service.conf'),
    join(system, 'pg_service.conf'),
  ];
  for (const file of files) {
    const values = section(readIfThere(from, file) ?? '', name);
    if (values !== null) return { origin: `${file} [${name}]`, values };
  }
  return null;
}

function section(text: string, name: string): ReadonlyMap<string, string> | null {
  let values: Map<string, string> | null = null;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('[')) {
      if (values !== null) return values;
      if (line === `[${name}]`) values = new Map();
      continue;
    }
    const at = line.indexOf('=');
    if (values !== null && at > 0 && !line.startsWith('#')) {
      values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
    }
  }
  return values;
}
