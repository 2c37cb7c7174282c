import { Client } from 'pg';
import { eventually } from '../harness/eventually.ts';

/** Sessions that wait for one another, as after a migration somebody forgot. */
export interface Pile {
  /** The session that holds the lock and waits for its client. */
  readonly blocker: number;
  /** Those that want it, in the order they came. */
  readonly waiters: readonly number[];
  /** Rolls the blocker back and ends every session of the pile. */
  rollback(): Promise<void>;
}

/** How a pile is called in the view of the server. */
export interface PileOptions {
  readonly waiters: number;
  /** `application_name` of the blocker. */
  readonly blockerName?: string;
  /** What the waiters run; it must want the row with id 1 of `opsconsole_pile`. */
  readonly query?: string;
}

const WAITING_SQL = `SELECT count(*)::int AS waiting FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND application_name = 'pile-waiter'`;

async function connected(url: string, application_name: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function pidOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid;
  if (pid === undefined) throw new Error('the server told no pid');
  return pid;
}

/**
 * Opens a transaction that holds a row, and sessions that want it; returns once all of them wait.
 *
 * @param url of the database; a table of ours is made in it, and dropped by `rollback()`
 */
export async function pileUp(url: string, options: PileOptions): Promise<Pile> {
  const {
    waiters: count,
    blockerName = 'forgotten-migration',
    query = 'UPDATE opsconsole_pile SET note = now()::text WHERE id = 1',
  } = options;
  const blocker = await connected(url, blockerName);
  await blocker.query(`DROP TABLE IF EXISTS opsconsole_pile;
    CREATE TABLE opsconsole_pile (id int PRIMARY KEY, note text);
    INSERT INTO opsconsole_pile VALUES (1, '')`);
  await blocker.query('BEGIN');
  await blocker.query("UPDATE opsconsole_pile SET note = 'held' WHERE id = 1");
  const others = await Promise.all(
    Array.from({ length: count }, () => connected(url, 'pile-waiter')),
  );
  const waiters = await Promise.all(others.map(pidOf));
  const waits = others.map((client) => client.query(query).catch(() => undefined));
  await eventually(
    async () => {
      const { rows } = await blocker.query<{ waiting: number }>(WAITING_SQL);
      return rows[0]?.waiting === count;
    },
    { what: `${count} sessions to wait for the lock` },
  );
  return {
    blocker: await pidOf(blocker),
    waiters,
    async rollback() {
      await blocker.query('ROLLBACK');
      await Promise.all(waits);
      for (const client of others) await client.end();
      await blocker.query('DROP TABLE opsconsole_pile');
      await blocker.end();
    },
  };
}
