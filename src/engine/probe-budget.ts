import { answerOf, callKey } from './read-once.ts';
import {
  type ProbeAnswer,
  type ProbeCall,
  type ReadProbe,
  readProbe,
  untilAborted,
} from './read-probe.ts';

/** Probes that all background walks together may have under way at once. */
export const PROBES_AT_ONCE = 2;
/** How long an answer serves other walks that ask the same. */
export const SHARED_MS = 2000;

interface Shared {
  readonly answer: Promise<ProbeAnswer>;
  /** Epoch ms; null while it is under way. */
  answeredAt: number | null;
}

/**
 * A reader for background walks that spares a sick region: few probes at once over all walks, and one
 * answer for all who ask the same within a short time. Nobody's leaving ends a read that others share.
 * @param signal ends all of it
 */
export function createProbeBudget(signal: AbortSignal): ReadProbe {
  const shared = new Map<string, Shared>();
  const waiting: (() => void)[] = [];
  let underWay = 0;

  const turn = async (): Promise<void> => {
    if (underWay >= PROBES_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
  };
  // The place is handed to the next in line, so that nobody slips in between.
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next();
  };

  async function inTurn(...[context, call]: Parameters<ReadProbe>): Promise<ProbeAnswer> {
    await turn();
    try {
      return await readProbe(context, call, signal);
    } finally {
      leave();
    }
  }

  return async (context, call, walk) => {
    const { clock } = context;
    const now = clock.now();
    for (const [key, { answeredAt }] of shared) {
      if (answeredAt !== null && now - answeredAt >= SHARED_MS) shared.delete(key);
    }
    const key = callKey(call);
    let known = shared.get(key);
    if (known === undefined) {
      const answer = inTurn(context, call, signal);
      const fresh: Shared = { answer, answeredAt: null };
      void answer.finally(() => {
        fresh.answeredAt = clock.now();
      });
      shared.set(key, fresh);
      known = fresh;
    }
    try {
      return answerOf(await untilAborted(known.answer, walk), call);
    } catch {
      return outOfTime(call, now, clock.now());
    }
  };
}

/** What a walk that ended meanwhile is told. */
function outOfTime({ step, probe }: ProbeCall, startedAt: number, now: number): ProbeAnswer {
  const evidence = {
    step,
    probe,
    command: probe,
    result: null,
    error: 'The walk ended before the probe answered',
    observedAt: now,
    elapsedMs: now - startedAt,
  };
  return { evidence, result: null };
}
