import type { LogLine } from '../../domain/log-line.ts';
import { levelOfSyslog } from './level.ts';
import { parseLine } from './parse.ts';

/** journald gives text as a string, bytes that are no UTF-8 as numbers, and null where it is too much. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return value === null ? '(too long for the journal to tell)' : '';
  const isBytes = value.every((item) => typeof item === 'number');
  // A field that was given more than once is a list of texts.
  return isBytes ? Buffer.from(value as number[]).toString('utf8') : value.map(textOf).join(' ');
}

/** Epoch ms of the journal's microseconds. */
function timeOf(record: Readonly<Record<string, unknown>>): number | null {
  const { __REALTIME_TIMESTAMP: realtime } = record;
  const micros = typeof realtime === 'string' ? Number(realtime) : Number.NaN;
  return Number.isFinite(micros) ? Math.floor(micros / 1000) : null;
}

/**
 * Decodes one line of `journalctl -o json`; null for what is none. The level is the journal's own
 * priority; a service that prints plain lines gets "info" for each, so what its line says comes first.
 */
export function decodeJournal(text: string, source: string): LogLine | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return null;
  }
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return null;
  const fields = record as Readonly<Record<string, unknown>>;
  const line = parseLine(textOf(fields['MESSAGE']), timeOf(fields), source, null);
  const { PRIORITY: priority, _TRANSPORT: transport } = fields;
  const own = typeof priority === 'string' ? levelOfSyslog(Number(priority)) : null;
  const printed = transport === 'stdout';
  return { ...line, level: printed ? (line.level ?? own) : (own ?? line.level) };
}
