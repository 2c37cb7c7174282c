import type { LogLine } from '../../domain/log-line.ts';
import { cleanLine, LINE_LENGTH_MAX } from './clean.ts';
import { readPlain } from './plain.ts';
import { readJson, readPairs } from './structured.ts';

/** Reads one line of a log, as every feed does. */
export type ParseLine = (
  raw: string,
  at: number | null,
  source: string,
  stream: LogLine['stream'],
  nowMs?: number | null,
) => LogLine;

/** Cut without parting a pair of surrogates. */
function bounded(raw: string): string {
  if (raw.length <= LINE_LENGTH_MAX) return raw;
  const code = raw.charCodeAt(LINE_LENGTH_MAX - 1);
  const end = code >= 0xd800 && code < 0xdc00 ? LINE_LENGTH_MAX - 1 : LINE_LENGTH_MAX;
  return `${raw.slice(0, end)}…`;
}

/**
 * Reads one line as far as it can be read: structured JSON, logfmt, the common plain forms. Never
 * throws; takes time proportional to the line, which is cut at 64 Ki characters; every string of the
 * result is safe to draw.
 * @param at the time the line was received by whoever keeps the log, epoch ms; null lets the line say
 * @param source who wrote it, safe to draw
 * @param nowMs tells the year where a log leaves it out
 */
export const parseLine: ParseLine = (raw, at, source, stream, nowMs = at) => {
  const whole = bounded(raw);
  const text = cleanLine(whole).trimEnd();
  const found = readJson(whole.trim()) ?? readPairs(text) ?? readPlain(text, nowMs);
  return {
    at: at ?? found.at,
    source,
    stream,
    level: found.level,
    message: found.message ?? text,
    raw: text,
    fields: found.fields,
  };
};
