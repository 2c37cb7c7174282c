import { execa } from 'execa';

/** What a command answered. */
export interface RunResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Options of `run`. */
export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
  timeoutMs?: number;
  /** Give a failing exit code back instead of throwing. */
  allowFailure?: boolean;
}

/**
 * Runs a program with an argument vector and no Docker settings inherited from the caller.
 *
 * @throws Error with the command line, the exit code and what it wrote, unless `allowFailure`
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { cwd, env = {}, input, timeoutMs = 120_000, allowFailure = false } = options;
  const result = await execa(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    env: {
      DOCKER_HOST: undefined,
      DOCKER_CONTEXT: undefined,
      DOCKER_TLS_VERIFY: undefined,
      DOCKER_CERT_PATH: undefined,
      COMPOSE_FILE: undefined,
      COMPOSE_PROJECT_NAME: undefined,
      ...env,
    },
    timeout: timeoutMs,
    reject: false,
  });
  const exitCode = result.exitCode ?? -1;
  if (exitCode !== 0 && !allowFailure) {
    const said = [result.stderr, result.stdout].filter((text) => text !== '').join('\n');
    const why = result.timedOut ? `no end after ${timeoutMs} ms` : `exit code ${exitCode}`;
    const detail = said || result.originalMessage || '';
    throw new Error(`${command} ${args.join(' ')}: ${why}\n${detail}`.trimEnd());
  }
  return { stdout: result.stdout, stderr: result.stderr, exitCode };
}
