import type { Reader } from '../sql/reader.ts';

/** What stands after `SET name =`, as one text. */
export function valueAfter(reader: Reader): string {
  const parts: string[] = [];
  for (; !reader.atEnd; reader.takes(',')) {
    const sign = reader.takes('-') ? '-' : '';
    const { kind, text } = reader.next();
    parts.push(kind === 'name' ? `"${text}"` : `${sign}${text}`);
  }
  return parts.join(', ');
}
