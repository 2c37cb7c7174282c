import type { JournalEvent } from '../incidents/events.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Act, Phase, RunState, Visit } from './state.ts';

/** Lines of an action's output kept in the state; the journal keeps all. */
const OUTPUT_LINES_MAX = 200;

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;

/** The phase in which a node of the graph is entered. */
function phaseOnEntry(runbook: Runbook, step: string): Phase {
  const node = runbook.nodes.get(step);
  switch (node?.kind) {
    case 'check':
    case 'ask':
      return 'observing';
    case 'verify':
      return 'verifying';
    default:
      return 'leaf';
  }
}

function lastVisit(state: RunState, change: (visit: Visit) => Visit): readonly Visit[] {
  const last = state.path.at(-1);
  return last ? [...state.path.slice(0, -1), change(last)] : state.path;
}

function changeAct(state: RunState, intent: string, change: (act: Act) => Act): readonly Act[] {
  return state.acts.map((act) => (act.intent === intent ? change(act) : act));
}

function started(event: JournalEvent & { type: 'run-started' }, runbook: Runbook): RunState {
  return {
    id: event.run ?? '',
    incident: event.incident,
    runbook: event.body.runbook,
    region: event.region,
    startedAt: event.at,
    startedBy: { ...event.operator, pid: 0 },
    seq: event.seq,
    phase: 'observing',
    current: runbook.start,
    path: [],
    acts: [],
    verification: null,
    notes: [],
    outcome: null,
    verified: null,
    endedAt: null,
  };
}

/** Enters a step: the path grows, or is cut back to where that step already stands on it. */
function entered(state: RunState, runbook: Runbook, event: Of<'step-entered'>): RunState {
  const { step, held } = event.body;
  const index = state.path.findIndex((visit) => visit.step === step);
  const kept = index === -1 ? state.path : state.path.slice(0, index);
  const visit: Visit = {
    step,
    enteredAt: event.at,
    held,
    evidence: null,
    recommended: null,
    taken: null,
    skipped: null,
  };
  return {
    ...state,
    current: step,
    phase: phaseOnEntry(runbook, step),
    path: [...kept, visit],
    verification: null,
  };
}

function intended(state: RunState, event: Of<'action-intended'>): RunState {
  const { intent, leaf, action, command, targets, risk, undoOf } = event.body;
  const act: Act = {
    intent,
    leaf,
    action,
    command,
    targets,
    risk,
    by: { ...event.operator, pid: 0 },
    intendedAt: event.at,
    startedAt: null,
    endedAt: null,
    state: 'intended',
    message: null,
    output: [],
    undoOf,
  };
  return { ...state, phase: 'acting', acts: [...state.acts, act], verification: null };
}

/** An undo is not verified as its leaf is: the run stands where the operator chooses anew. */
function afterAct(acts: readonly Act[], intent: string, phase: Phase): Phase {
  const act = acts.find((candidate) => candidate.intent === intent);
  return phase === 'verifying' && act?.undoOf ? 'stuck' : phase;
}

function ended(state: RunState, event: Of<'action-ended'>): RunState {
  const { intent, outcome, message } = event.body;
  const known = state.acts.find((act) => act.intent === intent);
  if (known?.endedAt !== null) return state;
  const phases: Record<typeof outcome, Phase> = {
    done: 'verifying',
    failed: 'stuck',
    refused: 'stuck',
    'not-done': 'stuck',
    unknown: 'unknown',
  };
  const acts = changeAct(state, intent, (act) => ({
    ...act,
    state: outcome,
    message,
    endedAt: event.at,
  }));
  return { ...state, phase: afterAct(acts, intent, phases[outcome]), acts };
}

function settled(state: RunState, event: Of<'action-settled'>): RunState {
  const { intent, state: settlement, because } = event.body;
  const acts = changeAct(state, intent, (act) => ({ ...act, state: settlement, message: because }));
  const phase = settlement === 'done' ? 'verifying' : 'stuck';
  return { ...state, phase: afterAct(acts, intent, phase), acts };
}

function verification(
  state: RunState,
  event: Of<'verification-started' | 'verification-sampled' | 'verification-ended'>,
): RunState {
  if (event.type === 'verification-started') {
    const { index, total, title, withinMs, before } = event.body;
    return {
      ...state,
      phase: 'verifying',
      verification: {
        index,
        total,
        title,
        startedAt: event.at,
        withinMs,
        samples: 0,
        latest: null,
        before,
        now: before,
        state: 'running',
      },
    };
  }
  if (state.verification === null) return state;
  const { samples, latest, now } = event.body;
  const known = { ...state.verification, samples, latest, now };
  if (event.type === 'verification-sampled') return { ...state, verification: known };
  return {
    ...state,
    phase: event.body.passed ? 'verifying' : 'stuck',
    verification: { ...known, state: event.body.passed ? 'passed' : 'failed' },
  };
}

function apply(state: RunState, event: JournalEvent, runbook: Runbook): RunState {
  // What ended has ended: only notes are added to it.
  if (state.phase === 'finished' && event.type !== 'note') return state;
  switch (event.type) {
    case 'step-entered':
      return entered(state, runbook, event);
    case 'evidence-read': {
      const { evidence, recommended } = event.body;
      const path = state.path.map((visit) =>
        visit.step === evidence.step ? { ...visit, evidence, recommended } : visit,
      );
      return { ...state, path, phase: state.phase === 'observing' ? 'deciding' : state.phase };
    }
    case 'turn-recommended': {
      const path = lastVisit(state, (visit) => ({ ...visit, recommended: event.body.turn }));
      return { ...state, path, phase: 'deciding' };
    }
    case 'branch-taken': {
      const { step: _, ...taken } = event.body;
      return { ...state, path: lastVisit(state, (visit) => ({ ...visit, taken })) };
    }
    case 'step-skipped':
      return {
        ...state,
        path: lastVisit(state, (visit) => ({ ...visit, skipped: event.body.reason })),
      };
    case 'action-intended':
      return intended(state, event);
    case 'action-started':
      return {
        ...state,
        acts: changeAct(state, event.body.intent, (act) => ({
          ...act,
          state: 'started',
          startedAt: event.at,
        })),
      };
    case 'action-output':
      return {
        ...state,
        acts: changeAct(state, event.body.intent, (act) => ({
          ...act,
          output: [...act.output, event.body.line].slice(-OUTPUT_LINES_MAX),
        })),
      };
    case 'action-ended':
      return ended(state, event);
    case 'action-settled':
      return settled(state, event);
    case 'verification-started':
    case 'verification-sampled':
    case 'verification-ended':
      return verification(state, event);
    case 'note': {
      const note = { at: event.at, by: event.operator.name, text: event.body.text };
      return { ...state, notes: [...state.notes, note] };
    }
    case 'run-finished': {
      const { outcome, verified } = event.body;
      return { ...state, phase: 'finished', outcome, verified, endedAt: event.at };
    }
    default:
      return state;
  }
}

/**
 * The state of a run: the fold of its journal events over the runbook it began with.
 * @param from the state already folded, to go on from; null to begin
 * @returns null when the events hold no run
 */
export function fold(
  runbook: Runbook,
  events: readonly JournalEvent[],
  from: RunState | null = null,
): RunState | null {
  let state = from;
  for (const event of events) {
    if (event.type === 'run-started') state = started(event, runbook);
    else if (state !== null && event.run === state.id && event.seq > state.seq) {
      state = { ...apply(state, event, runbook), seq: event.seq };
    }
  }
  return state;
}
