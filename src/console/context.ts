import type { KeyContext, Scope } from '../keymap/binding.ts';
import { askedRow } from './offers.ts';
import type { BoardState, ConsolePorts } from './ports.ts';
import { runContext } from './run-context.ts';
import { chosenRow, logTargets, panelIdsOf, shownLive } from './selection.ts';
import { type ConfirmOverlay, type SessionState, topOverlay } from './session.ts';
import { pruned } from './table.ts';
import { hasPods } from './tables/pods.ts';
import { hasRegions } from './tables/regions.ts';
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

/** What a confirmation waits for. */
export type ConfirmStage = 'refused' | 'barred' | 'reason' | 'name' | 'key';

/** What a confirmation waits for now; a limit that no reason lets pass bars it. */
export function confirmStage(overlay: ConfirmOverlay): ConfirmStage {
  const { plan, refused, reasonTaken } = overlay;
  if (refused !== null) return 'refused';
  if (plan.overLimit !== null && !plan.overLimit.breakGlass) return 'barred';
  if (plan.overLimit !== null && !reasonTaken) return 'reason';
  return plan.typedName === null ? 'key' : 'name';
}

const confirmScopes: Readonly<Record<ConfirmStage, Scope>> = {
  refused: 'dialog:message',
  barred: 'dialog:reader',
  reason: 'dialog:reason',
  name: 'dialog:typed',
  key: 'dialog:confirm',
};

/** The scopes that hold now, innermost first. */
export function scopesOf(
  session: SessionState,
  { replay }: Pick<ConsolePorts, 'replay'>,
): readonly Scope[] {
  const top = topOverlay(session);
  const steered: readonly Scope[] = replay === undefined ? [] : ['replay'];
  if (top === null) return [...steered, session.screen, 'global', 'always'];
  switch (top.kind) {
    case 'confirm':
      return [confirmScopes[confirmStage(top)], 'always'];
    case 'text':
    case 'filter':
      return ['dialog:text', 'always'];
    default:
      return [`dialog:${top.kind}`, 'always'];
  }
}

/** What the bindings may ask of the console. */
export function keyContext(ports: ConsolePorts, session: SessionState): KeyContext {
  const live = shownLive(ports, session);
  const board = ports.board.getState();
  const { focus } = session;
  const logs = logTargets(ports, session);
  const asked = askedRow(ports, session);
  return {
    rows: panelIdsOf(ports, session, focus).length,
    row: chosenRow(ports, session) !== null,
    marks: pruned(session.marks[focus], tables[focus], live).length,
    logs: 'reason' in logs ? logs.reason : null,
    pods: hasPods(live),
    regions: hasRegions(live),
    focus,
    suggestion: nextRun(board) !== null,
    incident: board.incidents.length > 0 || session.run !== null,
    runbooks: ports.runbooks.length,
    starting: board.starting === true,
    offers: 'reason' in asked ? asked.reason : null,
    rot: board.rot?.length ?? 0,
    replay: ports.replay === undefined ? null : { paused: ports.replay.state.getState().paused },
    fleeting: ports.fleeting !== undefined,
    run: session.screen === 'wizard' && session.run !== null ? runContext(session.run) : null,
  };
}
