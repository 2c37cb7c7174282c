import { mkdir, readdir, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startSimulator } from '../src/simulator/simulator.ts';
import { systemOf } from '../src/simulator/systems/systems.ts';
import { holdRegions } from './simulator-regions.ts';

// The region in a box, a process of its own: dist/simulator.js. It says `listening` and `ready` on its
// output, and ends when it is asked to on its own socket, by a signal, or when whoever started it has closed
// its input, be it by dying. Then it takes its folder away.

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    system: { type: 'string', default: 'falcon' },
    seed: { type: 'string', default: '1' },
    factor: { type: 'string', default: '1' },
    /** Where what is slow to make is kept for the next simulator. */
    cache: { type: 'string' },
    fault: { type: 'string' },
    'fault-after': { type: 'string', default: '0' },
    /** Holds regions whose time is somebody else's, as it is told to by whoever started it. */
    regions: { type: 'boolean', default: false },
  },
});

function endOf(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
    process.stdin
      .on('end', () => resolve())
      .on('error', () => resolve())
      .resume();
  });
}

/** What is removed at the end must hold nothing of somebody else's. */
async function ownFolder(folder: string | undefined): Promise<string> {
  if (folder === undefined) throw new Error('--folder is missing: an empty folder of its own');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0)
    throw new Error(`${folder} is not empty: name another one`);
  return folder;
}

/** Of a build the thread of the tables lies beside this file. */
const tablesProgram = import.meta.url.endsWith('.ts')
  ? null
  : new URL('./tables.js', import.meta.url);

async function live(folder: string): Promise<void> {
  const ended = endOf();
  const say = (word: string) => process.stdout.write(`${word}\n`);
  // Nobody may be there to hear it.
  process.stdout.on('error', () => undefined);
  const simulator = await startSimulator({
    folder,
    system: systemOf(values.system),
    seed: Number(values.seed),
    factor: Number(values.factor),
    node: process.execPath,
    listening: () => say('listening'),
    ...(tablesProgram === null ? {} : { tablesProgram }),
    ...(values.cache === undefined ? {} : { cacheFolder: values.cache }),
  });
  say('ready');
  const { fault } = values;
  if (fault !== undefined) {
    setTimeout(() => {
      simulator.fault(fault).catch((thrown) => process.stderr.write(`simulator: ${thrown}\n`));
    }, Number(values['fault-after']) * 1000);
  }
  await Promise.race([simulator.asked, ended]);
  await simulator.close();
}

try {
  if (values.regions) {
    await holdRegions(tablesProgram);
    process.exit(0);
  }
  const folder = await ownFolder(values.folder);
  await live(folder).finally(() => rm(folder, { recursive: true, force: true }));
  process.exit(0);
} catch (thrown) {
  process.stderr.write(`simulator: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}
