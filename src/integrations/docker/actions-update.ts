import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { frozenContainer, idOf, joined, refusal } from './act.ts';
import type { DockerClient } from './client.ts';
import type { ContainerConfig, ContainerLimits } from './decode-config.ts';
import { configOf, hostOf, updateContainer } from './engine-calls.ts';
import { containerInput, namedAgain, someContainersOf } from './lookup.ts';

const TIMEOUT_MS = 60_000;
/** The engine takes no smaller limit. */
const MEMORY_MIN_BYTES = 6 * 1024 ** 2;
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
};

const size = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:b|[kmg]b?)?)?$/i, 'must be a size such as 512m or 1g')
  .optional();

const input = containerInput({
  memory: size.describe('hard limit, e.g. `1g`; at it the kernel ends a process'),
  reservation: size.describe('soft limit: what is given back first when the host runs short'),
  cpus: z
    .union([z.number().positive(), z.string().regex(/^(?:\d+(?:\.\d+)?)?$/)])
    .optional()
    .describe('cores, e.g. `1.5`'),
});
type Input = z.output<typeof input>;

/** The bytes a size such as `512m` means to Docker; null for an empty one. */
export function limitBytes(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const [, amount = '0', unit = ''] = /^([\d.]+)([bkmg]?)b?$/i.exec(text) ?? [];
  return Math.round(Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? 1));
}

interface Wanted {
  readonly memoryBytes: number | null;
  readonly reservationBytes: number | null;
  readonly cpus: number | null;
}

function wantedOf({ memory, reservation, cpus }: Input): Wanted {
  const wanted = {
    memoryBytes: limitBytes(memory),
    reservationBytes: limitBytes(reservation),
    cpus: cpus === undefined || cpus === '' ? null : Number(cpus),
  };
  if (Object.values(wanted).every((value) => value === null)) {
    const message = 'No limit is named that could be changed';
    throw new OperatorError('failed', message, 'give `memory`, `reservation` or `cpus`');
  }
  if (wanted.memoryBytes !== null && wanted.memoryBytes < MEMORY_MIN_BYTES) {
    const message = `A limit of ${formatBytes(wanted.memoryBytes)} is less than the engine takes`;
    throw new OperatorError('failed', message, 'give 6m or more');
  }
  return wanted;
}

/** Memory and swap together keep their proportion: the engine refuses less of both than of one. */
function swapFor(memoryBytes: number, { memorySwapBytes, memoryBytes: former }: ContainerLimits) {
  if (memorySwapBytes === -1) return -1;
  const noSwap = former !== null && memorySwapBytes === former;
  return noSwap ? memoryBytes : memoryBytes * 2;
}

function bodyOf(wanted: Wanted, limits: ContainerLimits): Record<string, number> {
  const { memoryBytes, reservationBytes, cpus } = wanted;
  return {
    ...(memoryBytes === null
      ? {}
      : { Memory: memoryBytes, MemorySwap: swapFor(memoryBytes, limits) }),
    ...(reservationBytes === null ? {} : { MemoryReservation: reservationBytes }),
    ...(cpus === null ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
  };
}

/** The limits as a text that is equal when they are. */
function textOf({ memoryBytes, reservationBytes, cpus }: Wanted): string {
  return [memoryBytes ?? 0, reservationBytes ?? 0, cpus ?? 0].join(' ');
}

function fits(limits: ContainerLimits, wanted: Wanted): boolean {
  return (
    (wanted.memoryBytes ?? limits.memoryBytes) === limits.memoryBytes &&
    (wanted.reservationBytes ?? limits.reservationBytes) === limits.reservationBytes &&
    (wanted.cpus ?? limits.cpus) === limits.cpus
  );
}

const bytesWords = (bytes: number | null) => (bytes === null ? 'no limit' : formatBytes(bytes));

function changes(limits: ContainerLimits, wanted: Wanted): string[] {
  const { memoryBytes, reservationBytes, cpus } = wanted;
  const lines: string[] = [];
  if (memoryBytes !== null) {
    lines.push(`memory from ${bytesWords(limits.memoryBytes)} to ${formatBytes(memoryBytes)}`);
  }
  if (reservationBytes !== null) {
    const former = bytesWords(limits.reservationBytes);
    lines.push(`reservation from ${former} to ${formatBytes(reservationBytes)}`);
  }
  if (cpus !== null) lines.push(`cores from ${limits.cpus ?? 'no limit'} to ${cpus}`);
  return lines;
}

/**
 * What takes the change back. Without a former limit that is the whole of the host: the engine cannot take
 * a limit away from a container that has one.
 */
async function beforeOf(
  client: DockerClient,
  limits: ContainerLimits,
  wanted: Wanted,
  signal: AbortSignal,
) {
  const host = await hostOf(client, signal);
  const back = (asked: number | null, former: number | null, whole: number) =>
    asked === null ? '' : String(former ?? whole);
  const memory = back(wanted.memoryBytes, limits.memoryBytes, host.memoryBytes);
  const bound = limits.memoryBytes ?? host.memoryBytes;
  return {
    memory,
    reservation: back(wanted.reservationBytes, limits.reservationBytes, bound),
    cpus: back(wanted.cpus, limits.cpus, host.cpus),
  };
}

/** @throws OperatorError when one former state cannot stand for all of them */
function sameLimits(configs: readonly ContainerConfig[]): ContainerLimits {
  const [first] = configs;
  if (first === undefined) throw new OperatorError('missing', 'There is no container to change');
  const other = configs.find(({ limits }) => textOf(limits) !== textOf(first.limits));
  if (other === undefined) return first.limits;
  const message = `${first.name} and ${other.name} have different limits`;
  throw new OperatorError('failed', message, 'change them one at a time, so that each can go back');
}

/** `docker.update`: changes what containers may use while they run. */
export function updateAction(connect: () => DockerClient): Action {
  return defineAction({
    id: 'docker.update',
    title: 'Change the limits of a container',
    risk: 'reversible',
    input,
    undo: {
      kind: 'action',
      action: 'docker.update',
      with: {
        container: '{{before.container}}',
        memory: '{{before.memory}}',
        reservation: '{{before.reservation}}',
        cpus: '{{before.cpus}}',
      },
    },
    timeoutMs: TIMEOUT_MS,
    async preview(values, context) {
      const client = connect();
      const wanted = wantedOf(values);
      const { own } = await someContainersOf(client, values, context);
      const configs = await Promise.all(own.map(({ id }) => configOf(client, id, context.signal)));
      const limits = sameLimits(configs);
      const { memory, reservation, cpus } = values;
      const options = [
        ...(memory ? ['--memory', memory] : []),
        ...(reservation ? ['--memory-reservation', reservation] : []),
        ...(wanted.cpus === null ? [] : ['--cpus', String(cpus)]),
      ];
      const before = await beforeOf(client, limits, wanted, context.signal);
      const unlimited = wanted.memoryBytes !== null && limits.memoryBytes === null;
      return {
        targets: own.map((line) => frozenContainer(line, { limits: textOf(limits) })),
        command: shellWords(['docker', 'update', ...options, ...own.map(({ name }) => name)]),
        notes: [
          ...changes(limits, wanted),
          'lasts until the container is made anew; the compose file is left as it is',
          ...(unlimited ? ['taking it back sets it to the memory of the whole host'] : []),
        ],
        before: { container: namedAgain(own), ...before },
      };
    },
    async run(values, targets, context) {
      const client = connect();
      const wanted = wantedOf(values);
      for (const target of targets) {
        const { limits } = await configOf(client, idOf(target), context.signal);
        if (textOf(limits) !== target.identity['limits']) {
          throw refusal(target, 'its limits were changed since');
        }
        await updateContainer(client, idOf(target), bodyOf(wanted, limits), context.signal);
        for (const line of changes(limits, wanted)) context.output(`${target.name}: ${line}`);
      }
    },
    async settle(values, targets, _startedAt, context) {
      const client = connect();
      const wanted = wantedOf(values);
      const settleOne = async (target: FrozenTarget): Promise<Settlement> => {
        const { limits } = await configOf(client, idOf(target), context.signal);
        const because = `${target.name} may use ${bytesWords(limits.memoryBytes)}`;
        if (fits(limits, wanted)) return { state: 'done', because };
        const same = textOf(limits) === target.identity['limits'];
        return { state: same ? 'not-done' : 'unknown', because };
      };
      return joined(await Promise.all(targets.map(settleOne)));
    },
  });
}
