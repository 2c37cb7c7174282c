import { stat } from 'node:fs/promises';
import * as z from 'zod';
import { formatSeconds } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext, RunContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import {
  argumentsOf,
  commandInput,
  MAX_TIMEOUT_MS,
  refuseSecrets,
  timeoutMsOf,
  typed,
} from './command.ts';
import { folderOf, programOf, type Shell } from './place.ts';
import { commandNeeds } from './probes.ts';
import { exitWords, mustSucceed, runCommand } from './run.ts';

/** Beside the command's own limit, so that the action's never comes first. */
const SPARE_MS = 30_000;
/** The journal keeps as many lines of an action. */
const MAX_LINES = 1000;
const CHECK_TIMEOUT = '30s';
const MAX_WORDS_LENGTH = 200;

const check = z
  .strictObject({
    command: commandInput.command,
    cwd: commandInput.cwd,
    expect: commandInput.expect,
  })
  .describe('A command that only reads, and succeeds once this one has done its work.');

const input = z.strictObject({ ...commandInput, check: check.optional() });
type Input = z.output<typeof input>;

/** The program itself is part of what is confirmed: another under the same name is refused. */
async function targetOf(shell: Shell, values: Input): Promise<FrozenTarget> {
  const words = argumentsOf(values.command);
  const cwd = await folderOf(shell, values);
  const program = await programOf(shell, words[0], cwd);
  const { ino, mtimeMs } = await stat(program);
  return {
    kind: 'command',
    name: shellWords(words).slice(0, MAX_WORDS_LENGTH),
    shortId: sanitizeLine(program).split('/').at(-1) ?? '',
    detail: `in ${sanitizeLine(cwd)}`,
    identity: {
      words: JSON.stringify(words),
      env: JSON.stringify(values.env),
      cwd,
      program: `${program} ${ino} ${mtimeMs}`,
    },
  };
}

async function run(shell: Shell, values: Input, context: ActionContext) {
  const startedAt = context.clock.now();
  let count = 0;
  let last = '';
  const onLine = (line: string) => {
    count += 1;
    if (line.trim() !== '') last = sanitizeLine(line).slice(0, MAX_WORDS_LENGTH);
    if (count <= MAX_LINES) context.output(line);
  };
  const ended = await runCommand(shell, values, onLine, context.signal);
  if (count > MAX_LINES) context.output(`… ${count - MAX_LINES} lines more, which are not kept`);
  if (ended.leftBehind) context.output('it ended, and left a process running');
  mustSucceed(values, ended, last);
  const durationMs = context.clock.now() - startedAt;
  context.output(`${exitWords(ended)} after ${formatSeconds(durationMs / 1000)}`);
  return { exitCode: ended.exitCode ?? -1, lines: count, durationMs };
}

async function settled(shell: Shell, { check: asked }: Input, context: RunContext) {
  if (asked === undefined) {
    return { state: 'unknown', because: 'nothing tells whether the command did its work' } as const;
  }
  const reading = { ...asked, env: {}, timeout: CHECK_TIMEOUT };
  const ended = await runCommand(shell, reading, () => undefined, context.signal);
  const words = `${shellWords(argumentsOf(asked.command))}: ${exitWords(ended)}`;
  const done = !ended.timedOut && ended.exitCode !== null && asked.expect.includes(ended.exitCode);
  return { state: done ? 'done' : 'not-done', because: words } as const;
}

/**
 * `shell.run`: runs a program with its arguments on this host, no shell between. Its output is told line
 * by line. Its whole process group is ended at its limit; only what left the group goes on.
 */
function runAction(shell: Shell): Action {
  return defineAction({
    id: 'shell.run',
    title: 'Run a command',
    risk: 'disruptive',
    input,
    output: z.object({ exitCode: z.number(), lines: z.number(), durationMs: z.number() }),
    undo: { kind: 'irreversible', why: 'what a command did, only its author can say how to undo' },
    timeoutMs: MAX_TIMEOUT_MS + SPARE_MS,
    async preview(values, context) {
      context.signal.throwIfAborted();
      refuseSecrets(values);
      const target = await targetOf(shell, values);
      const limit = formatSeconds(timeoutMsOf(values) / 1000);
      return {
        targets: [target],
        command: typed(values),
        notes: [`runs on this host, as this user, ${target.detail}`, `ended after ${limit}`],
        before: {},
      };
    },
    async run(values, targets, context) {
      const now = await targetOf(shell, values);
      const same = Object.entries(now.identity).every(
        ([field, value]) => targets[0]?.identity[field] === value,
      );
      if (!same) {
        const message = `${now.name} was not run: it is not what the dialog showed any more`;
        throw new OperatorError('failed', message, 'look at it again, then decide anew');
      }
      return run(shell, values, context);
    },
    settle: (values, _targets, _startedAt, context) => settled(shell, values, context),
    needs: (values) => commandNeeds(shell, values),
  });
}

/** The actions of this integration. */
export function shellActions(shell: Shell): Action[] {
  return [runAction(shell)];
}
