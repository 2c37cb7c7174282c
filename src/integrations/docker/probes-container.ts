import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ContainerDetail } from './decode.ts';
import { isUp } from './decode.ts';
import { candidatesOf, containerInput, containersOf, networkNames } from './lookup.ts';
import { selectionWords } from './selection-words.ts';

const containerResult = z.object({
  found: z.boolean(),
  /** How many containers the role has; the one told about is the one that stands worst. */
  count: z.number(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  /** Its compose service. */
  service: z.string().nullable(),
  state: z.string().nullable(),
  health: z.string().nullable(),
  /** Null while it runs. */
  exitCode: z.number().nullable(),
  oomKilled: z.boolean(),
  restartCount: z.number(),
  /** Epoch ms; null if it never started. */
  startedAt: z.number().nullable(),
  /** Epoch ms; null while it runs. */
  finishedAt: z.number().nullable(),
  /** Since it started, or ended, ms. */
  ageMs: z.number().nullable(),
  networks: z.array(z.string()),
  /** The names most like the one that was not found. */
  candidates: z.array(z.string()),
});

const absent = {
  found: false,
  count: 0,
  id: null,
  name: null,
  service: null,
  state: null,
  health: null,
  exitCode: null,
  oomKilled: false,
  restartCount: 0,
  startedAt: null,
  finishedAt: null,
  ageMs: null,
  networks: [],
} as const;

/** Down before frozen before unhealthy before well. */
function badness({ health, state }: ContainerDetail): number {
  if (!isUp(state)) return 3;
  if (state === 'paused') return 2;
  return health === 'unhealthy' ? 1 : 0;
}

/** `docker.container`: how a role's container stands; of several, the worst. Absent is a result. */
export function containerProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.container',
    title: 'Container state',
    input: containerInput({}),
    result: containerResult,
    command: (input, context) => selectionWords('ps -a', input, context),
    async read(input, context) {
      const client = connect();
      const selected = await containersOf(client, input, context);
      const { own } = selected;
      const details = await Promise.all(own.map(({ id }) => client.inspect(id, context.signal)));
      const worst = details.toSorted((a, b) => badness(b) - badness(a))[0];
      if (worst === undefined) {
        return { ...absent, networks: [], candidates: candidatesOf(selected) };
      }
      const since = worst.finishedAt ?? worst.startedAt;
      return {
        found: true,
        count: own.length,
        id: worst.id,
        name: worst.name,
        service: worst.service,
        state: worst.state,
        health: worst.health,
        exitCode: worst.exitCode,
        oomKilled: worst.oomKilled,
        restartCount: worst.restartCount,
        startedAt: worst.startedAt,
        finishedAt: worst.finishedAt,
        // The engine tells when a container started or ended, not when it was paused.
        ageMs:
          since === null || worst.state === 'paused'
            ? null
            : Math.max(0, context.clock.now() - since),
        networks: networkNames(worst),
        candidates: [],
      };
    },
  });
}
