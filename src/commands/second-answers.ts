import type { Program } from '../composition/compose.ts';
import type { FactKind } from '../domain/fact.ts';
import type { LiveState } from '../live/state.ts';

/** Facts whose rates need two readings. */
const RATED: readonly FactKind[] = ['usage', 'metrics', 'cache', 'host'];

/** When each source that feeds rates last answered; those that never did are not waited for. */
function answered({ sources }: LiveState): ReadonlyMap<string, number> {
  const rated = Object.values(sources).flatMap(({ name, kind, observedAt, status }) =>
    RATED.includes(kind) && status === 'live' && observedAt !== null
      ? [[name, observedAt] as const]
      : [],
  );
  return new Map(rated);
}

/**
 * Waits until every source that feeds rates has answered once more, at its own pace: a rate over two
 * readings in a row would be noise. A source that fails meanwhile is not waited for.
 * @param withinMs waits no longer than this
 */
export function secondAnswers(
  {
    live,
    context,
  }: {
    readonly live: Pick<Program['live'], 'store'>;
    readonly context: Pick<Program['context'], 'clock'>;
  },
  withinMs: number,
): Promise<void> {
  const { store } = live;
  const first = answered(store.getState());
  const done = () => {
    const { sources } = store.getState();
    return [...first].every(([name, at]) => {
      const source = sources[name];
      return source === undefined || source.status === 'failed' || source.observedAt !== at;
    });
  };
  return new Promise((resolve) => {
    if (done()) return resolve();
    const end = () => {
      unsubscribe();
      timer.cancel();
      resolve();
    };
    const timer = context.clock.after(withinMs, end);
    const unsubscribe = store.subscribe(() => {
      if (done()) end();
    });
  });
}

/**
 * Waits for the first answers of every source, and then for what a rate takes: without it a runbook that
 * opens on a rate would seem not to fit.
 * @param withinMs for both together
 * @param wanted tells after the first answers whether rates are of use
 */
export async function lookWithRates(
  program: Pick<Program, 'look' | 'live' | 'context'>,
  withinMs: number,
  wanted: () => boolean = () => true,
): Promise<void> {
  const { clock } = program.context;
  const startedAt = clock.now();
  await program.look('all', withinMs);
  if (wanted()) await secondAnswers(program, Math.max(0, withinMs - (clock.now() - startedAt)));
  program.live.flush();
}
