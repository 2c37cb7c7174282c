import { formatAge, formatClock } from '../../src/domain/duration.ts';
import { pad, type TimeSpan } from '../present/line.ts';
import { useNow } from './context.ts';
import { Words } from './words.tsx';

/** A span of time as words: how old, how long, how long yet. */
function timeWords(span: TimeSpan, now: number): string {
  return `${span.before ?? ''}${bareTime(span, now)}${span.after ?? ''}`;
}

function bareTime(span: TimeSpan, now: number): string {
  switch (span.style) {
    case 'age':
      return formatAge(now - span.at);
    case 'elapsed':
      return formatClock(now - span.at);
    case 'left':
      return span.at <= now ? 'now' : formatAge(span.at - now + 999);
  }
}

/** A time that ticks in its place: the only thing redrawn by the passing of a second. */
export function Age({ span }: { readonly span: TimeSpan }) {
  const words = timeWords(span, useNow());
  return <Words text={pad(words, span.width, span.align)} tone={span.tone} />;
}
