import type { NamedDatabase, SessionRow } from '../../src/console/tables/database.ts';
import type { Database, DatabaseSession } from '../../src/domain/database.ts';
import { blockingTree, isActive, longest } from '../../src/domain/database-blocking.ts';
import type { TableView } from './columns.ts';
import { age, type Line, lineWidth, phrase, type Tone, text, textWidth } from './line.ts';

/** Use above this fraction of the connections is worth a colour. */
const CONNECTIONS_WARNING = 0.8;
/** With less room the words stand closer. */
const WIDE = 44;

/** `idle in tx`: a session's state in few columns. */
export function stateWords({ state }: Pick<DatabaseSession, 'state'>): string {
  if (state === 'idle in transaction') return 'idle in tx';
  if (state === 'idle in transaction (aborted)') return 'aborted tx';
  return state === 'fastpath function call' ? 'fastpath' : state;
}

/** `pid 4711`, or what blocks without being a process. */
export function pidWords(pid: number): string {
  return pid === 0 ? 'a prepared transaction' : `pid ${pid}`;
}

function stateTone({ state }: DatabaseSession): Tone {
  if (state.startsWith('idle in transaction')) return 'warn';
  return state === 'idle' ? 'quiet' : 'plain';
}

/** What a session waits for or holds up; what an idle one waits for is only its client. */
function waitCell({ session, blocks }: SessionRow): Line {
  const [first, ...more] = session.blockedBy;
  if (first !== undefined) {
    const others = more.length > 0 ? ` +${more.length}` : '';
    return [text(`← ${first === 0 ? 'prepared' : first}${others}`, 'bad')];
  }
  if (blocks > 0) return [text(`blocks ${blocks}`, 'bad')];
  return isActive(session) ? [text(session.waitEvent ?? '', 'quiet')] : [];
}

const since = (at: number | null, tone: Tone = 'plain'): Line =>
  at === null ? [] : [age(at, tone, 'right')];

/** Sessions in columns. */
export const databaseView: TableView<SessionRow> = {
  columns: [
    {
      id: 'server',
      min: 0,
      natural: ({ server }) => textWidth(server ?? ''),
      max: 14,
      rank: 5,
      cell: ({ server }) => [text(server ?? '', 'quiet')],
    },
    {
      id: 'pid',
      min: 7,
      align: 'right',
      rank: 0,
      cell: ({ session }, { chosen }) => [text(String(session.pid), chosen ? 'strong' : 'plain')],
    },
    {
      id: 'user',
      min: 6,
      natural: ({ session }) => textWidth(session.user),
      max: 12,
      rank: 6,
      cell: ({ session }) => [text(session.user)],
    },
    {
      id: 'application',
      min: 8,
      natural: ({ session }) => textWidth(session.application || session.backendType),
      max: 18,
      rank: 8,
      cell: ({ session }) => {
        const client = session.backendType === 'client backend';
        return [text(client ? session.application : session.backendType)];
      },
    },
    {
      id: 'state',
      min: 6,
      natural: ({ session }) => textWidth(stateWords(session)),
      rank: 1,
      cell: ({ session }) => [text(stateWords(session), stateTone(session))],
    },
    {
      id: 'wait',
      min: 9,
      natural: (row) => lineWidth(waitCell(row)),
      max: 18,
      rank: 2,
      cell: waitCell,
    },
    {
      id: 'transaction',
      min: 6,
      align: 'right',
      rank: 3,
      cell: ({ session }) => since(session.transactionStart),
    },
    {
      id: 'since',
      min: 6,
      align: 'right',
      rank: 7,
      cell: ({ session }) => since(session.queryStart, isActive(session) ? 'plain' : 'quiet'),
    },
    {
      id: 'query',
      min: 12,
      weight: 1,
      rank: 4,
      cell: ({ session }) => [text(session.query, isActive(session) ? 'plain' : 'quiet')],
    },
  ],
};

/** How near the server is to refusing connections. */
function connectionsTone(database: Database): Tone {
  const { connectionsUsed: used, maxConnections: most, reservedConnections } = database;
  if (most === 0) return 'quiet';
  if (used >= most - reservedConnections) return 'bad';
  return used / most >= CONNECTIONS_WARNING ? 'warn' : 'quiet';
}

/** `41 of 100`, for the panel's title; of several databases how many there are. */
export function databaseSummary(known: readonly NamedDatabase[]): Line {
  const [first, ...others] = known;
  if (first === undefined) return [];
  if (others.length > 0) return [text(`${known.length} servers`, 'quiet')];
  const { connectionsUsed, maxConnections, role } = first.database;
  const tone = connectionsTone(first.database);
  const mark = tone === 'quiet' ? '' : tone === 'bad' ? '✖ ' : '▲ ';
  const standby = role === 'standby' ? '  standby' : '';
  return [text(`${mark}${connectionsUsed} of ${maxConnections}`, tone), text(standby, 'quiet')];
}

function countsLine({ counts }: Database, width: number): Line {
  const gap = width >= WIDE ? '   ' : '  ';
  const open = counts.idleInTransaction;
  return [
    text('active ', 'quiet'),
    text(String(counts.active)),
    text(`${gap}waiting `, 'quiet'),
    text(String(counts.waiting), counts.waiting > 0 ? 'warn' : 'plain'),
    text(`${gap}idle `, 'quiet'),
    text(String(counts.idle)),
    ...(open > 0 ? [text(`${gap}idle in tx `, 'quiet'), text(String(open), 'warn')] : []),
  ];
}

/** The root blocker with the most waiters; null while nobody waits for another. */
export function blockerLine({ sessions }: Database): Line | null {
  const roots = blockingTree(sessions).filter(({ depth }) => depth === 0);
  const [worst, ...others] = roots;
  if (worst === undefined) return null;
  const who = worst.session === null ? '' : worst.session.application || worst.session.user;
  const more = others.length > 0 ? `, ${others.length} more block` : '';
  return [
    text('✖ ', 'bad'),
    text(`${pidWords(worst.pid)} blocks ${worst.waiters}${more}`, 'bad'),
    // How many wait is what counts: a long name may be cut.
    ...(worst.session === null
      ? []
      : [text(`  ${who}`), text(`  ${stateWords(worst.session)}`, 'quiet')]),
  ];
}

/** `oldest transaction 6m12s  pid 4711` */
export function oldestLine({ sessions }: Database): Line {
  const first = longest(sessions, 0).transaction?.session;
  if (first === undefined) return [text('no transaction is open', 'quiet')];
  return [
    text('oldest transaction ', 'quiet'),
    phrase('age', first.transactionStart ?? 0, { after: `  pid ${first.pid}` }),
  ];
}

const INDENT = text('     ');

function indentedLine(line: Line): Line {
  const [first, ...rest] = line;
  // A sign stands where those of rows do.
  const signed = first !== undefined && 'text' in first && /^[✖▲] $/.test(first.text);
  return signed ? [text('   '), first, ...rest] : [INDENT, ...line];
}

/** What the sessions of one database do, and who blocks. */
export function sessionsLines(database: Database, width: number): readonly Line[] {
  const blocker = blockerLine(database);
  return [countsLine(database, width), ...(blocker === null ? [] : [blocker])].map(indentedLine);
}

/**
 * What the overview says: what the sessions do, who blocks, the oldest transaction. Several databases
 * have a line each, and one more where somebody blocks.
 */
export function databaseDigest(known: readonly NamedDatabase[], width: number): readonly Line[] {
  const [first, ...others] = known;
  if (first === undefined) return [];
  if (others.length === 0) {
    return [...sessionsLines(first.database, width), indentedLine(oldestLine(first.database))];
  }
  return known.flatMap(({ name, database }) => {
    const { connectionsUsed, maxConnections } = database;
    const used = text(`${connectionsUsed} of ${maxConnections}  `, connectionsTone(database));
    const [counts = [], ...blocker] = sessionsLines(database, 0);
    return [[INDENT, text(`${name}  `), used, ...counts.slice(1)], ...blocker];
  });
}
