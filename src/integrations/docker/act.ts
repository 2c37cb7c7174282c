import { wait } from '../../domain/clock.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { ActionContext, Offer, RunContext, Settlement } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ContainerDetail } from './decode.ts';

// What the actions on containers share: how they freeze one, look at it, refuse it, and settle.

const SHORT_ID_LENGTH = 12;
/** How often a container is looked at while something is awaited. */
export const LOOK_EVERY_MS = 250;
/** How long a started container may take to be running. */
export const START_LIMIT_MS = 15_000;
/** What compose gives a container to stop before it is killed. */
export const STOP_SECONDS = 10;

/** An id as operators see it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, SHORT_ID_LENGTH);
}

/** A container as a target; its id is part of its identity in any case. */
export function frozenContainer(
  { id, name, project }: { id: string; name: string; project: string | null },
  identity: Readonly<Record<string, string>> = {},
): FrozenTarget {
  return {
    kind: 'container',
    name,
    shortId: shortId(id),
    detail: project === null ? 'no compose project' : `project ${project}`,
    identity: { id, ...identity },
  };
}

/** The id of a frozen container. */
export function idOf(target: FrozenTarget): string {
  return target.identity['id'] ?? '';
}

/** Offers an action on the row of a container whose state fits. */
export function offerOn(title: string, fits: (state: string) => boolean): Offer {
  return {
    on: 'container',
    title,
    input: (row) => (row.kind === 'container' && fits(row.state) ? { container: row.id } : null),
  };
}

/** The container as it is now; null once it is gone. */
export async function lookAt(
  client: DockerClient,
  id: string,
  signal: AbortSignal,
): Promise<ContainerDetail | null> {
  try {
    return await client.inspect(id, signal);
  } catch (thrown) {
    if (thrown instanceof OperatorError && thrown.kind === 'missing') return null;
    throw thrown;
  }
}

/** What is thrown for a target that is not what the dialog showed any more. */
export function refusal(target: FrozenTarget, why: string): OperatorError {
  const message = `${target.name} ${target.shortId} was left as it is: ${why}`;
  return new OperatorError('failed', message, 'look at it again, then decide anew');
}

/** The frozen container as it is now. */
export async function sameContainer(
  client: DockerClient,
  target: FrozenTarget,
  signal: AbortSignal,
): Promise<ContainerDetail> {
  const now = await lookAt(client, idOf(target), signal);
  if (now === null) throw refusal(target, 'it was removed or recreated since');
  return now;
}

/**
 * Looks until the container runs, by a start other than the one that `startedAt` names.
 * @throws OperatorError when it is gone, or does not run within 15 s
 */
export async function running(
  client: DockerClient,
  target: { readonly id: string; readonly name: string; readonly startedAt: string },
  context: ActionContext,
): Promise<ContainerDetail> {
  const giveUpAt = context.clock.now() + START_LIMIT_MS;
  for (;;) {
    const now = await lookAt(client, target.id, context.signal);
    if (now === null) throw new OperatorError('missing', `${target.name} was removed meanwhile`);
    if (now.state === 'running' && now.startedAtText !== target.startedAt) return now;
    if (context.clock.now() >= giveUpAt) {
      const exit = now.exitCode === null ? '' : ` (exit ${now.exitCode})`;
      const message = `${target.name} was started, but is ${now.state}${exit}`;
      throw new OperatorError('failed', message, 'read its log');
    }
    await wait(context.clock, LOOK_EVERY_MS, context.signal);
  }
}

/** One settlement of several; where they differ nobody can tell. */
export function joined(settlements: readonly Settlement[]): Settlement {
  const states = new Set(settlements.map(({ state }) => state));
  const because = settlements.map((settlement) => settlement.because).join('; ');
  const [state] = states;
  return { state: states.size === 1 && state !== undefined ? state : 'unknown', because };
}

/**
 * Looks until the world tells, or until the engine can have nothing left to do.
 * @param tell null while it cannot tell yet; asked with `late` at the end, and decides then
 * @param limitMs counted from `startedAt`, when the change was begun, epoch ms
 */
export async function settled(
  context: RunContext,
  startedAt: number,
  limitMs: number,
  tell: (late: boolean) => Promise<Settlement | null>,
): Promise<Settlement> {
  for (;;) {
    const late = context.clock.now() - startedAt >= limitMs;
    const told = await tell(late);
    if (told !== null) return told;
    if (late) return { state: 'unknown', because: 'the engine does not tell' };
    await wait(context.clock, LOOK_EVERY_MS, context.signal);
  }
}
