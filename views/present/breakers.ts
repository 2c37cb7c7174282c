import { breakerHealth, instancesInState } from '../../src/console/tables/breakers.ts';
import type { Breaker } from '../../src/domain/breaker.ts';
import type { TableView } from './columns.ts';
import { age, type Line, phrase, type Tone, text, textWidth } from './line.ts';
import { healthTone } from './sign.ts';

const words: Readonly<Record<Breaker['state'], string>> = {
  open: 'OPEN',
  'half-open': 'half-open',
  closed: 'closed',
};

function toneOf(breaker: Pick<Breaker, 'state' | 'stale'>): Tone {
  const health = breakerHealth(breaker);
  if (breaker.stale) return 'quiet';
  return health === 'ok' ? 'plain' : healthTone[health];
}

function stateText({ stale, state }: Pick<Breaker, 'state' | 'stale'>): string {
  return stale ? `was ${state}` : words[state];
}

/** `OPEN`, in its colour; `was open` where nobody confirms it any more. */
export function stateWords(breaker: Pick<Breaker, 'state' | 'stale'>): Line {
  return [text(stateText(breaker), toneOf(breaker))];
}

function sinceWords(breaker: Breaker): Line {
  const tone = breaker.state === 'closed' ? 'quiet' : toneOf(breaker);
  const since = age(breaker.since, tone);
  // It was so before the console looked: how long, nobody here can tell.
  return [breaker.changeSeen ? since : { ...since, width: 7, before: '>' }];
}

function whereWords(breaker: Breaker): Line {
  if (breaker.stale) return [text('silent', 'warn')];
  return [text(`on ${instancesInState(breaker)} of ${breaker.instances.length}`, 'quiet')];
}

/** `12 failures`. */
export function failureWords(failures: number): string {
  return `${failures} ${failures === 1 ? 'failure' : 'failures'}`;
}

/** What the title says: how many are not closed; nothing while all are well. */
export function breakersSummary(breakers: readonly Breaker[]): Line {
  const counted = (state: Breaker['state']) => breakers.filter((one) => one.state === state).length;
  const [open, half] = [counted('open'), counted('half-open')];
  const parts = [
    ...(open > 0 ? [`${open} of ${breakers.length} open`] : []),
    ...(half > 0 ? [`${half} half-open`] : []),
  ];
  return parts.length === 0 ? [] : [text(parts.join(', '), open > 0 ? 'bad' : 'warn')];
}

/** Breakers in columns. */
export const breakersView: TableView<Breaker> = {
  columns: [
    {
      id: 'name',
      min: 7,
      natural: ({ name }) => textWidth(name),
      rank: 0,
      cell: ({ name }, { chosen }) => [text(name, chosen ? 'strong' : 'plain')],
    },
    {
      id: 'state',
      min: 9,
      natural: (breaker) => textWidth(stateText(breaker)),
      rank: 1,
      cell: stateWords,
    },
    { id: 'since', min: 7, rank: 2, cell: sinceWords },
    { id: 'where', min: 9, rank: 3, cell: whereWords },
    {
      id: 'failures',
      min: 0,
      natural: ({ failures }) => (failures === null ? 0 : textWidth(failureWords(failures))),
      rank: 4,
      cell: ({ failures }) => (failures === null ? [] : [text(failureWords(failures), 'quiet')]),
    },
    {
      id: 'next',
      min: 0,
      natural: ({ nextAttempt }) => (nextAttempt === null ? 0 : 13),
      rank: 5,
      cell: ({ nextAttempt }) =>
        nextAttempt === null ? [] : [phrase('left', nextAttempt, { before: 'try ' }, 'quiet')],
    },
  ],
};
