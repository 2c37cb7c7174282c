import * as z from 'zod';
import { shownValue } from '../../domain/recordable.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { configOf } from './engine-calls.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';

const NAMES_MAX = 50;
const VALUE_LENGTH_MAX = 500;
const READ_AT_ONCE = 8;

const variable = z.string().regex(/^[A-Z_a-z][\w.-]{0,127}$/, 'must be the name of a variable');
const values = z.record(z.string(), z.string().nullable());

/**
 * `docker.environment`: what named variables are in the containers of a role, as they were made: a
 * changed `.env` shows only after they are made anew. Secrets are told as set or not.
 */
export function environmentProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.environment',
    title: 'Environment of a container',
    input: containerInput({
      names: z.array(variable).min(1).max(NAMES_MAX),
      optional: z
        .array(variable)
        .max(NAMES_MAX)
        .default([])
        .describe('those of them that need not be set'),
    }),
    result: z.object({
      found: z.boolean(),
      /** By container. */
      containers: z.array(z.object({ name: z.string(), values })),
      /** Of the first container; null for a variable that is not set. */
      values,
      /** By variable, every value it has among them, once. */
      distinct: z.record(z.string(), z.array(z.string())),
      /** Variables that are not set in one of them, and should be. */
      missing: z.array(z.string()),
      /** All of them have the same values. */
      same: z.boolean(),
    }),
    command: ({ names, ...input }, context) =>
      `${selectionWords('exec', input, context)} printenv ${names.join(' ')}`,
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const containers = await inParallel(own, READ_AT_ONCE, async ({ id, name }) => {
        const { env } = await configOf(client, id, context.signal);
        const entries = input.names.map((key): [string, string | null] => {
          const value = env.get(key);
          if (value === undefined) return [key, null];
          return [key, shownValue(key, sanitizeLine(value)).slice(0, VALUE_LENGTH_MAX)];
        });
        return { name, values: Object.fromEntries(entries) };
      });
      const valuesOf = (key: string) =>
        containers.map((container) => container.values[key] ?? null);
      const distinct = input.names.map((key): [string, string[]] => {
        const set = valuesOf(key).filter((value) => value !== null);
        return [key, [...new Set(set)].sort()];
      });
      const none = Object.fromEntries(input.names.map((key) => [key, null]));
      return {
        found: containers.length > 0,
        containers,
        values: containers[0]?.values ?? none,
        distinct: Object.fromEntries(distinct),
        missing: input.names.filter(
          (key) => valuesOf(key).includes(null) && !input.optional.includes(key),
        ),
        same: input.names.every((key) => new Set(valuesOf(key)).size <= 1),
      };
    },
  });
}
