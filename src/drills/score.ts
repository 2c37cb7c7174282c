import type { JournalEvent } from '../incidents/events.ts';
import { isLeaf, type Runbook } from '../runbooks/graph.ts';
import type { Drill, DrillClass } from './drill.ts';

/** What was looked for, and where it was looked for. */
export interface Exercise {
  readonly class: DrillClass;
  /** Every runbook and leaf that mends what broke. */
  readonly right: readonly RightLeaf[];
  readonly runbooks: readonly Runbook[];
}

interface RightLeaf {
  readonly runbook: string;
  readonly leaf: string;
}

/** Somewhere the operator, or the console, went that led away from the leaf. */
interface WrongTurn {
  /** A leaf that was come to, a change that was made, or a step back. */
  readonly kind: 'leaf' | 'remedy' | 'back';
  /** Since the fault, ms. */
  readonly afterMs: number;
  readonly runbook: string;
  /** The leaf; of a step back, the step that was left. */
  readonly step: string;
}

/** How an exercise went; durations since the fault in ms, null for what did not happen. */
export interface Score {
  /** Until a runbook was opened. */
  readonly acknowledgedMs: number | null;
  /** Until a run came to the leaf. */
  readonly leafMs: number | null;
  /** Until the run ended there as its class asks: proved, decided or escalated. */
  readonly verifiedMs: number | null;
  /** The run that came to the leaf has ended, well or not. */
  readonly ended: boolean;
  /** In their order. */
  readonly wrongTurns: readonly WrongTurn[];
}

/**
 * What a drill looks for. Another drill with the same fault names another way that is as right, and so do
 * the leaves that also help.
 * @param all every drill of the system
 */
export function exerciseOf(
  drill: Drill,
  all: readonly Drill[],
  runbooks: readonly Runbook[],
): Exercise {
  const same = all.filter(({ id, fault }) => id === drill.id || fault === drill.fault);
  const right = [drill, ...same].flatMap(({ alsoHelps, leaf, runbook }) =>
    [leaf, ...alsoHelps].map((one) => ({ runbook, leaf: one })),
  );
  return { class: drill.class, right, runbooks };
}

/** Where one run stands while its events are read. */
interface Course {
  readonly runbook: string;
  /** It came to the leaf. */
  readonly arrived: boolean;
  /** What it comes to from here is chosen: not yet what follows from the leaf by itself. */
  readonly chooses: boolean;
}

type Tally = Omit<Score, 'wrongTurns'> & {
  readonly wrongTurns: readonly WrongTurn[];
  readonly courses: ReadonlyMap<string, Course>;
};

const NOTHING: Tally = {
  acknowledgedMs: null,
  leafMs: null,
  verifiedMs: null,
  ended: false,
  wrongTurns: [],
  courses: new Map(),
};

function isRight({ right }: Exercise, runbook: string, leaf: string): boolean {
  return right.some((one) => one.runbook === runbook && one.leaf === leaf);
}

function isLeafOf({ runbooks }: Exercise, runbook: string, step: string): boolean {
  const node = runbooks.find(({ id }) => id === runbook)?.nodes.get(step);
  return node !== undefined && isLeaf(node);
}

function withCourse(tally: Tally, run: string, course: Course): Tally {
  return { ...tally, courses: new Map(tally.courses).set(run, course) };
}

function turned(tally: Tally, turn: WrongTurn): Tally {
  const last = tally.wrongTurns.at(-1);
  // Who comes to a leaf and does what it says went wrong once, not twice.
  const goesOn =
    turn.kind === 'remedy' &&
    last?.kind === 'leaf' &&
    last.runbook === turn.runbook &&
    last.step === turn.step;
  const before = goesOn ? tally.wrongTurns.slice(0, -1) : tally.wrongTurns;
  return { ...tally, wrongTurns: [...before, turn] };
}

function entered(exercise: Exercise, tally: Tally, run: string, step: string, afterMs: number) {
  const course = tally.courses.get(run);
  if (course === undefined) return tally;
  const { runbook } = course;
  if (isRight(exercise, runbook, step)) {
    const there = { runbook, arrived: true, chooses: false };
    return withCourse({ ...tally, leafMs: tally.leafMs ?? afterMs }, run, there);
  }
  if (!course.chooses || !isLeafOf(exercise, runbook, step)) return tally;
  return turned(tally, { kind: 'leaf', afterMs, runbook, step });
}

/** Whether a run that came to the leaf ended as the drill's class asks. */
function isProved(
  { class: kind }: Exercise,
  { outcome, verified }: Extract<JournalEvent, { type: 'run-finished' }>['body'],
): boolean {
  if (kind === 'acting') return outcome === 'resolved' && verified === true;
  if (kind === 'escalating') return outcome === 'escalated';
  return outcome !== 'stopped' && outcome !== 'escalated';
}

function took(exercise: Exercise, tally: Tally, e: JournalEvent, afterMs: number): Tally {
  const run = e.run ?? '';
  if (e.type === 'run-started') {
    const course = { runbook: e.body.runbook, arrived: false, chooses: true };
    const acknowledgedMs = tally.acknowledgedMs ?? afterMs;
    return withCourse({ ...tally, acknowledgedMs }, run, course);
  }
  const course = tally.courses.get(run);
  if (course === undefined) return tally;
  const { runbook } = course;
  switch (e.type) {
    case 'step-entered':
      return entered(exercise, tally, run, e.body.step, afterMs);
    case 'went-back': {
      const back: WrongTurn = { kind: 'back', afterMs, runbook, step: e.body.from };
      return withCourse(turned(tally, back), run, { ...course, chooses: true });
    }
    case 'jumped':
      return withCourse(tally, run, { ...course, chooses: true });
    case 'action-intended': {
      const { leaf, undoOf } = e.body;
      // What follows from the right leaf by itself, and what is taken back, is no other remedy.
      if (undoOf !== null || isRight(exercise, runbook, leaf) || !course.chooses) return tally;
      return turned(tally, { kind: 'remedy', afterMs, runbook, step: leaf });
    }
    case 'run-finished': {
      if (!course.arrived) return tally;
      const verifiedMs = isProved(exercise, e.body) ? afterMs : null;
      return { ...tally, ended: true, verifiedMs: tally.verifiedMs ?? verifiedMs };
    }
    default:
      return tally;
  }
}

/**
 * How an exercise went, from the journal alone.
 * @param brokenAt when the fault happened, epoch ms; what was before counts for nothing
 * @param events of the region, in the order written; those of several incidents may be among them
 */
export function scoreOf(
  exercise: Exercise,
  brokenAt: number,
  events: readonly JournalEvent[],
): Score {
  const tally = events
    .filter(({ at }) => at >= brokenAt)
    .reduce((sum, e) => took(exercise, sum, e, e.at - brokenAt), NOTHING);
  const { courses: _, ...score } = tally;
  return score;
}
