import { breakerHealth } from '../../src/console/rows.ts';
import type { Breaker } from '../../src/domain/breaker.ts';
import { age, cell, type Line, text, textWidth } from './line.ts';
import { healthSign, healthTone } from './sign.ts';

const words: Readonly<Record<Breaker['state'], string>> = {
  open: 'OPEN',
  'half-open': 'half-open',
  closed: 'closed',
};

export function breakerNameWidth(breakers: readonly Breaker[], max = 18): number {
  return Math.min(max, Math.max(6, ...breakers.map(({ name }) => textWidth(name))));
}

/** One breaker as a row: its state, since when, on how many instances. */
export function breakerLine(
  breaker: Breaker,
  look: { readonly width: number; readonly nameWidth: number; readonly chosen: boolean },
): Line {
  const health = breakerHealth(breaker);
  const tone = healthTone[health];
  const same = breaker.instances.filter(({ state }) => state === breaker.state).length;
  const where = `on ${same} of ${breaker.instances.length}`;
  const room = look.width - 5 - look.nameWidth - 20;
  const failures = breaker.failures === null ? '' : `${breaker.failures} failures`;
  return [
    text(look.chosen ? ' ▸ ' : '   ', 'accent'),
    text(`${healthSign[health]} `, tone),
    ...cell([text(breaker.name, look.chosen ? 'strong' : 'plain')], look.nameWidth),
    text('  '),
    ...cell([text(words[breaker.state], health === 'ok' ? 'plain' : tone)], 10),
    {
      ...age(breaker.since, health === 'ok' ? 'quiet' : tone),
      // It was so before the console looked: how long, nobody here can tell.
      ...(breaker.changeSeen ? {} : { width: 7, before: '>' }),
    },
    ...(breaker.changeSeen ? [text(' ')] : []),
    ...(room >= 10 ? [text(' '), ...cell([text(where, 'quiet')], 9)] : []),
    ...(room >= 24 && failures !== '' ? [text('  '), text(failures, 'quiet')] : []),
  ];
}

/** Each instance's own view, for the foot of the zoomed panel. */
export function breakerDetails(breaker: Breaker): readonly Line[] {
  return breaker.instances.map(({ source, state }) => {
    const health = breakerHealth({ state });
    return [
      text(`   ${healthSign[health]} `, healthTone[health]),
      text(`${words[state].padEnd(10)} `),
      text(source, 'quiet'),
    ];
  });
}
