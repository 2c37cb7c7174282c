import type { Evidence } from '../domain/evidence.ts';
import type { Refusal, RunController } from '../engine/controller.ts';
import { filled } from '../engine/filled.ts';
import { fold } from '../engine/fold.ts';
import type { RunState } from '../engine/state.ts';
import { upcoming } from '../engine/upcoming.ts';
import type { JournalEvent } from '../incidents/events.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { Player } from './player.ts';

/** Who moves a run that is replayed. */
const DRIVER = 'the record';

const NOTHING: Refusal = {
  refused: 'This is a replay: nothing can be done in it',
  mend: 'Esc goes back',
};

/** The newest evidence of each probe of each step that was read on the way. */
function evidenceOf(events: readonly JournalEvent[]): readonly Evidence[] {
  const read = new Map<string, Evidence>();
  for (const e of events) {
    if (e.type !== 'evidence-read') continue;
    const { evidence } = e.body;
    read.set(`${evidence.step} ${evidence.probe}`, evidence);
  }
  return [...read.values()];
}

/**
 * A run as it stood at the replay's moment: it can be looked at, and refuses everything else.
 * @returns null when the record holds no such run
 */
export function replayedRun(player: Player, runbook: Runbook, run: string): RunController | null {
  const whole = player.record.filter((e) => e.run === run);
  const begun = fold(
    runbook,
    whole.filter(({ at }) => at === whole[0]?.at),
  );
  if (begun === null) return null;
  let seen: readonly JournalEvent[] = [];
  let mine: readonly JournalEvent[] = [];
  let folded: RunState = begun;
  /** Takes in what was written up to now. @returns whether that is more, or less, than before */
  const look = (): boolean => {
    const events = player.events();
    if (events === seen) return false;
    seen = events;
    const before = mine.length;
    mine = events.filter((e) => e.run === run);
    // Before it was begun it stands where it began.
    if (mine.length !== before) folded = fold(runbook, mine) ?? begun;
    return mine.length !== before;
  };
  const state = () => {
    look();
    return folded;
  };
  // Signals of then stand in the panels alone.
  const known = { clock: player.clock, signals: () => ({}) };
  const evidence = () => {
    look();
    return evidenceOf(mine);
  };
  const refuse = async () => NOTHING;
  return {
    runbook,
    state,
    subscribe(listener) {
      let told = state();
      return player.state.subscribe(() => {
        if (state() === told) return;
        told = state();
        listener();
      });
    },
    follower: () => (state().phase === 'finished' ? null : { holder: DRIVER }),
    upcoming: () => upcoming(runbook, state()),
    filled: (template) => filled(known, { runbook, run: state() }, template),
    evidence,
    answersOf: (step) => evidence().filter((one) => one.step === step),
    changed: () => null,
    inputs: () => [],
    reread: async () => undefined,
    choices: async () => null,
    proceed: refuse,
    jump: refuse,
    give: refuse,
    plan: refuse,
    confirm: refuse,
    skip: refuse,
    back: refuse,
    note: refuse,
    copied: refuse,
    planUndo: refuse,
    handOver: refuse,
    takeOver: refuse,
    escalate: refuse,
    stop: refuse,
    close: () => undefined,
  };
}
