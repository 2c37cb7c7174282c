import type { Breaker, BreakerState } from '../domain/breaker.ts';
import type { Computation, SignalDefinition } from './definition.ts';
import { type SignalContext, worstWord } from './evaluate.ts';
import { speaking } from './instances.ts';
import { failuresOf } from './selection.ts';

type StateComputation = Extract<Computation, { kind: 'state' }>;

const breakerStates: readonly string[] = ['closed', 'open', 'half-open'] satisfies BreakerState[];

/** A state signal describes breakers when its words are those of a breaker. */
function breakerComputation({ computation }: SignalDefinition): StateComputation | null {
  if (computation.kind !== 'state') return null;
  const words = Object.values(computation.values);
  const fits = words.includes('open') && words.every((word) => breakerStates.includes(word));
  return fits ? computation : null;
}

function failures(computation: StateComputation, name: string, context: SignalContext) {
  const counted = context.windows
    .latest(failuresOf(computation.of))
    .filter(({ labels }) => labels[computation.by] === name);
  if (counted.length === 0) return null;
  const { values } = speaking(counted, context.sources, context.now);
  return values.reduce((total, { value }) => total + value, 0);
}

function breakersOf(
  computation: StateComputation,
  context: SignalContext,
): Omit<Breaker, 'since' | 'changeSeen'>[] {
  const { of, by, values: wordOf, worst } = computation;
  const groups = Map.groupBy(context.windows.latest(of), ({ labels }) => labels[by] ?? '');
  return [...groups].flatMap(([name, all]) => {
    const { values } = speaking(all, context.sources, context.now);
    const instances = [...Map.groupBy(values, ({ source }) => source)].flatMap(([source, told]) => {
      const words = told.flatMap(({ value }) => wordOf[String(value)] ?? []);
      const state = worstWord(words, worst) as BreakerState | null;
      return state === null ? [] : [{ source, state }];
    });
    const state = worstWord(
      instances.map((i) => i.state),
      worst,
    ) as BreakerState | null;
    const source = instances.find((instance) => instance.state === state)?.source;
    if (state === null || source === undefined) return [];
    return [{ name, source, state, failures: failures(computation, name, context), instances }];
  });
}

/**
 * The breakers that the state signals describe, by name. `since` is when this console first saw the
 * state they are in; a breaker whose instances are all silent keeps its last state.
 */
export function evaluateBreakers(
  definitions: readonly SignalDefinition[],
  context: SignalContext,
  previous: readonly Breaker[],
): readonly Breaker[] {
  return definitions
    .map(breakerComputation)
    .filter((computation) => computation !== null)
    .flatMap((computation) => breakersOf(computation, context))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((breaker) => {
      const before = previous.find(({ name }) => name === breaker.name);
      if (before?.state === breaker.state) {
        return { ...breaker, since: before.since, changeSeen: before.changeSeen };
      }
      return { ...breaker, since: context.now, changeSeen: before !== undefined };
    });
}
