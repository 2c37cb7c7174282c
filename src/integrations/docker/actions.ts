import * as z from 'zod';
import { wait } from '../../domain/clock.ts';
import { nearest } from '../../domain/nearest.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { type Compose, findCompose } from './compose-command.ts';
import type { ContainerDetail } from './decode.ts';
import { containersOf, lostNetwork } from './lookup.ts';

const TIMEOUT_MS = 90_000;
/** What compose gives a container to stop before it is killed. */
const STOP_SECONDS = 10;
/** How long a started container may take to be running. */
const START_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 250;
/** After this the engine has stopped and started what it was told to, or never will. */
const SETTLED_AFTER_MS = STOP_SECONDS * 1000 + 5000;
const SHORT_ID_LENGTH = 12;

const input = z.strictObject({ service: z.string().describe('the role to restart') });

function frozenStart(target: FrozenTarget): { id: string; startedAt: string } {
  return { id: target.identity['id'] ?? '', startedAt: target.identity['startedAt'] ?? '' };
}

/** The container as it is now; null once it is gone. */
async function lookAt(
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

function refusal(target: FrozenTarget, why: string): OperatorError {
  const message = `${target.name} ${target.shortId} was left as it is: ${why}`;
  return new OperatorError('failed', message, 'look at it again, then decide anew');
}

/** Puts a container that shares no network with its peers back on theirs, named as its service. */
async function reconnect(client: DockerClient, detail: ContainerDetail, context: ActionContext) {
  if (detail.project === null || detail.service === null) return;
  const all = await client.list({ project: detail.project }, context.signal);
  const network = lostNetwork(detail, all);
  if (network === null) return;
  context.output(`${detail.name} was cut off from its network: reconnecting it to ${network}…`);
  await client.connectNetwork(network, detail.id, detail.service, context.signal);
}

/** Looks until the container runs since later than `startedAt`. */
async function started(
  client: DockerClient,
  target: FrozenTarget,
  context: ActionContext,
): Promise<ContainerDetail> {
  const { id, startedAt } = frozenStart(target);
  const giveUpAt = context.clock.now() + START_LIMIT_MS;
  for (;;) {
    const now = await lookAt(client, id, context.signal);
    if (now === null) throw new OperatorError('missing', `${target.name} was removed meanwhile`);
    if (now.state === 'running' && now.startedAtText !== startedAt) return now;
    if (context.clock.now() >= giveUpAt) {
      const exit = now.exitCode === null ? '' : ` (exit ${now.exitCode})`;
      const message = `${target.name} was restarted, but is ${now.state}${exit}`;
      throw new OperatorError('failed', message, 'read its log');
    }
    await wait(context.clock, LOOK_EVERY_MS, context.signal);
  }
}

async function restartOne(client: DockerClient, target: FrozenTarget, context: ActionContext) {
  const { id, startedAt } = frozenStart(target);
  const before = await lookAt(client, id, context.signal);
  if (before === null) throw refusal(target, 'it was removed or recreated since');
  if (before.startedAtText !== startedAt) throw refusal(target, 'it was started again since');
  await reconnect(client, before, context);
  if (before.state === 'paused') {
    // The engine cannot stop a frozen process.
    context.output(`${target.name} is paused: unpausing it…`);
    await client.unpause(id, context.signal);
  }
  context.output(`stopping ${target.name} ${target.shortId}…`);
  await client.restart(id, STOP_SECONDS, context.signal);
  const after = await started(client, target, context);
  context.output(`${target.name} started at ${after.startedAtText}`);
}

/** Decides about one container; waits until the engine can have nothing left to do. */
async function settleOne(
  client: DockerClient,
  target: FrozenTarget,
  runStartedAt: number,
  context: RunContext,
): Promise<Settlement> {
  const { id, startedAt } = frozenStart(target);
  for (;;) {
    const now = await lookAt(client, id, context.signal);
    const { name } = target;
    if (now === null) return { state: 'unknown', because: `${name} is gone` };
    if (now.startedAtText !== startedAt) {
      const because = `${name} was started at ${now.startedAtText}`;
      return { state: (now.startedAt ?? 0) >= runStartedAt ? 'done' : 'unknown', because };
    }
    if (context.clock.now() - runStartedAt >= SETTLED_AFTER_MS) {
      const stopped = now.finishedAt !== null && now.finishedAt >= runStartedAt;
      if (!stopped) return { state: 'not-done', because: `${name} was not started since` };
      return { state: 'unknown', because: `${name} was stopped, but not started again` };
    }
    await wait(context.clock, LOOK_EVERY_MS, context.signal);
  }
}

function joined(settlements: readonly Settlement[]): Settlement {
  const states = new Set(settlements.map(({ state }) => state));
  const because = settlements.map((settlement) => settlement.because).join('; ');
  const [state] = states;
  return { state: states.size === 1 && state !== undefined ? state : 'unknown', because };
}

/**
 * `compose.restart`: restarts every container of a role, one after the other, through the engine's
 * API: exactly those that were shown, and none that was recreated or started since. One that lost
 * its network gets it back first. Whether it helped is for the runbook's verification to say.
 */
function restartAction(connect: () => DockerClient, composeOf: (host: string) => Compose): Action {
  return defineAction({
    id: 'compose.restart',
    title: 'Restart a compose service',
    risk: 'disruptive',
    input,
    undo: { kind: 'irreversible', why: 'a restart cannot be taken back' },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const { all, own, project, service } = await containersOf(client, values.service, context);
      if (own.length === 0) {
        const names = nearest(
          service,
          all.flatMap((line) => line.service ?? []),
        );
        const mend = names.length === 0 ? null : `the nearest: ${names.join(', ')}`;
        throw new OperatorError(
          'missing',
          `Project ${project} has no container of ${service}`,
          mend,
        );
      }
      const details = await Promise.all(own.map(({ id }) => client.inspect(id, context.signal)));
      const notes = own.flatMap((line) => {
        const network = lostNetwork(line, all);
        return network === null
          ? []
          : [`${line.name} is cut off: reconnects it to ${network} first`];
      });
      return {
        targets: details.map(({ id, name, startedAtText }) => ({
          kind: 'container',
          name,
          shortId: id.slice(0, SHORT_ID_LENGTH),
          detail: `project ${project}`,
          identity: { id, startedAt: startedAtText },
        })),
        command: `${await composeOf(client.host).words()} -p ${project} restart ${service}`,
        notes,
        before: {},
      };
    },
    async run(_values, targets, context) {
      const client = connect();
      for (const target of targets) await restartOne(client, target, context);
    },
    async settle(_values, targets, startedAt, context) {
      const client = connect();
      const settling = targets.map((target) => settleOne(client, target, startedAt, context));
      return joined(await Promise.all(settling));
    },
  });
}

/** The actions of this integration; `connect` is called when one is previewed or made. */
export function dockerActions(connect: () => DockerClient): Action[] {
  const found = new Map<string, Compose>();
  const composeOf = (host: string) => {
    const compose = found.get(host) ?? findCompose(host);
    found.set(host, compose);
    return compose;
  };
  return [restartAction(connect, composeOf)];
}
