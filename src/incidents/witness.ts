import type { StoreApi } from 'zustand/vanilla';
import type { Breaker } from '../domain/breaker.ts';
import type { Container } from '../domain/container.ts';
import { containers } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';

/** A container as a stranger reads it: `exited 137, out of memory`. */
function containerWords(container: Container): string {
  const health = container.health === 'none' ? '' : `, ${container.health}`;
  if (container.state === 'running') return `running${health}`;
  const code = container.exitCode === null ? '' : ` ${container.exitCode}`;
  return `${container.state}${code}${container.oomKilled ? ', out of memory' : ''}`;
}

function containerChanges(before: readonly Container[], after: readonly Container[]): string[] {
  const known = new Map(before.map((container) => [container.name, container]));
  const changes: string[] = [];
  for (const container of after) {
    const was = known.get(container.name);
    known.delete(container.name);
    if (!was) changes.push(`container ${container.name} appeared: ${containerWords(container)}`);
    else if (was.id !== container.id) changes.push(`container ${container.name} was recreated`);
    else if (was.state !== container.state || was.health !== container.health) {
      changes.push(
        `container ${container.name}: ${containerWords(was)} → ${containerWords(container)}`,
      );
    } else if (was.startedAt !== container.startedAt) {
      changes.push(`container ${container.name} was started again`);
    }
  }
  for (const name of known.keys()) changes.push(`container ${name} is gone`);
  return changes;
}

function breakerChanges(before: readonly Breaker[], after: readonly Breaker[]): string[] {
  return after.flatMap((breaker) => {
    const was = before.find(({ name }) => name === breaker.name)?.state;
    return was === undefined || was === breaker.state
      ? []
      : [`breaker ${breaker.name}: ${was} → ${breaker.state}`];
  });
}

/**
 * Tells what the sources saw change while an incident is worked on.
 * @param tell called with each change in words, in the order seen
 * @returns ends the watch
 */
export function witness(live: StoreApi<LiveState>, tell: (text: string) => void): () => void {
  return live.subscribe((after, before) => {
    if (after.facts !== before.facts) {
      for (const text of containerChanges(containers(before), containers(after))) tell(text);
    }
    for (const text of breakerChanges(before.breakers, after.breakers)) tell(text);
  });
}
