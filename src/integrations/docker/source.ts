import type { Container, ContainerUsage } from '../../domain/container.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Source } from '../../domain/source.ts';
import type { DockerClient } from './client.ts';
import { type ContainerDetail, type ListedContainer, toContainer } from './decode.ts';
import { toUsage, type UsageReading } from './decode-usage.ts';
import { inParallel } from './parallel.ts';

export interface DockerSourceOptions {
  readonly client: DockerClient;
  readonly name: string;
  /** Only this compose project's containers; null for all of the engine's. */
  readonly project: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

interface Known {
  /** Everything of the list line that can change: the same key, the same container. */
  readonly key: string;
  readonly detail: ContainerDetail | null;
  readonly container: Container;
}

/** Inspections asked for at the same time. */
const PARALLEL_INSPECTIONS = 4;
/** An engine answers a reading after up to a second of waiting: so many wait together. */
const PARALLEL_READINGS = 12;
/** Above that second; a container that hangs the engine's reading is left out. */
const READING_LIMIT_MS = 2500;

/** True for failures that concern one container and must not hide the others. */
function concernsOne(thrown: unknown): boolean {
  return (
    thrown instanceof OperatorError && (thrown.kind === 'missing' || thrown.kind === 'timeout')
  );
}

/**
 * The containers of a project, sorted by name. A container is inspected only when its line in the
 * engine's list changed; its event feed asks for a poll when something happens.
 */
export function dockerContainersSource(options: DockerSourceOptions): Source<'containers'> {
  const { client, project } = options;
  let known = new Map<string, Known>();

  async function lookAt(line: ListedContainer, signal: AbortSignal): Promise<Known> {
    const { name, state, status, networks, ports } = line;
    const key = JSON.stringify([name, state, status, networks, ports]);
    const before = known.get(line.id);
    if (before !== undefined && before.key === key) return before;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs / 2)]);
    try {
      const detail = await client.inspect(line.id, limit);
      return { key, detail, container: toContainer(line, detail) };
    } catch (thrown) {
      signal.throwIfAborted();
      if (!concernsOne(thrown) && !limit.aborted) throw thrown;
      // Its lock may be held inside the engine: show the line, and ask again at the next poll.
      const detail = before?.detail ?? null;
      return { key: '', detail, container: toContainer(line, detail) };
    }
  }

  return {
    name: options.name,
    kind: 'containers',
    intervalMs: options.intervalMs,
    timeoutMs: options.timeoutMs,
    async poll(signal) {
      const lines = await client.list({ project }, signal);
      const seen = await inParallel(lines, PARALLEL_INSPECTIONS, (line) => lookAt(line, signal));
      known = new Map(seen.map((entry) => [entry.container.id, entry]));
      return seen.map((entry) => entry.container);
    },
    watch: (changed, signal) =>
      client.events((event) => {
        if (event.type === 'network' || project === null || event.project === project) changed();
      }, signal),
  };
}

/** CPU and memory of the running containers of a project. */
export function dockerUsageSource(options: DockerSourceOptions): Source<'usage'> {
  const { client, project } = options;
  let readings = new Map<string, UsageReading>();

  async function read(id: string, signal: AbortSignal): Promise<UsageReading | null> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(READING_LIMIT_MS)]);
    try {
      return await client.stats(id, limit);
    } catch (thrown) {
      signal.throwIfAborted();
      if (concernsOne(thrown) || limit.aborted) return null;
      throw thrown;
    }
  }

  return {
    name: options.name,
    kind: 'usage',
    intervalMs: options.intervalMs,
    timeoutMs: options.timeoutMs,
    async poll(signal) {
      const lines = await client.list({ project, runningOnly: true }, signal);
      const next = new Map<string, UsageReading>();
      const usage = await inParallel(lines, PARALLEL_READINGS, async ({ id }) => {
        const reading = await read(id, signal);
        if (reading === null) return null;
        next.set(id, reading);
        return toUsage(id, readings.get(id), reading);
      });
      readings = next;
      return usage.filter((entry): entry is ContainerUsage => entry !== null);
    },
  };
}
