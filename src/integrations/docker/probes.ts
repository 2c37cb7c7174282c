import * as z from 'zod';
import { nearest } from '../../domain/nearest.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ContainerDetail } from './decode.ts';
import { isUp } from './decode.ts';
import { isErrorLine } from './decode-stream.ts';
import { containersOf, networkNames, peersOf } from './lookup.ts';

const MAX_TAIL = 1000;

const service = z.string().describe('the role whose containers are meant');

const containerResult = z.object({
  found: z.boolean(),
  /** How many containers the role has; the one told about is the one that stands worst. */
  count: z.number(),
  id: z.string().nullable(),
  name: z.string().nullable(),
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
  /** The services most like the one that was not found. */
  candidates: z.array(z.string()),
});

const absent = {
  found: false,
  count: 0,
  id: null,
  name: null,
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
function containerProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.container',
    title: 'Container state',
    input: z.strictObject({ service }),
    result: containerResult,
    command: (input, context) => {
      const bound = context.bind(input.service);
      return `docker compose -p ${bound.project} ps -a ${bound.service}`;
    },
    async read(input, context) {
      const client = connect();
      const { all, own, service: name } = await containersOf(client, input.service, context);
      const details = await Promise.all(own.map(({ id }) => client.inspect(id, context.signal)));
      const worst = details.toSorted((a, b) => badness(b) - badness(a))[0];
      if (worst === undefined) {
        const names = all.flatMap((line) => (line.service === null ? [] : [line.service]));
        return { ...absent, networks: [], candidates: nearest(name, names) };
      }
      const since = worst.finishedAt ?? worst.startedAt;
      return {
        found: true,
        count: own.length,
        id: worst.id,
        name: worst.name,
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

/** `docker.network`: can the containers of two roles reach each other? */
function networkProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.network',
    title: 'Shared network',
    input: z.strictObject({ service, with: z.string().describe('the role it must reach') }),
    result: z.object({
      /** False when either role has no container: then nothing is told about networks. */
      found: z.boolean(),
      /** Every container of the role shares a network with one of the other role. */
      shared: z.boolean(),
      networks: z.array(z.string()),
      /** Networks of the other role that a container of this one is not on; empty while shared. */
      missingFrom: z.array(z.string()),
    }),
    command: (input, context) => {
      const bound = context.bind(input.service);
      const names = `label=com.docker.compose.service=${bound.service}`;
      return `docker ps -a --filter ${names} --format '{{.Names}} {{.Networks}}'`;
    },
    async read(input, context) {
      const client = connect();
      const found = await containersOf(client, input.service, context);
      const peers = await peersOf(client, input.with, found, context);
      const theirs = [...new Set(peers.flatMap(networkNames))].sort();
      const ours = found.own.map(networkNames);
      const both = theirs.filter((name) => ours.every((names) => names.includes(name)));
      const shared =
        ours.length > 0 && ours.every((names) => names.some((name) => theirs.includes(name)));
      return {
        found: ours.length > 0 && peers.length > 0,
        shared,
        networks: both,
        missingFrom:
          shared || ours.length === 0 ? [] : theirs.filter((name) => !both.includes(name)),
      };
    },
  });
}

/** `docker.logs`: the last lines of a role's containers, and how many of them report an error. */
function logsProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.logs',
    title: 'Container log',
    input: z.strictObject({
      service,
      tail: z.coerce.number().int().min(1).max(MAX_TAIL).default(100),
    }),
    result: z.object({ lines: z.array(z.string()), errors: z.number() }),
    command: (input, context) => {
      const bound = context.bind(input.service);
      return `docker compose -p ${bound.project} logs --tail ${input.tail} ${bound.service}`;
    },
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input.service, context);
      const logs = await Promise.all(
        own.map(async ({ id, name }) => {
          const lines = await client.logs(id, input.tail, context.signal);
          return own.length === 1 ? lines : lines.map((line) => `${name} | ${line}`);
        }),
      );
      const lines = logs.flat();
      return { lines, errors: lines.filter(isErrorLine).length };
    },
  });
}

/** The probes of this integration; `connect` is called at the first read. */
export function dockerProbes(connect: () => DockerClient): Probe[] {
  return [containerProbe(connect), networkProbe(connect), logsProbe(connect)];
}
