import type { LogLevel } from '../../domain/log-line.ts';
import { levelOfName, levelOfStatus, levelOfSyslog } from './level.ts';
import type { Reading } from './structured.ts';
import { accessTime, isoAtHead, writtenDate } from './time.ts';

type Found = Omit<Reading, 'fields' | 'message'> & { readonly message: string };

const REDIS = /^\d{1,10}:[A-Z] (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d(?:\.\d+)?) ([.\-*#]) /;
const REDIS_LEVELS: Readonly<Record<string, LogLevel>> = {
  '.': 'debug',
  '-': 'debug',
  '*': 'info',
  '#': 'warn',
};

function readRedis(text: string): Found | null {
  const match = REDIS.exec(text);
  if (match === null) return null;
  const [head, day = '', month = '', year = '', time = '', sign = ''] = match;
  const at = writtenDate({ year, month, day, time }, null);
  return { at, level: REDIS_LEVELS[sign] ?? null, message: text.slice(head.length) };
}

const KLOG = /^([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d+) {1,8}\d{1,10} [^\s\]]{1,200}\] /;
const KLOG_LEVELS: Readonly<Record<string, LogLevel>> = {
  I: 'info',
  W: 'warn',
  E: 'error',
  F: 'fatal',
};

function readKlog(text: string, nowMs: number | null): Found | null {
  const match = KLOG.exec(text);
  if (match === null) return null;
  const [head, sign = '', month = '', day = '', time = ''] = match;
  const at = writtenDate({ year: null, month, day, time }, nowMs);
  return { at, level: KLOG_LEVELS[sign] ?? null, message: text.slice(head.length) };
}

const ACCESS =
  /^(\S{1,100}) \S{1,100} \S{1,100} \[([^\]]{20,30})\] ("(?:[^"\\]|\\.){0,8192}" (\d{3}) )/;

function readAccess(text: string): Found | null {
  const match = ACCESS.exec(text);
  if (match === null) return null;
  const [head, client = '', time = '', answer = '', status = ''] = match;
  const message = `${client} ${answer}${text.slice(head.length)}`;
  return { at: accessTime(time), level: levelOfStatus(Number(status)), message };
}

const SYSLOG_DATE = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d(?:\.\d+)?) /;
/** The host, of no interest on the host's own screen, before `program[pid]: `. */
const SYSLOG_HOST = /^\S{1,255} (?=[^\s:[\]]{1,64}(?:\[\d{1,10}\])?: )/;
const SYSLOG_PROGRAM = /^[^\s:[\]]{1,64}(?:\[\d{1,10}\])?: /;

function readSyslog(text: string, nowMs: number | null): Found | null {
  const priority = /^<(\d{1,3})>(?:1 )?/.exec(text);
  const rest = text.slice(priority?.[0].length ?? 0);
  const date = SYSLOG_DATE.exec(rest);
  if (priority === null && date === null) return null;
  const severity = priority === null ? null : levelOfSyslog(Number(priority[1]) % 8);
  if (date === null) {
    const head = readHead(rest);
    return { ...head, level: severity ?? head.level };
  }
  const [all, month = '', day = '', time = ''] = date;
  const written = rest.slice(all.length).replace(SYSLOG_HOST, '');
  const program = SYSLOG_PROGRAM.exec(written)?.[0] ?? '';
  const { level, message } = levelAndMessage(written.slice(program.length));
  const at = writtenDate({ year: null, month, day, time }, nowMs);
  return { at, level: severity ?? level, message: program + message };
}

/** How far into a line its level is looked for. */
const HEAD_LENGTH = 160;
const CAPITALS =
  /(?:^|[\s[(<|:-])(TRACE|DEBUG[1-5]?|VERBOSE|INFO|INFORMATION|NOTICE|LOG(?=: {2})|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|PANIC)(?=[\s\])>|:,-]|$)/;
const IN_BRACKETS = /[[(<]([A-Za-z]{3,11}) {0,8}[\])>]/g;
const AT_START = /^(error|warning|warn|fatal|panic|critical|info|debug|notice) ?:/i;
const TROUBLE =
  /^(?:Traceback \(most recent|Uncaught |Unhandled |Exception in thread |\w{1,64}Error: )/;
/** What may stand between a time and a level: a thread, a pid, the name of a logger. */
const HEADER_WORDS_MAX = 3;

interface Word {
  readonly level: LogLevel;
  readonly from: number;
  readonly to: number;
}

function bracketed(head: string): Word | null {
  for (const match of head.matchAll(IN_BRACKETS)) {
    const level = levelOfName(match[1] ?? '');
    if (level !== null) return { level, from: match.index, to: match.index + match[0].length };
  }
  return null;
}

function capitals(head: string): Word | null {
  const match = CAPITALS.exec(head);
  const word = match?.[1];
  if (match === null || word === undefined) return null;
  const to = match.index + match[0].length;
  const level = levelOfName(word);
  return level === null ? null : { level, from: to - word.length, to };
}

/** The text without its level, where that stands among the header and not within a sentence. */
function without(text: string, word: Word): string {
  const before = text.slice(0, word.from).replace(/[\s[(<|:-]{1,8}$/, '');
  const words = before.split(/\s{1,8}/).filter((part) => part !== '');
  if (words.length > HEADER_WORDS_MAX || (words.length > 0 && /[,;!?]/.test(before))) return text;
  const after = text.slice(word.to).replace(/^(?:[\s\])>|:]|- ){1,16}/, '');
  return before === '' ? after : `${before} ${after}`;
}

function levelAndMessage(text: string): { level: LogLevel | null; message: string } {
  const head = text.slice(0, HEAD_LENGTH);
  const start = AT_START.exec(head)?.[1];
  const all = [capitals(head), bracketed(head)].filter((word) => word !== null);
  const [word] = all.sort((a, b) => a.from - b.from);
  if (word !== undefined && (start === undefined || word.from === 0)) {
    return { level: word.level, message: without(text, word) };
  }
  if (start !== undefined) return { level: levelOfName(start), message: text };
  return { level: TROUBLE.test(head) ? 'error' : null, message: text };
}

/** PostgreSQL names a zone of its own; one that is not UTC leaves the time unknown. */
const OTHER_ZONE = /^[A-Z]{2,5} (?=\[\d{1,10}\])/;

function readHead(text: string): Found {
  const time = isoAtHead(text);
  if (time === null) return { at: null, ...levelAndMessage(text) };
  const rest = text.slice(time.length);
  const zone = OTHER_ZONE.exec(rest)?.[0] ?? '';
  const found = levelAndMessage(rest.slice(zone.length));
  return { at: zone === '' ? time.at : null, ...found };
}

/**
 * Reads a line of plain text: Redis, klog, web servers' access and error logs, syslog, PostgreSQL,
 * Python, Java, Go and everything that begins with a time and a level.
 * @param nowMs tells the year where a log leaves it out
 */
export function readPlain(text: string, nowMs: number | null): Reading {
  const found =
    readRedis(text) ??
    readKlog(text, nowMs) ??
    readAccess(text) ??
    readSyslog(text, nowMs) ??
    readHead(text);
  return { ...found, fields: null };
}
