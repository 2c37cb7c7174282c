import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import { type LineCutter, lineCutter } from './line-cutter.ts';

/** What a program has to end by itself before it is killed. */
const GRACE_MS = 5000;
/** What is left in the pipes once a program has ended is there at once. */
const DRAIN_MS = 500;

/** One run of a program. */
export interface Execution {
  readonly words: readonly [string, ...string[]];
  readonly cwd: string;
  /** Beside the variables of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed; null for none. */
  readonly input: string | null;
  readonly timeoutMs: number;
  /** Each line it writes, as it comes, not sanitized. */
  readonly onLine: (line: string, from: 'stdout' | 'stderr') => void;
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** It was ended because its time was up. */
  readonly timedOut: boolean;
  /** It ended, but what it started still writes. */
  readonly leftBehind: boolean;
}

function startFailure(thrown: unknown, file: string, cwd: string): OperatorError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  const name = sanitizeLine(file);
  if (code === 'ENOENT') {
    const message = `${name} could not be started in ${sanitizeLine(cwd)}: one of them is not there`;
    return new OperatorError('missing', message, 'install it on this host', thrown);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `${name} may not be run by this user`;
    return new OperatorError('denied', message, 'see its permissions', thrown);
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `${name} could not be started: ${sanitizeLine(reason)}`;
  return new OperatorError('failed', message, null, thrown);
}

/** Signals a whole process group; false when nothing is left of it. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** True once both streams have ended; false when something still holds them open. */
async function drained(streams: readonly Readable[]): Promise<boolean> {
  const open = streams.filter((stream) => !stream.readableEnded && !stream.destroyed);
  if (open.length === 0) return true;
  const limit = timeLimit(DRAIN_MS);
  try {
    await Promise.all(open.map((stream) => once(stream, 'end', { signal: limit })));
    return true;
  } catch {
    for (const stream of open) stream.destroy();
    return false;
  }
}

/**
 * Runs a program without a shell, in a process group of its own. At the limit, and when the signal is
 * aborted, the whole group is ended: TERM, and KILL five seconds later. What left the group, as a daemon
 * does by `setsid`, is out of reach.
 * @throws OperatorError when it cannot be started; the signal's reason when it was aborted
 */
export async function runProgram(run: Execution, signal: AbortSignal): Promise<Ended> {
  signal.throwIfAborted();
  const [file, ...rest] = run.words;
  const { execa } = await import('execa');
  const child = execa(file, rest, {
    cwd: run.cwd,
    env: run.env,
    detached: true,
    buffer: false,
    reject: false,
    stdin: run.input === null ? 'ignore' : 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const { pid, stderr, stdin, stdout } = child;
  if (pid === undefined) throw startFailure((await child).cause, file, run.cwd);
  // Its result is taken from the events: it would wait for whoever holds the pipes.
  child.catch(() => undefined);
  const exited = new Promise<Exit>((resolve) => {
    child.nodeChildProcess.once('exit', (code, endedBy) => resolve([code, endedBy]));
  });
  const cutters: LineCutter[] = [];
  for (const [stream, from] of [
    [stdout, 'stdout'],
    [stderr, 'stderr'],
  ] as const) {
    const cutter = lineCutter((line) => run.onLine(line, from));
    stream.on('data', (chunk: Buffer) => cutter.feed(chunk));
    cutters.push(cutter);
    stream.on('error', () => undefined);
  }
  // A program may end without reading what it is given.
  stdin?.on('error', () => undefined);
  if (run.input !== null) stdin?.end(run.input);
  return supervised(run, signal, { pid, exited, streams: [stdout, stderr], cutters });
}

type Exit = readonly [exitCode: number | null, signal: string | null];

interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly streams: readonly Readable[];
  readonly cutters: readonly LineCutter[];
}

async function supervised(run: Execution, signal: AbortSignal, running: Running): Promise<Ended> {
  const { cutters, exited, pid, streams } = running;
  let timedOut = false;
  let killer: NodeJS.Timeout | undefined;
  const finish = () => {
    if (killer !== undefined) return;
    signalGroup(pid, 'SIGTERM');
    killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  };
  const limit = setTimeout(() => {
    timedOut = true;
    finish();
  }, run.timeoutMs);
  signal.addEventListener('abort', finish, { once: true });
  try {
    const [exitCode, endedBy] = await exited;
    // The program has ended, but those it started may not heed TERM.
    if (timedOut || signal.aborted) signalGroup(pid, 'SIGKILL');
    const leftBehind = !(await drained(streams));
    for (const cutter of cutters) cutter.end();
    if (signal.aborted && !timedOut) throw signal.reason;
    return { exitCode, signal: endedBy, timedOut, leftBehind };
  } finally {
    clearTimeout(limit);
    clearTimeout(killer);
    signal.removeEventListener('abort', finish);
  }
}
