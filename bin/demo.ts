import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { exitCodes } from '../src/commands/exit-codes.ts';
import type { Surroundings } from '../src/composition/surroundings.ts';
import { OperatorError } from '../src/domain/operator-error.ts';
import type { CommonOptions } from './cli.ts';

/** How the demo is wanted. */
export interface DemoOptions {
  readonly system: string;
  readonly seed: number;
  readonly screenReader: boolean;
}

/** What breaks, and when: late enough to see that all was well. */
const FAULT = { id: 'redis-killed', afterSeconds: 25 } as const;

const TIP = {
  calm: 'A simulated region: nothing is real. Something breaks within a minute.',
  alarmed: 'Something broke. r opens the runbook that fits it; ? lists all keys.',
} as const;

/** What of the user's environment leads to servers of theirs. */
const THEIRS =
  /^(?:DOCKER_|COMPOSE_|PG|REDIS_|KUBE|DATABASE_URL|PROMETHEUS_|ALERTMANAGER_|OPSCONSOLE_CONFIG)/;

function start(machine: Surroundings, folder: string, { seed, system }: DemoOptions): ChildProcess {
  const program = join(machine.packageRoot, 'dist', 'simulator.js');
  const how = ['--folder', folder, '--system', system, '--seed', String(seed)];
  const fault = ['--fault', FAULT.id, '--fault-after', String(FAULT.afterSeconds)];
  // Its input is held open for as long as the console lives: it ends with it, however that ends.
  return spawn(process.execPath, [program, ...how, ...fault], { stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Waits until the engine can be asked. @throws OperatorError with the simulator's words when it ends before */
async function listening(simulator: ChildProcess): Promise<void> {
  let words = '';
  simulator.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-1000);
  });
  const lines = createInterface({ input: simulator.stdout ?? process.stdin });
  const ended = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new OperatorError('failed', words.trim() || 'the simulator ended'));
    simulator.once('exit', fail);
    simulator.once('error', fail);
  });
  await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
}

/** Nothing but the simulated region can be reached from here on, be it by this process or by its children. */
function shutIn(folder: string): void {
  for (const name of Object.keys(process.env)) if (THEIRS.test(name)) delete process.env[name];
  process.env['PATH'] = [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter);
  process.env['DOCKER_HOST'] = `unix://${join(folder, 'docker.sock')}`;
  process.env['XDG_CONFIG_HOME'] = join(folder, 'config');
}

async function writeRegion(folder: string, system: string): Promise<string> {
  const file = join(folder, 'region.yaml');
  const region = [
    'regions:',
    '  demo:',
    `    system: ${system}`,
    `    project: ${system}`,
    `    docker: unix://${join(folder, 'docker.sock')}`,
    '    host: false',
    `    postgres: { password: file:${join(folder, 'postgres.password')} }`,
  ];
  await writeFile(file, `${region.join('\n')}\n`);
  return file;
}

/**
 * Opens the console on a region that lives in a folder of its own, and takes both away afterwards. Should this
 * process be killed, the simulator does it.
 */
export async function openDemo(
  machine: Surroundings,
  options: CommonOptions,
  demo: DemoOptions,
): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    process.stderr.write('opsconsole: the demo needs a terminal\n');
    return exitCodes.usage;
  }
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-demo-'));
  const simulator = start(machine, folder, demo);
  try {
    await listening(simulator);
    shutIn(folder);
    const config = await writeRegion(folder, demo.system);
    const { openConsole } = await import('./console.ts');
    const own = { config, state: join(folder, 'state'), region: 'demo', packs: options.packs };
    const how = { screenReader: demo.screenReader, tip: TIP };
    // No region of this host stands beside the simulated one.
    const alone = { ...machine, hostFolder: join(folder, 'etc') };
    return await openConsole(alone, { ...options, ...own, system: null, project: null }, how);
  } finally {
    simulator.stdin?.end();
    if (simulator.exitCode === null) await once(simulator, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}
