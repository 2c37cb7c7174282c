import { sanitize, sanitizeLine } from '../../domain/sanitize.ts';
import type { Row } from './client.ts';
import { QUERY_BYTES_MAX } from './queries.ts';

/** A number of the server; null where it is none. */
export function numberOf(row: Row, column: string): number | null {
  const text = row[column];
  const value = text === null || text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A name on one line, safe to show; empty where there is none. */
export function wordOf(row: Row, column: string): string {
  return sanitizeLine(row[column] ?? '').trim();
}

/** As `wordOf`, null where there is none. */
export function wordOrNull(row: Row, column: string): string | null {
  return wordOf(row, column) || null;
}

export function flagOf(row: Row, column: string): boolean {
  return row[column] === 't';
}

/** A time of the server, shifted by `offsetMs` to this host's clock. */
export function timeOf(row: Row, column: string, offsetMs: number): number | null {
  const time = numberOf(row, column);
  return time === null ? null : time + offsetMs;
}

/** The query of a row, safe to show, cut to its bound; it keeps its line breaks. */
export function queryOf(row: Row): string {
  const bytes = row['query_bytes'];
  const cut = bytes?.startsWith('\\x') === true;
  const whole = cut ? Buffer.from(bytes.slice(2), 'hex').toString('utf8') : (row['query'] ?? '');
  const text = sanitize(whole.slice(0, QUERY_BYTES_MAX)).trim();
  // The last character may have been cut in two.
  return cut ? `${text.replace(/\ufffd+$/, '')}…` : text;
}
