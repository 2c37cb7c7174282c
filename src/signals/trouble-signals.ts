import type { Container, ContainerUsage } from '../domain/container.ts';
import { formatBytes } from '../domain/format.ts';
import type { RoleServices } from './container-signal.ts';
import type { Told } from './fact-reading.ts';
import { OOM_SHOWN_MS, RESTARTS_CALM_MAX, RESTARTS_MIN } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';
import { serviceLabel } from './service-label.ts';
import { createPause, type Sliced } from './sliced.ts';

/** Containers whose kill for lack of memory is remembered at once; the oldest goes first. */
const OOM_KEPT_MAX = 500;

/** What the signals of containers in trouble rest on. */
interface TroubleFacts {
  readonly containers: readonly Told<readonly Container[]>[];
  readonly usage: readonly Told<readonly ContainerUsage[]>[];
}

interface Word {
  readonly id: 'restarting' | 'oom';
  readonly title: string;
  readonly value: string;
  readonly detail: string;
  readonly since: number | null;
}

/** A reading with the moment its container was seen last: being seen again is no change. */
interface Made {
  readonly word: Word;
  readonly stale: boolean;
  readonly seen: { at: number };
  readonly reading: EvaluatedSignal;
}

function make(word: Word, container: Container, told: Told<unknown>, service: string): Made {
  const seen = { at: told.observedAt };
  const stale = told.source.status === 'failed';
  const reading: EvaluatedSignal = {
    ...word,
    labels: { container: container.name, service },
    unit: 'state',
    state: 'critical',
    get observedAt() {
      return seen.at;
    },
    threshold: null,
    reason: null,
    stale,
  };
  return { word, stale, seen, reading };
}

/** Makes the reading of a word: the one before while its container and all it says are the same. */
function createMaker(roles: readonly RoleServices[]) {
  const known = new WeakMap<Container, Made>();
  return (word: Word, container: Container, told: Told<unknown>): EvaluatedSignal => {
    const was = known.get(container);
    const kept =
      was !== undefined &&
      was.stale === (told.source.status === 'failed') &&
      was.word.detail === word.detail &&
      was.word.since === word.since;
    if (!kept) {
      const made = make(word, container, told, serviceLabel(container, roles));
      known.set(container, made);
      return made.reading;
    }
    was.seen.at = told.observedAt;
    return was.reading;
  };
}

/** Restarts of the last ten minutes by its own policy: what operators start again is no trouble. */
function ownRestarts({ inspected, recentRestarts, restartCount }: Container): number {
  return inspected ? Math.min(recentRestarts.length, restartCount) : recentRestarts.length;
}

const restartWords = (count: number) => `${count} ${count === 1 ? 'restart' : 'restarts'}`;

function restarts(container: Container, before: boolean): Word | null {
  const { state, recentRestarts, restartCount } = container;
  const count = ownRestarts(container);
  const enough = before ? count > RESTARTS_CALM_MAX : count >= RESTARTS_MIN;
  if (!enough && state !== 'restarting') return null;
  const since = count === 0 ? null : (recentRestarts.at(-count) ?? null);
  // A loop whose restarts were not seen has had them all the same.
  const detail =
    count === 0 ? `${restartWords(restartCount)} so far` : `${restartWords(count)} in 10 min`;
  return { id: 'restarting', title: 'restarting', value: 'restarting', detail, since };
}

/** How much memory each container may use, bytes; null where it is not told. */
function limits(usage: TroubleFacts['usage']): (id: string) => number | null {
  let byId: Map<string, number | null> | null = null;
  return (id) => {
    // Most often nothing was killed, and nobody asks.
    byId ??= new Map(
      usage.toReversed().flatMap(({ value }) => value.map((u) => [u.id, u.memoryLimitBytes])),
    );
    return byId.get(id) ?? null;
  };
}

interface Kill {
  readonly at: number;
  /** The least it might use since; what was told last may be older than its limit. */
  leastBytes: number;
}

/** When containers were killed for lack of memory: the engine forgets it when they run again. */
function createKills() {
  const killed = new Map<string, Kill>();
  return {
    notice({ id, oomKilled, finishedAt }: Container, observedAt: number): void {
      if (!oomKilled) return;
      const before = killed.get(id);
      const at = finishedAt ?? before?.at ?? observedAt;
      killed.delete(id);
      killed.set(id, before?.at === at ? before : { at, leastBytes: Number.POSITIVE_INFINITY });
      const [oldest] = killed.keys();
      if (killed.size > OOM_KEPT_MAX && oldest !== undefined) killed.delete(oldest);
    },
    of(container: Container, now: number, limitOf: (id: string) => number | null): Word | null {
      const kill = killed.get(container.id);
      const up = container.state === 'running' || container.state === 'paused';
      if (kill === undefined || (up && now - kill.at >= OOM_SHOWN_MS)) return null;
      const limit = limitOf(container.id);
      if (limit !== null) kill.leastBytes = Math.min(kill.leastBytes, limit);
      // It was given more room since.
      if (up && limit !== null && limit > kill.leastBytes) return null;
      const bound = limit === null ? '' : `, limit ${formatBytes(limit)}`;
      const code = container.exitCode === null ? '' : `, exit ${container.exitCode}`;
      const detail = `out of memory${bound}${code}${up ? ', runs again' : ''}`;
      return { id: 'oom', title: 'memory', value: 'killed', detail, since: kill.at };
    },
  };
}

/** Remembers what containers in trouble suffered, and what was made of it. */
export interface TroubleWatch {
  /**
   * The signals `restarting` and `oom`, by service and container. Only containers in trouble have one;
   * the alerts on them end when it is gone.
   * @param now epoch ms
   */
  signals(facts: TroubleFacts, now: number): Sliced<readonly EvaluatedSignal[]>;
}

/** @param project only its containers count; null counts all */
export function createTroubleWatch(
  roles: readonly RoleServices[],
  project: string | null,
): TroubleWatch {
  const kills = createKills();
  const readingOf = { restarting: createMaker(roles), oom: createMaker(roles) };
  let restarting = new Set<string>();

  return {
    *signals({ containers, usage }, now) {
      const limitOf = limits(usage);
      const before = restarting;
      const still = new Set<string>();
      const readings: EvaluatedSignal[] = [];
      const pause = createPause();
      for (const told of containers) {
        for (const container of told.value) {
          if (pause.due()) yield;
          if (project !== null && container.project !== project) continue;
          kills.notice(container, told.observedAt);
          const often = restarts(container, before.has(container.id));
          if (often) still.add(container.id);
          const kill = kills.of(container, now, limitOf);
          for (const word of [often, kill]) {
            if (word !== null) readings.push(readingOf[word.id](word, container, told));
          }
        }
      }
      restarting = still;
      return readings;
    },
  };
}
