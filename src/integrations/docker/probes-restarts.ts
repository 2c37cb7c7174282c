import * as z from 'zod';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ContainerDetail } from './decode.ts';
import { isUp } from './decode.ts';
import { configOf, type PastEvent, pastEvents } from './engine-calls.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';

const INSPECTED_AT_ONCE = 8;
const WINDOW_MIN = 10;
const WINDOW_MAX = 24 * 60;
/** Starts in the window that are no accident any more. */
const LOOPING_STARTS = 2;

const one = z.object({
  name: z.string(),
  service: z.string().nullable(),
  state: z.string(),
  health: z.string(),
  /** Restarts by its own policy since it was created. */
  restartCount: z.number(),
  /** Starts within the window that the engine remembers, by whomever. */
  recentStarts: z.number(),
  /** How it ended last; null if it never did, or the engine has forgotten. */
  exitCode: z.number().nullable(),
  oomKilled: z.boolean(),
  /** Why its last start failed, e.g. a port that is taken; empty if it did not. */
  startError: z.string(),
  /** Epoch ms; null if it never started. */
  startedAt: z.number().nullable(),
  /** Since its last start, ms; null while it does not run. */
  upMs: z.number().nullable(),
  /** It is restarting, was restarted again and again, cannot start, or ended with an error. */
  crashing: z.boolean(),
});
type One = z.output<typeof one>;

const result = z.object({
  found: z.boolean(),
  count: z.number(),
  /** How many of them crash. */
  crashing: z.number(),
  /** Of all of them together. */
  restarts: z.number(),
  recentStarts: z.number(),
  /** The one that stands worst; null without any. */
  name: z.string().nullable(),
  worst: one.nullable(),
  containers: z.array(one),
});

interface Past {
  readonly starts: number;
  readonly exitCode: number | null;
}

function pastOf(events: readonly PastEvent[], id: string): Past {
  const own = events.filter(({ container }) => container === id);
  const deaths = own.filter(({ action }) => action === 'die');
  return {
    starts: own.filter(({ action }) => action === 'start').length,
    exitCode: deaths.at(-1)?.exitCode ?? null,
  };
}

/** Ended by a signal that somebody sent: SIGKILL, SIGTERM. */
const SENT = new Set([137, 143]);

/** Only restarts by its policy count: who starts a container by hand did not see it crash. */
function isCrashing(
  detail: ContainerDetail,
  past: Past,
  startError: string,
  windowMs: number,
  now: number,
): boolean {
  const { startedAt, restartCount, exitCode, oomKilled } = detail;
  if (detail.state === 'restarting' || startError !== '') return true;
  if (isUp(detail.state)) {
    const young = startedAt !== null && now - startedAt < windowMs;
    // The engine forgets events sooner than it forgets how often it has restarted it.
    return young && restartCount > 0 && Math.max(restartCount, past.starts) >= LOOPING_STARTS;
  }
  if (exitCode === null || exitCode === 0) return false;
  return oomKilled || !SENT.has(exitCode);
}

function standing(
  detail: ContainerDetail,
  past: Past,
  startError: string,
  clock: { now: number; windowMs: number },
): One {
  const { now, windowMs } = clock;
  const { startedAt } = detail;
  const up = isUp(detail.state);
  return {
    name: detail.name,
    service: detail.service,
    state: detail.state,
    health: detail.health,
    restartCount: detail.restartCount,
    recentStarts: past.starts,
    exitCode: up ? past.exitCode : detail.exitCode,
    oomKilled: detail.oomKilled,
    startError,
    startedAt,
    upMs: up && startedAt !== null ? Math.max(0, now - startedAt) : null,
    crashing: isCrashing(detail, past, startError, windowMs, now),
  };
}

/** What its policy started again within the window comes before what somebody started. */
function worstFirst(a: One, b: One, windowMs: number): number {
  const fell = ({ restartCount, upMs }: One) =>
    restartCount > 0 && upMs !== null && upMs < windowMs;
  return (
    Number(b.crashing) - Number(a.crashing) ||
    Number(a.upMs !== null) - Number(b.upMs !== null) ||
    Number(fell(b)) - Number(fell(a)) ||
    b.recentStarts - a.recentStarts ||
    b.restartCount - a.restartCount
  );
}

async function readAll(
  client: DockerClient,
  ids: readonly string[],
  windowMs: number,
  context: RunContext,
): Promise<One[]> {
  const { clock, signal } = context;
  const now = clock.now();
  const events = await pastEvents(client, { ids, sinceMs: now - windowMs, untilMs: now }, signal);
  const all = await inParallel(ids, INSPECTED_AT_ONCE, async (id) => {
    const detail = await client.inspect(id, signal);
    const startError = isUp(detail.state) ? '' : (await configOf(client, id, signal)).startError;
    return standing(detail, pastOf(events, id), startError, { now, windowMs });
  });
  return all.sort((a, b) => worstFirst(a, b, windowMs));
}

/** `docker.restarts`: which containers of a role crash, how often and how; the worst first. */
export function restartsProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.restarts',
    title: 'Restarts of containers',
    input: containerInput({
      windowMinutes: z.coerce.number().min(1).max(WINDOW_MAX).default(WINDOW_MIN),
    }),
    result,
    command: (input, context) => selectionWords('ps -a', input, context),
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const ids = own.map(({ id }) => id);
      const windowMs = input.windowMinutes * 60_000;
      const containers = ids.length === 0 ? [] : await readAll(client, ids, windowMs, context);
      const worst = containers[0] ?? null;
      const sum = (read: (one: One) => number) => containers.reduce((n, c) => n + read(c), 0);
      return {
        found: worst !== null,
        count: containers.length,
        crashing: sum(({ crashing }) => Number(crashing)),
        restarts: sum(({ restartCount }) => restartCount),
        recentStarts: sum(({ recentStarts }) => recentStarts),
        name: worst?.name ?? null,
        worst,
        containers,
      };
    },
  });
}
