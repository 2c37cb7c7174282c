import type { KeyContext, Scope } from '../keymap/binding.ts';
import type { Branch } from '../runbooks/graph.ts';
import type { BoardState, ConsolePorts } from './ports.ts';
import { chosenRow, logTargets, panelIdsOf, shownLive } from './selection.ts';
import { type RunView, type SessionState, topOverlay } from './session.ts';
import { pruned } from './table.ts';
import { hasPods } from './tables/pods.ts';
import { tables } from './tables.ts';

/** The runbook that `r` opens, and why. */
export interface NextRun {
  readonly runbook: string;
  /** True when a run of it is under way and would be taken up again. */
  readonly resumes: boolean;
}

const underWay: ReadonlySet<string> = new Set(['acting', 'unknown', 'verifying', 'stuck']);

/** A run in the middle of a change comes first, then the best suggestion, then any open run. */
export function nextRun(board: BoardState): NextRun | null {
  const open = board.incidents.flatMap(({ run }) =>
    run !== null && run.phase !== 'finished' ? [run] : [],
  );
  const busy = open.find((run) => underWay.has(run.phase));
  if (busy) return { runbook: busy.runbook, resumes: true };
  const [best] = board.suggestions;
  if (best) {
    const { id } = best.runbook;
    return { runbook: id, resumes: open.some((run) => run.runbook === id) };
  }
  const [first] = open;
  return first ? { runbook: first.runbook, resumes: true } : null;
}

/** True when a wizard left now would leave something under way. */
export function runIsOpen(session: SessionState, board: BoardState): boolean {
  if (session.run !== null && session.run.state.phase !== 'finished') return true;
  return board.incidents.some(({ run }) => run !== null && run.phase !== 'finished');
}

/** The scopes that hold now, innermost first. */
export function scopesOf(session: SessionState): readonly Scope[] {
  const top = topOverlay(session);
  if (top === null) return [session.screen, 'global', 'always'];
  switch (top.kind) {
    case 'confirm':
      if (top.refused !== null) return ['dialog:message', 'always'];
      return [top.plan.typedName === null ? 'dialog:confirm' : 'dialog:typed', 'always'];
    case 'text':
    case 'filter':
      return ['dialog:text', 'always'];
    default:
      return [`dialog:${top.kind}`, 'always'];
  }
}

/** Where the runbook goes on when the current leaf did not help; null where it does not say. */
export function otherwiseOf(run: RunView): string | null {
  const node = run.controller.runbook.nodes.get(run.state.current);
  return node?.kind === 'do' || node?.kind === 'verify' ? node.otherwise : null;
}

/** True at a leaf whose action did not happen, or that has no other way on: it can be tried again. */
export function triesAgain(run: RunView): boolean {
  const last = run.state.acts.at(-1)?.state;
  return last === 'refused' || last === 'not-done' || otherwiseOf(run) === null;
}

function runContext(run: RunView): KeyContext['run'] {
  const { controller, state } = run;
  const { nodes } = controller.runbook;
  const node = nodes.get(state.current);
  const visit = state.path.findLast((entry) => entry.step === state.current);
  const otherwise = triesAgain(run) ? null : otherwiseOf(run);
  return {
    phase: state.phase,
    kind: node?.kind ?? 'check',
    title: node?.title ?? state.current,
    otherwise: otherwise === null ? null : (nodes.get(otherwise)?.title ?? otherwise),
    recommended: visit?.recommended != null,
    branches: turnsFrom(run).length,
    steps: state.path.filter((entry) => entry.step !== state.current).length,
    acted: state.acts.some((act) => act.state === 'done' || act.state === 'failed'),
    holder: run.holder,
    working: run.working,
  };
}

export interface WayOn {
  readonly to: string;
  readonly because: string;
}

/** The branches of the step the run stands at, or came to its leaf from. */
function branchesFrom(run: RunView): readonly WayOn[] {
  const { controller, state } = run;
  const { nodes } = controller.runbook;
  const here = nodes.get(state.current);
  const last = state.path.findLast((entry) => entry.step !== state.current);
  const isStep = here?.kind === 'check' || here?.kind === 'ask';
  const node = isStep || last === undefined ? here : nodes.get(last.step);
  if (node?.kind !== 'check' && node?.kind !== 'ask') return [];
  return node.branches.map((branch) => ({ to: branch.to, because: reasonOf(branch, node.kind) }));
}

/** Why one would take a branch, in the runbook's own words where they need nothing filled in. */
function reasonOf({ when, because }: Branch, kind: 'check' | 'ask'): string {
  if (when !== null) return `when ${when.text}`;
  if (because !== '' && !because.includes('{{')) return because;
  return kind === 'check' ? 'when nothing else holds' : '';
}

/** The ways the operator may take from where the run stands, each once. */
export function turnsFrom(run: RunView): readonly WayOn[] {
  const { current, phase } = run.state;
  const otherwise = otherwiseOf(run);
  const stuck: readonly WayOn[] =
    phase === 'stuck'
      ? [
          ...(otherwise === null ? [] : [{ to: otherwise, because: 'the runbook goes on there' }]),
          { to: current, because: 'look at it and try it again' },
        ]
      : [];
  const others = branchesFrom(run).filter(({ to }) => to !== current);
  const all = [...stuck, ...others];
  return all.filter((way, index) => all.findIndex(({ to }) => to === way.to) === index);
}

/** What the bindings may ask of the console. */
export function keyContext(ports: ConsolePorts, session: SessionState): KeyContext {
  const live = shownLive(ports, session);
  const board = ports.board.getState();
  const { focus } = session;
  const logs = logTargets(ports, session);
  return {
    rows: panelIdsOf(ports, session, focus).length,
    row: chosenRow(ports, session) !== null,
    marks: pruned(session.marks[focus], tables[focus], live).length,
    logs: 'reason' in logs ? logs.reason : null,
    pods: hasPods(live),
    suggestion: nextRun(board) !== null,
    incident: board.incidents.length > 0 || session.run !== null,
    runbooks: ports.runbooks.length,
    run: session.screen === 'wizard' && session.run !== null ? runContext(session.run) : null,
  };
}
