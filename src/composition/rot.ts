import type { RotLine } from '../console/ports.ts';
import { timeLimit } from '../domain/time-limit.ts';
import { sourcesOf } from '../live/selectors.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { type Rot, verifyRunbooks } from '../runbooks/verify.ts';
import type { Program } from './compose.ts';

/** The region's sources have answered by then; before, everything would be missing. */
const FIRST_AFTER_MS = 20_000;
const EVERY_MS = 5 * 60_000;
/** A region in trouble is not to be asked for long. */
const LIMIT_MS = 60_000;

/**
 * Holds runbooks against the live region as it stands now, changing nothing.
 * @param whole holds what their pack requires against it too
 */
export function rotOf(
  program: Program,
  runbooks: readonly Runbook[],
  whole: boolean,
  signal: AbortSignal,
): Promise<readonly Rot[]> {
  const { catalogue, context, live, pack, region } = program;
  const signals = {
    values: context.signals(),
    definitions: pack?.signals ?? [],
    sources: sourcesOf(live.store.getState(), 'metrics'),
  };
  const known = { catalogue, reach: context.reach, region: region.name, live: signals };
  return verifyRunbooks(known, runbooks, whole ? pack : null, signal);
}

/**
 * Holds the pack's runbooks against the live region now and then, changing nothing, and tells what they rely
 * on and is not there.
 * @returns ends it
 */
export function watchRot(program: Program, tell: (lines: readonly RotLine[]) => void): () => void {
  const { context, log } = program;
  const { clock } = context;
  const closing = new AbortController();

  async function look(): Promise<void> {
    const { pack } = program;
    if (pack === null || pack.runbooks.length === 0) return;
    const signal = AbortSignal.any([closing.signal, timeLimit(LIMIT_MS)]);
    const rows = await rotOf(program, pack.runbooks, true, signal);
    if (closing.signal.aborted) return;
    tell(
      rows
        .filter(({ state }) => state === 'missing' || state === 'forbidden')
        // Most metrics are absent until something happens for the first time: that is no rot yet.
        .filter(({ needs }) => !needs.startsWith('signal '))
        .map(({ runbook, step, needs, suggestion }) => ({
          runbook,
          step,
          what: needs,
          suggestion,
        })),
    );
  }

  function again(afterMs: number) {
    return clock.after(afterMs, () => {
      look()
        .catch((thrown: unknown) => {
          if (!closing.signal.aborted) log.error('the runbooks could not be verified', thrown);
        })
        .finally(() => {
          if (!closing.signal.aborted) timer = again(EVERY_MS);
        });
    });
  }

  let timer = again(FIRST_AFTER_MS);
  return () => {
    closing.abort();
    timer.cancel();
  };
}
