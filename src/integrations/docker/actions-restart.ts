import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import {
  frozenContainer,
  idOf,
  joined,
  lookAt,
  offerOn,
  refusal,
  running,
  STOP_SECONDS,
  sameContainer,
  settled,
} from './act.ts';
import type { DockerClient } from './client.ts';
import type { ComposeOf } from './compose-command.ts';
import type { ContainerDetail } from './decode.ts';
import { containerInput, lostNetwork, someContainersOf } from './lookup.ts';

/** A role may have several containers, one restarted after the other. */
const TIMEOUT_MS = 300_000;
/** After this the engine has stopped and started what it was told to, or never will. */
const SETTLED_AFTER_MS = STOP_SECONDS * 1000 + 5000;

const input = containerInput({});

const startOf = (target: FrozenTarget) => target.identity['startedAt'] ?? '';

/** Puts a container that shares no network with its peers back on theirs, named as its service. */
async function reconnect(client: DockerClient, detail: ContainerDetail, context: ActionContext) {
  if (detail.project === null || detail.service === null) return;
  const all = await client.list({ project: detail.project }, context.signal);
  const network = lostNetwork(detail, all);
  if (network === null) return;
  context.output(`${detail.name} was cut off from its network: reconnecting it to ${network}…`);
  await client.connectNetwork(network, detail.id, detail.service, context.signal);
}

async function restartOne(client: DockerClient, target: FrozenTarget, context: ActionContext) {
  const id = idOf(target);
  const startedAt = startOf(target);
  const before = await sameContainer(client, target, context.signal);
  if (before.startedAtText !== startedAt) throw refusal(target, 'it was started again since');
  await reconnect(client, before, context);
  if (before.state === 'paused') {
    // The engine cannot stop a frozen process.
    context.output(`${target.name} is paused: unpausing it…`);
    await client.unpause(id, context.signal);
  }
  context.output(`stopping ${target.name} ${target.shortId}…`);
  await client.restart(id, STOP_SECONDS, context.signal);
  const after = await running(client, { id, name: target.name, startedAt }, context);
  context.output(`${target.name} started at ${after.startedAtText}`);
}

/** Decides about one container; waits until the engine can have nothing left to do. */
function settleOne(
  client: DockerClient,
  target: FrozenTarget,
  runStartedAt: number,
  context: RunContext,
): Promise<Settlement> {
  const { name } = target;
  return settled(context, runStartedAt, SETTLED_AFTER_MS, async (late) => {
    const now = await lookAt(client, idOf(target), context.signal);
    if (now === null) return { state: 'unknown', because: `${name} is gone` };
    if (now.startedAtText !== startOf(target)) {
      const because = `${name} was started at ${now.startedAtText}`;
      return { state: (now.startedAt ?? 0) >= runStartedAt ? 'done' : 'unknown', because };
    }
    if (!late) return null;
    const stopped = now.finishedAt !== null && now.finishedAt >= runStartedAt;
    if (!stopped) return { state: 'not-done', because: `${name} was not started since` };
    return { state: 'unknown', because: `${name} was stopped, but not started again` };
  });
}

/**
 * `compose.restart`: restarts every container of a role, or one, one after the other, through the
 * engine's API: exactly those that were shown, and none that was recreated or started since. One that
 * lost its network gets it back first. Whether it helped is for the runbook's verification to say.
 */
export function restartAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'compose.restart',
    title: 'Restart a compose service',
    risk: 'disruptive',
    input,
    undo: { kind: 'irreversible', why: 'a restart cannot be taken back' },
    timeoutMs: TIMEOUT_MS,
    offers: [offerOn('Restart', () => true)],
    async preview(values, context) {
      const client = connect();
      const selected = await someContainersOf(client, values, context);
      const { all, own, project, services } = selected;
      const details = await Promise.all(own.map(({ id }) => client.inspect(id, context.signal)));
      const notes = own.flatMap((line) => {
        const network = lostNetwork(line, all);
        return network === null
          ? []
          : [`${line.name} is cut off: reconnects it to ${network} first`];
      });
      const words = await composeOf(client.host).words();
      return {
        targets: details.map((detail) =>
          frozenContainer(detail, { startedAt: detail.startedAtText }),
        ),
        command: values.service
          ? `${words} -p ${project} restart ${services.join(' ')}`
          : `docker restart ${own.map(({ name }) => name).join(' ')}`,
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
