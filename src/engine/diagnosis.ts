import type { Runbook } from '../runbooks/graph.ts';
import type { Visit } from './state.ts';

/** Why a walk ended where it stands. */
export type WalkEnd =
  /** At a leaf. */
  | 'leaf'
  /** At a step that only the operator decides or does. */
  | 'operator'
  /** At a step that asks for values. */
  | 'input'
  /** A step could not be read, or could not be decided. */
  | 'undecided'
  /** Its time, or its number of steps, was over. */
  | 'budget';

/** What a background walk of a runbook's observing part found. */
export interface Diagnosis {
  readonly runbook: string;
  /** The leaf it reached; null when a step needs the operator or could not be decided. */
  readonly leaf: string | null;
  /** The step or leaf it stands at. */
  readonly at: string;
  readonly end: WalkEnd;
  readonly path: readonly Visit[];
  /** Steps read that decided their turn, of all steps read. */
  readonly decided: number;
  readonly checks: number;
  /** `decided / checks`, 0 to 1. */
  readonly confidence: number;
  /** The step it is least sure of; null when all decided. */
  readonly leastSure: string | null;
  readonly startedAt: number;
  readonly elapsedMs: number;
}

/** A diagnosis in the words of one line. */
export interface DiagnosisWords {
  /** What it would do, or where it stands and why it goes no further. */
  readonly finding: string;
  /** `3 of 3 checks agree`; empty when none was read. */
  readonly agreement: string;
  /** What it is least sure of; empty when it is sure. */
  readonly doubt: string;
}

const ends: Readonly<Record<WalkEnd, (title: string) => string>> = {
  leaf: (title) => title,
  operator: (title) => `yours to decide: ${title}`,
  input: (title) => `asks for input: ${title}`,
  undecided: (title) => `not decided: ${title}`,
  budget: (title) => `not finished in its time: ${title}`,
};

/** What stands on the overview of a background walk. Pure. */
export function diagnosisWords(runbook: Runbook, diagnosis: Diagnosis): DiagnosisWords {
  const { at, end, decided, checks, leastSure, path } = diagnosis;
  const title = (id: string) => runbook.nodes.get(id)?.title ?? id;
  const doubtful = path.find(({ step }) => step === leastSure);
  const why = doubtful?.evidence?.error ?? doubtful?.recommended?.because ?? 'no branch holds';
  return {
    finding: ends[end](title(at)),
    agreement:
      checks === 0
        ? ''
        : `${decided} of ${checks} ${checks === 1 ? 'check agrees' : 'checks agree'}`,
    doubt: leastSure === null ? '' : `least sure: ${title(leastSure)} (${why})`,
  };
}
