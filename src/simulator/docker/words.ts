import { type Container, isUp } from '../world/container.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration as the engine writes it in a status. */
function humanDuration(ms: number): string {
  if (ms < SECOND) return 'Less than a second';
  const seconds = Math.floor(ms / SECOND);
  if (seconds === 1) return '1 second';
  if (ms < MINUTE) return `${seconds} seconds`;
  const minutes = Math.floor(ms / MINUTE);
  if (minutes === 1) return 'About a minute';
  if (ms < 60 * MINUTE) return `${minutes} minutes`;
  const hours = Math.floor(ms / HOUR + 0.5);
  if (hours === 1) return 'About an hour';
  if (ms < 48 * HOUR) return `${hours} hours`;
  if (ms < 14 * DAY) return `${Math.floor(ms / DAY)} days`;
  if (ms < 60 * DAY) return `${Math.floor(ms / DAY / 7)} weeks`;
  return `${Math.floor(ms / DAY / 30)} months`;
}

/** What the engine's list says of a container, e.g. `Up 3 days (healthy)`. @param now epoch ms */
export function statusWords(
  container: Pick<Container, 'state' | 'exitCode' | 'health'>,
  times: { readonly startedAt: number | null; readonly finishedAt: number | null },
  now: number,
): string {
  const { exitCode, health, state } = container;
  const since = (at: number | null) => humanDuration(Math.max(0, now - (at ?? now)));
  if (isUp(container)) {
    const words = `Up ${since(times.startedAt)}`;
    if (state === 'paused') return `${words} (Paused)`;
    if (health === null) return words;
    return `${words} (${health.status === 'starting' ? 'health: starting' : health.status})`;
  }
  if (state === 'created') return 'Created';
  const ended = `(${exitCode}) ${since(times.finishedAt)} ago`;
  return state === 'restarting' ? `Restarting ${ended}` : `Exited ${ended}`;
}

/** A time as the engine writes it; its zero for none. */
export function engineTime(at: number | null): string {
  return at === null
    ? '0001-01-01T00:00:00Z'
    : new Date(Math.floor(at)).toISOString().replace('Z', '000000Z');
}
