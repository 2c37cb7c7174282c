import * as z from 'zod';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { isUp } from './decode.ts';
import { configOf } from './engine-calls.ts';
import { ownListeners } from './own-listeners.ts';
import { inParallel } from './parallel.ts';
import { portIn } from './port-words.ts';

const INSPECTED_AT_ONCE = 8;
/** Of those that do not run, the latest made. */
const INSPECTED_MAX = 200;

const holder = z.object({
  id: z.string(),
  name: z.string(),
  project: z.string().nullable(),
  service: z.string().nullable(),
  state: z.string(),
  hostAddress: z.string(),
  containerPort: z.number(),
});

const input = z
  .strictObject({
    port: z.coerce.number().int().min(1).max(65_535).optional(),
    said: z
      .string()
      .optional()
      .describe('instead of `port`: what was said when a program could not listen on it'),
  })
  .refine(({ port, said }) => (port === undefined) !== (said === undefined), {
    error: 'must have either `port` or `said`',
  });

const portOf = ({ port, said = '' }: z.output<typeof input>) => port ?? portIn(said);

/** Published by the engine, or listened on by processes of containers on the network of the host. */
async function holdersAmong(
  client: DockerClient,
  all: Awaited<ReturnType<DockerClient['list']>>,
  port: number,
  signal: AbortSignal,
) {
  const published = all.flatMap(({ id, name, project, service, state, ports }) => {
    const own = ports.find(({ hostPort }) => hostPort === port);
    if (own === undefined || !isUp(state)) return [];
    const { hostAddress, containerPort } = own;
    return [{ id, name, project, service, state, hostAddress, containerPort }];
  });
  const listeners = await ownListeners(client, all, port, signal);
  return [
    ...published,
    ...listeners.map(({ address, container: { id, name, project, service, state } }) => {
      return { id, name, project, service, state, hostAddress: address, containerPort: port };
    }),
  ];
}

/** `docker.port-holder`: which container holds a port of the host, and which others want it. */
export function portProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.port-holder',
    title: 'Container that holds a port',
    input,
    result: z.object({
      /** Null where what was said names none. */
      port: z.number().nullable(),
      /** A container holds it; a process of the host may, where none does. */
      held: z.boolean(),
      name: z.string().nullable(),
      service: z.string().nullable(),
      project: z.string().nullable(),
      holders: z.array(holder),
      /** Containers that do not run, and ask for it when they start. */
      wanted: z.array(
        z.object({ id: z.string(), name: z.string(), state: z.string(), startError: z.string() }),
      ),
    }),
    command: (asked) => `docker ps --filter publish=${portOf(asked) ?? 'PORT'}`,
    async read(asked, context) {
      const port = portOf(asked);
      if (port === null) {
        const nobody = { held: false, name: null, service: null, project: null };
        return { port, ...nobody, holders: [], wanted: [] };
      }
      const client = connect();
      const all = await client.list({ project: null }, context.signal);
      const holders = await holdersAmong(client, all, port, context.signal);
      const still = all
        .filter(({ state }) => !isUp(state))
        .toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
        .slice(0, INSPECTED_MAX);
      const inspected = await inParallel(still, INSPECTED_AT_ONCE, async ({ id, state }) => ({
        ...(await configOf(client, id, context.signal)),
        state,
      }));
      const wanted = inspected
        .filter(({ wantedPorts }) => wantedPorts.some(({ hostPort }) => hostPort === port))
        .map(({ id, name, state, startError }) => ({ id, name, state, startError }));
      const [first] = holders;
      return {
        port,
        held: first !== undefined,
        name: first?.name ?? null,
        service: first?.service ?? null,
        project: first?.project ?? null,
        holders,
        wanted,
      };
    },
  });
}
