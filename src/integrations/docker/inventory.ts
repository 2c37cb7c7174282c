import { type Clock, wait } from '../../domain/clock.ts';
import type { Container } from '../../domain/container.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import type { DockerClient } from './client.ts';
import { type ContainerDetail, type ListedContainer, toContainer } from './decode.ts';
import type { EngineEvent } from './decode-stream.ts';
import { createKills } from './kills.ts';
import { createRestarts } from './restarts.ts';

export interface InventoryOptions {
  readonly client: Pick<DockerClient, 'inspect'>;
  readonly clock: Clock;
  /** A container whose inspection takes longer is asked again at the next list. */
  readonly inspectionLimitMs: number;
  /** Told when inspections nobody waits for any more are in. */
  readonly changed: () => void;
}

/** What is known of the engine's containers: the last list, and the inspections behind it. */
export interface Inventory {
  /**
   * Takes in a new list, begins to inspect what is new or changed in it, and tells the containers.
   * @param patienceMs how long to wait for those inspections; the rest follow by themselves
   */
  take(
    lines: readonly ListedContainer[],
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<readonly Container[]>;
  heard(event: EngineEvent): void;
  close(): void;
}

/** Inspections under way at the same time. */
export const PARALLEL_INSPECTIONS = 4;
/** An event may be stamped a little earlier than this program thinks it was. */
const EVENT_SLACK_MS = 5000;

interface Entry {
  readonly line: ListedContainer;
  /** Everything of the list line that can change but the passing of time. */
  readonly key: string;
  readonly detail: ContainerDetail | null;
  /** The key and the moment the inspection was asked for; null while it is to be asked for. */
  readonly inspected: { readonly key: string; readonly at: number } | null;
  /** Out of memory within the last 10 minutes, by the engine's events. */
  readonly killedLately: boolean;
  readonly container: Container;
}

function keyOf({ name, state, words, networks, ports }: ListedContainer): string {
  return JSON.stringify([name, state, words.steady, networks, ports]);
}

/** True when it was started or ended anew though its line reads the same: its age went back. */
function begunAnew(before: ListedContainer, after: ListedContainer): boolean {
  const [was, is] = [before.words.ageMs, after.words.ageMs];
  return was !== null && is !== null && is < was;
}

export function createInventory(options: InventoryOptions): Inventory {
  const { client, clock, changed } = options;
  const restarts = createRestarts();
  const kills = createKills();
  const closed = new AbortController();
  let entries = new Map<string, Entry>();
  let queue: string[] = [];
  const underWay = new Set<string>();
  let drained: PromiseWithResolvers<void> | null = null;
  let awaited = false;

  /** The entry with its container made anew, the same one while nothing of it changed. */
  const entryOf = (
    before: Entry | undefined,
    line: ListedContainer,
    key: string,
    detail: ContainerDetail | null,
    inspected: Entry['inspected'],
  ): Entry => {
    const current = inspected?.key === key;
    const recentRestarts = restarts.of(line.id, clock.now());
    const killedLately = kills.lately(line.id, clock.now());
    const same =
      before !== undefined &&
      before.key === key &&
      before.detail === detail &&
      before.killedLately === killedLately &&
      before.container.inspected === (current && detail !== null) &&
      before.container.recentRestarts === recentRestarts;
    const container = same
      ? before.container
      : toContainer(line, { detail, current, recentRestarts, killedLately });
    return { line, key, detail, inspected, killedLately, container };
  };

  const inspect = async (id: string) => {
    const asked = entries.get(id);
    if (asked === undefined) return;
    const at = clock.now();
    // Marked first: an event that comes while the engine answers asks for another look.
    entries.set(id, { ...asked, inspected: { key: asked.key, at } });
    const limit = timeLimit(options.inspectionLimitMs);
    let detail: ContainerDetail | null = null;
    let again = true;
    try {
      detail = await client.inspect(id, AbortSignal.any([closed.signal, limit]));
    } catch (thrown) {
      // The list goes on telling what it can; a refusal will not change until the container does.
      again = !(thrown instanceof OperatorError && thrown.kind === 'denied');
    }
    const now = entries.get(id);
    if (now === undefined) return;
    if (detail !== null) restarts.inspected(now.detail, detail);
    const inspected = detail === null && again ? null : now.inspected;
    entries.set(id, entryOf(now, now.line, now.key, detail ?? now.detail, inspected));
    if (detail !== null && now.inspected?.key !== now.key) queue.push(id);
  };

  const work = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      if (closed.signal.aborted) return;
      underWay.add(id);
      await inspect(id).finally(() => underWay.delete(id));
    }
    if (underWay.size > 0 || drained === null) return;
    drained.resolve();
    drained = null;
    if (!awaited && !closed.signal.aborted) changed();
  };

  const begin = () => {
    const idle = Math.min(PARALLEL_INSPECTIONS - underWay.size, queue.length);
    if (idle <= 0) return;
    drained ??= Promise.withResolvers();
    for (let worker = 0; worker < idle; worker += 1) void work();
  };

  const takeIn = (lines: readonly ListedContainer[]) => {
    const ids = new Set(lines.map(({ id }) => id));
    restarts.keep(ids);
    kills.keep(ids);
    const wanting: string[] = [];
    const next = new Map<string, Entry>();
    for (const line of lines) {
      const before = entries.get(line.id);
      const key = keyOf(line);
      const anew = before === undefined || begunAnew(before.line, line);
      const inspected = anew ? null : before.inspected;
      next.set(line.id, entryOf(before, line, key, before?.detail ?? null, inspected));
      if (inspected?.key !== key && !underWay.has(line.id)) wanting.push(line.id);
    }
    entries = next;
    queue = wanting;
  };

  return {
    async take(lines, patienceMs, signal) {
      takeIn(lines);
      begin();
      if (drained !== null && patienceMs > 0) {
        const enough = new AbortController();
        const both = AbortSignal.any([signal, enough.signal]);
        const patience = wait(clock, patienceMs, both).catch(() => undefined);
        awaited = true;
        await Promise.race([drained.promise, patience]);
        awaited = false;
        enough.abort();
        signal.throwIfAborted();
      }
      return lines.flatMap(({ id }) => entries.get(id)?.container ?? []);
    },
    heard(event) {
      restarts.seen(event);
      kills.seen(event);
      const entry = event.container === null ? undefined : entries.get(event.container);
      if (entry === undefined || entry.inspected === null) return;
      const { at } = event;
      if (at !== null && at < entry.inspected.at - EVENT_SLACK_MS) return;
      entries.set(entry.line.id, { ...entry, inspected: null });
    },
    close() {
      queue = [];
      closed.abort(new Error('closed'));
    },
  };
}
