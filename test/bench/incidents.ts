import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure, Section } from './figures.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
/** `r`, Enter, `y`. */
const KEYS_TARGET = 3;
/** Two refresh intervals of the sources, as the journeys configure them. */
const RECOMMENDED_TARGET_MS = 2000;

interface Told {
  readonly name: string;
  /** The keys that opened the runbook. */
  readonly opens: string;
  readonly keystrokes: number;
  readonly recommendedMs: number | null;
  readonly verifiedMs: number;
}

/** Runs the journeys of Falcon's incidents; each tells what it took once all of it was as it should be. */
async function journeys(file: string): Promise<readonly Told[]> {
  const args = [VITEST, 'run', '--project', 'stack', 'test/journeys/falcon-'];
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY,
    env: { ...process.env, OPSCONSOLE_INCIDENT_TIMES: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error('an incident did not end as it should: see above');
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Told);
}

function figuresOf({
  keystrokes,
  name,
  opens,
  recommendedMs,
  verifiedMs,
}: Told): readonly Figure[] {
  const verified = `ends verified after ${(verifiedMs / 1000).toFixed(0)} s`;
  const recommended: readonly Figure[] =
    recommendedMs === null
      ? []
      : [
          {
            name: `${name}: to the recommendation`,
            value: recommendedMs,
            unit: 'ms',
            target: RECOMMENDED_TARGET_MS,
          },
        ];
  const note = opens === 'r' ? verified : `${verified}; opened by \`${opens}\``;
  const keys = {
    name: `${name}: keys`,
    value: keystrokes,
    unit: 'keys',
    target: KEYS_TARGET,
    note,
  };
  return [...recommended, keys];
}

/** From each fault to its proven end, by the journeys themselves. */
export async function measureIncidents(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-incidents-'));
  try {
    const told = await journeys(join(folder, 'times.jsonl'));
    return {
      title: "Falcon's incidents",
      how: [
        'Each fault is made on the test stack, its runbook followed by keys to the end. Times begin when',
        'the fault has taken effect, and where it shows in a number only, when that number is on the',
        'screen; sources are read every second. Proofs that last minutes are cut to seconds. A leaf that',
        'follows another is confirmed on its own.',
      ].join('\n'),
      figures: told.flatMap(figuresOf),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
