import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, RunContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { refusal, STOP_SECONDS } from './act.ts';
import type { DockerClient } from './client.ts';
import { removeContainer, stopContainer } from './engine-calls.ts';
import { containersOf } from './lookup.ts';
import { volumeInput } from './probes-volume.ts';
import { type EngineVolume, listVolumes, removeVolume, usersOf, volumeOf } from './volumes.ts';

const TIMEOUT_MS = 120_000;

const input = z.strictObject(volumeInput);
type Input = z.output<typeof input>;

type Named = { readonly id: string; readonly name: string };

interface Found {
  readonly name: string;
  readonly project: string;
  /** Null where it is gone already, and its containers are left over. */
  readonly volume: EngineVolume | null;
  readonly users: readonly Named[];
}

async function look(client: DockerClient, values: Input, context: RunContext): Promise<Found> {
  const { project } = context.bind(values.service);
  const volume = volumeOf(await listVolumes(client, context.signal), project, values.volume);
  const { own } = await containersOf(client, { service: values.service }, context);
  if (volume === null) {
    const users = own.map(({ id, name }) => ({ id, name }));
    return { name: `${project}_${values.volume}`, project, volume, users };
  }
  const { name } = volume;
  const users = await usersOf(client, name, context.signal);
  const strangers = users.filter(({ id }) => !own.some((one) => one.id === id));
  if (strangers.length > 0) {
    const names = strangers.map((one) => one.name).join(', ');
    const message = `${name} is also used by ${names}, which ${values.service} is not`;
    throw new OperatorError('failed', message, 'see what they need it for');
  }
  return { name, project, volume, users };
}

const targetOf = ({ name, project, volume, users }: Found): FrozenTarget => ({
  kind: 'volume',
  name,
  shortId: volume === null ? 'gone' : volume.createdAt.slice(0, 19) || volume.driver,
  detail: `project ${project}`,
  identity: {
    createdAt: volume?.createdAt ?? '',
    users: users
      .map(({ id }) => id)
      .sort()
      .join(','),
  },
});

/**
 * `docker.remove-volume`: removes a volume with all that is in it, and before it the containers of the
 * role that use it. The service has to be made anew afterwards, which makes an empty one.
 */
export function removeVolumeAction(connect: () => DockerClient): Action {
  return defineAction({
    id: 'docker.remove-volume',
    title: 'Remove a volume with all that is in it',
    risk: 'destructive',
    input,
    undo: { kind: 'irreversible', why: 'what was in it is brought back from a backup only' },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const found = await look(connect(), values, context);
      const names = found.users.map(({ name }) => name);
      const first = names.length === 0 ? '' : `docker rm --force ${names.join(' ')} && `;
      return {
        targets: [targetOf(found)],
        command: `${first}docker volume rm ${shellWord(found.name)}`,
        notes: [
          found.volume === null
            ? `${found.name} is gone already`
            : `all that is in ${found.name} is lost`,
          ...names.map((name) => `${name} uses it, and is removed first`),
        ],
        before: { volume: found.name },
      };
    },
    async run(values, targets, context) {
      const client = connect();
      const found = await look(client, values, context);
      const now = targetOf(found);
      for (const target of targets) {
        const same = Object.entries(target.identity).every(
          ([field, value]) => now.identity[field] === value,
        );
        if (!same || target.name !== now.name) throw refusal(target, 'it is used otherwise since');
      }
      for (const { id, name } of found.users) {
        context.output(`removing ${name}…`);
        await stopContainer(client, id, STOP_SECONDS, context.signal);
        await removeContainer(client, id, false, context.signal);
      }
      await removeVolume(client, found.name, context.signal);
      context.output(`${found.name} is removed`);
    },
    async settle(_values, targets, _startedAt, context) {
      const all = await listVolumes(connect(), context.signal);
      const [target] = targets;
      const there = all.find(({ name }) => name === target?.name);
      if (there === undefined) return { state: 'done', because: `${target?.name} is gone` };
      const same = there.createdAt === target?.identity['createdAt'];
      const because = same ? `${there.name} is still there` : `${there.name} was made anew since`;
      return { state: same ? 'not-done' : 'done', because };
    },
  });
}
