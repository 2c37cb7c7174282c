import type { Health } from '../domain/health.ts';
import type { Labels } from '../domain/metrics.ts';
import { type Answer, present } from './answer.ts';
import type { Computation, SignalDefinition } from './definition.ts';
import { oldest } from './instances.ts';
import { ageAnswer, countAnswer, gaugeAnswer, whyAbsent } from './present-values.ts';
import type { EvaluatedSignal } from './reading.ts';
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

function stateAnswers(computation: State, context: SampleContext): readonly Answer[] {
  const { of, by, place } = computation;
  const states = namedStates(computation, [by], context);
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

function answers(computation: Computation, context: SampleContext): readonly Answer[] {
  switch (computation.kind) {
    case 'state':
      return stateAnswers(computation, context);
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

/**
 * Computes every signal of the definitions, in their order; a state gives one reading a value of its
 * label, sorted. A reading without a value says why in `reason`. `observedAt` is the oldest among the
 * newest scrapes it rests on.
 */
export function evaluateSignals(
  definitions: readonly SignalDefinition[],
  context: SignalContext,
): readonly EvaluatedSignal[] {
  return definitions.flatMap((definition) =>
    answers(definition.computation, context).map((raw): EvaluatedSignal => {
      const { id, title, unit, thresholds } = definition;
      const answer = scaled(definition, raw);
      const { value } = answer;
      const state = signalHealth(definition, value, context.before?.(id, answer.labels));
      return {
        id,
        title,
        labels: answer.labels,
        value,
        unit,
        state,
        observedAt: oldest(answer.told),
        threshold: thresholdWords(thresholds, unit, state),
        limits: thresholds,
        reason: answer.reason,
        detail: null,
        since: null,
        stale: answer.stale,
      };
    }),
  );
}
