import type { NamedDatabase } from '../../src/console/tables/database.ts';
import type { Database, ReplicationLink, StatementUse } from '../../src/domain/database.ts';
import { longest } from '../../src/domain/database-blocking.ts';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes, formatFraction } from '../../src/domain/format.ts';
import { databaseDigest, oldestLine, sessionsLines } from './database.ts';
import { type Line, phrase, text } from './line.ts';

const LINKS_SHOWN = 3;
const SIZES_SHOWN = 6;
const STATEMENTS_SHOWN = 3;
const NOTES_SHOWN = 3;
/** Screens lower than this have no room for statements. */
const TALL = 32;

const grouped = new Intl.NumberFormat('en-US');
const LABEL_WIDTH = 12;

const said = (label: string, ...line: Line): Line => [
  text(`     ${label.padEnd(LABEL_WIDTH)}`, 'quiet'),
  ...line,
];

function serverLine({ latencyMs, role, startedAt, version }: Database): Line {
  return said(
    'server',
    text(`PostgreSQL ${version}  ${role}  `),
    phrase('age', startedAt, { before: 'up ', after: `  answers in ${Math.ceil(latencyMs)} ms` }),
  );
}

function longestLine(database: Database): Line {
  const running = longest(database.sessions, 0).query?.session;
  if (running === undefined) return said('longest', ...oldestLine(database));
  const query = phrase('age', running.queryStart ?? 0, { after: `  pid ${running.pid}` });
  return said('longest', text('query ', 'quiet'), query, text('   '), ...oldestLine(database));
}

function lag(bytes: number | null): string {
  return bytes === null ? 'unknown' : formatBytes(bytes);
}

function linkLine(link: ReplicationLink, role: Database['role']): Line {
  const { client, name, receiveLagBytes, replayLagBytes, replayLagMs, state, sync } = link;
  const well = state === 'streaming';
  const words = [client, sync].filter((word) => word !== null).join(' ');
  const behind = replayLagMs === null ? '' : `, ${formatAge(replayLagMs)}`;
  return said(
    role === 'standby' ? 'follows' : 'standby',
    text(`${well ? '' : '▲ '}${name} ${state}`, well ? 'plain' : 'warn'),
    text(`  ${words}  `, 'quiet'),
    text(`behind: received ${lag(receiveLagBytes)}, replayed ${lag(replayLagBytes)}${behind}`),
  );
}

function waitsLine({ waits }: Database): readonly Line[] {
  if (waits.length === 0) return [];
  const words = waits.map(({ event, sessions, type }) => `${type} ${event} ${sessions}`);
  return [said('waits', text(words.join('   ')))];
}

function sizesLine({ sizes }: Database): readonly Line[] {
  if (sizes.length === 0) return [];
  const shown = sizes
    .slice(0, SIZES_SHOWN)
    .map(({ bytes, name }) => `${name} ${formatBytes(bytes)}`);
  const more = sizes.length > SIZES_SHOWN ? [`${sizes.length - SIZES_SHOWN} more`] : [];
  return [said('sizes', text([...shown, ...more].join('   ')))];
}

function statementLines(statements: readonly StatementUse[] | null): readonly Line[] {
  if (statements === null || statements.length === 0) return [];
  const totalMs = statements.reduce((sum, one) => sum + one.totalMs, 0);
  return statements.slice(0, STATEMENTS_SHOWN).map((one, index) => {
    const share = totalMs > 0 ? formatFraction(one.totalMs / totalMs) : '–';
    const mean = one.meanMs < 10 ? one.meanMs.toFixed(1) : one.meanMs.toFixed(0);
    return said(
      index === 0 ? 'most time' : '',
      text(`${share.padStart(5)}  ${grouped.format(one.calls)} × ${mean} ms  `),
      text(one.query || 'of another user', 'quiet'),
    );
  });
}

/**
 * What stands over the sessions on the whole screen: the digest, the server, its waits, sizes, standbys
 * and most expensive statements, and what could not be read. Of several databases only the digest.
 * @param rows lines of the panel
 */
export function databaseHead(
  known: readonly NamedDatabase[],
  width: number,
  rows: number,
): readonly Line[] {
  const [first, ...others] = known;
  if (first === undefined || others.length > 0) return databaseDigest(known, width);
  const { database } = first;
  const notes = database.notes.slice(0, NOTES_SHOWN);
  const cut = database.sessionsCut
    ? [`the first ${database.sessions.length} sessions are listed`]
    : [];
  return [
    ...sessionsLines(database, width),
    longestLine(database),
    serverLine(database),
    ...waitsLine(database),
    ...database.replication.slice(0, LINKS_SHOWN).map((link) => linkLine(link, database.role)),
    ...sizesLine(database),
    ...(rows >= TALL ? statementLines(database.statements) : []),
    ...[...notes, ...cut].map((note): Line => [text('   ▲ ', 'warn'), text(note, 'warn')]),
  ];
}
