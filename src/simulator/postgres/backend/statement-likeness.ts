import { createHash } from 'node:crypto';
import type { Statement } from '../sql/lex.ts';

/** What statements have in common that differ in their values only, as their statistics name it. */
export function likeness({ text, tokens }: Statement): {
  readonly id: string;
  readonly query: string;
} {
  let query = '';
  let place = 0;
  let values = 0;
  for (const { from, kind, to } of tokens) {
    if (kind !== 'string' && kind !== 'number') continue;
    values += 1;
    query += `${text.slice(place, from)}$${values}`;
    place = to;
  }
  query += text.slice(place);
  const hash = createHash('sha256').update(query).digest().readBigInt64BE();
  return { id: String(hash), query };
}
