import { nearest } from '../domain/nearest.ts';
import type { Need } from '../integrations/contract.ts';
import type { ReliedCall } from './relied.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the answer of a probe says of its target: probes tell an absence by a result. Pure. */
export function resultNeeds(what: string, command: string, result: unknown): readonly Need[] {
  const { candidates, error, found, missing, reachable } = isFields(result) ? result : {};
  if (found === false) {
    const names = Array.isArray(candidates) ? candidates.map(String) : [];
    const suggestion = names.length > 0 ? `it probably means ${names.join(' or ')}` : null;
    return [{ what, found: null, state: 'missing', suggestion }];
  }
  if (reachable === false) {
    const suggestion = typeof error === 'string' ? error : 'it does not answer';
    return [{ what, found: null, state: 'unknown', suggestion }];
  }
  if (Array.isArray(missing) && missing.length > 0) {
    const suggestion = `not set: ${missing.map(String).join(', ')}`;
    return [{ what, found: command, state: 'missing', suggestion }];
  }
  return [{ what, found: command, state: 'ok', suggestion: null }];
}

/**
 * Fields that conditions name and an answer does not have: the service answers otherwise than the runbook
 * believes. Nothing is said of an answer that itself tells of a failure. Pure.
 */
export function fieldNeeds({ fields, id }: ReliedCall, result: unknown): readonly Need[] {
  if (hasFailed(result)) return [];
  return fields.flatMap((path): readonly Need[] => {
    const lost = lostPart(result, path);
    if (lost === null) return [];
    const what = `field ${path.join('.')} of ${id}`;
    const [near] = nearest(lost.part, lost.known);
    const known = `the answer has ${lost.known.slice(0, 8).join(', ') || 'nothing there'}`;
    const suggestion = near === undefined ? known : `it probably means ${near}`;
    return [{ what, found: null, state: 'missing', suggestion }];
  });
}

function hasFailed(result: unknown): boolean {
  if (!isFields(result)) return true;
  const { error, failures, found, reachable } = result;
  return (
    found === false || reachable === false || typeof error === 'string' || Number(failures) > 0
  );
}

/** The first part of a path that an answer's own fields lack; null when it may be there. */
function lostPart(
  result: unknown,
  path: readonly string[],
): { readonly part: string; readonly known: readonly string[] } | null {
  let here = result;
  for (const part of path) {
    // What is null is not known, and lists are reached by number.
    if (!isFields(here)) return null;
    if (!Object.hasOwn(here, part)) return { part, known: Object.keys(here) };
    here = here[part];
  }
  return null;
}
