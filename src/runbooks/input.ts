import { isIP } from 'node:net';
import { formatAge, parseDuration } from '../domain/duration.ts';
import { didYouMean } from '../domain/nearest.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { InputSpec, InputType } from './graph.ts';

/** What an operator gave, typed: text, or a number; a duration is ms. */
type InputValue = string | number;

export type CheckedInput =
  | { readonly ok: InputValue }
  | { readonly error: string; readonly mend: string };

/** Longer texts are refused before anything looks at them. */
const MAX_INPUT_LENGTH = 500;
const MAX_LISTED = 10;

type Numeric = 'number' | 'integer' | 'duration';

const refuse = (error: string, mend: string): CheckedInput => ({ error, mend });

/**
 * Checks what an operator gave for an input. Pure; the screen, the command line and the engine ask it
 * alike.
 * @param offered what the probe of its choices told; null or absent leaves it free
 * @returns the typed value, or what is wrong with it and what to give instead
 */
export function checkInput(
  spec: InputSpec,
  text: string,
  offered: readonly string[] | null = null,
): CheckedInput {
  const given = text.trim();
  if (given.length > MAX_INPUT_LENGTH) {
    return refuse(`longer than ${MAX_INPUT_LENGTH} characters`, 'give something shorter');
  }
  if (sanitizeLine(given) !== given) {
    return refuse('it holds control or invisible characters', 'type it by hand, on one line');
  }
  if (given === '' && (isNumeric(spec.type) || spec.min !== 0)) {
    return refuse('nothing was given', mends[spec.type]);
  }
  const read = readers[spec.type](given);
  if ('error' in read) return read;
  return beyond(spec, read.ok) ?? unlike(spec, given, offered) ?? read;
}

/** A pattern for the whole of a text; null when it is no regular expression. */
export function compilePattern(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return null;
  }
}

function unlike(
  spec: InputSpec,
  given: string,
  offered: readonly string[] | null,
): CheckedInput | null {
  const { choices, pattern } = spec;
  const allowed = choices?.kind === 'list' ? choices.values : offered;
  if (allowed !== null && !allowed.includes(given)) {
    const shown = allowed.slice(0, MAX_LISTED).join(', ');
    const list =
      allowed.length === 0 ? 'there is nothing to choose from' : `choose one of ${shown}`;
    return refuse('it is not among the choices', didYouMean(given, allowed.slice(0, 500), list));
  }
  if (pattern === null || compilePattern(pattern)?.test(given) === true) return null;
  return refuse('it is not of the form asked for', `it has to match ${pattern}`);
}

const isNumeric = (type: InputType): type is Numeric =>
  type === 'number' || type === 'integer' || type === 'duration';

function beyond({ type, min, max }: InputSpec, value: InputValue): CheckedInput | null {
  const size = typeof value === 'number' ? value : value.length;
  const words = (bound: number) => {
    if (type === 'duration') return formatAge(bound);
    return isNumeric(type) ? String(bound) : `${bound} characters`;
  };
  if (min !== null && size < min) return refuse('it is too little', `at least ${words(min)}`);
  return max !== null && size > max ? refuse('it is too much', `at most ${words(max)}`) : null;
}

const mends: Readonly<Record<InputType, string>> = {
  text: 'write something',
  number: 'write a number such as 0.5 or 40',
  integer: 'write a whole number such as 40',
  duration: 'write such as 90s, 5m or 1h30m',
  address: 'write such as 203.0.113.7, 2001:db8::1 or 203.0.113.0/24',
  commit: 'write 7 to 40 hexadecimal digits, such as 1a2b3c4',
  name: 'write a name that does not begin with -',
  path: 'write a path that does not begin with -, such as ./-x for one that does',
};

const readers: Readonly<Record<InputType, (given: string) => CheckedInput>> = {
  text: (given) => ({ ok: given }),
  number: (given) => {
    const value = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : Number.NaN;
    return Number.isFinite(value) ? { ok: value } : refuse('it is no number', mends.number);
  },
  integer: (given) => {
    const value = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN;
    if (Number.isSafeInteger(value)) return { ok: value };
    return refuse('it is no whole number', mends.integer);
  },
  duration: (given) => {
    const ms = parseDuration(given);
    if (ms !== null && Number.isFinite(ms)) return { ok: ms };
    return refuse('it is no duration', mends.duration);
  },
  address: (given) => {
    const [host = '', prefix, ...more] = given.split('/');
    // The zone of a link-local address means nothing on another host.
    const version = host.includes('%') ? 0 : isIP(host);
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && more.length === 0);
    if (version === 0 || !isPrefix || Number(prefix ?? 0) > (version === 4 ? 32 : 128)) {
      return refuse('it is no address', mends.address);
    }
    return { ok: given };
  },
  commit: (given) =>
    /^[0-9a-f]{7,40}$/i.test(given)
      ? { ok: given.toLowerCase() }
      : refuse('it is no commit', mends.commit),
  name: (given) => (given.startsWith('-') ? refuse('it begins with -', mends.name) : { ok: given }),
  path: (given) => (given.startsWith('-') ? refuse('it begins with -', mends.path) : { ok: given }),
};
