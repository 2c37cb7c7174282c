import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Clock } from '../domain/clock.ts';
import type { LogFeed, LogLine } from '../domain/log-line.ts';
import { createFollower, type FeedState, type Follower } from './log-follower.ts';
import { createPlacing, type LogEntry, mergeInto, type Placing } from './log-order.ts';
import { createPulse } from './pulse.ts';

/** Lines kept of all feeds together. */
const LOG_LINES_MAX = 5000;
/** Lines of the past that a feed is asked for. */
const LOG_TAIL = 1000;
/** Lines are shown at most this often: nobody reads a log that rushes faster. */
const LOG_PUBLISH_EVERY_MS = 200;
/** Feeds followed together. */
const LOG_FEEDS_MAX = 50;
const BEAT_MS = 60_000;

export interface LogBookState {
  /** In order of time, oldest first. */
  readonly entries: readonly LogEntry[];
  /** Lines that had to make room since the book was opened. */
  readonly dropped: number;
  readonly feeds: readonly FeedState[];
  /** Feeds that were wanted and are not followed: they are too many. */
  readonly leftOut: number;
}

/** The lines of several logs, merged in order of time, as they come. */
export interface LogBook {
  readonly state: StoreApi<LogBookState>;
  /** Follows one more; one whose name is taken, or that is too many, is not added: false. */
  add(feed: LogFeed): boolean;
  /** Leaves a feed and forgets its lines. */
  remove(name: string): void;
  /** Ends all feeds. What was published stays. */
  close(): void;
}

export interface LogBookOptions {
  readonly clock: Clock;
  /** 0 to 1, exclusive of 1; spreads the retries. */
  readonly random: () => number;
  readonly feeds: readonly LogFeed[];
  readonly linesMax?: number;
  readonly tail?: number;
  /** Only lines from this time on, epoch ms. */
  readonly sinceMs?: number | null;
  /** False where the end of a log is final, as that of a run that is over. */
  readonly reopen?: boolean;
}

/** Lines in order, no more than a bound. */
function createLines(linesMax: number) {
  const entries: LogEntry[] = [];
  let pending: LogEntry[] = [];
  let dropped = 0;
  let nextId = 1;
  let newest = Number.NEGATIVE_INFINITY;

  const merge = () => {
    mergeInto(entries, pending);
    pending = [];
    const excess = entries.length - linesMax;
    if (excess > 0) {
      entries.splice(0, excess);
      dropped += excess;
    }
  };
  return {
    add(lines: readonly LogLine[], feed: string, placing: Placing, now: number) {
      for (const line of lines) {
        const { at, level } = placing.place(line, now, newest);
        newest = Math.max(newest, at);
        pending.push({ id: nextId, at, level, feed, line });
        nextId += 1;
        // What comes faster than it is shown must not pile up either.
        if (pending.length >= linesMax) merge();
      }
    },
    forget(feed: string) {
      merge();
      const kept = entries.filter((entry) => entry.feed !== feed);
      entries.splice(0, entries.length, ...kept);
    },
    take(): Pick<LogBookState, 'entries' | 'dropped'> {
      merge();
      return { entries: entries.slice(), dropped };
    },
  };
}

/** A container and a file may have the same name: the later one is numbered. */
function named(feed: LogFeed, taken: { has(name: string): boolean }): LogFeed {
  let { name } = feed;
  for (let number = 2; taken.has(name); number += 1) name = `${feed.name} ${number}`;
  return name === feed.name ? feed : { ...feed, name };
}

/** Opens the feeds and follows them until the book is closed. */
export function createLogBook(options: LogBookOptions): LogBook {
  const { clock, random, sinceMs = null, reopen = true, linesMax = LOG_LINES_MAX } = options;
  const tail = options.tail ?? LOG_TAIL;
  const lines = createLines(linesMax);
  const followers = new Map<string, Follower>();
  const state = createStore<LogBookState>(() => ({
    entries: [],
    dropped: 0,
    feeds: [],
    leftOut: 0,
  }));
  let changed = { lines: false, feeds: false };

  const feeds = () => [...followers.values()].map((follower) => follower.state());
  const pulse = createPulse(clock, LOG_PUBLISH_EVERY_MS, BEAT_MS, () => {
    const { lines: newLines, feeds: newFeeds } = changed;
    if (!newLines && !newFeeds) return;
    changed = { lines: false, feeds: false };
    state.setState({ ...(newLines ? lines.take() : {}), feeds: feeds() });
  });
  const mark = (what: keyof typeof changed) => {
    changed[what] = true;
    pulse.changed();
  };

  const add = (feed: LogFeed): boolean => {
    if (followers.has(feed.name) || followers.size >= LOG_FEEDS_MAX) return false;
    const placing = createPlacing();
    const deliver = (batch: readonly LogLine[]) => {
      if (followers.get(feed.name) !== follower) return;
      lines.add(batch, feed.name, placing, clock.now());
      mark('lines');
    };
    const follower = createFollower({
      ...{ feed, clock, random, tail, sinceMs, reopen, deliver },
      opened: placing.opened,
      changed: () => mark('feeds'),
    });
    followers.set(feed.name, follower);
    mark('feeds');
    return true;
  };
  for (const feed of options.feeds.slice(0, LOG_FEEDS_MAX)) add(named(feed, followers));
  state.setState({ leftOut: Math.max(0, options.feeds.length - LOG_FEEDS_MAX) });

  return {
    state,
    add,
    remove(name) {
      const follower = followers.get(name);
      if (follower === undefined) return;
      follower.close();
      followers.delete(name);
      lines.forget(name);
      mark('lines');
    },
    close() {
      pulse.stop();
      for (const follower of followers.values()) follower.close();
      followers.clear();
    },
  };
}
