import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import type { RunContext } from '../contract.ts';
import type { DockerClient } from './client.ts';
import { logDecoder, type RawLogLine } from './decode-log-stream.ts';
import { execState, prepareExec } from './engine-calls.ts';

/** A command in a container: an argument vector, never read by a shell. */
interface ExecRequest {
  readonly id: string;
  readonly name: string;
  readonly command: readonly string[];
  readonly user?: string | undefined;
  readonly folder?: string | undefined;
  readonly timeoutMs: number;
}

/** What hears of the output, line by line and safe to show. */
interface ExecContext extends Pick<RunContext, 'signal'> {
  output(line: string, stream: 'stdout' | 'stderr' | null): void;
}

/** Of its output so many lines are kept for the result. */
const KEPT_LINES = 100;
const LINE_LENGTH_MAX = 2000;

interface ExecResult {
  readonly exitCode: number | null;
  /** The last lines of both streams, safe to show. */
  readonly lines: readonly string[];
  /** The last it said on its error stream, else at all; null if nothing. */
  readonly lastWords: string | null;
}

/**
 * Runs a command in a container and hands on its output line by line.
 * @throws OperatorError when it cannot be begun, or has not ended within its time: the engine has no way
 *   to end it then, and the words say so
 */
export async function execIn(
  client: DockerClient,
  { id, name, command, user, folder, timeoutMs }: ExecRequest,
  context: ExecContext,
): Promise<ExecResult> {
  const optional = {
    ...(user === undefined || user === '' ? {} : { User: user }),
    ...(folder === undefined || folder === '' ? {} : { WorkingDir: folder }),
  };
  const body = { Cmd: command, AttachStdout: true, AttachStderr: true, ...optional };
  const exec = await prepareExec(client, id, body, context.signal);
  const decoder = logDecoder(false, false);
  const lines: string[] = [];
  let complaint: string | null = null;
  const take = (found: readonly RawLogLine[]) => {
    for (const { text, stream } of found) {
      const line = sanitizeLine(text.slice(0, LINE_LENGTH_MAX));
      context.output(line, stream);
      lines.push(line);
      if (stream === 'stderr' && line.trim() !== '') complaint = line;
      if (lines.length > KEPT_LINES) lines.shift();
    }
  };
  const limit = timeLimit(timeoutMs);
  try {
    await client.receive(
      {
        method: 'POST',
        path: `/exec/${encodeURIComponent(exec)}/start`,
        body: { Detach: false, Tty: false },
      },
      (bytes) => take(decoder.push(bytes)),
      AbortSignal.any([context.signal, limit]),
    );
  } catch (thrown) {
    if (!limit.aborted || context.signal.aborted) throw thrown;
    const words = sanitizeLine(shellWords(command));
    throw new OperatorError(
      'timeout',
      `${words} has not ended in ${name} within ${timeoutMs / 1000} s, and may still run there`,
      `see it with: docker top ${name}`,
    );
  }
  take(decoder.end());
  const { exitCode } = await execState(client, exec, context.signal);
  return { exitCode, lines, lastWords: complaint ?? lines.at(-1) ?? null };
}
