import type { Check } from '../../../src/domain/check.ts';
import type { Source } from '../../../src/domain/source.ts';

export const check: Check = {
  name: 'readyz',
  url: 'http://gateway/readyz',
  ok: true,
  status: 200,
  latencyMs: 3,
  error: null,
  fields: {},
};

interface OpenPoll {
  readonly signal: AbortSignal;
  answer(value?: Partial<Check>): void;
  fail(thrown: unknown): void;
}

interface OpenWatch {
  readonly signal: AbortSignal;
  changed(): void;
  end(thrown?: unknown): void;
}

/** A source whose polls and watches stand open until the test answers them. */
export interface FakeSource extends Source<'check'> {
  /** All polls ever made, oldest first. */
  readonly polls: OpenPoll[];
  readonly watches: OpenWatch[];
  closed: number;
  /** The newest poll. */
  last(): OpenPoll;
}

/**
 * @param options `obeys`: an aborted poll or watch rejects, as a good client's does; `watches`: it has
 *   a change feed; `answers`: polls answer by themselves
 */
export function fakeSource(
  options: Partial<Pick<Source, 'name' | 'intervalMs' | 'timeoutMs'>> & {
    obeys?: boolean;
    watches?: boolean;
    answers?: () => Check;
  } = {},
): FakeSource {
  const { name = 'readyz', intervalMs = 5000, timeoutMs = 3000, obeys = true, answers } = options;
  const polls: OpenPoll[] = [];
  const watches: OpenWatch[] = [];
  const onAbort = (signal: AbortSignal, reject: (reason: unknown) => void) => {
    if (obeys) signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  };
  const source: FakeSource = {
    name,
    kind: 'check',
    intervalMs,
    timeoutMs,
    polls,
    watches,
    closed: 0,
    last() {
      const poll = polls.at(-1);
      if (!poll) throw new Error('it has not been polled');
      return poll;
    },
    poll(signal) {
      return new Promise<Check>((resolve, reject) => {
        onAbort(signal, reject);
        const answer = (value: Partial<Check> = {}) => resolve({ ...check, ...value });
        polls.push({ signal, answer, fail: reject });
        if (answers) {
          try {
            answer(answers());
          } catch (thrown) {
            reject(thrown);
          }
        }
      });
    },
    close() {
      source.closed += 1;
    },
  };
  if (!options.watches) return source;
  source.watch = (changed, signal) =>
    new Promise<void>((resolve, reject) => {
      onAbort(signal, reject);
      const end = (thrown?: unknown) => (thrown === undefined ? resolve() : reject(thrown));
      watches.push({ signal, changed, end });
    });
  return source;
}
