import * as z from 'zod';
import type { LogLine } from '../../domain/log-line.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ParseLine } from './logs.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { plainLine } from './probes-logs.ts';
import { selectionWords } from './selection-words.ts';

const MAX_TAIL = 5000;
const READ_AT_ONCE = 4;
const GROUPS_MAX = 20;

const fieldName = z.string().min(1).max(100);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The smallest value that a share of them does not exceed; null without any. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

interface Wanted {
  readonly field: string;
  readonly where: Readonly<Record<string, string | number | boolean>>;
  readonly by?: string | undefined;
}

/** The numbers that a field of structured lines holds, summed up; groups by another field. */
export function valuesIn(lines: readonly LogLine[], { field, where, by }: Wanted) {
  const fitting = lines.filter(({ fields }) =>
    Object.entries(where).every(([name, value]) => fields?.[name] === value),
  );
  const numbers = fitting.flatMap(({ fields }) => {
    const value = fields?.[field];
    return typeof value === 'number' && Number.isFinite(value) ? [value] : [];
  });
  const sorted = numbers.toSorted((a, b) => a - b);
  const groups = new Map<string, number>();
  for (const { fields } of by === undefined ? [] : fitting) {
    const key = String(fields?.[by ?? ''] ?? '');
    if (groups.has(key) || groups.size < GROUPS_MAX) groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  const times = fitting.flatMap(({ at }) => (at === null ? [] : [at]));
  return {
    lines: lines.length,
    count: sorted.length,
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? null,
    from: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    groups: Object.fromEntries(groups),
  };
}

/**
 * `docker.log-values`: a number that structured log lines carry, as a quantile tells it: how long requests
 * took where no metric says so.
 */
export function logValuesProbe(connect: () => DockerClient, parse: ParseLine = plainLine): Probe {
  return defineProbe({
    id: 'docker.log-values',
    title: 'Numbers in a container log',
    input: containerInput({
      field: fieldName.describe('the field of a structured line that holds the number'),
      where: z
        .record(fieldName, scalar)
        .default({})
        .describe('only lines whose fields have these values'),
      by: fieldName.optional().describe('a field whose values are counted'),
      tail: z.coerce
        .number()
        .int()
        .min(1)
        .max(MAX_TAIL)
        .default(1000)
        .describe('of each container'),
      sinceMinutes: z.coerce.number().positive().default(5),
    }),
    result: z.object({
      found: z.boolean(),
      /** Lines that were looked at. */
      lines: z.number(),
      /** Those of them that hold the number. */
      count: z.number(),
      /** Of these, in the unit of the field; null without any. */
      median: z.number().nullable(),
      p95: z.number().nullable(),
      p99: z.number().nullable(),
      max: z.number().nullable(),
      /** Epoch ms of the oldest. */
      from: z.number().nullable(),
      /** Lines by the value of `by`; 20 values at most. */
      groups: z.record(z.string(), z.number()),
    }),
    command: (input, context) =>
      selectionWords(`logs --tail ${input.tail} --since ${input.sinceMinutes}m`, input, context),
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const sinceMs = context.clock.now() - input.sinceMinutes * 60_000;
      const query = { tail: input.tail, sinceMs, untilMs: null };
      const logs = await inParallel(own, READ_AT_ONCE, async ({ id, name }) => {
        const lines: LogLine[] = [];
        const streams = { stdout: true, stderr: true, follow: false };
        await client.followLogs(
          id,
          { ...query, ...streams },
          (more) => {
            for (const { text, at, stream } of more) lines.push(parse(text, at, name, stream));
          },
          context.signal,
        );
        return lines;
      });
      context.signal.throwIfAborted();
      return { found: own.length > 0, ...valuesIn(logs.flat(), input) };
    },
  });
}
