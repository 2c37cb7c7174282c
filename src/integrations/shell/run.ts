import { OperatorError } from '../../domain/operator-error.ts';
import { type Ended, runProgram } from './client.ts';
import { argumentsOf, type CommandInput, timeoutMsOf } from './command.ts';
import { folderOf, programOf, type Shell } from './place.ts';

type OnLine = (line: string, from: 'stdout' | 'stderr') => void;

/** What an exit says, in words: `exit 1`, `ended by SIGKILL`. */
export function exitWords({ exitCode, signal }: Pick<Ended, 'exitCode' | 'signal'>): string {
  return exitCode === null ? `ended by ${signal}` : `exit ${exitCode}`;
}

/** Runs the command of a probe or an action, its program looked up as it was for the dialog. */
export async function runCommand(
  shell: Shell,
  input: CommandInput,
  onLine: OnLine,
  signal: AbortSignal,
): Promise<Ended> {
  const [file, ...rest] = argumentsOf(input.command);
  const cwd = await folderOf(shell, input);
  const program = await programOf(shell, file, cwd);
  const { env } = input;
  const timeoutMs = timeoutMsOf(input);
  return runProgram(
    { words: [program, ...rest], cwd, env, input: null, timeoutMs, onLine },
    signal,
  );
}

/** @throws OperatorError unless the command ended by itself with a code that was expected */
export function mustSucceed(input: CommandInput, ended: Ended, lastWords: string): void {
  const [file] = argumentsOf(input.command);
  if (ended.timedOut) {
    const message = `${file} was ended after ${input.timeout}, with all that it started`;
    throw new OperatorError('timeout', message, 'see what it waits for');
  }
  if (ended.exitCode !== null && input.expect.includes(ended.exitCode)) return;
  const said = lastWords === '' ? '' : `: ${lastWords}`;
  throw new OperatorError(
    'failed',
    `${file} failed, ${exitWords(ended)}${said}`,
    'read its output',
  );
}

/**
 * Runs a program that takes a text on its standard input, as a channel for messages does. It runs at the
 * root of the file system: it belongs to the host, not to a project.
 */
export function runWithInput(
  words: readonly [string, ...string[]],
  input: string,
  timeoutMs: number,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Ended> {
  return runProgram({ words, cwd: '/', env: {}, input, timeoutMs, onLine }, signal);
}
