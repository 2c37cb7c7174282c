import { type LogLevel, logFieldNames } from '../../domain/log-line.ts';
import { cleanFields, cleanLine } from './clean.ts';
import { levelOfPython, levelOfStatus, levelOfValue } from './level.ts';
import { readLogfmt } from './logfmt.ts';
import { timeOfValue } from './time.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What could be read of a line; nulls where it does not say. */
export interface Reading {
  readonly at: number | null;
  readonly level: LogLevel | null;
  /** Null when the line as it is says it best. */
  readonly message: string | null;
  readonly fields: Fields | null;
}

const { time: TIME_NAMES, level: LEVEL_NAMES, message: MESSAGE_NAMES } = logFieldNames;

function first<T>(
  fields: Fields,
  names: readonly string[],
  read: (value: unknown) => T | null,
): T | null {
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) continue;
    const found = read(fields[name]);
    if (found !== null) return found;
  }
  return null;
}

function messageOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : cleanLine(value);
  return value !== null && typeof value === 'object' ? cleanLine(JSON.stringify(value)) : null;
}

/** The answer that a line of a web server's structured access log tells of. */
function answerOf(fields: Fields): { readonly status: number; readonly message: string } | null {
  const { request, status } = fields;
  const code = Number(status);
  if (typeof request !== 'string' || !Number.isInteger(code) || code < 100) return null;
  const seconds = fields['request_time'];
  const took = typeof seconds === 'string' || typeof seconds === 'number' ? ` ${seconds} s` : '';
  return { status: code, message: cleanLine(`${request} ${code}${took}`) };
}

function readFields(fields: Fields): Reading {
  const answer = answerOf(fields);
  const level =
    first(fields, LEVEL_NAMES, levelOfValue) ?? first(fields, ['levelno'], levelOfPython);
  return {
    at: first(fields, TIME_NAMES, timeOfValue),
    level: level ?? (answer === null ? null : levelOfStatus(answer.status)),
    message: first(fields, MESSAGE_NAMES, messageOf) ?? answer?.message ?? null,
    fields,
  };
}

/** A line that was cut, or is broken: its level can be read all the same. */
const BROKEN_LEVEL = /"(?:level|severity|lvl|levelname)"\s{0,4}:\s{0,4}"?(\w{1,16})/;
const BROKEN_HEAD = 4096;

function readBroken(text: string): Reading | null {
  const level = levelOfValue(BROKEN_LEVEL.exec(text.slice(0, BROKEN_HEAD))?.[1]);
  return level === null ? null : { at: null, level, message: null, fields: null };
}

/** Reads a line of JSON; null when it is not one. */
export function readJson(text: string): Reading | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? readFields(cleanFields(value)) : null;
  } catch {
    return readBroken(text);
  }
}

/** A line of `name=value` is a log's line when one of them is a level, a message or a time. */
const TELLING: ReadonlySet<string> = new Set([...LEVEL_NAMES, ...MESSAGE_NAMES, ...TIME_NAMES]);
const PAIRS_MIN = 2;

/** Reads a line of `name=value` pairs; null when it is not one. */
export function readPairs(text: string): Reading | null {
  const fields = readLogfmt(text);
  if (fields === null) return null;
  const names = Object.keys(fields);
  if (names.length < PAIRS_MIN || !names.some((name) => TELLING.has(name))) return null;
  return readFields(fields);
}
