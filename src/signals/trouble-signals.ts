import type { Container, ContainerUsage } from '../domain/container.ts';
import { formatBytes } from '../domain/format.ts';
import type { RoleServices } from './container-signal.ts';
import type { Told } from './fact-reading.ts';
import { OOM_SHOWN_MS, RESTARTS_CALM_MAX, RESTARTS_MIN } from './limits.ts';
import type { EvaluatedSignal } from './reading.ts';
import { serviceLabel } from './service-label.ts';

/** Containers whose kill for lack of memory is remembered at once; the oldest goes first. */
const OOM_KEPT_MAX = 500;

/** What the signals of containers in trouble rest on. */
interface TroubleFacts {
  readonly containers: readonly Told<readonly Container[]>[];
  readonly usage: readonly Told<readonly ContainerUsage[]>[];
  readonly roles: readonly RoleServices[];
  /** Only its containers count; null counts all. */
  readonly project: string | null;
}

interface Word {
  readonly id: 'restarting' | 'oom';
  readonly title: string;
  readonly value: string;
  readonly detail: string;
  readonly since: number | null;
}

function reading(
  word: Word,
  labels: EvaluatedSignal['labels'],
  { source, observedAt }: Told<unknown>,
): EvaluatedSignal {
  return {
    ...word,
    labels,
    unit: 'state',
    state: 'critical',
    observedAt,
    threshold: null,
    reason: null,
    stale: source.status === 'failed',
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

/** Remembers kills for lack of memory: the engine forgets them when the container runs again. */
export interface TroubleWatch {
  /**
   * The signals `restarting` and `oom`, by service and container. Only containers in trouble have one;
   * the alerts on them end when it is gone.
   * @param now epoch ms
   */
  signals(facts: TroubleFacts, now: number): readonly EvaluatedSignal[];
}

export function createTroubleWatch(): TroubleWatch {
  const killed = new Map<string, number>();
  let restarting = new Set<string>();

  const notice = ({ id, oomKilled, finishedAt }: Container, observedAt: number): void => {
    if (!oomKilled) return;
    const at = finishedAt ?? killed.get(id) ?? observedAt;
    killed.delete(id);
    killed.set(id, at);
    const [oldest] = killed.keys();
    if (killed.size > OOM_KEPT_MAX && oldest !== undefined) killed.delete(oldest);
  };

  const kill = (container: Container, now: number, limitOf: (id: string) => number | null) => {
    const at = killed.get(container.id);
    const up = container.state === 'running' || container.state === 'paused';
    if (at === undefined || (up && now - at >= OOM_SHOWN_MS)) return null;
    const limit = limitOf(container.id);
    const bound = limit === null ? '' : `, limit ${formatBytes(limit)}`;
    const code = container.exitCode === null ? '' : `, exit ${container.exitCode}`;
    const detail = `out of memory${bound}${code}${up ? ', runs again' : ''}`;
    return { id: 'oom', title: 'memory', value: 'killed', detail, since: at } as const;
  };

  return {
    signals({ containers, usage, roles, project }, now) {
      const limitOf = (id: string) => {
        const used = usage.flatMap(({ value }) => value.find((item) => item.id === id) ?? []);
        return used[0]?.memoryLimitBytes ?? null;
      };
      const before = restarting;
      restarting = new Set();
      return containers.flatMap((told) =>
        told.value.flatMap((container) => {
          if (project !== null && container.project !== project) return [];
          notice(container, told.observedAt);
          const often = restarts(container, before.has(container.id));
          if (often) restarting.add(container.id);
          const words = [often, kill(container, now, limitOf)].filter((word) => word !== null);
          if (words.length === 0) return [];
          const labels = { container: container.name, service: serviceLabel(container, roles) };
          return words.map((word) => reading(word, labels, told));
        }),
      );
    },
  };
}
