import type { SteppedClock } from './stepped-clock.ts';

/** What takes time of the machine's, somewhere. */
export interface Work {
  /** Something happened since this was last asked. */
  readonly moved: boolean;
  /** Something is worked on that will be done without time going by. */
  readonly works: boolean;
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

export interface ConductorOptions {
  readonly clock: SteppedClock;
  readonly followers: readonly Follower[];
  /**
   * How many times as fast as the machine's time it goes while something is waited for that does not come.
   * Where nothing is, it goes as fast as everybody follows.
   */
  readonly factor: number;
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
/** How long time stands still for an answer that does not come, of the machine's; then it goes on, slowly. */
const PATIENCE_MS = 60;
/** How often everybody has had a turn by then, however slow the machine is. */
const PATIENCE_TURNS = 20;
/** After how many turns of everybody's an answer is there that waits for no time to go by. */
const ANSWERED_TURNS = 2;
/** How long what is worked on may take before it is taken for something that does not come. */
const WORK_MS = 30_000;
/** What is rested between two looks, the longer the more often nothing was seen; 0 gives everybody a turn. */
const RESTS_MS = [0, 0, 0, 1, 1, 1, 2] as const;

/**
 * Moves the time of a drill, for everybody in it: step by step, and never on before each has gone the last
 * one. While somebody asks and somebody answers, or works, it stands still, so that no limit is over because
 * the machine is slow; it goes slowly while an answer does not come, and as fast as everybody follows while
 * only time goes by.
 */
export async function conduct(options: ConductorOptions): Promise<void> {
  const { clock, factor, followers, machineMs, rest, signal } = options;
  const reached = new Map<Follower, number>();
  /** Since when nothing has happened, by the machine's time and by turns; and since when there was only work. */
  let still = { since: machineMs(), turns: 0 };
  let working = machineMs();

  const stirred = () => {
    still = { since: machineMs(), turns: 0 };
  };
  const follow = async (behind: boolean): Promise<Work> => {
    const moment = clock.now();
    const near = (one: Follower) => moment - (reached.get(one) ?? 0) < one.behindMs;
    const asked = followers.filter((one) => !behind || !near(one));
    for (const one of asked) reached.set(one, moment);
    const told =
      asked.length === 0 ? [] : await Promise.all(asked.map((one) => one.moveTo(moment)));
    const all = [options.work(), ...told.filter((work) => work !== null)];
    const any = (what: keyof Work) => all.some((work) => work[what]);
    const moved = any('moved');
    if (moved || !any('works')) working = machineMs();
    const works = any('works') && machineMs() - working < WORK_MS;
    if (moved || works) stirred();
    return { moved, works, waits: any('waits'), forTime: any('forTime') };
  };
  const stirs = (): boolean => {
    const { moved } = options.work();
    if (moved) stirred();
    return moved;
  };
  /** Lets everybody ask and answer. */
  const settle = async (): Promise<Manner> => {
    for (let looks = 0; !signal.aborted; looks += 1) {
      await rest(RESTS_MS[looks] ?? RESTS_MS.at(-1) ?? 0);
      const { moved, waits, works } = await follow(true);
      if (moved) looks = -1;
      if (moved || works) continue;
      if (!waits) return 'calm';
      const told = await follow(false);
      // What was answered meanwhile is heard after a turn.
      await rest(0);
      if (told.moved || told.works || stirs()) continue;
      still.turns += 1;
      if (told.forTime && still.turns >= ANSWERED_TURNS) return 'awaited';
      const late = machineMs() - still.since > PATIENCE_MS && still.turns > PATIENCE_TURNS;
      if (late) return 'slow';
    }
    return 'calm';
  };

  let how: Manner = 'calm';
  while (!signal.aborted) {
    const begunAt = machineMs();
    const toNextMs = (clock.nextAt() ?? Number.POSITIVE_INFINITY) - clock.now();
    const stepMs = Math.min(STEP_MS[how], Math.max(1, toNextMs));
    // What a timer begins is seen after a turn.
    if (await clock.moveTo(clock.now() + stepMs)) await rest(0);
    const { moved, waits, works } = await follow(how === 'calm');
    how = moved || waits || works ? await settle() : 'calm';
    await rest(how === 'slow' ? stepMs / factor - (machineMs() - begunAt) : 0);
  }
}
