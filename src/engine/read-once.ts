import type { ProbeAnswer, ProbeCall, ReadProbe } from './read-probe.ts';

/** What tells two calls of a probe apart: its id and the input it is asked with. */
export const callKey = ({ probe, input }: ProbeCall): string => JSON.stringify([probe, input]);

/** The same answer, as evidence of another step. */
export function answerOf(answer: ProbeAnswer, { step }: ProbeCall): ProbeAnswer {
  return { ...answer, evidence: { ...answer.evidence, step } };
}

/** A reader that asks each probe once for the same input, and answers from memory after that. */
export function readOnce(read: ReadProbe): ReadProbe {
  const answers = new Map<string, Promise<ProbeAnswer>>();
  return async (context, call, signal) => {
    const key = callKey(call);
    const known = answers.get(key) ?? read(context, call, signal);
    answers.set(key, known);
    return answerOf(await known, call);
  };
}
