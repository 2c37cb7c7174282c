import type { Evidence } from '../domain/evidence.ts';
import { event } from '../incidents/events.ts';
import type { EngineContext } from './context.ts';
import type { Refusal } from './controller.ts';
import { readingEvents } from './effects.ts';
import { enter } from './endings.ts';
import { ask } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import { firstChange, freshResults, type Reading, readAgain, stepsRead } from './path.ts';
import { EVIDENCE_AGE_MS_MAX } from './request.ts';
import { type Place, scopeOf } from './scope.ts';

/** The age of the evidence a change rests on, and its limit. */
export interface EvidenceAge {
  /** Epoch ms of the oldest; null when it rests on none. */
  readonly at: number | null;
  readonly maxAgeMs: number;
}

/** Keeps the evidence under the current step as fresh as it is looked at, outside the journal. */
export interface Freshness {
  reread(): Promise<void>;
  changed(): string | null;
  evidence(): readonly Evidence[];
  /** Where the run stands, with the newest results of its path. */
  place(): Place;
  /** Reads the path anew before a change; returns to the first step that says otherwise. */
  renew(): Promise<EvidenceAge | Refusal>;
  /** Forgets what no longer belongs to where the run stands. */
  moved(): void;
}

export function createFreshness(
  context: EngineContext,
  ledger: Ledger,
  signal: AbortSignal,
): Freshness {
  let fresh: readonly Reading[] = [];
  let shown: readonly Evidence[] = [];
  let changed: string | null = null;
  let at: string | null = null;

  const words = (change: Reading) =>
    `${change.step.title} ${change.turn?.because ?? change.evidence.error ?? 'no branch holds'}`;

  /** What was read again of the path since it was walked. */
  const newer = () =>
    fresh.filter(({ step, evidence }) => {
      const visit = ledger.state().path.find((walked) => walked.step === step.id);
      return visit !== undefined && evidence.observedAt >= (visit.evidence?.observedAt ?? 0);
    });

  const place = (): Place => {
    return { runbook: ledger.runbook, run: ledger.state(), fresh: freshResults(newer()) };
  };

  /** Reads what an asking step, a checklist or a deciding leaf shows beside itself. */
  async function show(): Promise<void> {
    const node = ledger.runbook.nodes.get(ledger.state().current);
    if (node === undefined || !('show' in node)) return;
    const scope = scopeOf(context, place());
    const answers = await Promise.all(
      node.show.map((shown) => ask(context, node.id, shown, scope, signal)),
    );
    if (signal.aborted || at !== node.id) return;
    shown = answers.map(({ evidence }) => evidence);
    ledger.emit();
  }

  /** A step that could not decide goes on by itself once its evidence decides it. */
  function resolveDoubt(readings: readonly Reading[]): void {
    const { phase, current, path } = ledger.state();
    if (phase !== 'deciding' || path.at(-1)?.recommended?.sure === true) return;
    const reading = readings.find(({ step }) => step.id === current);
    if (reading?.turn?.sure && ledger.notDriving() === null)
      ledger.commit(readingEvents(ledger, reading));
  }

  async function reread(): Promise<void> {
    const { path } = ledger.state();
    const [readings] = await Promise.all([
      readAgain(context, ledger.runbook, ledger.state(), signal),
      show(),
    ]);
    // Notes and what is seen meanwhile leave the path as it was.
    if (signal.aborted || path !== ledger.state().path) return;
    fresh = readings;
    resolveDoubt(readings);
    const change = firstChange(ledger.state(), readings);
    changed = change && words(change);
    ledger.emit();
  }

  return {
    reread,
    place,
    changed: () => changed,
    evidence() {
      const walked = ledger.state().path.flatMap((visit) => {
        const again = newer().find(({ step }) => step.id === visit.step);
        return again?.evidence ?? visit.evidence ?? [];
      });
      return [...walked, ...shown];
    },
    async renew() {
      const steps = stepsRead(ledger.runbook, ledger.state());
      await reread();
      const change = firstChange(ledger.state(), fresh);
      if (change) {
        const read = event('evidence-read', {
          evidence: change.evidence,
          recommended: change.turn,
        });
        ledger.commit([enter(ledger.runbook, change.step.id, true), read]);
        return {
          refused: `The evidence has changed: ${words(change)}`,
          mend: 'look at this step again before you act',
        };
      }
      const ages = fresh.map(({ evidence }) => evidence.observedAt);
      return {
        at: ages.length > 0 ? Math.min(...ages) : null,
        maxAgeMs: Math.min(EVIDENCE_AGE_MS_MAX, ...steps.map((step) => step.maxEvidenceAgeMs)),
      };
    },
    moved() {
      const { current } = ledger.state();
      if (at === current) return;
      at = current;
      changed = null;
      shown = [];
      void show();
    },
  };
}
