import type { z } from 'zod';
import { OperatorError } from '../domain/operator-error.ts';

/** Complaints told of one input; the rest are counted. */
const COMPLAINTS_MAX = 3;

/**
 * Reads the input of a probe or an action.
 * @param name its id, for the words
 * @throws OperatorError that names the fields that do not fit, without the library's own report
 */
export function parseInput<T extends z.ZodType>(
  schema: T,
  input: Readonly<Record<string, unknown>>,
  name: string,
): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const told = parsed.error.issues.slice(0, COMPLAINTS_MAX).map(({ path, message }) => {
    const field = path.join('.');
    return field === '' ? message : `${field}: ${message}`;
  });
  const more = parsed.error.issues.length - told.length;
  throw new OperatorError(
    'failed',
    `${name} cannot use its input: ${told.join('; ')}${more > 0 ? ` and ${more} more` : ''}`,
    'an input may be empty because a step before was not read; else correct the runbook',
  );
}
