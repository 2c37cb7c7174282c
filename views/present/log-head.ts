import { FAILURES_MAX } from '../../src/console/log-layout.ts';
import type { LogFound } from '../../src/console/log-lens.ts';
import type { LogSession } from '../../src/console/log-session.ts';
import type { LogWindow } from '../../src/console/log-window.ts';
import type { FeedState } from '../../src/live/log-follower.ts';
import { placeOf } from '../../src/live/log-order.ts';
import type { LogBookState } from '../../src/live/logs.ts';
import { age, type Line, phrase, type Span, text } from './line.ts';

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** Lines that have come since it was paused. */
function waiting({ paused }: LogSession['view'], now: LogBookState): number {
  const last = paused?.entries.at(-1);
  if (paused === null) return 0;
  if (last === undefined) return now.entries.length;
  return now.entries.length - placeOf(now.entries, { at: last.at, id: last.id + 1 });
}

function feedsWords(feeds: readonly FeedState[]): Line {
  const with_ = (status: FeedState['status']) => feeds.filter((feed) => feed.status === status);
  const [following, ended, failed] = [with_('following'), with_('ended'), with_('failed')];
  if (failed.length > 0) return [text(`✖ ${failed.length} of ${feeds.length} failed`, 'bad')];
  if (feeds.length > 0 && ended.length === feeds.length) {
    const since = Math.max(...ended.map((feed) => feed.since));
    return [phrase('age', since, { before: '○ ended ', after: ' ago' }, 'warn')];
  }
  if (following.length === 0) return [text('◌ connecting', 'quiet')];
  const some = following.length < feeds.length ? ` ${following.length} of ${feeds.length}` : '';
  return [text(`● following${some}`, 'ok')];
}

/** How the lines stand: following, stopped, ended, failed. */
export function standing(logs: LogSession, now: LogBookState, window: LogWindow): Line {
  if (logs.book === null) return [text('◌ opening', 'quiet')];
  if (logs.view.paused !== null) {
    return [text(`○ paused, ${count(waiting(logs.view, now), 'line')} waiting`, 'warn')];
  }
  if (!logs.view.follow) {
    return [text(`○ not following, ${window.below} below`, 'warn')];
  }
  return feedsWords(now.feeds);
}

function searchWords({ search }: LogSession, { hits }: LogFound, cursor: number): string | null {
  if (search === '') return null;
  const place = hits.indexOf(cursor);
  const which = place === -1 ? String(hits.length) : `${place + 1} of ${hits.length}`;
  return hits.length === 0 ? `/${search} not found` : `/${search} ${which}`;
}

/** What narrows the lines and how they are shown, after how many there are. */
export function statusLine(
  logs: LogSession,
  shown: LogBookState,
  found: LogFound,
  window: LogWindow,
): Line {
  const { view, filter, since, target } = logs;
  const narrowed = found.entries.length !== shown.entries.length;
  const total = narrowed
    ? `${found.entries.length} of ${count(shown.entries.length, 'line')}`
    : count(shown.entries.length, 'line');
  const words: readonly (string | null)[] = [
    target.previous ? 'the run before the last start' : null,
    since === null ? null : since < 60 ? `last ${since} min` : `last ${since / 60} h`,
    view.level === null ? null : `${view.level} and worse`,
    filter === '' ? null : `&${filter}`,
    searchWords(logs, found, window.cursor),
    view.wrap ? 'wrapped' : null,
    view.left > 0 ? `from column ${view.left + 1}` : null,
    shown.leftOut > 0 ? `${shown.leftOut} logs left out: too many` : null,
    shown.dropped > 0 ? `${shown.dropped} older made room` : null,
  ];
  const spans: Span[] = words
    .filter((word) => word !== null)
    .flatMap((word) => [
      text('   ', 'quiet'),
      text(word, /not found|left out/.test(word) ? 'warn' : 'plain'),
    ]);
  return [text(`  ${total}`, 'quiet'), ...spans];
}

/** What failed feeds say, one line each; the last one counts what does not fit. */
export function failureLines(feeds: readonly FeedState[]): readonly Line[] {
  const failed = feeds.filter(({ status }) => status === 'failed');
  return failed.slice(0, FAILURES_MAX).map((feed, index) => {
    const more = failed.length - FAILURES_MAX;
    const others = index === FAILURES_MAX - 1 && more > 0 ? ` (and ${more} more)` : '';
    const { message, mend } = feed.error ?? { message: 'failed', mend: null };
    return [
      text(`  ✖ ${feed.name} `, 'bad'),
      age(feed.since, 'quiet'),
      text(` ${message}${mend === null ? '' : `; ${mend}`}${others}`),
    ];
  });
}

/** What stands in the place of the lines while there are none; empty when there are. */
export function emptyLines(
  logs: LogSession,
  shown: LogBookState,
  found: LogFound,
  names: string,
): readonly Line[] {
  const { target, filter, view, since } = logs;
  const say = (words: string): readonly Line[] => [[], [text(`   ${words}`, 'quiet')]];
  if (found.entries.length > 0) return [];
  if (logs.book === null) return say(`opening the log of ${names}…`);
  if (shown.entries.length > 0) {
    const by = [
      filter === '' ? null : `&${filter}`,
      view.level === null ? null : `level ${view.level}`,
    ];
    const mend = filter === '' ? 'L shows other levels' : 'Esc clears the filter, L the level';
    const words = by.filter((word) => word !== null).join(' and ');
    return say(`none of ${count(shown.entries.length, 'line')} passes ${words}: ${mend}`);
  }
  const { feeds } = shown;
  if (feeds.some(({ status }) => status === 'connecting')) {
    return say(`waiting for the log of ${names}…`);
  }
  if (feeds.every(({ status }) => status === 'failed')) {
    if (feeds.every(({ retryAt }) => retryAt === null)) return say('p shows the run of now');
    return say('nothing could be read; it is tried again every few seconds');
  }
  if (target.previous) return say(`${names} left no lines of a run before the last start`);
  if (since !== null) return say(`${names} wrote nothing in this time (0 shows the last lines)`);
  if (feeds.every(({ status }) => status !== 'following')) {
    return say(`the log of ${names} is empty, and nothing writes to it now`);
  }
  return say(`${names} has written nothing yet; new lines appear here`);
}
