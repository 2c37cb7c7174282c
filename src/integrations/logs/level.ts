import type { LogLevel } from '../../domain/log-line.ts';

/** What loggers call their levels, lower case. */
const NAMES: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  trc: 'trace',
  finest: 'trace',
  silly: 'trace',
  verbose: 'debug',
  debug: 'debug',
  dbg: 'debug',
  fine: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  informational: 'info',
  notice: 'info',
  log: 'info',
  warn: 'warn',
  wrn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  severe: 'error',
  fatal: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  panic: 'fatal',
  dpanic: 'fatal',
};

const NAME_LENGTH_MAX = 16;

/** The level a logger's word names, in any case; null for another word. */
export function levelOfName(name: string): LogLevel | null {
  if (name.length > NAME_LENGTH_MAX) return null;
  const word = name.trim().toLowerCase();
  if (Object.hasOwn(NAMES, word)) return NAMES[word] ?? null;
  // PostgreSQL counts its debug levels.
  return /^debug[1-5]$/.test(word) ? 'debug' : null;
}

const SYSLOG: readonly LogLevel[] = [
  'fatal',
  'fatal',
  'fatal',
  'error',
  'warn',
  'info',
  'info',
  'debug',
];

/** The level of a syslog severity, 0 (emergency) to 7 (debug); null outside. */
export function levelOfSyslog(severity: number): LogLevel | null {
  return SYSLOG[severity] ?? null;
}

/** pino and bunyan count in tens from trace; below eight it is a syslog severity (GELF). */
function levelOfNumber(value: number): LogLevel | null {
  if (value < 8) return levelOfSyslog(value);
  if (value < 20) return 'trace';
  if (value < 30) return 'debug';
  if (value < 40) return 'info';
  if (value < 50) return 'warn';
  return value < 60 ? 'error' : 'fatal';
}

/** The level a structured line's field says, as a word or as a number; null when it says none. */
export function levelOfValue(value: unknown): LogLevel | null {
  if (typeof value === 'number') return levelOfNumber(value);
  if (typeof value !== 'string') return null;
  return /^\d{1,2}$/.test(value) ? levelOfNumber(Number(value)) : levelOfName(value);
}

/** Python's `levelno` counts in tens from debug. */
export function levelOfPython(value: unknown): LogLevel | null {
  return typeof value === 'number' && value >= 10 ? levelOfNumber(value + 10) : null;
}

/** The level of a line about an HTTP answer. */
export function levelOfStatus(status: number): LogLevel {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}
