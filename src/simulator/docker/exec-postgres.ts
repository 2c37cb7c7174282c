import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';
import { failed, type Run, said } from './executed.ts';

/** Where dumps are kept, as the place has it mounted. */
const BACKUPS = 'backups';
const READY = 'SELECT 1';

const isReady: Run = (host, { process }) => {
  const ready = process !== null && process.readyAt <= host.world().now;
  const words = ready ? 'accepting connections' : 'rejecting connections';
  const out = `/var/run/postgresql:5432 - ${words}\n`;
  return { exitCode: ready ? 0 : 1, out, err: '' };
};

/** Within the container everybody is let in; only what asks whether it answers is known here. */
const psql: Run = (host, { process }, words) => {
  if (process === null || process.readyAt > host.world().now) {
    return failed('psql: error: connection to server on socket failed\n', 2);
  }
  return words.includes(READY) ? said('1\n') : failed('psql: error: not simulated\n');
};

/** Gives the role of the environment the password of the environment. */
function takePassword(host: Host, { env, id, process }: Container): void {
  if (process?.kind !== 'postgres') return;
  const name = env['POSTGRES_USER'] ?? 'postgres';
  const password = env['POSTGRES_PASSWORD'] ?? null;
  const roles = host.world().databases.get(process.volume)?.state.roles ?? [];
  const told = roles.map((role) => (role.name === name ? { ...role, password } : role));
  const change = { kind: 'told', patch: { roles: told } } as const;
  host.change({ kind: 'postgres', container: id, change });
}

/** A script: the one known here changes the role of the environment. */
const shell: Run = (host, container, [, , script = '']) => {
  const alters = script.includes('psql') && /ALTER ROLE\s+%I PASSWORD %L/.test(script);
  if (!alters) return failed('sh: not simulated\n', 127);
  takePassword(host, container);
  return said('ALTER ROLE\n');
};

const restore: Run = (host, { id }, words) => {
  if (host.world().unreachable.includes(BACKUPS)) {
    const file = words.at(-1) ?? '';
    return failed(`pg_restore: error: could not open input file "${file}": No such file\n`);
  }
  const { refused } = host.change({ kind: 'database-data', container: id, lost: false });
  return refused === null ? said('') : failed(`pg_restore: error: ${refused.message}\n`);
};

/** The programs of Postgres' own image. */
export const postgresTools: Readonly<Record<string, Run>> = {
  pg_isready: isReady,
  pg_restore: restore,
  psql,
  sh: shell,
};
