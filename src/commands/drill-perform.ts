import type { Program } from '../composition/compose.ts';
import { openRun } from '../composition/opener.ts';
import { type Clock, wait } from '../domain/clock.ts';
import { type Drill, weightOf } from '../drills/drill.ts';
import { scriptOf, type Trial } from '../drills/trials.ts';
import { diagnose } from '../engine/diagnose.ts';
import type { Diagnosis } from '../engine/diagnosis.ts';
import { createProbeBudget } from '../engine/probe-budget.ts';
import type { RunState } from '../engine/state.ts';
import { createSuggester, fitting } from '../engine/suggestions.ts';
import { isLeaf, type Leaf, type Runbook } from '../runbooks/graph.ts';
import { type Break, drillOperator } from './drill-operator.ts';
import { triedFailure } from './drill-tried.ts';
import { driveRun, type Ending } from './drive-run.ts';

/** What a drill came to; times are of the region's clock. */
export interface Performed {
  /** The first leaf the run came to; null when it came to none. */
  readonly reachedLeaf: string | null;
  /** From the fault to the leaf; null when it was not found. */
  readonly diagnosisMs: number | null;
  readonly acted: boolean;
  readonly verified: boolean | null;
  /** Why it does not pass; null when it does. */
  readonly why: string | null;
}

/** How long everything may take to be seen well before something breaks. */
const CALM_WITHIN_MS = 90_000;
/** How long an operator waits for the console to name the leaf before opening the runbook anyway. */
const NAMED_WITHIN_MS = 8 * 60_000;
const LOOK_EVERY_MS = 500;
/** How long a fault is left alone: longer than any breaker waits, and than an engine before it starts again. */
const LEFT_ALONE_MS = 3 * 60_000;
/** How long it may take after that until it is seen once more: one walk may have come to no end. */
const SEEN_AGAIN_MS = 30_000;
/** How long after something broke somebody suspects it, of which no alert tells. */
const SUSPECTED_AFTER_MS = 5000;
/** How often who suspects something looks again. */
const LOOK_AGAIN_MS = 10_000;

async function until(
  clock: Clock,
  withinMs: number,
  signal: AbortSignal,
  holds: () => boolean,
): Promise<boolean> {
  const startedAt = clock.now();
  while (!holds()) {
    if (clock.now() - startedAt > withinMs) return false;
    await wait(clock, LOOK_EVERY_MS, signal);
  }
  return true;
}

/** What is not well in a region: who has not answered, what is wrong. Empty when all is. */
function unrestOf({ context, live, pack }: Program): readonly string[] {
  const state = live.store.getState();
  const sources = Object.values(state.sources);
  if (sources.length === 0 || pack === null) return ['nothing was asked yet'];
  const silent = sources.filter(({ status }) => status !== 'live');
  const wrong = fitting(pack.runbooks, state, context.signals());
  return [
    ...silent.map(
      ({ error, name, status }) => `${name} is ${status}${error ? `: ${error.message}` : ''}`,
    ),
    ...wrong.map(
      ({ alerts, runbook }) =>
        `${runbook.id} is opened${alerts.map((one) => ` by ${one}`).join(',')}`,
    ),
  ];
}

/** The console names the leaf or one on the way to it, or stands at a step that the script answers. */
function isNamed(diagnosis: Diagnosis | null, drill: Drill): boolean {
  if (diagnosis === null) return false;
  if (diagnosis.leaf !== null) return [...drill.after, drill.leaf].includes(diagnosis.leaf);
  return drill.script.some(({ at }) => at === diagnosis.at);
}

/** The leaves that a run came to, in their order, without those on the way to the drill's. */
function leavesOf(runbook: Runbook, { after }: Drill, state: RunState): readonly Leaf[] {
  const path = state.path.map(({ step }) => step);
  // What was done on a way that led back to an earlier step stands on the path no more.
  const gone = state.acts.map((act) => act.leaf).filter((leaf) => !path.includes(leaf));
  const places = [...gone, ...path, state.current];
  return places
    .filter((id, place) => id !== places[place - 1] && !after.includes(id))
    .flatMap((id) => runbook.nodes.get(id) ?? [])
    .filter(isLeaf);
}

function firstLeaf(runbook: Runbook, drill: Drill, state: RunState): string | null {
  return leavesOf(runbook, drill, state)[0]?.id ?? null;
}

/** What the class of a drill asks of its end. */
function failure(drill: Drill, runbook: Runbook, state: RunState, ending: Ending): string | null {
  const reached = firstLeaf(runbook, drill, state);
  if (reached === null && ending.kind === 'refused') return ending.why.refused;
  if (reached !== drill.leaf) return `it came to ${reached ?? state.current}, not ${drill.leaf}`;
  if (ending.kind === 'refused') return ending.why.refused;
  const course = leavesOf(runbook, drill, state);
  const [, ...after] = course.map(({ id }) => id);
  const strays = drill.goesOnTo.some((leaf, place) => leaf !== after[place]);
  if (strays) return `from there it came to ${after.join(', ') || 'no other leaf'}`;
  const node = weightOf(course.slice(0, drill.goesOnTo.length + 1));
  const ended = `it ended as ${state.outcome}`;
  if (drill.class === 'escalating') return state.outcome === 'escalated' ? null : ended;
  if (node?.kind === 'manual' || node?.kind === 'end') {
    return state.outcome === node.ends ? null : ended;
  }
  const last = runbook.nodes.get(state.current);
  const ends = last?.kind === 'manual' || last?.kind === 'end' ? last.ends : 'resolved';
  // It may hand on what is left for people, once it has done its work.
  if (state.outcome !== ends) return ended;
  const proved = last?.kind === 'manual' ? state.proved : state.verified;
  if (proved !== true) return 'what was done was not proved';
  return node?.kind === 'do' && !state.acts.some((act) => act.state === 'done')
    ? 'nothing was done'
    : null;
}

/** What watches the diagnosis of a runbook. */
interface Watched {
  /** Waits for the console to name the leaf. @returns when, by the region's clock; null when it did not */
  named(): Promise<number | null>;
  /** Whether it names it now. */
  names(): boolean;
  /** What it names now, or where it stands. */
  told(): string;
  close(): Promise<void>;
}

function watch(program: Program, runbook: Runbook, drill: Drill, signal: AbortSignal): Watched {
  const { context, live } = program;
  let diagnosis: Diagnosis | null = null;
  const closing = new AbortController();
  const suggester = createSuggester(context, live.store, [runbook], ([fit]) => {
    if (fit !== undefined || !drill.unasked) diagnosis = fit?.diagnosis ?? null;
  });
  const looked = drill.unasked
    ? lookAgain(program, runbook, AbortSignal.any([signal, closing.signal]), (seen) => {
        diagnosis = seen;
      })
    : Promise.resolve();
  const names = () => isNamed(diagnosis, drill);
  return {
    names,
    told: () => diagnosis?.leaf ?? (diagnosis === null ? 'nothing' : `${diagnosis.at} for a step`),
    async named() {
      const found = await until(context.clock, NAMED_WITHIN_MS, signal, names);
      return found ? context.clock.now() : null;
    },
    async close() {
      closing.abort();
      suggester.close();
      await looked;
    },
  };
}

/** Walks what observes of a runbook again and again, as `diagnose` does for who suspects something. */
async function lookAgain(
  { context }: Program,
  runbook: Runbook,
  signal: AbortSignal,
  seen: (diagnosis: Diagnosis) => void,
): Promise<void> {
  const read = createProbeBudget(signal);
  try {
    while (!signal.aborted) {
      seen(await diagnose(context, runbook, signal, { read }));
      await wait(context.clock, LOOK_AGAIN_MS, signal);
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** What came of a drill in which nothing was done. */
export const NOTHING = {
  reachedLeaf: null,
  diagnosisMs: null,
  acted: false,
  verified: null,
} as const;

/** Follows the runbook to its end, or applies another remedy. */
async function run(
  program: Program,
  drill: Drill,
  runbook: Runbook,
  trial: Exclude<Trial, { kind: 'left-alone' }>,
  breaks: Break,
  how: { readonly newId: () => string; readonly signal: AbortSignal },
): Promise<Omit<Performed, 'diagnosisMs'>> {
  const controller = openRun(program, how.newId, drill.runbook);
  if ('refused' in controller) return { ...NOTHING, why: controller.refused };
  const remedy = trial.kind === 'remedy' ? trial.leaf : null;
  try {
    const script = scriptOf(drill, trial);
    const operator = drillOperator(controller, { script }, breaks, remedy);
    const ending = await driveRun(controller, operator, how.signal);
    const state = controller.state();
    const course = leavesOf(runbook, drill, state).map(({ id }) => id);
    const why =
      trial.kind === 'follow'
        ? failure(drill, runbook, state, ending)
        : triedFailure(trial, controller, course, drill.leaf);
    return {
      reachedLeaf: firstLeaf(runbook, drill, state),
      acted: state.acts.some((act) => act.state === 'done'),
      verified: state.verified,
      why,
    };
  } finally {
    controller.close();
  }
}

/**
 * Performs one drill in a region that is its own: waits until all is well, lets the fault happen, waits for
 * the console to name the leaf, and tries what is to be tried.
 */
export async function performDrill(
  program: Program,
  drill: Drill,
  trial: Trial,
  breaks: Break,
  how: { readonly newId: () => string; readonly signal: AbortSignal },
): Promise<Performed> {
  const { clock } = program.context;
  const { signal } = how;
  await program.start('all');
  const isCalm = () => unrestOf(program).length === 0;
  if (!(await until(clock, CALM_WITHIN_MS, signal, isCalm))) {
    const why = `the region was not well before anything broke: ${unrestOf(program).join('; ')}`;
    return { ...NOTHING, why };
  }
  const brokenAt = clock.now();
  await breaks(drill.fault);
  if (drill.unasked) await wait(clock, SUSPECTED_AFTER_MS, signal);
  const runbook = program.pack?.runbooks.find(({ id }) => id === drill.runbook);
  if (runbook === undefined) return { ...NOTHING, why: `there is no runbook ${drill.runbook}` };
  const watched = watch(program, runbook, drill, signal);
  try {
    const namedAt = await watched.named();
    const diagnosisMs = namedAt === null ? null : Math.round(namedAt - brokenAt);
    if (trial.kind === 'left-alone') {
      await wait(clock, LEFT_ALONE_MS, signal);
      const why = (await until(clock, SEEN_AGAIN_MS, signal, watched.names))
        ? null
        : `${drill.leaf} is named no more, but ${watched.told()}, and nobody did anything`;
      return { ...NOTHING, reachedLeaf: drill.leaf, diagnosisMs, why };
    }
    await watched.close();
    const byHand: Break = trial.kind === 'not-done' ? async () => undefined : breaks;
    return { ...(await run(program, drill, runbook, trial, byHand, how)), diagnosisMs };
  } finally {
    await watched.close();
  }
}
