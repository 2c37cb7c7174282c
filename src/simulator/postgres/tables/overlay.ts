import type { Asked } from '../catalogue/viewer.ts';
import { VIEWS } from '../catalogue/views.ts';
import { showSetting } from '../settings.ts';
import type { Token } from '../sql/lex.ts';
import { textOf } from '../sql/values.ts';
import type { DatabaseState } from '../world.ts';

// The tables' PostgreSQL knows nothing of the world's sessions, settings and times. A schema that is
// searched before its own catalogue has views and functions of the catalogue's names, which read what
// the world says from settings that each statement brings along: so any SQL over them works, in a
// read-only transaction too, and nothing is ever written for it.

/** Names that stand in the overlay; the rest of the catalogue is the tables' own. */
const SHOWN = [
  'pg_stat_activity',
  'pg_locks',
  'pg_settings',
  'pg_file_settings',
  'pg_stat_replication',
  'pg_stat_wal_receiver',
  'pg_stat_ssl',
  'pg_stat_database',
] as const;

const json = (name: string) =>
  `coalesce(nullif(pg_catalog.current_setting('sim.${name}', true), ''), '[]')::json`;
const setting = (name: string) => `pg_catalog.current_setting('sim.${name}', true)`;
const time = (name: string) =>
  `(timestamptz 'epoch' + ${setting(name)}::float8 * interval '1 millisecond')`;

/** Functions of the overlay: arguments, type, body. */
const FUNCTIONS: readonly (readonly [head: string, type: string, body: string])[] = [
  ['pg_backend_pid()', 'int', `${setting('pid')}::int`],
  ['current_database()', 'name', `${setting('database')}::name`],
  ['version()', 'text', setting('version')],
  ['now()', 'timestamptz', time('now')],
  ['transaction_timestamp()', 'timestamptz', time('now')],
  ['statement_timestamp()', 'timestamptz', time('clock')],
  ['clock_timestamp()', 'timestamptz', time('clock')],
  ['pg_postmaster_start_time()', 'timestamptz', time('started')],
  ['pg_conf_load_time()', 'timestamptz', time('loaded')],
  ['pg_is_in_recovery()', 'bool', `${setting('standby')}::bool`],
  ['pg_sleep(float8)', 'void', 'SELECT'],
  [
    'current_setting(text)',
    'text',
    `coalesce(${json('shown')} ->> lower($1), pg_catalog.current_setting($1))`,
  ],
  [
    'current_setting(text, bool)',
    'text',
    `coalesce(${json('shown')} ->> lower($1), pg_catalog.current_setting($1, $2))`,
  ],
  [
    'pg_blocking_pids(int)',
    'int[]',
    `coalesce((SELECT array_agg(p::int) FROM json_array_elements_text(${json('blockers')} -> $1::text) p), '{}')`,
  ],
  [
    'pg_database_size(name)',
    'bigint',
    `coalesce((${json('sizes')} ->> $1::text)::bigint, pg_catalog.pg_database_size($1))`,
  ],
  [
    'pg_total_relation_size(regclass)',
    'bigint',
    `coalesce((SELECT (${json('bytes')} ->> (n.nspname || '.' || c.relname))::bigint
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = $1), pg_catalog.pg_total_relation_size($1))`,
  ],
];

const FUNCTION_NAMES = new Set(FUNCTIONS.map(([head]) => head.slice(0, head.indexOf('('))));
const NAMES: ReadonlySet<string> = new Set([...SHOWN, ...FUNCTION_NAMES]);

function viewText(
  name: string,
  columns: readonly { readonly name: string; readonly type: string }[],
) {
  const typed = columns.map((column) => `"${column.name}" ${column.type}`).join(', ');
  const chosen = columns.map((column) =>
    column.name === 'relname' && name === 'pg_locks'
      ? null
      : column.name === 'relation'
        ? 'to_regclass(relname)::oid AS relation'
        : `"${column.name}"`,
  );
  return `CREATE VIEW sim.${name} AS SELECT ${chosen.filter((one) => one !== null).join(', ')}
    FROM json_to_recordset(${json(name)}) AS r(${typed})`;
}

/** What makes the overlay in an empty database. */
export function overlayText(asked: Asked): string {
  const views = SHOWN.map((name) => viewText(name, VIEWS[name]?.(asked).columns ?? []));
  const functions = FUNCTIONS.map(([head, type, body]) => {
    const text = body.startsWith('SELECT') ? body : `SELECT ${body}`;
    return `CREATE FUNCTION sim.${head} RETURNS ${type} LANGUAGE sql STABLE AS $f$ ${text} $f$`;
  });
  return [
    'CREATE SCHEMA sim',
    ...functions,
    ...views,
    'GRANT USAGE ON SCHEMA sim TO PUBLIC',
    'GRANT SELECT ON ALL TABLES IN SCHEMA sim TO PUBLIC',
  ].join(';\n');
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function rowsJson(asked: Asked, name: string): string {
  const { columns, rows } = VIEWS[name]?.(asked) ?? { columns: [], rows: [] };
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        columns.map((column, place) => [column.name, textOf(row[place] ?? null, column.type)]),
      ),
    ),
  );
}

function settingsJson({ viewer }: Asked): string {
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(viewer.settings).map(([name, one]) => [
        name.toLowerCase(),
        showSetting(one, one.value),
      ]),
    ),
  );
}

/** Who waits for whom, by pid. */
function blockersJson(state: DatabaseState, blockers: (pid: number) => readonly number[]): string {
  const waiting = state.locks.filter(({ granted }) => !granted);
  return JSON.stringify(Object.fromEntries(waiting.map(({ pid }) => [pid, blockers(pid)])));
}

/** The settings that bring what a statement asks of the world along, for its transaction. */
export function overlayValues(
  asked: Asked,
  tokens: readonly Token[],
  blockers: (pid: number) => readonly number[],
): readonly (readonly [name: string, value: string])[] {
  const { viewer, world } = asked;
  const { state } = world;
  const words = new Set(tokens.map(({ text }) => text));
  const wanted = SHOWN.filter((name) => words.has(name));
  const sizes = Object.fromEntries(state.databases.map(({ bytes, name }) => [name, bytes]));
  return [
    ['sim.pid', String(viewer.pid)],
    ['sim.database', viewer.database],
    ['sim.now', String(viewer.transactionStart)],
    ['sim.clock', String(world.now())],
    ['sim.started', String(state.startedAt)],
    ['sim.loaded', String(state.loadedAt)],
    ['sim.standby', String(state.following !== null)],
    ['sim.version', `PostgreSQL ${state.version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`],
    ['sim.sizes', JSON.stringify(sizes)],
    ['sim.bytes', JSON.stringify(state.tableBytes)],
    ...(words.has('current_setting') ? ([['sim.shown', settingsJson(asked)]] as const) : []),
    ...(words.has('pg_blocking_pids')
      ? ([['sim.blockers', blockersJson(state, blockers)]] as const)
      : []),
    ...wanted.map((name) => [`sim.${name}`, rowsJson(asked, name)] as const),
  ];
}

/** The names a session sees: the overlay before the catalogue, and new tables where it makes them. */
function overlayPath(searchPath: string): string {
  const path = searchPath.trim() === '' ? [] : searchPath.split(',').map((one) => one.trim());
  const own = path.filter((one) => one !== 'sim' && one !== '"sim"');
  const place = own.indexOf('pg_catalog');
  if (place < 0) return [...own, 'sim', 'pg_catalog'].join(', ');
  return [...own.slice(0, place), 'sim', ...own.slice(place)].join(', ');
}

/** What a transaction begins with so that it is this session's. */
export function setupText(
  { viewer }: Asked,
  values: readonly (readonly [string, string])[],
  local: boolean,
): string {
  const path = viewer.settings['search_path']?.value ?? '';
  const word = local ? 'LOCAL' : 'SESSION';
  const set = values.map(
    ([name, value]) => `set_config(${literal(name)}, ${literal(value)}, ${local})`,
  );
  const user = `"${viewer.user.replaceAll('"', '""')}"`;
  return [
    `SELECT ${set.join(', ')}`,
    `SET ${word} search_path = ${overlayPath(path)}`,
    `SET ${word} TimeZone = 'UTC'`,
    `SET ${word} client_min_messages = ${viewer.settings['client_min_messages']?.value ?? 'notice'}`,
    `SET ${word} SESSION AUTHORIZATION ${user}`,
  ].join(';');
}

/** The statement with what it names in `pg_catalog` of the overlay named there. */
export function overlaid(text: string, tokens: readonly Token[]): string {
  let made = '';
  let place = 0;
  for (const [index, token] of tokens.entries()) {
    const name = tokens[index + 2];
    const named = token.text === 'pg_catalog' && tokens[index + 1]?.text === '.';
    if (!named || name === undefined || !NAMES.has(name.text)) continue;
    made += `${text.slice(place, token.from)}sim`;
    place = token.to;
  }
  return made + text.slice(place);
}
