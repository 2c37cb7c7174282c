import * as z from 'zod';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import {
  frozenContainer,
  idOf,
  joined,
  lookAt,
  offerOn,
  running,
  STOP_SECONDS,
  sameContainer,
  settled,
} from './act.ts';
import type { DockerClient } from './client.ts';
import type { Compose, ComposeOf } from './compose-command.ts';
import { isUp } from './decode.ts';
import { startContainer, stopContainer } from './engine-calls.ts';
import {
  containerInput,
  namedAgain,
  type Selected,
  type Selector,
  someContainersOf,
} from './lookup.ts';

const TIMEOUT_MS = 300_000;
const STOP_SECONDS_MAX = 120;
const MARGIN_MS = 5000;
/** A start is done at once, or never. */
const START_SETTLED_AFTER_MS = 5000;

const stopInput = containerInput({
  stopSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(STOP_SECONDS_MAX)
    .default(STOP_SECONDS)
    .describe('what its processes are given to end before they are killed'),
});
const startInput = containerInput({});

const SAME = { container: '{{before.container}}' };

async function commandOf(
  verb: string,
  values: Selector,
  { project, services, own }: Selected,
  compose: Compose,
): Promise<string> {
  return values.service
    ? `${await compose.words()} -p ${project} ${verb} ${services.join(' ')}`
    : `docker ${verb} ${own.map(({ name }) => name).join(' ')}`;
}

function settleStop(
  client: DockerClient,
  target: FrozenTarget,
  { startedAt, limitMs }: { startedAt: number; limitMs: number },
  context: RunContext,
): Promise<Settlement> {
  const { name } = target;
  return settled(context, startedAt, limitMs, async (late) => {
    const now = await lookAt(client, idOf(target), context.signal);
    if (now === null) return { state: 'unknown', because: `${name} is gone` };
    const since = now.finishedAt !== null && now.finishedAt >= startedAt;
    if (!isUp(now.state) && now.state !== 'restarting') {
      const because = since ? `${name} has ended since` : `${name} had ended before`;
      return { state: 'done', because };
    }
    return late ? { state: 'not-done', because: `${name} is ${now.state}` } : null;
  });
}

/** `docker.stop`: stops every container of a role, or one; the engine does not start it again. */
export function stopAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'docker.stop',
    title: 'Stop a container',
    risk: 'disruptive',
    input: stopInput,
    undo: { kind: 'action', action: 'docker.start', with: SAME },
    timeoutMs: TIMEOUT_MS,
    offers: [offerOn('Stop', (state) => state === 'running' || state === 'restarting')],
    async preview(values, context) {
      const client = connect();
      const selected = await someContainersOf(client, values, context);
      const stopped = selected.own.filter(({ state }) => !isUp(state) && state !== 'restarting');
      return {
        targets: selected.own.map((line) => frozenContainer(line)),
        command: await commandOf('stop', values, selected, composeOf(client.host)),
        notes: [
          'stays stopped until it is started again, whatever its restart policy',
          ...stopped.map(({ name }) => `${name} is stopped already`),
        ],
        before: { container: namedAgain(selected.own.filter((line) => !stopped.includes(line))) },
      };
    },
    async run({ stopSeconds }, targets, context) {
      const client = connect();
      for (const target of targets) {
        const before = await sameContainer(client, target, context.signal);
        if (before.state === 'paused') {
          context.output(`${target.name} is paused: unpausing it…`);
          await client.unpause(before.id, context.signal);
        }
        context.output(`stopping ${target.name} ${target.shortId}…`);
        await stopContainer(client, before.id, stopSeconds, context.signal);
        const after = await lookAt(client, before.id, context.signal);
        const exit = after?.exitCode === null ? '' : ` (exit ${after?.exitCode})`;
        context.output(`${target.name} is ${after?.state ?? 'gone'}${exit}`);
      }
    },
    async settle({ stopSeconds }, targets, startedAt, context) {
      const client = connect();
      const limitMs = stopSeconds * 1000 + MARGIN_MS;
      const settling = targets.map((target) =>
        settleStop(client, target, { startedAt, limitMs }, context),
      );
      return joined(await Promise.all(settling));
    },
  });
}

function settleStart(
  client: DockerClient,
  target: FrozenTarget,
  startedAt: number,
  context: RunContext,
): Promise<Settlement> {
  const { name } = target;
  return settled(context, startedAt, START_SETTLED_AFTER_MS, async (late) => {
    const now = await lookAt(client, idOf(target), context.signal);
    if (now === null) return { state: 'unknown', because: `${name} is gone` };
    const text = now.startedAtText;
    if (text !== target.identity['startedAt']) {
      return { state: 'done', because: `${name} was started at ${text}` };
    }
    if (now.state === 'running') return { state: 'done', because: `${name} runs` };
    return late ? { state: 'not-done', because: `${name} was not started since` } : null;
  });
}

/** `docker.start`: starts what stands still; what runs is left alone. */
export function startAction(connect: () => DockerClient, composeOf: ComposeOf): Action {
  return defineAction({
    id: 'docker.start',
    title: 'Start a container',
    risk: 'reversible',
    input: startInput,
    undo: { kind: 'action', action: 'docker.stop', with: SAME },
    timeoutMs: TIMEOUT_MS,
    offers: [offerOn('Start', (state) => ['created', 'exited', 'dead'].includes(state))],
    async preview(values, context) {
      const client = connect();
      const selected = await someContainersOf(client, values, context);
      const { own } = selected;
      const runs = own.filter(({ state }) => state === 'running');
      const still = own.filter((line) => !runs.includes(line));
      // Where all of them run there is nothing to start, and the targets say which.
      const chosen = still.length === 0 ? own : still;
      const details = await Promise.all(chosen.map(({ id }) => client.inspect(id, context.signal)));
      return {
        targets: details.map((detail) =>
          frozenContainer(detail, { startedAt: detail.startedAtText }),
        ),
        command: await commandOf('start', values, selected, composeOf(client.host)),
        notes: runs.map(({ name }) => `${name} runs already and is left alone`),
        before: { container: namedAgain(still) },
      };
    },
    async run(_values, targets, context) {
      const client = connect();
      for (const target of targets) {
        const before = await sameContainer(client, target, context.signal);
        if (before.state === 'running') {
          context.output(`${target.name} runs already`);
          continue;
        }
        if (before.state === 'paused') {
          await client.unpause(before.id, context.signal);
          context.output(`${target.name} was paused, and goes on`);
          continue;
        }
        context.output(`starting ${target.name} ${target.shortId}…`);
        await startContainer(client, before.id, context.signal);
        const found = { id: before.id, name: target.name, startedAt: before.startedAtText };
        const after = await running(client, found, context);
        context.output(`${target.name} started at ${after.startedAtText}`);
      }
    },
    async settle(_values, targets, startedAt, context) {
      const client = connect();
      const settling = targets.map((target) => settleStart(client, target, startedAt, context));
      return joined(await Promise.all(settling));
    },
  });
}
