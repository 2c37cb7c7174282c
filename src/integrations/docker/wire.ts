import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

// Answers are checked by hand: the first frames need them, and a schema library takes longer to load
// than the engine to answer.

/** A JSON object of an answer. */
export type Wire = Readonly<Record<string, unknown>>;

/** A field that is not what an engine sends there. */
class WrongField extends Error {}

function wrong(where: string): never {
  throw new WrongField(where);
}

export function objectOf(value: unknown, where: string): Wire {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) wrong(where);
  return value as Wire;
}

/** The object in a field; an empty one where it is absent. */
export function objectIn(wire: Wire, name: string): Wire {
  const value = wire[name];
  return value === undefined || value === null ? {} : objectOf(value, name);
}

/** The array in a field; an empty one where it is absent. */
export function arrayIn(wire: Wire, name: string): readonly unknown[] {
  const value = wire[name] ?? [];
  return Array.isArray(value) ? value : wrong(name);
}

export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : wrong('answer');
}

/** A text that must be there. */
export function textIn(wire: Wire, name: string): string {
  const value = wire[name];
  return typeof value === 'string' ? value : wrong(name);
}

export function maybeText(wire: Wire, name: string): string | null {
  const value = wire[name] ?? null;
  return value === null || typeof value === 'string' ? value : wrong(name);
}

export function maybeNumber(wire: Wire, name: string): number | null {
  const value = wire[name] ?? null;
  return value === null || typeof value === 'number' ? value : wrong(name);
}

export function flagIn(wire: Wire, name: string): boolean {
  const value = wire[name] ?? false;
  return typeof value === 'boolean' ? value : wrong(name);
}

const ID = /^[0-9a-f]{12,64}$/;

export function idIn(wire: Wire, name: string): string {
  const id = textIn(wire, name);
  return ID.test(id) ? id : wrong(name);
}

/**
 * Decodes an answer of the engine.
 * @param what the answer, in words that complete "The answer to …"
 * @throws OperatorError('garbage') naming the first field that is wrong
 */
export function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (thrown) {
    if (!(thrown instanceof WrongField)) throw thrown;
    throw new OperatorError(
      'garbage',
      `The answer to ${what} is not a Docker engine's (${sanitizeLine(thrown.message)})`,
      'see what listens there; it may be another service or a proxy',
    );
  }
}
