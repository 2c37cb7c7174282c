import type { Health } from '../domain/health.ts';
import type { Labels } from '../domain/metrics.ts';
import { type Answer, present } from './answer.ts';
import type { Computation, SignalDefinition } from './definition.ts';
import { oldest } from './instances.ts';
import { ageAnswer, countAnswer, gaugeAnswer, whyAbsent } from './present-values.ts';
import type { EvaluatedSignal } from './reading.ts';
import { createPause, type Sliced } from './sliced.ts';
import { namedStates, type SampleContext } from './states.ts';
import { signalHealth, thresholdWords } from './thresholds.ts';
import { windowedAnswer } from './windowed.ts';

/** How a reading stood at the last look; `unknown` where there was none. */
export type HealthBefore = (id: string, labels: Labels) => Health;

/** What signals are computed from; `now` in epoch ms. */
export interface SignalContext extends SampleContext {
  readonly before?: HealthBefore;
}

type State = Extract<Computation, { kind: 'state' }>;

function* stateAnswers(computation: State, context: SampleContext): Sliced<readonly Answer[]> {
  const { of, by, place } = computation;
  const states = yield* namedStates(computation, [by], context);
  if (states.length === 0) return [whyAbsent(of, context)];
  return states.map(({ name, worst, told, stale }) => {
    const value = place === undefined ? told[0]?.value : undefined;
    const reason =
      value === undefined
        ? `${of.name} marks no state of ${name}`
        : `${of.name} is ${value}, which has no name`;
    return present(worst, told, stale, reason, { [by]: name });
  });
}

function* answers(computation: Computation, context: SampleContext): Sliced<readonly Answer[]> {
  switch (computation.kind) {
    case 'state':
      return yield* stateAnswers(computation, context);
    case 'gauge':
      return [gaugeAnswer(computation.of, computation.aggregate ?? 'max', context)];
    case 'age':
      return [ageAnswer(computation, context)];
    case 'count':
      return [countAnswer(computation, context)];
    default:
      return [windowedAnswer(computation, context)];
  }
}

function scaled({ scale }: SignalDefinition, answer: Answer): Answer {
  const { value, told, stale, labels } = answer;
  if (scale === undefined || typeof value !== 'number') return answer;
  return present(value * scale, told, stale, 'its scale makes it overflow', labels);
}

function readingOf(
  definition: SignalDefinition,
  raw: Answer,
  before: HealthBefore | undefined,
): EvaluatedSignal {
  const { id, title, unit, thresholds } = definition;
  const { labels, reason, stale, told, value } = scaled(definition, raw);
  const state = signalHealth(definition, value, before?.(id, labels));
  return {
    id,
    title,
    labels,
    value,
    unit,
    state,
    observedAt: oldest(told),
    threshold: thresholdWords(thresholds, unit, state),
    limits: thresholds,
    reason,
    detail: null,
    since: null,
    stale,
  };
}

/**
 * Computes every signal of the definitions, in their order; a state gives one reading a value of its
 * label, sorted. A reading without a value says why in `reason`. `observedAt` is the oldest among the
 * newest scrapes it rests on.
 */
export function* evaluateSignals(
  definitions: readonly SignalDefinition[],
  context: SignalContext,
): Sliced<readonly EvaluatedSignal[]> {
  const readings: EvaluatedSignal[] = [];
  const pause = createPause();
  for (const definition of definitions) {
    yield;
    for (const answer of yield* answers(definition.computation, context)) {
      if (pause.due()) yield;
      readings.push(readingOf(definition, answer, context.before));
    }
  }
  return readings;
}
