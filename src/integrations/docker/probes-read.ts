import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { hiddenPart } from '../../domain/recordable.ts';
import { sanitize } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { commandVector } from './actions-exec.ts';
import type { DockerClient } from './client.ts';
import { execIn } from './exec.ts';
import { containerInput, containersOf, type Selector } from './lookup.ts';
import { selectionWords } from './selection-words.ts';

const LINES_MAX = 500;
const JSON_LENGTH_MAX = 256 * 1024;
const TIMEOUT_SECONDS_MAX = 10;

/** What a command in a container wrote. */
export interface ContainerReading {
  /** The container it ran in. */
  readonly name: string;
  readonly exitCode: number | null;
  /** The first 500 of each stream. */
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

interface Reading extends Selector {
  readonly command: readonly string[];
  readonly user?: string | undefined;
  readonly folder?: string | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs a command that only reads in the first running container of a role.
 * @returns null while no container of it runs
 * @throws OperatorError when it cannot be begun, or has not ended within its time
 */
export async function readIn(
  client: DockerClient,
  { command, user, folder, timeoutMs, ...selector }: Reading,
  context: RunContext,
): Promise<ContainerReading | null> {
  const { own } = await containersOf(client, selector, context);
  const target = own.find(({ state }) => state === 'running');
  if (target === undefined) return null;
  const heard: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  const request = { id: target.id, name: target.name, command, user, folder, timeoutMs };
  const { exitCode } = await execIn(client, request, {
    signal: context.signal,
    output(line, stream) {
      const lines = heard[stream ?? 'stdout'];
      if (lines.length < LINES_MAX) lines.push(line);
    },
  });
  return { name: target.name, exitCode, lines: heard.stdout, errors: heard.stderr };
}

function parsed(lines: readonly string[]): unknown {
  const text = lines.join('\n');
  if (text.length > JSON_LENGTH_MAX) return null;
  try {
    return JSON.parse(text, (_key, value) =>
      typeof value === 'string' ? sanitize(value) : value,
    ) as unknown;
  } catch {
    return null;
  }
}

const nothing = { found: false, name: null, ok: false, exitCode: null, lines: [], errors: [] };

/**
 * `docker.read`: runs a program that only reads in a role's first running container, as the runbook's
 * author vouches: it runs unasked. Nothing running, and an exit code that was not expected, are results.
 */
export function readProbe(connect: () => DockerClient): Probe {
  return defineProbe({
    id: 'docker.read',
    title: 'Output of a command in a container',
    input: containerInput({
      command: commandVector.describe('the program and its arguments; no shell reads them'),
      user: z.string().max(100).optional().describe('instead of the container’s own'),
      folder: z.string().startsWith('/').optional().describe('the folder it is run in'),
      timeoutSeconds: z.coerce.number().min(1).max(TIMEOUT_SECONDS_MAX).default(8),
      exitCodes: z.array(z.number().int()).min(1).default([0]).describe('those that are a success'),
      'only-reads': z
        .literal(true)
        .describe('the author vouches that it changes nothing: it runs unasked'),
    }),
    result: z.object({
      /** A container of it runs. */
      found: z.boolean(),
      /** The container it ran in. */
      name: z.string().nullable(),
      /** It ended with a code that was expected. */
      ok: z.boolean(),
      exitCode: z.number().nullable(),
      /** The first 500 of each. */
      lines: z.array(z.string()),
      errors: z.array(z.string()),
      /** Its output as JSON, a number included; null when it is none. */
      json: z.unknown(),
    }),
    command: ({ command, user, ...input }, context) => {
      const options = user === undefined ? '' : ` --user ${shellWords([user])}`;
      return `${selectionWords(`exec${options}`, input, context)} ${shellWords(command)}`;
    },
    async read({ exitCodes, timeoutSeconds, ...input }, context) {
      if (hiddenPart(input.command.join(' ')) !== null) {
        const message = 'The command holds what looks like a secret, which no record may hold';
        const mend = 'let the program read it from its own environment';
        throw new OperatorError('failed', message, mend);
      }
      const timeoutMs = timeoutSeconds * 1000;
      const seen = await readIn(connect(), { ...input, timeoutMs }, context);
      if (seen === null) return { ...nothing, lines: [], errors: [], json: null };
      const ok = seen.exitCode !== null && exitCodes.includes(seen.exitCode);
      const { lines, errors } = seen;
      return {
        ...seen,
        found: true,
        ok,
        lines: [...lines],
        errors: [...errors],
        json: parsed(lines),
      };
    },
  });
}
