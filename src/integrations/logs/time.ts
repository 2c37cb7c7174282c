const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const DAY_MS = 86_400_000;

/** The month's index from its English abbreviation; -1 for another word. */
function monthOf(name: string): number {
  const at = MONTHS.indexOf(name);
  return at % 3 === 0 ? at / 3 : -1;
}

const millisOf = (fraction: string | undefined) =>
  fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);

/** `Z`, `UTC`, `+0200`, `+02:00` as ms east of Greenwich; what names no zone is taken as UTC. */
function zoneMs(zone: string | undefined): number {
  const match = zone === undefined ? null : /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (match === null) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === '-' ? -ms : ms;
}

/** A time found at the head of a text. */
export interface HeadTime {
  /** Epoch ms. */
  readonly at: number;
  /** How many characters it and what separates it from the rest take. */
  readonly length: number;
}

const ISO =
  /^[[(]?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:]))?[\])]?(?:[\s:|]|- )*/;

/** The time `2026-01-02T03:04:05.123Z` or one of its relatives that a text begins with. */
export function isoAtHead(text: string): HeadTime | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const utc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  return { at: utc + millisOf(match[7]) - zoneMs(match[8]), length: match[0].length };
}

/** `02/Jan/2026:03:04:05 +0000`, as web servers write it; null for another form. */
export function accessTime(text: string): number | null {
  const match = /^(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})$/.exec(text);
  if (match === null) return null;
  const [, day, , year, hour, minute, second] = match.map(Number);
  const utc = Date.UTC(year ?? 0, monthOf(match[2] ?? ''), day, hour, minute, second);
  return utc - zoneMs(match[7]);
}

/** The parts of a date as a log writes them, all text. */
export interface WrittenDate {
  /** Null where the log leaves it out, as syslog does. */
  readonly year: string | null;
  /** `Jan`, or its number. */
  readonly month: string;
  readonly day: string;
  /** `03:04:05`, with or without a fraction. */
  readonly time: string;
}

/**
 * Epoch ms of a date in UTC. Without a year it is the one that makes the time the latest that is not
 * ahead of `nowMs` by more than a day; without `nowMs` it stays unknown.
 */
export function writtenDate(date: WrittenDate, nowMs: number | null): number | null {
  const month = /^\d/.test(date.month) ? Number(date.month) - 1 : monthOf(date.month);
  const [hour, minute, second] = date.time.split(':');
  if (month < 0 || second === undefined) return null;
  const [whole, fraction] = second.split('.');
  const inYear = (year: number) =>
    Date.UTC(year, month, Number(date.day), Number(hour), Number(minute), Number(whole)) +
    millisOf(fraction);
  if (date.year !== null) return inYear(Number(date.year));
  if (nowMs === null) return null;
  const year = new Date(nowMs).getUTCFullYear();
  const at = inYear(year);
  return at > nowMs + DAY_MS ? inYear(year - 1) : at;
}

/** A number since 1970 in seconds, or in thousands, millions, milliards of them, as epoch ms. */
function epochMs(value: number): number | null {
  if (!Number.isFinite(value) || value < 1e8) return null;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.round(value < 1e17 ? value / 1e3 : value / 1e6);
}

/** The time a structured line's field says, epoch ms; null when it says none. */
export function timeOfValue(value: unknown): number | null {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string' || value.length > 40) return null;
  if (/^\d{9,19}(?:\.\d+)?$/.test(value)) return epochMs(Number(value));
  return isoAtHead(value)?.at ?? accessTime(value);
}
