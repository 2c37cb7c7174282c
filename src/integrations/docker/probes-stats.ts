import * as z from 'zod';
import { wait } from '../../domain/clock.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { isUp } from './decode.ts';
import { cpuBetween } from './decode-usage.ts';
import { configOf } from './engine-calls.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';

const READ_AT_ONCE = 16;
/** Between the two readings that the use of CPU needs. */
const BETWEEN_MS = 1000;

const one = z.object({
  name: z.string(),
  service: z.string().nullable(),
  /** 1 is a core fully used; null where it cannot be told. */
  cpu: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** Null without a limit of its own. */
  memoryLimitBytes: z.number().nullable(),
  /** Of its limit; null without one. */
  memoryFraction: z.number().nullable(),
  pids: z.number().nullable(),
});
type One = z.output<typeof one>;

function worstFirst(a: One, b: One): number {
  return (
    (b.memoryFraction ?? 0) - (a.memoryFraction ?? 0) ||
    (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0) ||
    (b.cpu ?? 0) - (a.cpu ?? 0)
  );
}

/** `docker.stats`: what the running containers of a role use, the nearest to its limit first. */
export function statsProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.stats',
    title: 'Use of containers',
    input: containerInput({}),
    result: z.object({
      found: z.boolean(),
      /** Those that run. */
      count: z.number(),
      /** The worst; null while none runs. */
      name: z.string().nullable(),
      worst: one.nullable(),
      /** The most of any one. */
      cpu: z.number().nullable(),
      memoryBytes: z.number().nullable(),
      memoryFraction: z.number().nullable(),
      containers: z.array(one),
    }),
    command: (input, context) => selectionWords('stats --no-stream', input, context),
    async needs(input, context) {
      const { own, what } = await containersOf(connect(), input, context);
      const needed = { what: `statistics of ${what}`, found: null };
      if (own.length === 0) {
        return [{ ...needed, state: 'missing', suggestion: 'there is no such container' }];
      }
      const running = own.filter(({ state }) => isUp(state)).map(({ name }) => name);
      // One that is down is an incident, and no fault of the runbook.
      return running.length === 0
        ? [{ ...needed, state: 'unknown', suggestion: 'none of its containers runs now' }]
        : [{ ...needed, found: running.join(', '), state: 'ok', suggestion: null }];
    },
    async read(input, context) {
      const client = connect();
      const { signal, clock } = context;
      const running = (await containersOf(client, input, context)).own.filter(({ state }) =>
        isUp(state),
      );
      const reading = () => inParallel(running, READ_AT_ONCE, ({ id }) => client.stats(id, signal));
      const before = await reading();
      if (running.length > 0) await wait(clock, BETWEEN_MS, signal);
      const now = await reading();
      const containers = await inParallel(running, READ_AT_ONCE, async (line): Promise<One> => {
        const at = running.indexOf(line);
        const used = now[at];
        const { limits } = await configOf(client, line.id, signal);
        const memoryBytes = used?.memoryBytes ?? null;
        const limit = limits.memoryBytes;
        return {
          name: line.name,
          service: line.service,
          cpu: used === undefined ? null : cpuBetween(before[at], used),
          memoryBytes,
          memoryLimitBytes: limit,
          memoryFraction: memoryBytes === null || limit === null ? null : memoryBytes / limit,
          pids: used?.pids ?? null,
        };
      });
      containers.sort(worstFirst);
      const most = (read: (use: One) => number | null) =>
        containers.reduce<number | null>((high, use) => {
          const value = read(use);
          return value === null ? high : Math.max(high ?? value, value);
        }, null);
      return {
        found: containers.length > 0,
        count: containers.length,
        name: containers[0]?.name ?? null,
        worst: containers[0] ?? null,
        cpu: most(({ cpu }) => cpu),
        memoryBytes: most(({ memoryBytes }) => memoryBytes),
        memoryFraction: most(({ memoryFraction }) => memoryFraction),
        containers,
      };
    },
  });
}
