import { formatAge, formatClock, formatLasting } from '../../src/domain/duration.ts';
import type { TimeSpan } from './line.ts';

function bareTime(span: TimeSpan, now: number): string {
  switch (span.style) {
    case 'age':
      return formatAge(now - span.at);
    case 'lasting':
      return formatLasting(now - span.at);
    case 'elapsed':
      return formatClock(now - span.at);
    case 'left':
      return span.at <= now ? 'now' : `in ${formatAge(span.at - now + 999)}`;
  }
}

/** A span of time as words: how old, how long, how long yet. */
export function timeWords(span: TimeSpan, now: number): string {
  return `${span.before ?? ''}${bareTime(span, now)}${span.after ?? ''}`;
}
