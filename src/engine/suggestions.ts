import type { StoreApi } from 'zustand/vanilla';
import { alertKey } from '../domain/alert.ts';
import type { Timer } from '../domain/clock.ts';
import { severities } from '../domain/severity.ts';
import { alertsAndNotices } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { opens, opensOnAlert } from '../runbooks/opens.ts';
import type { EngineContext } from './context.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { createProbeBudget } from './probe-budget.ts';

/** Least time between two walks of one runbook: the budget of load on a sick region. */
const REWALK_MS_MIN = 2000;
/** A suggestion is walked again after this even if no fact changed, so its evidence stays fresh. */
const REWALK_MS_MAX = 10_000;

/** A runbook that fits what is wrong now. */
export interface Fitting {
  readonly runbook: Runbook;
  readonly alerts: readonly string[];
}

/** The runbooks an alert or their own condition opens now, most severe first. Pure. */
export function fitting(
  runbooks: readonly Runbook[],
  state: LiveState,
  signals: Readonly<Record<string, unknown>>,
): readonly Fitting[] {
  const raised = alertsAndNotices(state);
  const found = runbooks
    .filter((runbook) => opens(runbook, raised, { signals, inputs: {}, run: {} }))
    .map((runbook): Fitting => {
      const alerts = raised.filter((alert) => opensOnAlert(runbook, alert));
      return { runbook, alerts: alerts.map(alertKey) };
    });
  const rank = ({ runbook }: Fitting) => severities.indexOf(runbook.severity);
  return found.sort((a, b) => rank(a) - rank(b));
}

export interface Suggester {
  close(): void;
}

interface Walk {
  readonly startedAt: number;
  readonly under: boolean;
  readonly diagnosis: Diagnosis | null;
}

/**
 * Keeps the suggestions and their diagnoses as the facts change: what fits is walked at once, and
 * again when facts moved, never more often than the budget allows and never twice at once.
 * @param publish called with every change
 */
export function createSuggester(
  context: EngineContext,
  live: StoreApi<LiveState>,
  runbooks: readonly Runbook[],
  publish: (fittings: readonly (Fitting & { readonly diagnosis: Diagnosis | null })[]) => void,
): Suggester {
  const { clock } = context;
  const closing = new AbortController();
  const read = createProbeBudget(closing.signal);
  const walks = new Map<string, Walk>();
  let seen: LiveState | null = null;
  let timer: Timer | null = null;

  let shown = '';
  function show(current: readonly Fitting[]): void {
    const told = current.map((fit) => ({
      ...fit,
      diagnosis: walks.get(fit.runbook.id)?.diagnosis ?? null,
    }));
    const words = JSON.stringify(
      told.map(({ runbook, alerts, diagnosis }) => [runbook.id, alerts, diagnosis?.startedAt]),
    );
    if (words === shown) return;
    shown = words;
    publish(told);
  }

  async function walk(runbook: Runbook): Promise<void> {
    const known = walks.get(runbook.id)?.diagnosis ?? null;
    walks.set(runbook.id, { startedAt: clock.now(), under: true, diagnosis: known });
    const startedAt = clock.now();
    const diagnosis = await diagnose(context, runbook, closing.signal, { read });
    if (closing.signal.aborted) return;
    if (walks.has(runbook.id)) walks.set(runbook.id, { startedAt, under: false, diagnosis });
    consider();
  }

  function due(runbook: Runbook, moved: boolean): boolean {
    const last = walks.get(runbook.id);
    if (!last) return true;
    const ageMs = clock.now() - last.startedAt;
    return !last.under && ageMs >= (moved ? REWALK_MS_MIN : REWALK_MS_MAX);
  }

  function consider(): void {
    if (closing.signal.aborted) return;
    const state = live.getState();
    const current = fitting(runbooks, state, context.signals());
    const ids = new Set(current.map(({ runbook }) => runbook.id));
    for (const id of walks.keys()) if (!ids.has(id)) walks.delete(id);
    const moved = state.facts !== seen?.facts || state.alerts !== seen?.alerts;
    const walking = current.filter(({ runbook }) => due(runbook, moved));
    if (walking.length > 0) seen = state;
    show(current);
    for (const { runbook } of walking) void walk(runbook);
    timer?.cancel();
    timer = current.length > 0 ? clock.after(REWALK_MS_MIN, consider) : null;
  }

  // Without a runbook there is nothing to hold against each change.
  const unsubscribe = runbooks.length === 0 ? () => undefined : live.subscribe(consider);
  if (runbooks.length > 0) consider();
  return {
    close() {
      closing.abort();
      unsubscribe();
      timer?.cancel();
    },
  };
}
