import { formatAge } from '../../src/domain/duration.ts';
import type { SourceState } from '../../src/domain/source.ts';
import type { PanelStatus } from '../../src/live/selectors.ts';
import { type Line, lineWidth, phrase, type Tone, text, toned, wrap } from './line.ts';

export interface StatusWords {
  readonly text: string;
  readonly tone: Tone;
}

/** A source that says `live` and has been silent for this many intervals shows its age instead. */
const LIVE_INTERVALS = 2;

/** How a panel's sources stand, in the word at the end of its title. */
export function statusWords(status: PanelStatus, now: number): StatusWords {
  const { source, observedAt, live, total } = status;
  const some = total > 1 ? ` ${live} of ${total}` : '';
  const old = observedAt === null ? null : formatAge(now - observedAt);
  switch (status.status) {
    case 'empty':
      return { text: 'no source', tone: 'quiet' };
    case 'connecting':
      return { text: `◌ connecting…${some}`, tone: 'quiet' };
    case 'failed': {
      const rest = total > 1 && live > 0 ? `, ${live} of ${total} live` : '';
      return { text: `✖ lost ${formatAge(now - status.since)}${rest}`, tone: 'bad' };
    }
    case 'stale':
      return { text: `▲ ${old ?? '?'} old`, tone: 'warn' };
    case 'live': {
      const late =
        observedAt !== null &&
        source !== null &&
        now - observedAt > LIVE_INTERVALS * source.intervalMs + 1000;
      return late ? { text: `${old} old`, tone: 'warn' } : { text: 'live', tone: 'quiet' };
    }
  }
}

/** How everything stands, for the end of the header. */
export function overallWords(sources: readonly SourceState[]): StatusWords {
  const count = (status: SourceState['status']) =>
    sources.filter((source) => source.status === status).length;
  const total = sources.length;
  if (total === 0) return { text: '○ no source', tone: 'quiet' };
  if (count('failed') > 0) return { text: `✖ ${count('failed')} of ${total} lost`, tone: 'bad' };
  if (count('stale') > 0) return { text: `▲ ${count('stale')} of ${total} stale`, tone: 'warn' };
  if (count('connecting') > 0) {
    return { text: `◌ connecting ${total - count('connecting')} of ${total}`, tone: 'quiet' };
  }
  return { text: '● live', tone: 'ok' };
}

/** What happened to a source, when it is tried again and what to do; nothing while it is well. */
export function failureLines(source: SourceState | null, width: number): readonly Line[] {
  if (source === null || source.status !== 'failed' || source.error === null) return [];
  const { error, retryAt, observedAt } = source;
  const [first = '', ...rest] = wrap(error.message, width - 3, 2);
  const lines: Line[] = [[text('   ✖ ', 'bad'), text(first, 'bad')]];
  for (const more of rest) lines.push([text(`     ${more}`, 'bad')]);
  const tries: Line =
    retryAt === null ? [] : [phrase('left', retryAt, { before: 'next try ' }, 'quiet'), text(' ')];
  const last: Line =
    observedAt === null
      ? [text('never answered', 'quiet')]
      : [phrase('age', observedAt, { before: 'last answer ', after: ' ago' }, 'quiet')];
  const both = lineWidth(tries) + lineWidth(last) + 5 <= width;
  lines.push([text('     '), ...tries, ...(both || tries.length === 0 ? last : [])]);
  if (error.mend !== null) {
    for (const line of wrap(error.mend, width - 6, 2)) lines.push([text(`     ${line}`)]);
  }
  return lines;
}

/** Old values stay readable and look old. */
export function aged(lines: readonly Line[], status: PanelStatus['status']): readonly Line[] {
  return status === 'failed' || status === 'stale'
    ? lines.map((line) => toned(line, 'quiet'))
    : lines;
}
