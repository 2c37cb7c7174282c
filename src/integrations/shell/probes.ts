import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitize, sanitizeLine } from '../../domain/sanitize.ts';
import type { Need, Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import {
  argumentsOf,
  type CommandInput,
  commandInput,
  refuseSecrets,
  timeoutMsOf,
  typed,
} from './command.ts';
import { folderOf, programOf, type Shell } from './place.ts';
import { runCommand } from './run.ts';

const MAX_LINES = 500;
const MAX_JSON_LENGTH = 256 * 1024;
const MAX_TIMEOUT_MS = 10_000;

/** The program a command needs, and the folder. */
export async function commandNeeds(shell: Shell, input: CommandInput): Promise<readonly Need[]> {
  const what = `command ${sanitizeLine(argumentsOf(input.command)[0])}`;
  try {
    const folder = await folderOf(shell, input);
    const found = await programOf(shell, argumentsOf(input.command)[0], folder);
    return [{ what, found, state: 'ok', suggestion: null }];
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    const suggestion = [thrown.message, thrown.mend].filter((part) => part !== null).join('; ');
    return [{ what, found: null, state: 'missing', suggestion }];
  }
}

function parsed(lines: readonly string[]): unknown {
  const text = lines.join('\n');
  if (text.length > MAX_JSON_LENGTH) return null;
  try {
    return JSON.parse(text, (_key, value) =>
      typeof value === 'string' ? sanitize(value) : value,
    ) as unknown;
  } catch {
    return null;
  }
}

/**
 * `shell.read`: runs a program that only reads, as the runbook's author vouches: it runs unasked. An exit
 * code that was not expected is a result, not an error.
 */
function readProbe(shell: Shell): Probe {
  return defineProbe({
    id: 'shell.read',
    title: 'Output of a command that only reads',
    input: z
      .strictObject({
        ...commandInput,
        timeout: commandInput.timeout.default('8s'),
        'only-reads': z
          .literal(true)
          .describe('The author vouches that it changes nothing: it runs unasked.'),
      })
      .superRefine((input, context) => {
        if (timeoutMsOf(input) <= MAX_TIMEOUT_MS) return;
        context.addIssue({ code: 'custom', path: ['timeout'], message: 'at most 10s' });
      }),
    result: z.object({
      /** It ended with a code that was expected. */
      ok: z.boolean(),
      /** Null when a signal ended it. */
      exitCode: z.number().nullable(),
      timedOut: z.boolean(),
      /** The first 500 of each. */
      lines: z.array(z.string()),
      errors: z.array(z.string()),
      /** Its output as JSON; null when it is none. */
      json: z.unknown(),
    }),
    command: (input) => typed(input),
    async read(input, context) {
      refuseSecrets(input);
      const lines: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
      const keep = (line: string, from: 'stdout' | 'stderr') => {
        if (lines[from].length < MAX_LINES) lines[from].push(sanitizeLine(line));
      };
      const { exitCode, timedOut } = await runCommand(shell, input, keep, context.signal);
      const ok = !timedOut && exitCode !== null && input.expect.includes(exitCode);
      const { stdout, stderr } = lines;
      return { ok, exitCode, timedOut, lines: stdout, errors: stderr, json: parsed(stdout) };
    },
    needs: (input) => commandNeeds(shell, input),
  });
}

/** The probes of this integration. */
export function shellProbes(shell: Shell): Probe[] {
  return [readProbe(shell)];
}
