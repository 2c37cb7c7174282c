import { formatAge } from '../domain/duration.ts';
import { formatBytes, formatFraction, formatSeconds } from '../domain/format.ts';

const MAX_LIST_ITEMS = 10;
const MAX_JSON_LENGTH = 200;

/** How a value stands in a sentence; nothing for what is not known. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? '' : compoundText(value);
    default:
      return '';
  }
}

function compoundText(value: object): string {
  if (!Array.isArray(value)) return (JSON.stringify(value) ?? '').slice(0, MAX_JSON_LENGTH);
  const shown = value.slice(0, MAX_LIST_ITEMS).map(valueText).join(', ');
  const more = value.length - MAX_LIST_ITEMS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const FILTERS: Readonly<Record<string, (value: number) => string>> = {
  bytes: formatBytes,
  percent: formatFraction,
  seconds: formatSeconds,
  duration: formatAge,
  milliseconds: (value) => `${Math.round(value)} ms`,
  time: (value) =>
    Math.abs(value) > 8.64e15 ? '' : `${new Date(value).toISOString().slice(0, 19)}Z`,
};

/** `{{x | bytes}}`: the units a template can ask for. */
export const filterNames: readonly string[] = Object.keys(FILTERS);

/** @returns the number in its unit; the value as it is when it is no number or the filter unknown */
export function applyFilter(name: string, value: unknown): unknown {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter === undefined || typeof value !== 'number' || !Number.isFinite(value)) return value;
  return filter(value);
}
