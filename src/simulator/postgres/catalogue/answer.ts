import type { Catalogue } from '../sql/compile.ts';
import type { Token } from '../sql/lex.ts';
import { parseSelect } from '../sql/parse-select.ts';
import { queryCompiler } from '../sql/query.ts';
import type { Relation } from '../sql/scope.ts';
import { NotCovered, SqlError } from '../sql/sql-error.ts';
import { serverFunction } from './functions.ts';
import type { Asked } from './viewer.ts';
import { statements, VIEWS } from './views.ts';

function catalogueOf(asked: Asked, parameters: readonly (string | null)[]): Catalogue {
  const isStatements = (schema: string | null, name: string) => {
    const own = asked.world.state.statements;
    return name === 'pg_stat_statements' && own !== null && (schema ?? own.schema) === own.schema;
  };
  return {
    parameters,
    call: (name, args) => serverFunction(asked, name, args),
    relation(schema, name) {
      if (isStatements(schema, name)) return statements(asked, true);
      if (schema !== null && schema !== 'pg_catalog') return null;
      return Object.hasOwn(VIEWS, name) ? (VIEWS[name]?.(asked) ?? null) : null;
    },
    keep(bytes) {
      const memory = Number(asked.viewer.settings['work_mem']?.value ?? 0) * 1024;
      if (bytes <= memory || !asked.world.state.diskFull) return;
      const file = 'base/pgsql_tmp/pgsql_tmp1.0';
      throw new SqlError('53100', `could not write to file "${file}": No space left on device`);
    },
    rows: (schema, name, [texts]) =>
      isStatements(schema, name) ? statements(asked, texts === true) : null,
  };
}

/**
 * Answers a query of what the world knows: sessions, locks, settings, sizes, replication, statements.
 * @param parameters the values of `$1`, `$2`…
 * @throws NotCovered for a query of anything else, or in a way this evaluator does not know
 * @throws SqlError as the server would
 */
export function answerFromWorld(
  asked: Asked,
  tokens: readonly Token[],
  parameters: readonly (string | null)[] = [],
): Relation {
  return queryCompiler(catalogueOf(asked, parameters)).rows(parseSelect(tokens));
}

/** The columns such a query gives, whatever its values; null for one the world does not answer. */
export function describeFromWorld(
  asked: Asked,
  tokens: readonly Token[],
  parameterCount: number,
): Relation['columns'] | null {
  const parameters = Array.from({ length: parameterCount }, () => null);
  try {
    return queryCompiler(catalogueOf(asked, parameters)).columns(parseSelect(tokens));
  } catch (thrown) {
    if (thrown instanceof NotCovered || thrown instanceof SqlError) return null;
    throw thrown;
  }
}
