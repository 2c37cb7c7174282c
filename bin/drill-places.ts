import { readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import type { Drill } from '../src/drills/drill.ts';
import { type Trial, trialWord } from '../src/drills/trials.ts';
import type { CommonOptions } from './cli.ts';

/** Makes the folder for the journal of the last performance of a drill. */
export async function journalFolder(
  machine: Surroundings,
  options: CommonOptions,
  { id }: Drill,
  trial: Trial,
): Promise<string> {
  const own = trial.kind === 'follow' ? id : `${id} ${trialWord(trial)}`;
  const name = own.replaceAll(/[/ ]/g, '-');
  const folder = join(stateDirectory(machine, options), 'drills', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Performances of one drill in the console whose records are kept. */
const PRACTISED_MAX = 10;

const practised = (machine: Surroundings, options: CommonOptions, id: string) =>
  join(stateDirectory(machine, options), 'drills', 'practised', id.replaceAll('/', '-'));

/** The folders of those performances, oldest first. */
function performances(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** Makes the folder for the journal of a drill in the console; those before the last ten go. */
export async function practiceFolder(
  machine: Surroundings,
  options: CommonOptions,
  { id }: Drill,
): Promise<string> {
  const parent = practised(machine, options, id);
  const old = performances(parent).slice(0, -(PRACTISED_MAX - 1));
  for (const name of old) await rm(join(parent, name), { recursive: true, force: true });
  const moment = new Date(machine.clock.now()).toISOString().replaceAll(':', '-');
  const folder = join(parent, moment);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Where the journal of the last performance of a drill in the console lies; null where there is none. */
export function lastPractice(
  machine: Surroundings,
  options: CommonOptions,
  id: string,
): string | null {
  const parent = practised(machine, options, id);
  const last = performances(parent).at(-1);
  return last === undefined ? null : join(parent, last);
}

/** Where it is kept how drills in the console went. */
export function historyFile(machine: Surroundings, options: CommonOptions): string {
  return join(stateDirectory(machine, options), 'drills', 'history.jsonl');
}
