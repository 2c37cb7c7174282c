import type { ClientConfig } from 'pg';
import type { Preview } from '../../../src/integrations/contract.ts';
import { postgresActions } from '../../../src/integrations/postgres/actions.ts';
import { postgresProbes } from '../../../src/integrations/postgres/probes.ts';
import type { KnownPostgres, PostgresServers } from '../../../src/integrations/postgres/role.ts';
import { eventually } from '../../harness/eventually.ts';
import {
  type Prepared,
  prepare,
  read,
  type TestContext,
  testContext,
} from '../../unit/integrations/context.ts';
import type { PostgresServer } from './server.ts';

/** A change that was looked at and confirmed, as the executor has it: with its input narrowed. */
interface Confirmed {
  readonly preview: Preview;
  /** Takes the look again, as the runner does. */
  again(): Promise<Preview>;
  run(): Promise<unknown>;
  settle(startedAt?: number): ReturnType<Prepared['settle']>;
}

/** A region with one database, and what probes and actions do to it. */
export interface DatabaseRegion {
  readonly context: TestContext;
  readonly servers: PostgresServers;
  read(probe: string, input?: object): Promise<Record<string, unknown>>;
  command(probe: string, input?: object): string;
  needs(id: string, input?: object): Promise<unknown>;
  confirm(action: string, input: object): Promise<Confirmed>;
}

/**
 * @param known what is otherwise than a superuser on the server's socket
 */
export function regionOf(
  server: PostgresServer,
  known: Partial<KnownPostgres> = {},
): DatabaseRegion {
  const servers: PostgresServers = () => [
    {
      source: 'postgres',
      at: { socketFolder: server.socketFolder, port: server.port },
      database: 'postgres',
      user: 'admin',
      timeoutMs: 3000,
      ...known,
    },
  ];
  const context = testContext();
  const probes = postgresProbes(servers);
  const actions = postgresActions(servers);
  const at = { service: 'postgres' };
  return {
    context,
    servers,
    read: (probe, input = {}) => read(probes, probe, { ...at, ...input }, context),
    command(id, input = {}) {
      const probe = probes.find((one) => one.id === id);
      return probe?.command(probe.input.parse({ ...at, ...input }), context) ?? '';
    },
    async needs(id, input = {}) {
      const one = [...probes, ...actions].find((candidate) => candidate.id === id);
      return await one?.needs?.(one.input.parse({ ...at, ...input }), context);
    },
    async confirm(id, input) {
      const asked = prepare(actions, id, { ...at, ...input }, context);
      const preview = await asked.preview();
      const narrowed = prepare(actions, id, preview.input ?? { ...at, ...input }, context);
      return {
        preview,
        again: () => narrowed.preview(),
        run: () => narrowed.run(preview),
        settle: (startedAt = Date.now()) => narrowed.settle(preview, startedAt),
      };
    },
  };
}

/** Sessions of applications, ended at the end of each test by `end`. */
export function applications(server: () => PostgresServer) {
  const open: { end(): Promise<void> }[] = [];
  return {
    /** A session with its pid; its end by somebody else is no error. */
    async session(application_name: string, config: ClientConfig = {}) {
      const client = await server().client({ application_name, ...config });
      open.push(client);
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return { client, pid: rows[0]?.pid ?? 0 };
    },
    async end() {
      await server().sql(`SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
      for (const one of open.splice(0)) await one.end().catch(() => undefined);
    },
  };
}

/** Waits until the server tells that a session is in a state. */
export async function untilState(region: DatabaseRegion, pid: number, state: string) {
  await eventually(
    async () => {
      const { sessions } = await region.read('postgres.sessions', { limit: 100 });
      return (sessions as { pid: number; state: string }[]).some(
        (one) => one.pid === pid && one.state === state,
      );
    },
    { what: `pid ${pid} to be ${state}` },
  );
}
