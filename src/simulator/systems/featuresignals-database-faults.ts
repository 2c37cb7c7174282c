import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const MINUTE_MS = 60_000;
const container = 'postgres';
const own = { user: 'fs', database: 'featuresignals' } as const;
/** A moment long before the world begins: only their order counts. */
const LONG_AGO = 1_700_000_000_000;
const REPORT = 'SELECT key, count(*) FROM flags a, audit_log b GROUP BY 1 ORDER BY 2 DESC';
const loaded = {
  kind: 'postgres',
  container,
  change: { kind: 'file', name: 'shared_preload_libraries', value: 'pg_stat_statements' },
} as const;
const anew = { kind: 'restart', container, withinMs: 2000 } as const;

export const passwordChanged: Change = {
  ...{ kind: 'postgres', container },
  change: {
    kind: 'told',
    patch: {
      roles: [{ name: 'fs', login: true, password: 'unknown', superuser: true, memberOf: [] }],
    },
  },
};

/** What breaks in the database, on its disk, and at its standby. */
export const databaseFaults: readonly Fault[] = [
  {
    id: 'pool-leaked',
    title: 'The server has taken connections that it never gave back',
    changes: [{ kind: 'leak', container: 'server', upTo: 95 }],
  },
  {
    id: 'too-many-clients',
    title: 'A report with many readers takes nearly all of the connections',
    changes: [
      {
        kind: 'burden',
        burden: {
          ...{ name: 'report', service: container, clients: 88, commandMs: 1000 },
          sessions: { ...own, state: 'active', query: REPORT, forMs: 40_000, read: 'slowly' },
        },
      },
    ],
  },
  {
    id: 'transactions-stuck',
    title: 'A batch left its transactions open',
    changes: [
      {
        ...{ kind: 'postgres-sessions', container, count: 85, forMs: 7 * MINUTE_MS },
        session: {
          ...{ user: 'fs', application: 'batch', state: 'idle in transaction' },
          query: 'SELECT id FROM flags WHERE environment_id = 3 FOR UPDATE',
        },
      },
    ],
  },
  {
    id: 'clients-turned-away',
    title: 'For a moment there were more clients than connections',
    changes: [
      {
        ...{ kind: 'lines', container, count: 24 },
        text: 'FATAL:  sorry, too many clients already',
      },
    ],
  },
  {
    id: 'password-changed',
    title: 'Somebody gave the role of the database another password',
    changes: [passwordChanged],
  },
  {
    id: 'long-query',
    title: 'A report runs for minutes',
    changes: [
      {
        ...{ kind: 'postgres-sessions', container, count: 1, forMs: 12 * MINUTE_MS },
        session: { user: 'fs', application: 'report', state: 'active', query: REPORT },
      },
    ],
  },
  {
    id: 'flags-locked',
    title: 'A migration holds the table of flags',
    changes: [
      {
        ...{ kind: 'postgres-sessions', container, count: 1, forMs: 3 * MINUTE_MS },
        session: {
          ...{ user: 'fs', application: 'migration', state: 'idle in transaction' },
          query: 'ALTER TABLE flags ADD COLUMN owner text',
        },
        holds: { target: { table: 'public.flags', row: null }, mode: 'AccessExclusiveLock' },
      },
    ],
  },
  {
    id: 'statistics-loaded',
    title: 'The statistics of statements are loaded, and nobody can ask for them',
    changes: [loaded, anew],
  },
  {
    id: 'statistics-there',
    title: 'The statistics of statements are there',
    changes: [
      {
        ...{ kind: 'postgres', container },
        change: {
          kind: 'told',
          patch: {
            statements: {
              schema: 'public',
              lines: [
                ...[{ id: '71', query: REPORT, user: 'fs', calls: 41, totalMs: 98_400, rows: 820 }],
              ],
            },
          },
        },
      },
      loaded,
      anew,
    ],
  },
  {
    id: 'standby-slow',
    title: 'The standby replays nothing of what it receives',
    changes: [
      {
        ...{ kind: 'postgres', container },
        change: { kind: 'wrote', table: 'public.audit_log', how: 'insert', rows: 600_000 },
      },
    ],
    elsewhere: { replica: [{ kind: 'replay', container, paused: true }] },
  },
  {
    id: 'heavy-import',
    title: 'An import writes more than the standby can replay',
    changes: [
      {
        kind: 'burden',
        burden: {
          ...{ name: 'import', service: container, clients: 2, commandMs: 1000, once: true },
          sessions: {
            ...{ ...own, state: 'active', forMs: 90_000, bytesPerSecond: 20 * MIB },
            query: 'INSERT INTO audit_log SELECT * FROM imported_audit_log',
          },
        },
      },
    ],
  },
  {
    id: 'primary-killed',
    title: 'The primary was killed, and does not come back',
    changes: [{ kind: 'kill', container, byHand: true }],
  },
  {
    id: 'primary-hung',
    title: 'The primary takes connections and answers nothing',
    changes: [{ kind: 'pause', container }],
  },
  {
    id: 'standby-gone',
    title: 'The standby is gone',
    changes: [],
    elsewhere: { replica: [{ kind: 'kill', container, byHand: true }] },
  },
  {
    id: 'databases-gone',
    title: 'Neither the primary nor its standby is there',
    changes: [{ kind: 'kill', container, byHand: true }],
    elsewhere: { replica: [{ kind: 'kill', container, byHand: true }] },
  },
  {
    id: 'data-disk-full',
    title: 'The volume of the data is nearly full, and nothing on it can go',
    changes: [{ kind: 'disk', disk: 'data', patch: { otherBytes: 36.5 * GIB } }],
  },
  {
    id: 'dead-rows',
    title: 'Dead rows fill the volume of the data',
    changes: [{ kind: 'disk', disk: 'data', patch: { otherBytes: 36.5 * GIB } }],
    sql: `INSERT INTO audit_log (flag_id, action, created_at)
SELECT n % 600, 'import', now() FROM generate_series(1, 60000) n;
ANALYZE audit_log;
DELETE FROM audit_log WHERE action = 'import'`,
  },
  {
    id: 'archive-fails',
    title: 'The log of the database cannot be archived, and stays',
    changes: [
      { kind: 'disk', disk: 'data', patch: { otherBytes: 14 * GIB } },
      {
        ...{ kind: 'postgres', container },
        change: {
          kind: 'told',
          patch: {
            archiver: {
              ...{ archived: 4120, failed: 37, keptBytes: 22 * GIB },
              ...{ lastArchivedAt: LONG_AGO, lastFailedAt: LONG_AGO + MINUTE_MS },
            },
          },
        },
      },
      {
        ...{ kind: 'lines', container, count: 5 },
        text: 'LOG:  archive command failed with exit code 28: No space left on the target',
      },
    ],
  },
  {
    id: 'data-lost',
    title: 'A migration has dropped what it should have kept',
    tables: true,
    changes: [{ kind: 'database-data', container, lost: true }],
  },
  {
    id: 'data-lost-backups-away',
    title: 'A migration has dropped what it should have kept, and the store of backups is away',
    tables: true,
    changes: [
      { kind: 'database-data', container, lost: true },
      { kind: 'outside', name: 'backups', reachable: false },
    ],
  },
];
