import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';

const MAX_KEYS = 100;
const MAX_PATTERN_LENGTH = 500;
/** A pattern may try more ways than there is time for; all of them together have this long. */
const MATCH_LIMIT_MS = 500;
const MATCH = 'pairs.map(([pattern, value]) => pattern.test(value))';

export const settingName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'a name such as CACHE_TTL');

/** The whole value is held against it, in any case. */
const wholeOf = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'i');

function isPattern(pattern: string): boolean {
  try {
    return wholeOf(pattern).source !== '';
  } catch {
    return false;
  }
}

const expected = z.strictObject({
  pattern: z
    .string()
    .max(MAX_PATTERN_LENGTH)
    .refine(isPattern, 'must be a regular expression')
    .describe('A regular expression the whole value fits, in any case.'),
  default: z
    .union([z.string().max(8192), z.number(), z.boolean()])
    .optional()
    .describe('A value that is known to work; never a secret.'),
  required: z.boolean().default(false).describe('It is wrong when it is not there.'),
});

/** What settings should be: key → the pattern its value fits, and a value that works. */
export const expectations = z
  .record(settingName, expected)
  .refine((all) => Object.keys(all).length <= MAX_KEYS, `more than ${MAX_KEYS} keys`);
export type Expectations = z.output<typeof expectations>;

/** A setting that is not as expected; its value is not masked. */
export interface Wrong {
  readonly key: string;
  /** Null where it is required, and is not there. */
  readonly value: string | null;
  readonly expected: string;
  readonly default: string | null;
}

/**
 * The settings that are not as expected, in the order of the expectations. A setting that is not there
 * is as the program has it by itself, unless it is required.
 * @throws OperatorError when a pattern goes astray on these values
 */
export function wrongIn(values: ReadonlyMap<string, string>, all: Expectations): readonly Wrong[] {
  const entries = Object.entries(all);
  const pairs = entries.map(([key, { pattern }]) => [wholeOf(pattern), values.get(key) ?? '']);
  let fits: readonly boolean[];
  try {
    fits = runInNewContext(MATCH, { pairs }, { timeout: MATCH_LIMIT_MS }) as readonly boolean[];
  } catch (thrown) {
    const message = `The patterns took longer than ${MATCH_LIMIT_MS} ms on these settings`;
    const mend = 'write them without a repetition within a repetition';
    throw new OperatorError('failed', message, mend, thrown);
  }
  return entries.flatMap(([key, one], index): Wrong[] => {
    const value = values.get(key) ?? null;
    const right = value === null ? !one.required : fits[index] === true;
    if (right) return [];
    const known = one.default === undefined ? null : String(one.default);
    return [{ key, value, expected: one.pattern, default: known }];
  });
}
