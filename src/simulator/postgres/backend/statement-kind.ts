import type { Token } from '../sql/lex.ts';
import type { LockMode } from '../world.ts';

/** A statement as the front has to treat it. */
export interface Kind {
  /** It changes tables: it is refused in a read-only transaction, and done again where it must be. */
  readonly writes: boolean;
  /** It cannot stand in a transaction. */
  readonly alone: boolean;
  /** The tables it names, as `schema.name`, and how it locks them. */
  readonly tables: readonly string[];
  readonly mode: LockMode;
  /** It locks the rows it finds in its first table. */
  readonly rows: boolean;
}

const MODES: Readonly<Record<string, LockMode>> = {
  select: 'AccessShareLock',
  insert: 'RowExclusiveLock',
  update: 'RowExclusiveLock',
  delete: 'RowExclusiveLock',
  merge: 'RowExclusiveLock',
  vacuum: 'ShareUpdateExclusiveLock',
  analyze: 'ShareUpdateExclusiveLock',
  create: 'ShareLock',
  truncate: 'AccessExclusiveLock',
  drop: 'AccessExclusiveLock',
  alter: 'AccessExclusiveLock',
};
const BEFORE_TABLE = new Set([
  'from',
  'join',
  'into',
  'update',
  'only',
  'table',
  'on',
  'vacuum',
  'truncate',
]);
const NOT_A_TABLE = new Set([
  'select',
  'only',
  'table',
  'set',
  'if',
  'lateral',
  'conflict',
  'delete',
  'update',
  'cascade',
]);
const READS = new Set(['select', 'values', 'table', 'explain', 'show', 'with']);
const ALONE = new Set(['vacuum', 'cluster', 'reindex']);

const isName = (token: Token | undefined): token is Token =>
  token !== undefined && (token.kind === 'word' || token.kind === 'name');

/** The names that follow a word after which a table is named. */
function tablesIn(tokens: readonly Token[]): readonly string[] {
  const found = tokens.flatMap((token, place) => {
    const next = tokens[place + 1];
    if (token.kind !== 'word' || !BEFORE_TABLE.has(token.text) || !isName(next)) return [];
    if (next.kind === 'word' && NOT_A_TABLE.has(next.text)) return [];
    const dotted = tokens[place + 2]?.text === '.' ? tokens[place + 3] : undefined;
    return [isName(dotted) ? `${next.text}.${dotted.text}` : `public.${next.text}`];
  });
  // VACUUM names its table last, behind its options.
  const last = tokens.at(-2);
  if (tokens[0]?.text === 'vacuum' && isName(last) && found.length === 0) {
    const schema = tokens.at(-3)?.text === '.' ? tokens.at(-4)?.text : 'public';
    return [`${schema}.${last.text}`];
  }
  return [...new Set(found)];
}

/** What a statement does to tables, as its words tell. */
export function kindOf(tokens: readonly Token[]): Kind {
  const words = new Set(tokens.filter(({ kind }) => kind === 'word').map(({ text }) => text));
  const first = tokens[0]?.text ?? '';
  const changes = ['insert', 'update', 'delete', 'merge'].find((word) => words.has(word));
  const locking = words.has('for') && (words.has('update') || words.has('share'));
  const reads = READS.has(first) && (changes === undefined || locking) && !words.has('into');
  const acts = first === 'with' || first === 'explain' ? (changes ?? 'select') : first;
  return {
    writes: !reads || locking,
    alone: ALONE.has(first),
    tables: tablesIn(tokens),
    mode: locking ? 'RowShareLock' : (MODES[acts] ?? 'AccessShareLock'),
    rows: first === 'update' || first === 'delete' || (locking && first === 'select'),
  };
}

/**
 * The query that finds the rows an UPDATE or DELETE of one table will touch, by where they lie; null
 * where the text is not so simple.
 */
export function rowsQuery(text: string, tokens: readonly Token[]): string | null {
  const [first] = tokens;
  const start = first?.text === 'update' ? 1 : first?.text === 'delete' ? 2 : -1;
  if (start < 0) return null;
  let depth = 0;
  let where: Token | null = null;
  let end: Token | null = null;
  let tableEnd: Token | null = null;
  for (const token of tokens.slice(start)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth > 0 || token.kind !== 'word') continue;
    if (token.text === 'from' || token.text === 'using') return null;
    if (token.text === 'set' || token.text === 'where') tableEnd ??= token;
    if (token.text === 'where') where = token;
    if (token.text === 'returning') end ??= token;
  }
  const from = tokens[start];
  if (from === undefined) return null;
  const stop = end?.from ?? text.length;
  const table = text.slice(from.from, tableEnd?.from ?? stop);
  const condition = where === null ? '' : text.slice(where.from, stop);
  return `SELECT ctid::text FROM ${table} ${condition}`;
}
