import { isDeepStrictEqual } from 'node:util';
import { formatAge } from '../../src/domain/duration.ts';
import { formatBytes, formatFraction, formatSeconds } from '../../src/domain/format.ts';

/** A record of an answer: what a probe read, by the names of its schema. */
export type Fields = Readonly<Record<string, unknown>>;

/** Members of a list that are told on a line. */
const LISTED_MAX = 4;
/** Fields of a record within a record that are told on a line. */
const INNER_MAX = 4;
/** An epoch in milliseconds is no less than this (2001), whatever else a number may count. */
const EPOCH_MS_MIN = 1e12;
/** Names put their units last; these need not be said beside a value that carries its unit. */
const UNIT = /(?:Ms|Seconds|Bytes|Human|At)$/;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `usedMemoryBytes` → `used memory`. */
export function fieldLabel(name: string): string {
  return (name.replace(UNIT, '') || name).replaceAll(
    /(?<=[a-z\d])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  );
}

/** Three digits that count, and no more decimals than they need. */
function shortNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Date and time in UTC, the date only where it is not that of `day`. */
function timeWords(at: number, day: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  const clock = `${time.slice(0, 8)}Z`;
  return new Date(day).toISOString().startsWith(date) ? clock : `${date} ${clock}`;
}

/** Whether a number is a moment, by its name and its size. */
export const isEpoch = (name: string, value: number) =>
  value >= EPOCH_MS_MIN && value < 1e14 && /(?:^at|At|[Ss]ince)$/.test(name);

function numberWords(name: string, value: number, readAt: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (isEpoch(name, value)) return timeWords(value, readAt);
  if (/Ms$/.test(name)) {
    return value >= 1000 ? formatSeconds(value / 1000) : `${shortNumber(value)} ms`;
  }
  if (/Seconds$/.test(name)) return formatAge(value * 1000);
  if (/^bytes$|Bytes$/.test(name)) return formatBytes(value);
  if (/PerSecond$/.test(name)) return `${shortNumber(value)} /s`;
  const part = value >= 0 && value <= 1;
  if (part && /(?:fraction|share|hitRate|cpu)$/i.test(name)) return formatFraction(value);
  return shortNumber(value);
}

/** A record of two, such as a name and how many have it, needs no table. */
export const isPair = (value: unknown): value is Fields =>
  isFields(value) && Object.keys(value).length === 2;

const pairWords = (pair: Fields, readAt: number) =>
  Object.entries(pair)
    .map(([name, value]) => valueWords(name, value, readAt))
    .join(' ');

/**
 * One value in words, with the unit that its name ends in.
 *
 * @param readAt when it was read, epoch ms: a time of that day is told without its date
 */
export function valueWords(name: string, value: unknown, readAt: number): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return numberWords(name, value, readAt);
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    if (value.some(isFields) && !value.every(isPair)) return `${value.length} listed`;
    const more = value.length > LISTED_MAX ? ` … ${value.length} in all` : '';
    const told = value
      .slice(0, LISTED_MAX)
      .map((one) => (isFields(one) ? pairWords(one, readAt) : valueWords(name, one, readAt)));
    return told.join(', ') + more;
  }
  if (!isFields(value)) return String(value);
  const parts = toldFields(value).slice(0, INNER_MAX);
  return parts.length === 0
    ? 'none'
    : parts.map(([inner, part]) => fieldWords(inner, part, readAt)).join(', ');
}

/** `used memory 1.4M`. */
export function fieldWords(name: string, value: unknown, readAt: number): string {
  return `${fieldLabel(name)} ${valueWords(name, value, readAt)}`;
}

/** Fields that say nothing, or again what another one says, are not told. */
export function toldFields(fields: Fields): readonly (readonly [string, unknown])[] {
  const lists = Object.values(fields).filter(Array.isArray) as readonly (readonly unknown[])[];
  return Object.entries(fields).filter(([name, value]) => {
    if (value === null || value === undefined || value === '') return false;
    // The same in words stands beside it.
    if (typeof value === 'number' && `${name.replace(UNIT, '')}Human` in fields) return false;
    // The worst or first of a list that is told itself.
    const again = (member: unknown) => isFields(member) && isDeepStrictEqual(member, value);
    return !(isFields(value) && lists.some((list) => list.some(again)));
  });
}
