import {
  breakerHealth,
  breakersTable,
  instancesInState,
} from '../../src/console/tables/breakers.ts';
import type { Breaker, BreakerDialect } from '../../src/domain/breaker.ts';
import { failureWords, stateWords } from '../present/breakers.ts';
import { heading, labelled } from '../present/detail.ts';
import { blank, type Line, phrase, text } from '../present/line.ts';
import { healthSign, healthTone } from '../present/sign.ts';
import type { Detail } from './detail.ts';

const means: Readonly<Record<Breaker['state'], string>> = {
  open: 'calls are refused without being tried',
  'half-open': 'some calls are let through to see whether they succeed',
  closed: 'calls go through',
};

const dialects: Readonly<Record<BreakerDialect, string>> = {
  number: 'a gauge that stands for the state',
  label: 'a gauge with the state in a label',
  events: 'counters of its events: the one that rose last',
  endpoint: 'an administrative endpoint',
};

function sinceLine({ changeSeen, since, state }: Breaker): Line {
  if (changeSeen) return [phrase('age', since, { after: ' in this state' })];
  return [
    phrase('age', since, { before: 'more than ' }),
    text(`  it was ${state} when it was first seen`, 'quiet'),
  ];
}

function nextLine({ nextAttempt, state }: Breaker): readonly Line[] {
  if (state !== 'open') return [];
  const known: Line =
    nextAttempt === null ? [text('not exported', 'quiet')] : [phrase('left', nextAttempt)];
  return [labelled('next try', known)];
}

function instanceLines({ instances, stale }: Breaker): readonly Line[] {
  const width = Math.max(...instances.map(({ source }) => source.length), 0);
  return instances.map(({ source, state }) => {
    const health = breakerHealth({ state });
    return [
      text(`   ${healthSign[health]} `, stale ? 'quiet' : healthTone[health]),
      text(`${source.padEnd(width)}  `),
      ...stateWords({ state, stale }),
    ];
  });
}

/** One breaker: its state, what that means, since when, and what each instance says. */
export const breakerDetail: Detail<Breaker> = {
  table: breakersTable,
  summary: stateWords,
  lines(breaker) {
    const { dialect, failures, instances, stale, state } = breaker;
    const so = `${instancesInState(breaker)} of ${instances.length} ${state}`;
    const silent = stale
      ? [labelled('answers', [text('none: this is the last known', 'warn')])]
      : [];
    return [
      labelled('state', [...stateWords(breaker), text(`  ${means[state]}`, 'quiet')]),
      labelled('since', sinceLine(breaker)),
      ...silent,
      ...nextLine(breaker),
      labelled('failures', [
        text(
          failures === null ? 'not exported' : failureWords(failures),
          failures ? 'plain' : 'quiet',
        ),
      ]),
      labelled('told by', [text(dialects[dialect], 'quiet')]),
      blank,
      [...heading('Instances'), text(`  ${so}`, 'quiet')],
      ...instanceLines(breaker),
    ];
  },
};
