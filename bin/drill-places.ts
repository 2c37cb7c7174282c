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

/** Where it is kept how drills in the console went. */
export function historyFile(machine: Surroundings, options: CommonOptions): string {
  return join(stateDirectory(machine, options), 'drills', 'history.jsonl');
}
