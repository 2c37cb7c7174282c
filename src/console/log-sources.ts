import { containers } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import type { LogTarget } from './log-session.ts';

/** A log that could be opened. */
export interface LogSource {
  /** Its identity: what it is and its id or name. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'container' | 'configured';
}

const CONTAINER = 'container:';
const NAMED = 'named:';

/** Every log there is: those the configuration names, then the containers, by name. */
export function logSources(live: LiveState, names: readonly string[]): readonly LogSource[] {
  const configured = names.map((name) => ({
    key: NAMED + name,
    name,
    kind: 'configured' as const,
  }));
  const found = containers(live).map(({ id, name }) => ({
    key: CONTAINER + id,
    name,
    kind: 'container' as const,
  }));
  return [...configured, ...found.sort((a, b) => a.name.localeCompare(b.name))];
}

export function keysOf({ containers: ids, names }: LogTarget): readonly string[] {
  return [...names.map((name) => NAMED + name), ...ids.map((id) => CONTAINER + id)];
}

const cutOff = (keys: readonly string[], head: string) =>
  keys.filter((key) => key.startsWith(head)).map((key) => key.slice(head.length));

/** The target with these logs instead of its own. */
export function targetOf(target: LogTarget, keys: readonly string[]): LogTarget {
  return { ...target, containers: cutOff(keys, CONTAINER), names: cutOff(keys, NAMED) };
}

/** What a target's logs are called; an id that nobody knows any more stands for itself. */
export function namesOf(target: LogTarget, live: LiveState): readonly string[] {
  const known = containers(live);
  const nameOf = (id: string) => known.find((one) => one.id === id)?.name ?? id.slice(0, 12);
  return [...target.names, ...target.containers.map(nameOf)];
}
