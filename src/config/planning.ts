import { parseDuration } from '../domain/duration.ts';
import { OperatorError } from '../domain/operator-error.ts';
import { ConfigError } from './config-error.ts';
import type { Origin, Secret } from './plan.ts';
import type { Entry } from './region-config.ts';
import { SECRET_REFERENCE, secretOf } from './secret.ts';
import type { ConfigSurroundings } from './surroundings.ts';

/** How often and how long, where nothing says it. */
export interface Pace {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** A server that is asked for its own state. */
export const usualPace: Pace = { intervalMs: 5000, timeoutMs: 3000 };
/** A server that asks others, or computes, for its answer. */
export const slowPace: Pace = { intervalMs: 10_000, timeoutMs: 8000 };
/** A certificate changes when somebody renews it. */
export const certificatePace: Pace = { intervalMs: 300_000, timeoutMs: 10_000 };

/** What planning the sources of one region shares. */
export interface Planning {
  readonly from: ConfigSurroundings;
  /** The name, or with a number behind it where it is taken. */
  unique(name: string): string;
}

/** @param taken names that entries were given, which defaults step aside for */
export function createPlanning(from: ConfigSurroundings, taken: Iterable<string>): Planning {
  const names = new Set(taken);
  return {
    from,
    unique(name) {
      let free = name;
      for (let number = 2; names.has(free); number += 1) free = `${name} ${number}`;
      names.add(free);
      return free;
    },
  };
}

interface PacedFields {
  readonly name?: string | undefined;
  readonly every?: string | undefined;
  readonly timeout?: string | undefined;
}

/** The fields every source of a configured entry has. */
export function plannedSource(
  planning: Planning,
  entry: Entry<PacedFields>,
  fallbackName: string,
  pace: Pace,
) {
  const { name, every, timeout } = entry.value;
  const intervalMs = (every === undefined ? null : parseDuration(every)) ?? pace.intervalMs;
  return {
    name: name ?? planning.unique(fallbackName),
    origin: entry.origin,
    intervalMs,
    timeoutMs: (timeout === undefined ? null : parseDuration(timeout)) ?? pace.timeoutMs,
  };
}

/** Origins by setting; those of fields that are not there are left out: they are defaults. */
export function originsOf(
  origins: Readonly<Record<string, Origin | null>>,
): Readonly<Record<string, Origin>> {
  return Object.fromEntries(
    Object.entries(origins).filter((pair): pair is [string, Origin] => pair[1] !== null),
  );
}

/** The secret of a field, unread; null when the field is not there. */
export function secretField(planning: Planning, reference: string | undefined): Secret | null {
  return reference === undefined ? null : secretOf(reference, planning.from);
}

/**
 * An address that may itself stand by reference, since it often holds a password.
 * @throws ConfigError when what it refers to is not there
 */
export function dereferenced(
  planning: Planning,
  entry: Entry<unknown>,
  text: string,
): { readonly text: string; readonly reference: string | null } {
  if (!SECRET_REFERENCE.test(text)) return { text, reference: null };
  try {
    return { text: secretOf(text, planning.from).read(), reference: text };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    const words = [thrown.message, thrown.mend].filter(Boolean).join('; ');
    throw new ConfigError(`${entry.at('url') ?? entry.origin}: error: ${words}`);
  }
}
