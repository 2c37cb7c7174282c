import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Surroundings } from '../src/composition/surroundings.ts';
import type { Console } from '../src/console/console.ts';
import { OperatorError } from '../src/domain/operator-error.ts';

/** A simulator that is to be started. */
export interface SimulatedOptions {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly system: string;
  readonly seed: number;
  /** More of its options, e.g. what breaks by itself. */
  readonly more?: readonly string[];
  /** What it has said when it is waited for no longer. */
  readonly until: 'listening' | 'ready';
}

/** A region in a box, in a process of its own. */
export interface Simulated {
  /** Settles once everything of it can be asked. Rejects with OperatorError when it ended before. */
  readonly ready: Promise<void>;
  /** Settles when it has ended, asked to or not. */
  readonly gone: Promise<void>;
  /** Lets something break. @throws OperatorError with the simulator's words */
  breaks(fault: string): Promise<void>;
  /** Ends it, and takes its folder away. */
  close(): Promise<void>;
}

/** How long a simulator that was asked to end may take. */
const END_WITHIN_MS = 3000;

/** The longest path of a socket (unix(7)), and the longest name of one in the folder. */
const SOCKET_PATH_MAX = 107;
const SOCKET_NAME = '/docker.sock';

/**
 * Makes the private folder of a region, below TMPDIR.
 * @throws OperatorError when there can be none
 */
export async function simulatedFolder(kind: 'demo' | 'drill'): Promise<string> {
  const mend = 'set TMPDIR to a folder of yours with a short path';
  const parent = resolve(tmpdir());
  const folder = await mkdtemp(join(parent, `opsconsole-${kind}-`)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError('failed', `No folder can be made in ${parent}: ${why}`, mend, cause);
  });
  if (Buffer.byteLength(folder + SOCKET_NAME) <= SOCKET_PATH_MAX) return folder;
  await rm(folder, { recursive: true, force: true });
  const message = `The path of ${parent} is too long for sockets below it`;
  throw new OperatorError('failed', message, mend);
}

/** What of the user's environment leads to servers of theirs. */
const THEIRS =
  /^(?:DOCKER_|COMPOSE_|PG|REDIS_|KUBE|DATABASE_URL|PROMETHEUS_|ALERTMANAGER_|OPSCONSOLE_CONFIG)/;

/** Waits for a word of the simulator. @throws OperatorError with its words when it ends before */
async function said(simulator: ChildProcess, word: string): Promise<void> {
  let words = '';
  simulator.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-1000);
  });
  const lines = createInterface({ input: simulator.stdout ?? process.stdin });
  const spoken = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line === word) resolve();
    });
  });
  const ended = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new OperatorError('failed', words.trim() || 'the simulator ended'));
    simulator.once('exit', fail);
    simulator.once('error', fail);
  });
  await Promise.race([spoken, ended]);
  ended.catch(() => undefined);
}

/** Asks on the simulator's own socket. @throws OperatorError with its words */
async function ask(folder: string, request: object): Promise<void> {
  const socket = connect(join(folder, 'admin.sock'));
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) {
      const { done, error } = JSON.parse(line) as { done?: number; error?: string };
      if (done === 0) return;
      if (done !== undefined) throw new OperatorError('failed', error ?? 'it was not done');
    }
    throw new OperatorError('failed', 'the simulator hung up');
  } finally {
    socket.destroy();
  }
}

/** Lets things happen in the region of a simulator's folder. */
export const breaksIn = (folder: string) => (id: string) => ask(folder, { ask: 'fault', id });

/**
 * Starts a simulator. Its input is held open for as long as this process lives: it ends with it, however
 * that ends.
 */
export async function startSimulated(
  machine: Surroundings,
  { folder, more = [], seed, system, until }: SimulatedOptions,
): Promise<Simulated> {
  const program = join(machine.packageRoot, 'dist', 'simulator.js');
  const how = ['--folder', folder, '--system', system, '--seed', String(seed), ...more];
  const stdio = ['pipe', 'pipe', 'pipe'] as const;
  const simulator = spawn(process.execPath, [program, ...how], { stdio: [...stdio] });
  const gone = new Promise<void>((settle) => {
    simulator.once('exit', () => settle());
    simulator.once('error', () => settle());
  });
  // Of one that was killed there is nobody to hear it.
  simulator.stdin?.on('error', () => undefined);
  const close = async () => {
    simulator.stdin?.end();
    // One that was stopped, or hangs, hears nothing else.
    const late = setTimeout(() => simulator.kill('SIGKILL'), END_WITHIN_MS);
    await gone;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const listening = said(simulator, 'listening');
  const ready = said(simulator, 'ready');
  // Who waits for it is told.
  for (const one of [listening, ready]) one.catch(() => undefined);
  try {
    await { listening, ready }[until];
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { ready, gone, breaks: breaksIn(folder), close };
}

/**
 * Nothing but the simulated region can be reached from here on, be it by this process or by its children.
 * @returns takes that back
 */
export function shutIn(folder: string): () => void {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (THEIRS.test(name)) delete process.env[name];
  process.env['PATH'] = [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
  process.env['XDG_CONFIG_HOME'] = join(folder, 'config');
  return () => {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

/** Says on a screen that its region has ended, whatever its panels advise. @returns ends that */
export function tellOfEnd({ gone }: Pick<Simulated, 'gone'>, { tell }: Pick<Console, 'tell'>) {
  let leaving = false;
  void gone.then(() => {
    if (leaving) return;
    const text = 'The process that simulated it was ended. What the panels say of it is old.';
    tell({
      title: 'The simulated region has ended',
      text,
      mend: 'leave, and start it again',
      tone: 'bad',
    });
  });
  return () => {
    leaving = true;
  };
}

/** A configuration of simulated regions. */
export interface SimulatedRegions {
  readonly file: string;
  /** The one that is opened. */
  readonly region: string;
}

/**
 * Writes the configuration of the simulated regions: the simulator tells what is in it.
 * @param name of the region where it stands alone and has none
 */
export async function writeRegions(folder: string, name: string): Promise<SimulatedRegions> {
  const file = join(folder, 'region.yaml');
  const told = await readFile(join(folder, 'regions.json'), 'utf8');
  const entries = Object.entries(JSON.parse(told) as Record<string, unknown>).map(
    ([own, region]) => [own || name, region] as const,
  );
  await writeFile(file, `regions: ${JSON.stringify(Object.fromEntries(entries))}\n`);
  return { file, region: entries[0]?.[0] ?? name };
}
