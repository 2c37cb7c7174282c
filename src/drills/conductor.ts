import type { SteppedClock } from './stepped-clock.ts';

/** What takes time of the machine's, somewhere. */
interface Work {
  /** Something happened since this was last asked. */
  readonly moved: boolean;
  /** Something is waited for. */
  readonly waits: boolean;
  /** Somebody waits for nothing but that time goes by. */
  readonly forTime: boolean;
}

/** Somebody whose time is that of the drill. */
export interface Follower {
  /** How far behind it may stay, ms. */
  readonly behindMs: number;
  /** Goes on to a moment, epoch ms. @returns what goes on there; null where it need not be waited for */
  moveTo(moment: number): Promise<Work | null>;
}

/** How quick the time of a drill may go, as many times as that of the machine. */
interface Pace {
  /** While something is waited for that takes time of the machine's, and does not come. */
  readonly waiting: number;
  /** While nothing happens but that time goes by. */
  readonly calm: number;
}

export interface ConductorOptions {
  readonly clock: SteppedClock;
  readonly followers: readonly Follower[];
  readonly pace: Pace;
  /** What goes on in this process. */
  work(): Work;
  /** Time of the machine's, ms, and how it is waited for; a wait of less than 1 gives everybody a turn. */
  machineMs(): number;
  rest(ms: number): Promise<void>;
  readonly signal: AbortSignal;
}

/** How time goes on: by nothing but itself, by steps for who waits for it, or slowly. */
type Manner = 'calm' | 'awaited' | 'slow';

/** The longest that is gone in one go. */
const STEP_MS: Readonly<Record<Manner, number>> = { calm: 250, awaited: 50, slow: 50 };
/** How long nothing may happen before time goes on, of the machine's. */
const QUIET_MS = 1;
/** How long time stands still for an answer; then it goes on, slowly. */
const PATIENCE_MS = 60;

/**
 * Moves the time of a drill, for everybody in it: step by step, and never on before each has gone the last
 * one. While somebody asks and somebody answers it stands still, so that no limit is over because the machine
 * is slow; it goes slowly while an answer does not come or a program is waited for, and quickly while only
 * time goes by.
 */
export async function conduct(options: ConductorOptions): Promise<void> {
  const { clock, followers, machineMs, pace, rest, signal } = options;
  const reached = new Map<Follower, number>();
  /** Since when nothing has happened, by the machine's time. */
  let still = machineMs();

  const follow = async (behind: boolean): Promise<Work> => {
    const moment = clock.now();
    const near = (one: Follower) => moment - (reached.get(one) ?? 0) < one.behindMs;
    const asked = followers.filter((one) => !behind || !near(one));
    for (const one of asked) reached.set(one, moment);
    const told = await Promise.all(asked.map((one) => one.moveTo(moment)));
    const all = [options.work(), ...told.filter((work) => work !== null)];
    const any = (what: keyof Work) => all.some((work) => work[what]);
    if (any('moved')) still = machineMs();
    return { moved: any('moved'), waits: any('waits'), forTime: any('forTime') };
  };
  /** Lets everybody ask and answer. */
  const settle = async (): Promise<Manner> => {
    while (!signal.aborted) {
      await rest(QUIET_MS);
      const { moved, waits } = await follow(true);
      if (moved) continue;
      if (!waits) return 'calm';
      if ((await follow(false)).forTime) return 'awaited';
      if (machineMs() - still > PATIENCE_MS) return 'slow';
    }
    return 'calm';
  };

  let how: Manner = 'calm';
  while (!signal.aborted) {
    const begunAt = machineMs();
    const toNextMs = (clock.nextAt() ?? Number.POSITIVE_INFINITY) - clock.now();
    const stepMs = Math.min(STEP_MS[how], Math.max(1, toNextMs));
    const ran = await clock.moveTo(clock.now() + stepMs);
    if (ran) {
      still = machineMs();
      await rest(0);
    }
    const { moved, waits } = await follow(how === 'calm');
    how = ran || moved || waits ? await settle() : 'calm';
    const speed = how === 'slow' ? pace.waiting : pace.calm;
    await rest(stepMs / speed - (machineMs() - begunAt));
  }
}
