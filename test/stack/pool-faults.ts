import { Client } from 'pg';

/** Sessions that hold connections, as of a report that somebody forgot. */
export interface Crowd {
  readonly pids: readonly number[];
  /** Ends those that are still there. */
  leave(): Promise<void>;
}

export interface CrowdOptions {
  /** Most sessions; without it as many as the server takes. */
  readonly most?: number;
  readonly name?: string;
}

const TOO_MANY = '53300';
/** Connections left for whoever is to mend it. */
const KEPT = 6;

async function connected(url: string, name: string): Promise<Client | null> {
  const client = new Client({ connectionString: url, application_name: name });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if ((error as { code?: string }).code === TOO_MANY) return null;
    throw error;
  }
}

/** Takes the connections of the server with queries that do not end, but for the last few. */
export async function crowdPostgres(url: string, options: CrowdOptions = {}): Promise<Crowd> {
  const { most = Number.POSITIVE_INFINITY, name = 'nightly-report' } = options;
  const clients: Client[] = [];
  while (clients.length < most) {
    const client = await connected(url, name);
    if (client === null) break;
    clients.push(client);
  }
  if (most === Number.POSITIVE_INFINITY) {
    for (const spare of clients.splice(-KEPT)) await spare.end();
  }
  const pids: number[] = [];
  for (const client of clients) {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    if (rows[0]) pids.push(rows[0].pid);
  }
  const ends = clients.map((client) =>
    client.query('SELECT pg_sleep(3600) /* report over all requests */').catch(() => undefined),
  );
  return {
    pids,
    async leave() {
      const ender = new Client({ connectionString: url, application_name: 'opsconsole-tests' });
      await ender.connect();
      const sql =
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1';
      await ender.query(sql, [name]);
      await ender.end();
      await Promise.all(ends);
      for (const client of clients) await client.end().catch(() => undefined);
    },
  };
}

/** A transaction that holds the whole table of request logs, so that every insert waits. */
export async function lockRequestLogs(url: string): Promise<{ release(): Promise<void> }> {
  const client = await connected(url, 'forgotten-migration');
  if (client === null) throw new Error('the server takes no more connections');
  await client.query('BEGIN');
  await client.query('LOCK TABLE inference_logs IN ACCESS EXCLUSIVE MODE');
  return {
    async release() {
      await client.query('ROLLBACK').catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}

/** Shorter than the workers' patience with the server, so that they wait, but no breaker opens. */
const HOLD_SECONDS = 1.4;
const MOST_HOLDS = 1000;

/**
 * A backfill in one query that holds the table of request logs for a while, lets go, and holds it again.
 * Locks are given in the order they are asked for: whoever waits has his turn in between.
 */
export async function holdUpRequestLogs(url: string): Promise<{ release(): Promise<void> }> {
  const client = await connected(url, 'nightly-backfill');
  if (client === null) throw new Error('the server takes no more connections');
  const ended = client
    .query(`DO $$ BEGIN
      FOR batch IN 1..${MOST_HOLDS} LOOP
        LOCK TABLE inference_logs IN EXCLUSIVE MODE;
        PERFORM pg_sleep(${HOLD_SECONDS});
        COMMIT;
      END LOOP;
    END $$`)
    .catch(() => undefined);
  return {
    async release() {
      const ender = await connected(url, 'opsconsole-tests');
      const sql =
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1';
      await ender?.query(sql, ['nightly-backfill']);
      await ender?.end();
      await ended;
      await client.end().catch(() => undefined);
    },
  };
}
