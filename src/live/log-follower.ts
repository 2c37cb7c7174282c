import { type Clock, wait } from '../domain/clock.ts';
import type { LogFeed, LogLine } from '../domain/log-line.ts';
import type { SourceError } from '../domain/source.ts';
import { createBackoff } from './backoff.ts';
import { sourceError } from './source-error.ts';

/** A feed that was lost is opened again at least this often. */
const LOG_RETRY_MAX_MS = 5000;
/** One that lived this long was a good one: its loss is not counted against it. */
const SETTLED_MS = 10_000;
/** A log that brings nothing and does not fail either is a quiet one after this time. */
const QUIET_AFTER_MS = 1500;
/** One that was lost has to prove itself: it may hang, and fail only at its own time limit. */
const QUIET_AGAIN_AFTER_MS = 12_000;
/** Lines remembered to tell what was already seen, after a feed was opened again. */
const REMEMBERED_MAX = 200;

/** How a feed stands. */
export interface FeedState {
  readonly name: string;
  readonly status: 'connecting' | 'following' | 'ended' | 'failed';
  /** When it entered this status, epoch ms. */
  readonly since: number;
  readonly error: SourceError | null;
  /** When it is opened again, epoch ms; null while it is open, or when it is not. */
  readonly retryAt: number | null;
  /** Lines it has brought. */
  readonly lines: number;
}

export interface FollowerOptions {
  readonly feed: LogFeed;
  readonly clock: Clock;
  /** 0 to 1, exclusive of 1; spreads the retries. */
  readonly random: () => number;
  readonly tail: number;
  readonly sinceMs: number | null;
  /** Whether a log that has ended is looked at again: its container may start again. */
  readonly reopen: boolean;
  /** Takes lines that were not seen before. */
  readonly deliver: (lines: readonly LogLine[]) => void;
  /** The feed is opened, for the first time or again. */
  readonly opened: () => void;
  readonly changed: () => void;
}

/** Keeps one feed open until it is closed. */
export interface Follower {
  state(): FeedState;
  close(): void;
}

/** There is nothing more to come, or there never was anything. */
const isFinal = ({ status, error }: FeedState) => status === 'ended' || error?.kind === 'missing';

/** Tells lines that a feed repeats, after it was opened again, from new ones. */
function createMemory() {
  let lastAt: number | null = null;
  let recent: string[] = [];
  let seen: ReadonlySet<string> | null = null;
  const isNew = ({ at, raw }: LogLine): boolean => {
    if (seen === null) return true;
    if (at !== null && lastAt !== null && at < lastAt) return false;
    if ((at === null || at === lastAt) && seen.has(raw)) return false;
    seen = null;
    return true;
  };
  return {
    lastAt: () => lastAt,
    /** From here on the feed may repeat itself. */
    reopened() {
      if (recent.length > 0) seen = new Set(recent);
    },
    fresh(lines: readonly LogLine[]): readonly LogLine[] {
      const news = seen === null ? lines : lines.filter(isNew);
      for (const { at } of news) if (at !== null) lastAt = Math.max(lastAt ?? at, at);
      const raws = news.slice(-REMEMBERED_MAX).map(({ raw }) => raw);
      recent = [...recent, ...raws].slice(-REMEMBERED_MAX);
      return news;
    },
  };
}

export function createFollower(options: FollowerOptions): Follower {
  const { feed, clock, deliver, changed } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const backoff = createBackoff(LOG_RETRY_MAX_MS, options.random);
  const memory = createMemory();
  let state: FeedState = {
    name: feed.name,
    status: 'connecting',
    since: clock.now(),
    error: null,
    retryAt: null,
    lines: 0,
  };

  const become = (next: Partial<FeedState>) => {
    if (signal.aborted) return;
    const since = next.status === undefined || next.status === state.status;
    state = { ...state, ...next, since: since ? state.since : clock.now() };
    changed();
  };
  const following = { status: 'following', error: null, retryAt: null } as const;

  /** Follows until the feed ends or fails; says which. */
  async function once(): Promise<void> {
    const openedAt = clock.now();
    const quietMs = state.status === 'connecting' ? QUIET_AFTER_MS : QUIET_AGAIN_AFTER_MS;
    const quiet = clock.after(quietMs, () => become(following));
    const heard = (lines: readonly LogLine[]) => {
      if (signal.aborted) return;
      const news = memory.fresh(lines);
      if (news.length > 0) deliver(news);
      // What is only repeated is no sign that an ended log goes on.
      if (news.length > 0 || state.status !== 'ended') {
        quiet.cancel();
        become({ ...following, lines: state.lines + news.length });
      }
    };
    const sinceMs = memory.lastAt() ?? options.sinceMs;
    memory.reopened();
    options.opened();
    try {
      await feed.follow({ tail: options.tail, sinceMs }, heard, signal);
      quiet.cancel();
      become({ status: 'ended', error: null });
    } catch (thrown) {
      quiet.cancel();
      become({ status: 'failed', error: sourceError(thrown) });
    }
    if (clock.now() - openedAt >= SETTLED_MS) backoff.reset();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await once();
      if (signal.aborted || (isFinal(state) && !options.reopen)) return;
      const delayMs = backoff.next();
      become({ retryAt: clock.now() + delayMs });
      await wait(clock, delayMs, signal);
    }
  }
  // Begun when its maker is done. It rejects only when it is closed while it waits.
  Promise.resolve()
    .then(run)
    .catch(() => null);

  return {
    state: () => state,
    close: () => controller.abort(),
  };
}
