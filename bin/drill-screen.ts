import { join } from 'node:path';
import { chosenDrills } from '../src/commands/drill.ts';
import { type ExitCode, exitCodes } from '../src/commands/exit-codes.ts';
import type { Output } from '../src/commands/output.ts';
import { operatorOf, type Surroundings, stateDirectory } from '../src/composition/surroundings.ts';
import { systemClock } from '../src/domain/clock.ts';
import type { Drill } from '../src/drills/drill.ts';
import { addToDrillHistory, type DrillRecord } from '../src/drills/history.ts';
import { exerciseOf } from '../src/drills/score.ts';
import { scoreCard } from '../src/drills/score-card.ts';
import { openSqliteJournal } from '../src/incidents/store/sqlite.ts';
import type { Pack } from '../src/runbooks/pack.ts';
import type { CommonOptions } from './cli.ts';
import type { DrillInvocation } from './cli-drills.ts';
import { historyFile, practiceFolder } from './drill-places.ts';
import { DRILL_TIP, watchDrill } from './drill-watch.ts';
import { shutIn, simulatedFolder, startSimulated, writeRegions } from './simulated.ts';

type DrillRun = Extract<DrillInvocation, { readonly command: 'drill run' }>;

const REGION = 'drill';

/** What there is to practise, and the runbooks to practise it with. */
interface Practice {
  readonly drills: readonly Drill[];
  readonly packs: readonly Pack[];
}

/** The one drill that is meant; null, and told, when that is none, or several. */
function drillOf(
  machine: Surroundings,
  drills: readonly Drill[],
  wanted: DrillRun,
  output: Output,
): Drill | null {
  if (wanted.all || wanted.ids.length > 1 || (wanted.ids.length === 0 && !wanted.random)) {
    output.note('In the console one drill is performed at a time: name one, or say --random;');
    output.note('with --auto as many as are named, or --all. See opsconsole drill list');
    return null;
  }
  return chosenDrills(drills, wanted, machine.random, output)?.[0] ?? null;
}

/** Opens the console on the drill's own region. @returns how it went; null when nothing broke */
async function practise(
  machine: Surroundings,
  options: CommonOptions,
  drill: Drill,
  { drills, packs }: Practice,
  { screenReader, seed }: DrillRun,
): Promise<DrillRecord | null> {
  const state = await practiceFolder(machine, options, drill);
  const cache = join(stateDirectory(machine, options), 'tables');
  const folder = await simulatedFolder('drill');
  const [system = ''] = drill.id.split('/');
  const more = ['--cache', cache];
  const wanted = { folder, system, seed, more, until: 'listening' } as const;
  const simulated = await startSimulated(machine, wanted);
  const leave = shutIn(folder);
  const file = join(state, 'journal.db');
  const journal = openSqliteJournal(file, systemClock);
  try {
    const { file: config, region } = await writeRegions(folder, REGION);
    const { openConsole } = await import('./console.ts');
    const runbooks = packs.flatMap((pack) => pack.runbooks);
    const { name } = operatorOf(machine, process.pid);
    const target = runbooks.find(({ id }) => id === drill.runbook)?.resolveWithinMs ?? null;
    const targetMs = drill.class === 'acting' ? target : null;
    const about = { operator: name, targetMs, seed, journal: file };
    const exercise = exerciseOf(drill, drills, runbooks);
    const watch = watchDrill(simulated, { drill, exercise, journal, about });
    const own = { config, state, region, system: null, project: null, readOnly: false };
    // No region of this host stands beside the simulated one.
    const alone = { ...machine, hostFolder: join(folder, 'etc') };
    const how = {
      screenReader,
      tip: DRILL_TIP,
      fleeting: { record: `opsconsole replay ${drill.id}` },
      attend: watch.attend,
    };
    await openConsole(alone, { ...options, ...own }, how);
    return watch.record();
  } finally {
    journal.close();
    leave();
    await simulated.close();
  }
}

/** `drill run` without `--auto`: one drill, in the console; how it went is told and kept. */
export async function drillInConsole(
  machine: Surroundings,
  options: CommonOptions,
  output: Output,
  practice: Practice,
  invocation: DrillRun,
): Promise<ExitCode> {
  if (output.json || !process.stdin.isTTY || !process.stdout.isTTY) {
    output.note('A drill in the console needs a terminal; without an operator there is --auto');
    return exitCodes.usage;
  }
  const drill = drillOf(machine, practice.drills, invocation, output);
  if (drill === null) return exitCodes.usage;
  const record = await practise(machine, options, drill, practice, invocation);
  if (record === null) {
    output.write('Left before anything broke: nothing is kept.');
    return exitCodes.done;
  }
  output.write(scoreCard(record).join('\n'));
  addToDrillHistory(historyFile(machine, options), record);
  return record.result === 'verified' ? exitCodes.done : exitCodes.unhealthy;
}
