import * as z from 'zod';
import type { LogLine } from '../../domain/log-line.ts';
import { logLevels } from '../../domain/log-line.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';
import { isErrorLine } from './decode-stream.ts';
import { classify, type LogPattern } from './log-classes.ts';
import { dockerPreviousLogFeed, type ParseLine } from './logs.ts';
import { containerInput, containersOf } from './lookup.ts';
import { inParallel } from './parallel.ts';
import { selectionWords } from './selection-words.ts';

const MAX_TAIL = 1000;
/** Of all containers together, the latest. */
const LINES_MAX = 1000;
const LINE_LENGTH_MAX = 2000;
const PATTERN_LENGTH_MAX = 500;
const CLASSES_MAX = 20;
const READ_AT_ONCE = 4;

const pattern = z
  .string()
  .max(PATTERN_LENGTH_MAX)
  .refine((source) => compiled(source) !== null, 'must be a regular expression');

function compiled(source: string): RegExp | null {
  try {
    return new RegExp(source, 'i');
  } catch {
    return null;
  }
}

const logClass = z.object({
  count: z.number(),
  /** Epoch ms of the latest; null without any, or without times. */
  latest: z.number().nullable(),
  /** The first three. */
  lines: z.array(z.string()),
});

const levelCounts = Object.fromEntries(
  [...logLevels, 'none' as const].map((level) => [level, z.number()]),
) as Record<(typeof logLevels)[number] | 'none', z.ZodNumber>;

/** The line as it is: for where no parser was given. */
export const plainLine: ParseLine = (raw, at, source, stream) => {
  const text = sanitizeLine(raw);
  const level = isErrorLine(text) ? 'error' : null;
  return { at, source, stream, level, message: text, raw: text, fields: null };
};

function cut(line: LogLine): LogLine {
  return line.raw.length <= LINE_LENGTH_MAX
    ? line
    : { ...line, raw: line.raw.slice(0, LINE_LENGTH_MAX) };
}

interface Reading {
  readonly tail: number;
  readonly sinceMs: number | null;
  readonly previous: boolean;
}

/** The log of one container; of a run before this one nothing where there was none. */
async function readOne(
  client: DockerClient,
  container: ListedContainer,
  { tail, sinceMs, previous }: Reading,
  parse: ParseLine,
  context: RunContext,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  if (previous) {
    const feed = dockerPreviousLogFeed(client, container, parse);
    try {
      await feed.follow({ tail, sinceMs }, (more) => void lines.push(...more), context.signal);
    } catch (thrown) {
      if (!(thrown instanceof OperatorError && thrown.kind === 'missing')) throw thrown;
    }
    return lines.slice(-tail).map(cut);
  }
  const query = { tail, sinceMs, untilMs: null, stdout: true, stderr: true, follow: false };
  await client.followLogs(
    container.id,
    query,
    (more) => {
      for (const { text, at, stream } of more) lines.push(parse(text, at, container.name, stream));
    },
    context.signal,
  );
  context.signal.throwIfAborted();
  return lines.map(cut);
}

/** `docker.logs`: the last lines of a role's containers, counted by class and by level. */
export function logsProbe(connect: () => DockerClient, parse: ParseLine = plainLine): Probe {
  return defineProbe({
    id: 'docker.logs',
    title: 'Container log',
    input: containerInput({
      tail: z.coerce.number().int().min(1).max(MAX_TAIL).default(100).describe('of each container'),
      sinceMinutes: z.coerce.number().positive().optional().describe('only what is as recent'),
      keep: z.coerce
        .number()
        .int()
        .min(0)
        .max(LINES_MAX)
        .default(LINES_MAX)
        .describe('how many of the latest lines are told; all of them are counted'),
      previous: z.boolean().default(false).describe('of the run before the last start'),
      classes: z
        .record(z.string(), pattern)
        .default({})
        .refine((all) => Object.keys(all).length <= CLASSES_MAX, 'must be 20 at most')
        .describe(
          'names and regular expressions, in any case; a line counts for the first it fits',
        ),
    }),
    result: z.object({
      lines: z.array(z.string()),
      /** Lines that report an error. */
      errors: z.number(),
      /** By the name of each class that was asked for. */
      classes: z.record(z.string(), logClass),
      /** The class with the most lines; null while none has any. */
      foremost: z.string().nullable(),
      /** Lines of no class. */
      other: z.number(),
      levels: z.object(levelCounts),
    }),
    command: (input, context) => {
      const since = input.sinceMinutes === undefined ? '' : ` --since ${input.sinceMinutes}m`;
      return selectionWords(`logs --tail ${input.tail}${since}`, input, context);
    },
    async read(input, context) {
      const client = connect();
      const { own } = await containersOf(client, input, context);
      const { tail, sinceMinutes, previous } = input;
      const now = context.clock.now();
      const sinceMs = sinceMinutes === undefined ? null : now - sinceMinutes * 60_000;
      const reading = { tail, sinceMs, previous };
      const logs = await inParallel(own, READ_AT_ONCE, (container) =>
        readOne(client, container, reading, parse, context),
      );
      const merged = logs.flat();
      if (own.length > 1) merged.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
      const kept = merged.slice(-LINES_MAX);
      const patterns = Object.entries(input.classes).flatMap(([name, source]): LogPattern[] => {
        const regexp = compiled(source);
        return regexp === null ? [] : [[name, regexp]];
      });
      return {
        ...classify(kept, patterns),
        lines: lastOf(kept, input.keep).map(({ raw, source }) =>
          own.length === 1 ? raw : `${source} | ${raw}`,
        ),
        errors: kept.filter(isError).length,
      };
    },
  });
}

const lastOf = (lines: readonly LogLine[], count: number) =>
  lines.slice(Math.max(0, lines.length - count));

/** By its level where it has one: a word alone may only tell that there is no error. */
function isError({ level, raw }: LogLine): boolean {
  return level === null ? isErrorLine(raw) : level === 'error' || level === 'fatal';
}
