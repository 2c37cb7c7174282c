import { didYouMean } from '../domain/nearest.ts';
import type { Drill } from '../drills/drill.ts';
import { type LoadedDrills, loadDrills } from '../drills/load.ts';
import { formatDiagnostic } from '../runbooks/diagnostic.ts';
import type { Pack } from '../runbooks/pack.ts';
import type { ContractOf } from './contract.ts';
import { type DrillResult, drillWords } from './drill-result.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { answer, type Output, table } from './output.ts';

/** The drills of these packs, of one system only where it is named; what is wrong in files is told. */
export function drillsOf(
  packs: readonly Pack[],
  system: string | null,
  output: Output,
): LoadedDrills {
  const asked = packs.filter((pack) => system === null || pack.system === system);
  const loaded = loadDrills(asked);
  for (const diagnostic of loaded.diagnostics) output.note(formatDiagnostic(diagnostic));
  return loaded;
}

/** `drill list`: what can be practised. */
export function drillListCommand(output: Output, { drills, diagnostics }: LoadedDrills): ExitCode {
  const rows: ContractOf<'drill-list'> = drills.map(
    ({ id, runbook, leaf, class: kind, fault, title }) => ({
      id,
      runbook,
      leaf,
      class: kind,
      fault,
      title,
    }),
  );
  answer(output, rows, () =>
    rows.length === 0
      ? 'There is no drill.'
      : table(rows.map(({ id, leaf, title }) => [id, leaf, title])),
  );
  return diagnostics.length > 0 ? exitCodes.usage : exitCodes.done;
}

/** Which drills are wanted: those of these ids, every one, or one by chance. */
export interface WantedDrills {
  readonly ids: readonly string[];
  readonly all: boolean;
  readonly random: boolean;
}

/**
 * The drills to run; the ids that none has are told. Null when there is nothing to run.
 * @param random 0 to 1: by it one is chosen of those that an alert tells of
 */
export function chosenDrills(
  drills: readonly Drill[],
  { all, ids, random: byChance }: WantedDrills,
  random: () => number,
  output: Output,
): readonly Drill[] | null {
  const ways = [all, byChance, ids.length > 0].filter(Boolean).length;
  if (ways > 1) {
    output.note('Name drills, or say --all, or --random: one of the three');
    return null;
  }
  if (all) return drills;
  if (byChance) {
    const telling = drills.filter(({ unasked }) => !unasked);
    const place = Math.floor(random() * telling.length);
    return telling.slice(place, place + 1);
  }
  const known = drills.map(({ id }) => id);
  const unknown = ids.filter((id) => !known.includes(id));
  for (const id of unknown) {
    output.note(`There is no drill ${id}; ${didYouMean(id, known, 'see opsconsole drill list')}`);
  }
  if (ids.length === 0)
    output.note('Name drills, or say --all or --random; see opsconsole drill list');
  return unknown.length > 0 || ids.length === 0
    ? null
    : drills.filter(({ id }) => ids.includes(id));
}

/**
 * `drill run`: performs what is to be tried, `jobs` at a time, and tells of each as it ends.
 * @param perform tells what came of it
 */
export async function drillRunCommand<Try>(
  output: Output,
  tries: readonly Try[],
  jobs: number,
  perform: (one: Try) => Promise<DrillResult>,
): Promise<ExitCode> {
  const results: DrillResult[] = [];
  const left = [...tries];
  const work = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const told = await perform(one);
      results.push(told);
      output.write(output.json ? JSON.stringify(told) : drillWords(told));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const passed = results.filter(({ result }) => result === 'pass').length;
  if (!output.json) output.write(`${passed} of ${results.length} pass`);
  return passed < results.length ? exitCodes.unhealthy : exitCodes.done;
}
