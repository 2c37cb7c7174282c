import type { DatabaseSize, StatementUse } from '../../domain/database.ts';
import type { PostgresClient, Rows } from './client.ts';
import { queryOf } from './columns.ts';
import { decodeSizes, decodeStatement } from './decode.ts';
import { sizesText, statementsText, statementTexts } from './queries.ts';

/** What is read at a slower pace than sessions. */
export interface Slow {
  readonly sizes: readonly DatabaseSize[];
  readonly statements: readonly StatementUse[] | null;
  readonly notes: readonly string[];
}

export const NOTHING_YET: Slow = { sizes: [], statements: null, notes: [] };

/** Statements whose texts are remembered, so that their file is not read again. */
const TEXTS_MAX = 500;
/** This side waits longer than the server works. */
const PATIENCE = 1.5;

export interface SlowReader {
  /**
   * Reads anew. A part that fails keeps its last values and says why in the notes.
   * @param limitMs for each of its statements
   */
  read(client: PostgresClient, signal: AbortSignal, limitMs: number): Promise<Slow>;
}

type Ask = (text: string) => Promise<readonly Rows[]>;

/** True from 1.8 on, which PostgreSQL 13 brought: the columns had other names before. */
function isKnown(version: string | null | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 8);
}

/** Without `pg_monitor` other users' statements have no id and no text. */
function idOf(text: string | null | undefined): string | null {
  return text !== null && text !== undefined && /^-?\d+$/.test(text) ? text : null;
}

export function createSlowReader(): SlowReader {
  const texts = new Map<string, string>();
  let last: Slow = NOTHING_YET;

  async function learn(ids: readonly string[], schema: string, limitMs: number, ask: Ask) {
    const unknown = ids.filter((id) => !texts.has(id));
    if (unknown.length === 0) return;
    if (texts.size + unknown.length > TEXTS_MAX) texts.clear();
    const [, rows = []] = await ask(statementTexts(schema, unknown, limitMs));
    for (const row of rows) texts.set(row['queryid'] ?? '', queryOf(row));
  }

  async function statementsOf(rows: Rows, limitMs: number, ask: Ask) {
    const [extension] = rows;
    const schema = extension?.['nspname'];
    if (extension === undefined || typeof schema !== 'string') return null;
    if (!isKnown(extension['extversion'])) {
      throw new Error('its extension is old: ALTER EXTENSION pg_stat_statements UPDATE');
    }
    const [, uses = []] = await ask(statementsText(schema, limitMs));
    const ids = uses.flatMap((row) => idOf(row['queryid']) ?? []);
    await learn([...new Set(ids)], schema, limitMs, ask);
    return uses.map((row) => decodeStatement(row, texts.get(row['queryid'] ?? '') ?? ''));
  }

  return {
    async read(client, signal, limitMs) {
      const ask: Ask = (text) => client.query(text, signal, limitMs * PATIENCE);
      const notes: string[] = [];
      const why = (what: string, thrown: unknown) => {
        if (signal.aborted) throw thrown;
        notes.push(`${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      };
      let { sizes, statements } = last;
      try {
        const [, sizeRows = [], extensionRows = []] = await ask(sizesText(limitMs));
        sizes = decodeSizes(sizeRows);
        try {
          statements = await statementsOf(extensionRows, limitMs, ask);
        } catch (thrown) {
          why('statement statistics', thrown);
        }
      } catch (thrown) {
        why('database sizes', thrown);
      }
      last = { sizes, statements, notes };
      return last;
    },
  };
}
