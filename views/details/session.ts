import {
  databaseTable,
  namedDatabases,
  type SessionRow,
  sessionHealth,
} from '../../src/console/tables/database.ts';
import type { DatabaseSession } from '../../src/domain/database.ts';
import { type BlockingNode, blockingTree, isActive } from '../../src/domain/database-blocking.ts';
import type { LiveState } from '../../src/live/state.ts';
import { pidWords, stateWords } from '../present/database.ts';
import { heading, labelled } from '../present/detail.ts';
import { blank, type Line, phrase, text, wrap } from '../present/line.ts';
import { healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

/** Lines of the tree, and of one line of the query once it is wrapped. */
const TREE_LINES_MAX = 40;
const WRAPPED_LINES_MAX = 60;
const INDENT_MAX = 12;
const MARGIN = 3;

/** The tree as far as this session is concerned: whole, from each root that has to do with it. */
function concerning(nodes: readonly BlockingNode[], session: DatabaseSession) {
  const trees: BlockingNode[][] = [];
  for (const node of nodes) {
    if (node.depth === 0) trees.push([node]);
    else trees.at(-1)?.push(node);
  }
  const pids = new Set([session.pid, ...session.blockedBy]);
  return trees.filter((tree) => tree.some(({ pid }) => pids.has(pid))).flat();
}

/** The sessions of the server that this one is at, by what is live. */
function neighbours(live: LiveState, { server, session }: SessionRow): readonly DatabaseSession[] {
  const known = namedDatabases(live).find(({ name, database }) =>
    server === null ? database.sessions.some(({ id }) => id === session.id) : name === server,
  );
  return known?.database.sessions ?? [];
}

function treeLine({ depth, pid, session, waiters }: BlockingNode, own: number): Line {
  const indent = ' '.repeat(Math.min(depth, INDENT_MAX) * 2);
  const lead: Line = [
    text(` ${pid === own ? '▸' : ' '} `, 'accent'),
    text(`${indent}${depth > 0 ? '└ ' : ''}`, 'quiet'),
    text(pidWords(pid), pid === own ? 'strong' : 'plain'),
  ];
  const held = waiters > 0 ? [text(` blocks ${waiters}`, 'bad')] : [];
  if (session === null) return [...lead, ...held];
  const start = session.transactionStart ?? session.queryStart;
  const who = [session.user, session.application].filter((word) => word !== '').join(' ');
  return [
    ...lead,
    ...held,
    text(`  ${who}  ${stateWords(session)}  `, 'quiet'),
    ...(start === null ? [] : [phrase('age', start, { after: '  ' })]),
    text(session.query, 'quiet'),
  ];
}

function blockingLines(row: SessionRow, live: LiveState): readonly Line[] {
  const { session } = row;
  if (session.blockedBy.length === 0 && row.blocks === 0) return [];
  const nodes = concerning(blockingTree(neighbours(live, row)), session);
  if (nodes.length === 0) return [];
  const shown = nodes.slice(0, TREE_LINES_MAX);
  const more = nodes.length - shown.length;
  return [
    blank,
    heading('Who blocks whom'),
    ...shown.map((node) => treeLine(node, session.pid)),
    ...(more > 0 ? [[text(`     … ${more} more`, 'quiet')]] : []),
  ];
}

const ago = (at: number | null, never: string): Line =>
  at === null ? [text(never, 'quiet')] : [phrase('age', at, { after: ' ago' })];

function waitWords(session: DatabaseSession): string {
  const { blockedBy, waitEvent, waitEventType } = session;
  if (!isActive(session) && waitEventType === 'Client') return 'its client';
  const waits = waitEvent === null ? 'nothing' : `${waitEventType ?? ''} ${waitEvent}`.trim();
  return blockedBy.length === 0 ? waits : `${waits}, held by ${blockedBy.map(pidWords).join(', ')}`;
}

function stateLines({ blocks, server, session }: SessionRow): readonly Line[] {
  const held = blocks > 0 ? `, and ${blocks} wait for it` : '';
  const { backendStart, queryStart, stateChange, transactionStart } = session;
  const trouble = session.blockedBy.length > 0 ? 'bad' : 'plain';
  return [
    ...(server === null ? [] : [labelled('server', [text(server)])]),
    labelled('state', [text(`${session.state}${held}`, blocks > 0 ? 'bad' : 'plain')]),
    labelled('waits for', [text(waitWords(session), trouble)]),
    labelled('transaction', ago(transactionStart, 'none is open')),
    labelled('query', ago(queryStart, 'none yet')),
    labelled('this state', ago(stateChange, 'unknown')),
    labelled('connected', ago(backendStart, 'unknown')),
  ];
}

function clientLines({ session }: SessionRow): readonly Line[] {
  const { application, backendStartText, backendType, client, database, pid, user } = session;
  return [
    labelled('user', [text(`${user || 'none'} in ${database || 'no database'}`)]),
    labelled('application', [text(application || 'not named')]),
    labelled('client', [text(client ?? 'the local socket, or hidden')]),
    labelled('kind', [text(backendType)]),
    labelled('identity', [text(`pid ${pid}, started ${backendStartText ?? 'unknown'}`)]),
  ];
}

/** The whole query: its own line breaks and indents, and whatever is too long wrapped. */
function queryLines({ query, state }: DatabaseSession, width: number): readonly Line[] {
  if (query === '') {
    const why = state === 'unknown' ? 'it may not be seen: grant this user pg_monitor' : 'none';
    return [[text(`   ${why}`, 'quiet')]];
  }
  return query.split('\n').flatMap((line): readonly Line[] => {
    const indent = Math.min(INDENT_MAX, line.length - line.trimStart().length);
    const room = width - MARGIN - indent - 1;
    const parts = wrap(line.trim(), room, WRAPPED_LINES_MAX);
    return parts.map((part) => [text(' '.repeat(MARGIN + indent)), text(part)]);
  });
}

/** One session: what it does, whom it waits for and who for it, and its whole query. */
export const sessionDetail: Detail<SessionRow> = {
  table: databaseTable,
  summary: (row) => [text(stateWords(row.session), healthTone[sessionHealth(row)])],
  lines: (row, { live, width }) => [
    ...stateLines(row),
    ...blockingLines(row, live),
    blank,
    heading(row.session.state === 'active' ? 'Query' : 'Last query'),
    ...queryLines(row.session, width),
    blank,
    ...clientLines(row),
  ],
};
