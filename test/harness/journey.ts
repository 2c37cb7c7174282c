import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { contract } from '../../src/commands/contract.ts';
import type { Stack } from '../stack/stack.ts';
import { childHome } from './child-environment.ts';
import { type ConsoleOptions, openConsole } from './console.ts';
import { eventually } from './eventually.ts';
import type { Terminal } from './terminal.ts';

/** The program, as this checkout starts it. */
export const LAUNCHER = fileURLToPath(new URL('../../bin/opsconsole', import.meta.url));

const COMMAND_WITHIN_MS = 150_000;
/** Of a home that was empty. */
const FIRST_INCIDENT = 'INC-1';

/** The pack's own durations, cut to what a stack with a breaker timeout of a second needs. */
const quickDurations = {
  'source-interval': '1s',
  'source-timeout': '2s',
  'signal-window': '10s',
  'breaker-timeout': '1s',
  'breaker-recovery': '60s',
  'breaker-settles': '2s',
  'redis-start': '30s',
  'cache-proof': '30s',
  'sample-interval': '500ms',
} as const;

/** For a test that wants to be there while a proof goes on: a second look comes late. */
export const slowProof = { 'sample-interval': '3s' } as const;

/** What a headless command answered. */
interface Answer {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Contract = typeof contract;
type Record = z.output<Contract['incidents-show']>;
export type JournalRow = Record['events'][number];

/** A headless command that is still running. */
interface Running {
  /** Waits for a line on its standard output. */
  untilLine(look: (line: string) => boolean): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Answer>;
}

/** An operator's home with one region configured, and the program started in it. */
export interface Desk {
  readonly home: string;
  /** The environment of every program started here. */
  readonly env: Readonly<{ [name: string]: string }>;
  /** The arguments of every program started here: its configuration. */
  readonly args: readonly string[];
  /** Starts the console for the running test. */
  open(options?: ConsoleOptions): Promise<Terminal>;
  /** Runs a headless command to its end. */
  run(...args: readonly string[]): Promise<Answer>;
  /** Starts a headless command. */
  start(...args: readonly string[]): Running;
  /** As `run`, with nobody at the other end of its standard output. */
  unread(...args: readonly string[]): Promise<Answer>;
  /** As `run`, its JSON answer held against the published contract. */
  answer<N extends keyof Contract>(
    name: N,
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly value: z.output<Contract[N]> }>;
  /** As `answer`, whatever its exit code. */
  ask<N extends keyof Contract>(
    name: N,
    ...args: readonly string[]
  ): Promise<z.output<Contract[N]>>;
  /** The record of the one incident of this home, its chain found intact. */
  journal(): Promise<Record>;
  /** Waits until the record holds what is looked for. */
  journalUntil(what: string, look: (rows: readonly JournalRow[]) => boolean): Promise<Record>;
}

/** How a region of a test differs from the usual one. */
export interface DeskOptions {
  readonly durations?: Readonly<{ [name: string]: string }>;
  /** More settings of the region. */
  readonly region?: Readonly<{ [name: string]: unknown }>;
  /** Further regions of the configuration, by name. */
  readonly others?: Readonly<{ [name: string]: Readonly<{ [name: string]: unknown }> }>;
}

function answerOf(result: {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}): Answer {
  const { exitCode = null, signal = null, stdout, stderr } = result;
  return { code: exitCode, signal, stdout, stderr };
}

/** Makes a home for the running test, with a region `lab` on the stack. */
export function openDesk(
  stack: Pick<Stack, 'dockerHost' | 'project'> & Partial<Pick<Stack, 'postgresUrl'>>,
  options: DeskOptions = {},
): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-desk-'));
  const { env } = childHome(folder);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const passwordFile = join(folder, 'postgres-password');
  const { postgresUrl } = stack;
  if (postgresUrl !== undefined) writeFileSync(passwordFile, new URL(postgresUrl).password);
  const region = {
    docker: stack.dockerHost,
    project: stack.project,
    durations: { ...quickDurations, ...options.durations },
    // What asks for rates waits for a second answer of every source that feeds one.
    host: { every: '1s' },
    ...(postgresUrl === undefined ? {} : { postgres: { password: `file:${passwordFile}` } }),
    ...options.region,
  };
  const config = join(folder, 'region.yaml');
  writeFileSync(config, stringify({ regions: { lab: region, ...options.others } }));
  const common = ['--config', config];

  const launch = (args: readonly string[]) =>
    execa(LAUNCHER, [...common, ...args], {
      env,
      extendEnv: false,
      cwd: folder,
      reject: false,
      stdin: 'ignore',
      timeout: COMMAND_WITHIN_MS,
    });
  const start: Desk['start'] = (...args) => {
    const child = launch(args);
    const ended = child.then(answerOf);
    return {
      ended,
      kill: (signal) => void child.kill(signal),
      untilLine: (look) =>
        new Promise((resolve, reject) => {
          // Reading on: a closed pipe would end the command as it ends any filter.
          createInterface({ input: child.stdout }).on('line', (line) => {
            if (look(line)) resolve(line);
          });
          void ended.then(({ code, stdout, stderr }) => {
            const words = args.join(' ');
            reject(new Error(`${words} ended (${code}) without that line: ${stdout}${stderr}`));
          });
        }),
    };
  };
  const run: Desk['run'] = (...args) => start(...args).ended;
  const unread: Desk['unread'] = async (...args) => {
    const child = launch(args);
    child.stdout.destroy();
    return answerOf(await child);
  };
  const answer: Desk['answer'] = async (name, ...args) => {
    const { stdout, stderr, code } = await run(...args, '--json');
    if (stdout === '') throw new Error(`${args.join(' ')} answered nothing (${code}): ${stderr}`);
    const value = contract[name].parse(JSON.parse(stdout));
    return { code, value: value as z.output<Contract[typeof name]> };
  };
  const ask: Desk['ask'] = async (name, ...args) => (await answer(name, ...args)).value;
  const journal = async (): Promise<Record> => {
    const [incidents, record] = await Promise.all([
      ask('incidents-list', 'incidents', 'list'),
      ask('incidents-show', 'incidents', 'show', FIRST_INCIDENT),
    ]);
    if (incidents.length !== 1) {
      throw new Error(`one incident is expected, there are ${incidents.length}`);
    }
    if (!record.intact) throw new Error('the chain of the journal is broken');
    return record;
  };
  return {
    home: folder,
    env,
    args: common,
    open: (given = {}) =>
      openConsole({ ...given, home: folder, args: [...common, ...(given.args ?? [])] }),
    start,
    run,
    unread,
    answer,
    ask,
    journal,
    journalUntil: async (what, look) => {
      const found = { record: null as Record | null };
      return eventually(
        async () => {
          found.record = await journal();
          return look(found.record.events) ? found.record : null;
        },
        { what: `the journal to tell ${what}`, timeoutMs: 60_000, everyMs: 250 },
      );
    },
  };
}

/** The events of a kind, in the order they were written. */
export function rowsOf(rows: readonly JournalRow[], event: string): readonly JournalRow[] {
  return rows.filter((row) => row.event === event);
}

/**
 * The first event of each kind, in this order one after the other.
 *
 * @throws Error with the whole story when it goes otherwise
 */
export function expectOrder(rows: readonly JournalRow[], ...kinds: readonly string[]): void {
  let from = 0;
  for (const kind of kinds) {
    const at = rows.findIndex((row, index) => index >= from && row.event === kind);
    if (at === -1) {
      const story = rows.map((row) => row.event).join(' ');
      throw new Error(`no ${kind} where ${kinds.join(', ')} was expected: ${story}`);
    }
    from = at + 1;
  }
}
