import type { ContainerHealth } from '../../domain/container.ts';

/** What the engine's words for a container's status tell. */
export interface StatusWords {
  readonly health: ContainerHealth;
  readonly exitCode: number | null;
  /** For how long it is so, roughly, as the words round it; null where they do not say. */
  readonly ageMs: number | null;
  /** The words without the time, which pass by themselves. */
  readonly steady: string;
}

const SECOND = 1000;
const UNITS: Readonly<Record<string, number>> = {
  second: SECOND,
  minute: 60 * SECOND,
  hour: 3600 * SECOND,
  day: 86_400 * SECOND,
  week: 7 * 86_400 * SECOND,
  month: 30 * 86_400 * SECOND,
  year: 365 * 86_400 * SECOND,
};
const AGE =
  /(?:(less than) an? |about an? |(\d+) )(second|minute|hour|day|week|month|year)s?(?: ago)?/i;
const EXIT = /^(?:Exited|Restarting) \((-?\d+)\)/;

function healthOf(text: string): ContainerHealth {
  if (text.includes('(unhealthy)')) return 'unhealthy';
  if (text.includes('(healthy)')) return 'healthy';
  return text.includes('(health: starting)') ? 'starting' : 'none';
}

/** Reads `Up 3 minutes (healthy)`, `Exited (137) 2 seconds ago`, `Restarting (1) About a minute ago`. */
export function readStatus(text: string): StatusWords {
  const age = AGE.exec(text);
  const unit = UNITS[age?.[3]?.toLowerCase() ?? ''];
  const count = age?.[1] === undefined ? Number(age?.[2] ?? 1) : 0;
  const exit = EXIT.exec(text)?.[1];
  return {
    health: healthOf(text),
    exitCode: exit === undefined ? null : Number(exit),
    ageMs: age === null || unit === undefined ? null : count * unit,
    steady: text.replace(AGE, ''),
  };
}
