import type { ConsolePorts, Tip } from '../src/console/ports.ts';
import { type Clock, wait } from '../src/domain/clock.ts';
import type { Drill } from '../src/drills/drill.ts';

/** How long all is well at first, and from when one thing is mended until the next breaks. */
const FIRST_CALM_MS = 25_000;
const CALM_MS = 45_000;
/** So long all has to be well for what broke to count as mended. */
const WELL_FOR_MS = 20_000;
/** So long it may be until a runbook fits; what none fits is waited for no longer. */
const SEEN_WITHIN_MS = 3 * 60_000;
/** So long nobody need come: then it is mended by the demo itself. */
const NOBODY_MS = 10 * 60_000;
const LOOK_EVERY_MS = 1000;

const FIRST = 'Something broke. r opens the runbook that fits it; ? lists all keys.';
const NEXT = 'Something else broke. r opens the runbook that fits it; ? lists all keys.';
const NOBODY = 'Nobody came: the demo mends it by itself. r follows what it does.';
const RECOVERS = 'No runbook fits any more: watch how it comes back.';
const WELL = 'All is well again. Something of another kind breaks within a minute or two.';

/** What the demo starts with. */
export const FIRST_TIP: Tip = {
  calm: 'A simulated region: nothing is real. Something breaks within a minute.',
  alarmed: FIRST,
};

/** What the course of a demo works with. */
export interface CourseParts {
  readonly clock: Clock;
  /** What breaks, in order. */
  readonly drills: Iterator<Drill, void>;
  /** Settles once the region can be broken. */
  readonly ready: Promise<void>;
  readonly breaks: (fault: string) => Promise<void>;
  /** Follows the runbook of what broke, as its drill does, and ends with it. */
  readonly mend: (drill: Drill) => Promise<void>;
}

type Ports = Pick<ConsolePorts, 'live' | 'board'>;

/** Somebody works on it. */
const isWorkedOn = ({ board }: Ports) =>
  board.getState().incidents.some(({ run }) => run !== null && run.phase !== 'finished');

/** Nothing is wrong, as far as is seen, and nobody works on anything. */
function isWell(ports: Ports): boolean {
  const { alerts, sources } = ports.live.getState();
  const { suggestions } = ports.board.getState();
  const answered = Object.values(sources).every(({ status }) => status === 'live');
  return answered && alerts.length === 0 && suggestions.length === 0 && !isWorkedOn(ports);
}

/**
 * Lets one thing after the other break, never two at once: the next when the one before is mended, by
 * whoever looks at it, or by the demo where nobody comes.
 * @returns settles when nothing more breaks; rejects when the signal is aborted
 */
export async function runCourse(
  ports: Ports,
  { breaks, clock, drills, mend, ready }: CourseParts,
  signal: AbortSignal,
): Promise<void> {
  /** @returns false when it did not come in time */
  const until = async (withinMs: number, holds: () => boolean) => {
    const since = clock.now();
    while (!holds()) {
      if (clock.now() - since > withinMs) return false;
      await wait(clock, LOOK_EVERY_MS, signal);
    }
    return true;
  };
  let well = Number.POSITIVE_INFINITY;
  const staysWell = () => {
    well = isWell(ports) ? Math.min(well, clock.now()) : Number.POSITIVE_INFINITY;
    return clock.now() - well >= WELL_FOR_MS;
  };
  const fits = () => ports.board.getState().suggestions.length > 0;
  const say = (tip: Tip) => ports.board.setState({ tip });

  await ready;
  await wait(clock, FIRST_CALM_MS, signal);
  let alarmed = FIRST;
  for (let next = drills.next(); next.done !== true; next = drills.next()) {
    const drill = next.value;
    await breaks(drill.fault);
    await until(SEEN_WITHIN_MS, () => fits() || isWorkedOn(ports));
    say({ calm: RECOVERS, alarmed });
    while (!(await until(NOBODY_MS, staysWell))) {
      if (isWorkedOn(ports) || !fits()) continue;
      say({ calm: RECOVERS, alarmed: NOBODY });
      await mend(drill);
    }
    alarmed = NEXT;
    say({ calm: WELL, alarmed });
    await wait(clock, CALM_MS, signal);
  }
}
