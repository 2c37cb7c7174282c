import type { JournalEvent } from '../incidents/events.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { foldVerification } from './fold-verification.ts';
import { missingInputs } from './inputs.ts';
import type { Act, Message, Phase, RunState, Visit } from './state.ts';

/** Lines of an action's output kept in the state; the journal keeps all. */
const OUTPUT_LINES_MAX = 200;

type Of<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>;

/** The phase in which a node of the graph is entered. */
function phaseOnEntry(runbook: Runbook, step: string, inputs: RunState['inputs']): Phase {
  const node = runbook.nodes.get(step);
  if (missingInputs(runbook, node, inputs).length > 0) return 'input';
  switch (node?.kind) {
    case 'check':
    case 'gather':
    case 'ask':
    case 'checklist':
    case 'notify':
    case 'call':
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
    inputs: event.body.inputs,
    messages: [],
    proved: null,
    handedTo: null,
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
    phase: phaseOnEntry(runbook, step, state.inputs),
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
    result: null,
    undoOf,
  };
  const acts = [...state.acts, act];
  return { ...state, phase: 'acting', acts, verification: null, proved: null };
}

/**
 * An undo is not verified as its leaf is: the run stands where the operator chooses anew. A message,
 * sent or not, leaves its step to the operator.
 */
function afterAct(state: RunState, runbook: Runbook, intent: string, phase: Phase): RunState {
  const act = state.acts.find((candidate) => candidate.intent === intent);
  if (phase === 'unknown' || act === undefined) return { ...state, phase };
  if (act.undoOf !== null) return { ...state, phase: 'stuck' };
  if (runbook.nodes.get(act.leaf)?.kind !== 'notify') return { ...state, phase };
  const messages =
    act.state === 'done' ? markMessage(state.messages, act.leaf, 'sent') : state.messages;
  return { ...state, phase: 'deciding', messages };
}

/** The last draft of a step, with what became of it. */
function markMessage(
  messages: readonly Message[],
  step: string,
  became: Message['state'],
): readonly Message[] {
  const index = messages.findLastIndex((message) => message.step === step);
  return messages.map((message, at) => (at === index ? { ...message, state: became } : message));
}

function ended(state: RunState, runbook: Runbook, event: Of<'action-ended'>): RunState {
  const { intent, outcome, message, result } = event.body;
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
    result: result ?? null,
    endedAt: event.at,
  }));
  return afterAct({ ...state, acts }, runbook, intent, phases[outcome]);
}

function settled(state: RunState, runbook: Runbook, event: Of<'action-settled'>): RunState {
  const { intent, state: settlement, because } = event.body;
  const acts = changeAct(state, intent, (act) => ({ ...act, state: settlement, message: because }));
  const phase = settlement === 'done' ? 'verifying' : 'stuck';
  return afterAct({ ...state, acts }, runbook, intent, phase);
}

/** New values read the step they belong to anew. */
function given(state: RunState, runbook: Runbook, event: Of<'input-given'>): RunState {
  const inputs = { ...state.inputs, ...event.body.values };
  const phase = phaseOnEntry(runbook, state.current, inputs);
  const path = lastVisit(state, (visit) => ({ ...visit, evidence: null, recommended: null }));
  return { ...state, inputs, phase, path };
}

function drafted(state: RunState, event: Of<'message-drafted'>): RunState {
  const { step, recipients, text } = event.body;
  const message: Message = { step, at: event.at, recipients, text, state: 'drafted' };
  const others = state.messages.filter((m) => m.step !== step || m.state !== 'drafted');
  return { ...state, messages: [...others, message] };
}

function apply(state: RunState, event: JournalEvent, runbook: Runbook): RunState {
  // What ended has ended: only notes are added to it, until it is taken up again.
  const stays = event.type !== 'note' && event.type !== 'run-reopened';
  if (state.phase === 'finished' && stays) return state;
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
    case 'jumped': {
      const { to, overridden } = event.body;
      const taken = {
        to,
        because: 'jumped there',
        sure: true,
        by: 'operator',
        overridden,
      } as const;
      return { ...state, path: lastVisit(state, (visit) => ({ ...visit, taken })) };
    }
    case 'input-given':
      return given(state, runbook, event);
    case 'message-drafted':
      return drafted(state, event);
    case 'message-copied':
      return { ...state, messages: markMessage(state.messages, event.body.step, 'copied') };
    case 'handed-over':
      return {
        ...state,
        handedTo: { ...event.body, by: event.operator.name, at: event.at },
      };
    case 'taken-over':
      return { ...state, handedTo: null };
    case 'run-reopened':
      return { ...state, phase: 'stuck', outcome: null, verified: null, endedAt: null };
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
      return ended(state, runbook, event);
    case 'action-settled':
      return settled(state, runbook, event);
    case 'verification-started':
    case 'verification-sampled':
    case 'verification-ended':
      return foldVerification(state, event);
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
