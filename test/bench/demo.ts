import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { childHome } from '../harness/child-environment.ts';
import type { Figure, Section } from './figures.ts';
import { BUNDLE, LAUNCHER } from './place.ts';
import { cpuSeconds, processBelow, residentBytes } from './process-usage.ts';
import { record } from './recording.ts';

const SIMULATOR = BUNDLE.replace('main.js', 'simulator.js');
const SETTLE_MS = 4000;
/** All is well for 25 s, and after 20 the console's look at its runbooks asks for tables. */
const MEASURED_MS = 12_000;
const MIB = 1024 * 1024;
/** A fault whose runbook asks for what is in tables. */
const WITH_TABLES = 'disk-full';

/** The demo while all is well: what its console and its simulator take. */
async function atRest(): Promise<readonly Figure[]> {
  const home = childHome();
  const { env, folder } = home;
  const demo = record({ command: LAUNCHER, args: ['demo'], env, cwd: folder });
  try {
    const namesMs = await demo.shows('worker-1');
    await pause(SETTLE_MS);
    const simulator = processBelow(demo.pid, 'simulator.js');
    const read = () => ({ all: cpuSeconds(demo.pid), simulator: cpuSeconds(simulator) });
    const before = read();
    await pause(MEASURED_MS);
    const after = read();
    const share = (cpu: number) => (cpu / MEASURED_MS) * 1000 * 100;
    const simulatorCpu = share(after.simulator - before.simulator);
    const unit = '% of a core';
    return [
      { name: 'from the command to names', value: namesMs, unit: 'ms', target: null },
      {
        name: 'CPU, console and simulator',
        value: share(after.all - before.all),
        unit,
        target: 10,
        note: `the simulator ${simulatorCpu.toFixed(1)}`,
      },
      { name: 'simulator', value: residentBytes(simulator) / MIB, unit: 'MiB', target: 150 },
    ];
  } finally {
    demo.write('q');
    await demo.ends().finally(() => demo.close());
    home.remove();
  }
}

async function breaks(folder: string, id: string): Promise<void> {
  const socket = connect(join(folder, 'admin.sock'));
  await once(socket, 'connect');
  socket.write(`${JSON.stringify({ ask: 'fault', id })}\n`);
  await once(createInterface({ input: socket }), 'line');
  socket.destroy();
}

/** The simulator by itself, with tables behind its Postgres. */
async function withTables(): Promise<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-bench-'));
  const args = [SIMULATOR, '--folder', join(folder, 'region'), '--system', 'falcon'];
  const simulator = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: simulator.stdout });
    for await (const line of lines) if (line === 'ready') break;
    await breaks(join(folder, 'region'), WITH_TABLES);
    await pause(SETTLE_MS);
    const value = residentBytes(simulator.pid ?? 0) / MIB;
    return { name: 'simulator with tables', value, unit: 'MiB', target: 600 };
  } finally {
    simulator.stdin.end();
    await once(simulator, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a demo costs the machine of a newcomer. */
export async function measureDemo(): Promise<Section> {
  return {
    title: 'The demo, while all is well',
    how: `Falcon; after ${SETTLE_MS / 1000} s, over ${MEASURED_MS / 1000} s.`,
    figures: [...(await atRest()), await withTables()],
  };
}
