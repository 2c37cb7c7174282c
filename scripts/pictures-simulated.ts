import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breaksIn } from '../bin/simulated.ts';
import { openTerminal, type Terminal } from '../test/harness/terminal.ts';
import { root, take, WITHIN_MS } from './picture.ts';

type Open = (cols: number, rows: number, ...args: readonly string[]) => Promise<Terminal>;

async function drawDemo(open: Open): Promise<void> {
  const demo = await open(80, 24, 'demo');
  await take(demo, 'demo-80x24', /6 of 6 up/, 'no alert', /hits +\d/);
  await demo.close();
}

/** @param temporary where the folder of the demo is made */
async function drawRegions(open: Open, temporary: string): Promise<void> {
  const demo = await open(120, 40, 'demo', '--system', 'featuresignals');
  await demo.until(/0 REGIONS .*3 of 3 alive/, { withinMs: WITHIN_MS });
  const [folder = ''] = (await readdir(temporary)).filter((name) => name.includes('-demo-'));
  await breaksIn(join(temporary, folder))('other-region-dead');
  await take(demo, 'regions-120x40', /2 of 3 alive/, /✖ in +lost/);
  await demo.close();
}

/** Entries that the record of such a drill can have. */
const ENTRIES_MAX = 60;
const broken = /✖ redis +exited/;

/** A drill of somebody who knows what to do, and its record. */
async function drawDrill(open: Open): Promise<void> {
  const drill = await open(80, 24, 'drill', 'run', 'falcon/redis-killed');
  await drill.until(/▸ The drill is on/, { withinMs: WITHIN_MS });
  await drill.until(/restart-redis .*r to open/, { withinMs: WITHIN_MS });
  await drill.press('r');
  await drill.until('restart redis…', { withinMs: WITHIN_MS });
  await drill.press('Enter');
  await drill.until('do it', { withinMs: WITHIN_MS });
  await drill.press('y');
  await take(drill, 'drill-card-80x24', /over, and proved/);
  await drill.until(/│ +Esc close +│/);
  await drill.press('Esc');
  await drill.until('Resolved');
  await drill.press('Esc');
  await drill.until(/▸ The drill is over/);
  await drill.press('q');
  await drill.exit;

  const replay = await open(120, 40, 'replay', 'falcon/redis-killed');
  await replay.until(/CONTAINERS/, { withinMs: WITHIN_MS });
  await replay.press('Space');
  for (let entry = 0; entry < ENTRIES_MAX && !broken.test(replay.text()); entry += 1) {
    await replay.press('Left');
  }
  await take(replay, 'replay-120x40', /○ paused/, broken);
  await replay.close();
}

/** Draws the pictures of what is simulated. */
export async function drawSimulated(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'opsconsole-pictures-'));
  const env = { HOME: home, TMPDIR: home, XDG_STATE_HOME: join(home, 'state') };
  const open: Open = (cols, rows, ...args) =>
    openTerminal({ command: `${root}bin/opsconsole`, args, cols, rows, env });
  try {
    await drawDemo(open);
    await drawRegions(open, home);
    await drawDrill(open);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
