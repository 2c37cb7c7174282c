import type { Console } from '../src/console/console.ts';
import type { ConsolePorts } from '../src/console/ports.ts';
import { systemClock, wait } from '../src/domain/clock.ts';
import type { Drill } from '../src/drills/drill.ts';
import type { DrillRecord } from '../src/drills/history.ts';
import { type Exercise, type Score, scoreOf } from '../src/drills/score.ts';
import { scoreCard } from '../src/drills/score-card.ts';
import type { Journal } from '../src/incidents/journal.ts';
import { type Simulated, tellOfEnd } from './simulated.ts';

/** How long all is well before something breaks. */
const CALM_MS = 20_000;

/** Wrong turns of one record: nobody reads more. */
const WRONG_TURNS_MAX = 50;

const UNASKED = 'Somebody says that something is wrong; no alert does. R lists runbooks.';
const OVER = 'The drill is over: q leaves. Replay it, or look at opsconsole drill history.';

/** What is said before something breaks, and once it shows. */
export const DRILL_TIP = {
  calm: 'A drill on a simulated region: nothing is real. Something breaks soon.',
  alarmed: 'The drill is on: the time since it broke is taken.',
} as const;

/** A drill that somebody performs. */
export interface Practised {
  readonly drill: Drill;
  readonly exercise: Exercise;
  readonly journal: Journal;
  /** What its record says beside how it went. */
  readonly about: Pick<DrillRecord, 'operator' | 'targetMs' | 'seed' | 'journal'>;
}

function recordOf({ about, drill }: Practised, brokenAt: number, score: Score): DrillRecord {
  const { acknowledgedMs, ended, leafMs, verifiedMs, wrongTurns } = score;
  const unproved = ended ? 'ended' : 'left';
  return {
    ...about,
    id: drill.id,
    class: drill.class,
    at: new Date(brokenAt).toISOString(),
    result: verifiedMs === null ? unproved : 'verified',
    acknowledgedMs,
    leafMs,
    verifiedMs,
    wrongTurns: wrongTurns.slice(0, WRONG_TURNS_MAX),
  };
}

/** Follows one performance: lets the fault happen, and tells how it went once it is over. */
export interface DrillWatch {
  /** Begins. @returns ends it */
  attend(region: { readonly console: Console; readonly ports: ConsolePorts }): () => void;
  /** How it went so far; null when nothing broke yet. */
  record(): DrillRecord | null;
}

export function watchDrill(simulated: Simulated, practised: Practised): DrillWatch {
  const { drill, exercise, journal } = practised;
  let brokenAt: number | null = null;
  let told = false;

  const record = () => {
    if (brokenAt === null) return null;
    return recordOf(practised, brokenAt, scoreOf(exercise, brokenAt, journal.events({})));
  };

  return {
    record,
    attend({ console, ports }) {
      const leaving = new AbortController();
      const untell = tellOfEnd(simulated, console);
      const look = () => {
        const now = record();
        if (told || now === null || now.result === 'left') return;
        told = true;
        const [title = '', ...lines] = scoreCard(now);
        console.tell({ title, text: lines.join('\n'), mend: null, tone: 'info' });
        ports.board.setState({ tip: { calm: OVER, alarmed: OVER } });
      };
      const breakIt = async () => {
        await simulated.ready;
        await wait(systemClock, CALM_MS, leaving.signal);
        brokenAt = systemClock.now();
        await simulated.breaks(drill.fault);
        if (drill.unasked) ports.board.setState({ tip: { calm: UNASKED, alarmed: UNASKED } });
      };
      breakIt().catch((thrown: unknown) => {
        if (leaving.signal.aborted) return;
        brokenAt = null;
        const text = thrown instanceof Error ? thrown.message : String(thrown);
        console.tell({ title: 'Nothing broke', text, mend: 'Esc, then q leaves', tone: 'bad' });
      });
      const unfollow = journal.onChange(look);
      return () => {
        leaving.abort();
        untell();
        unfollow();
      };
    },
  };
}
