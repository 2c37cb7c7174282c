import { didYouMean } from '../domain/nearest.ts';
import type { Drill } from '../drills/drill.ts';
import { type LoadedDrills, loadDrills } from '../drills/load.ts';
import type { Trial } from '../drills/trials.ts';
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

/** The drills to run; the ids that none has are told. Null when there is nothing to run. */
export function chosenDrills(
  { drills }: LoadedDrills,
  ids: readonly string[],
  all: boolean,
  output: Output,
): readonly Drill[] | null {
  if (all) return drills;
  const known = drills.map(({ id }) => id);
  const unknown = ids.filter((id) => !known.includes(id));
  for (const id of unknown) {
    output.note(`There is no drill ${id}; ${didYouMean(id, known, 'see opsconsole drill list')}`);
  }
  if (ids.length === 0) output.note('Name drills, or say --all; see opsconsole drill list');
  return unknown.length > 0 || ids.length === 0
    ? null
    : drills.filter(({ id }) => ids.includes(id));
}

/** `drill run`: performs drills one after the other and tells of each as it ends. */
export async function drillRunCommand(
  output: Output,
  drills: readonly Drill[],
  trials: (drill: Drill) => readonly Trial[],
  perform: (drill: Drill, trial: Trial) => Promise<DrillResult>,
): Promise<ExitCode> {
  let failed = 0;
  let tried = 0;
  for (const drill of drills) {
    for (const trial of trials(drill)) {
      const told = await perform(drill, trial);
      tried += 1;
      if (told.result === 'fail') failed += 1;
      output.write(output.json ? JSON.stringify(told) : drillWords(told));
    }
  }
  if (!output.json) output.write(`${tried - failed} of ${tried} pass`);
  return failed > 0 ? exitCodes.unhealthy : exitCodes.done;
}
