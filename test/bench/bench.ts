import { setTimeout as rest } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTerminal, type Terminal } from '../harness/terminal.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { bundleHello } from './hello.ts';
import { cpuSeconds, residentBytes } from './process-usage.ts';

// `npm run bench`: prints how fast the console is on the real stack. It measures, and judges nothing.

const root = fileURLToPath(new URL('../..', import.meta.url));
const START_RUNS = 7;
const INCIDENT_RUNS = 3;
const SETTLE_MS = 15_000;
const REST_MS = 30_000;
const COLS = 120;
const ROWS = 40;
const dist = `${root}dist/main.js`;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const print = (name: string, value: string) =>
  process.stdout.write(`${name.padEnd(44)} ${value}\n`);
const ms = (value: number) => `${Math.round(value)} ms`;

function open(args: readonly string[], env: Record<string, string> = {}): Promise<Terminal> {
  return openTerminal({ command: process.execPath, args, cols: COLS, rows: ROWS, env });
}

/** Times from the start of a program until each text has stood on its screen. */
async function timesTo(
  args: readonly string[],
  texts: readonly string[],
  env: Record<string, string>,
): Promise<readonly number[]> {
  const startedAt = performance.now();
  const terminal = await open(args, env);
  const times: number[] = [];
  try {
    for (const text of texts) {
      await terminal.until(text, { withinMs: 30_000 });
      times.push(performance.now() - startedAt);
    }
  } finally {
    await terminal.close();
  }
  return times;
}

async function benchStart(stack: Stack): Promise<void> {
  const hello = await bundleHello();
  const env = { DOCKER_HOST: stack.dockerHost };
  const times: { hello: number[]; frame: number[]; names: number[] } = {
    hello: [],
    frame: [],
    names: [],
  };
  for (let run = 0; run < START_RUNS; run += 1) {
    const [bare = Number.NaN] = await timesTo([hello], ['hello'], {});
    const wanted = ['CONTAINERS', 'worker-1'];
    const [frame = Number.NaN, names = Number.NaN] = await timesTo([dist], wanted, env);
    times.hello.push(bare);
    times.frame.push(frame);
    times.names.push(names);
  }
  const base = median(times.hello);
  const against = (value: number) => `${ms(value)}, ${(value / base).toFixed(2)} × hello`;
  print('hello, a bare Ink bundle', ms(base));
  print('first frame', against(median(times.frame)));
  print('container names', against(median(times.names)));
}

async function benchRest(stack: Stack): Promise<void> {
  const terminal = await open([dist], { DOCKER_HOST: stack.dockerHost });
  try {
    await terminal.until('worker-1', { withinMs: 30_000 });
    await rest(SETTLE_MS);
    const cpu = cpuSeconds(terminal.pid);
    const { bytes } = terminal.counters();
    await rest(REST_MS);
    const seconds = REST_MS / 1000;
    print(
      'bytes a second at rest',
      `${((terminal.counters().bytes - bytes) / seconds).toFixed(0)} B`,
    );
    const used = ((cpuSeconds(terminal.pid) - cpu) / seconds) * 100;
    print('CPU at rest', `${used.toFixed(1)} % of a core`);
    print('resident memory', `${(residentBytes(terminal.pid) / 1024 / 1024).toFixed(0)} MiB`);
  } finally {
    await terminal.close();
  }
}

interface IncidentTimes {
  readonly recommendedMs: number;
  readonly verifiedMs: number;
  readonly keys: number;
}

/** One incident by hand: redis killed, the recommendation followed, the proof awaited. */
async function incident(stack: Stack): Promise<IncidentTimes> {
  const terminal = await open([dist], { DOCKER_HOST: stack.dockerHost });
  try {
    await terminal.until('worker-1', { withinMs: 30_000 });
    await terminal.settled();
    const startedAt = performance.now();
    await stack.faults.killRedis();
    await terminal.until('restart-redis', { withinMs: 60_000 });
    const recommendedMs = performance.now() - startedAt;
    const keys = ['r', 'Enter', 'y'] as const;
    const shows = [/Restart Redis +disruptive/, 'Restart Redis?', 'Resolved, verified'] as const;
    for (const [index, key] of keys.entries()) {
      await terminal.press(key);
      await terminal.until(shows[index] ?? '', { withinMs: 180_000 });
      await terminal.settled();
    }
    return { recommendedMs, verifiedMs: performance.now() - startedAt, keys: keys.length };
  } finally {
    await terminal.close();
  }
}

async function benchIncident(stack: Stack): Promise<void> {
  const runs: IncidentTimes[] = [];
  for (let run = 0; run < INCIDENT_RUNS; run += 1) runs.push(await incident(stack));
  print('fault to recommendation', ms(median(runs.map((run) => run.recommendedMs))));
  print('fault to verified recovery', ms(median(runs.map((run) => run.verifiedMs))));
  print('keys from alert to verified', String(runs[0]?.keys));
}

const stack = await startStack({ env: { breakerTimeoutSeconds: 5 } });
try {
  await benchStart(stack);
  await benchRest(stack);
  await benchIncident(stack);
} finally {
  await stack.stop();
}
