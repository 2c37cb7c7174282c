import type { Clock, Timer } from '../domain/clock.ts';
import type { Source, SourceError, SourceState, SourceStatus } from '../domain/source.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { sourceError, timeoutError, unforeseen } from './source-error.ts';
import type { Live } from './store.ts';
import { createWatcher, type Watcher } from './watcher.ts';

/** Polls that a change feed asks for are at least this far apart. */
export const CHANGE_GAP_MS = 200;
/** A source is stale when its last good answer is this many intervals old. */
const STALE_INTERVALS = 2;
/** Polls of one source that have not settled: one that was given up, and the one under way. */
export const POLLS_UNSETTLED_MAX = 2;

/** Where unforeseen failures are written; a pino logger fits. */
export interface FeedLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface FeedOptions {
  readonly source: Source;
  readonly clock: Clock;
  readonly live: Pick<Live, 'record' | 'source'>;
  readonly random: () => number;
  readonly log: FeedLog;
}

interface Poll {
  readonly controller: AbortController;
  readonly startedAt: number;
  readonly timeout: Timer;
  /** Told when this poll has ended, well or not. */
  readonly waiters: readonly (() => void)[];
}

/** One source's loop: poll, publish, wait; never two at once, never for ever. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #backoff: Backoff;
  readonly #watcher: Watcher;
  readonly #settled = new Set<() => void>();
  #status: SourceStatus = 'connecting';
  #since: number;
  #observedAt: number | null = null;
  #error: SourceError | null = null;
  #retryAt: number | null = null;
  #poll: Poll | null = null;
  #unsettled = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #changePending = false;
  #nextPoll: Timer | null = null;
  #staleness: Timer | null = null;
  #waiters: (() => void)[] = [];
  #answers: (() => void)[] = [];
  #closed = false;

  constructor(options: FeedOptions) {
    const { source, clock, random, log } = options;
    this.#options = options;
    this.#since = clock.now();
    this.#backoff = createBackoff(source.intervalMs, random);
    this.#watcher = createWatcher({
      source,
      clock,
      random,
      changed: () => this.#change(),
      lost: (thrown) => {
        if (thrown !== undefined && unforeseen(thrown)) {
          log.error({ source: source.name, err: thrown }, 'a change feed failed');
        }
        this.#change();
      },
    });
  }

  start(): void {
    this.#publish();
    this.#begin();
  }

  /** Polls as soon as that is possible; settles when that poll has ended, well or not. */
  refresh(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#closed || this.#unsettled >= POLLS_UNSETTLED_MAX) return resolve();
      this.#waiters.push(resolve);
      if (!this.#poll) this.#begin();
    });
  }

  /** Settles once the source has answered or failed for the first time. */
  firstAnswer(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#status !== 'connecting' || this.#closed) resolve();
      else this.#answers.push(resolve);
    });
  }

  /** Ends the loop, aborts what is under way; settles when every poll has. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { source, log } = this.#options;
    this.#nextPoll?.cancel();
    this.#staleness?.cancel();
    this.#watcher.abort();
    const poll = this.#poll;
    this.#poll = null;
    poll?.timeout.cancel();
    poll?.controller.abort();
    for (const tell of [...(poll?.waiters ?? []), ...this.#waiters, ...this.#answers]) tell();
    try {
      source.close?.();
    } catch (thrown) {
      log.error({ source: source.name, err: thrown }, 'closing a source failed');
    }
    if (this.#unsettled > 0) await new Promise<void>((resolve) => this.#settled.add(resolve));
  }

  #change(): void {
    if (this.#closed) return;
    if (this.#poll) this.#changePending = true;
    else this.#schedule(this.#startedAt + CHANGE_GAP_MS - this.#options.clock.now());
  }

  #schedule(delayMs: number): void {
    this.#nextPoll?.cancel();
    this.#nextPoll = this.#options.clock.after(Math.max(0, delayMs), () => this.#begin());
  }

  #begin(): void {
    if (this.#closed || this.#poll) return;
    this.#nextPoll?.cancel();
    this.#nextPoll = null;
    if (this.#unsettled >= POLLS_UNSETTLED_MAX) {
      for (const tell of this.#waiters.splice(0)) tell();
      return;
    }
    const { source, clock, log } = this.#options;
    const controller = new AbortController();
    const timeout = clock.after(source.timeoutMs, () => {
      const error = timeoutError(source);
      controller.abort(error);
      this.#fail(poll, error);
    });
    const poll: Poll = { controller, startedAt: clock.now(), timeout, waiters: this.#waiters };
    this.#waiters = [];
    this.#poll = poll;
    this.#startedAt = poll.startedAt;
    this.#unsettled += 1;
    const ask = async () => source.poll(controller.signal);
    ask()
      .then(
        (value) => {
          this.#settle();
          this.#succeed(poll, value);
        },
        (thrown: unknown) => {
          this.#settle();
          this.#fail(poll, thrown);
        },
      )
      .catch((thrown: unknown) => log.error({ source: source.name, err: thrown }, 'a feed failed'));
  }

  /** A poll that was given up has settled at last: there is room for a new one. */
  #settle(): void {
    const full = this.#unsettled >= POLLS_UNSETTLED_MAX;
    this.#unsettled -= 1;
    if (this.#unsettled === 0) for (const resolve of this.#settled) resolve();
    if (full && !this.#poll && !this.#nextPoll && !this.#closed) this.#schedule(0);
  }

  #succeed(poll: Poll, value: Awaited<ReturnType<Source['poll']>>): void {
    if (this.#poll !== poll) return;
    const { source, clock, live } = this.#options;
    try {
      live.record(source.name, source.kind, value, poll.startedAt);
    } catch (thrown) {
      // A fault of what takes the fact in must show as this source's failure, not end its loop.
      this.#fail(poll, thrown);
      return;
    }
    poll.timeout.cancel();
    this.#poll = null;
    this.#backoff.reset();
    // The answer is at least as new as the question; saying so keeps every age honest.
    this.#observedAt = poll.startedAt;
    this.#error = null;
    this.#retryAt = null;
    const staleInMs = poll.startedAt + STALE_INTERVALS * source.intervalMs - clock.now();
    this.#enter(staleInMs > 0 ? 'live' : 'stale');
    this.#staleness?.cancel();
    this.#staleness = clock.after(staleInMs, () => this.#grewStale());
    this.#watcher.open();
    const passedMs = clock.now() - poll.startedAt;
    const floorMs = Math.min(CHANGE_GAP_MS, source.intervalMs);
    this.#again(poll, Math.max(source.intervalMs - passedMs, floorMs));
  }

  #fail(poll: Poll, thrown: unknown): void {
    if (this.#poll !== poll) return;
    const { source, clock, log } = this.#options;
    poll.timeout.cancel();
    this.#poll = null;
    this.#watcher.abort();
    if (unforeseen(thrown)) log.error({ source: source.name, err: thrown }, 'a poll failed');
    this.#error = sourceError(thrown);
    const stuck = this.#unsettled >= POLLS_UNSETTLED_MAX;
    const delayMs = this.#backoff.next();
    this.#retryAt = stuck ? null : clock.now() + delayMs;
    this.#enter('failed');
    this.#again(poll, delayMs);
  }

  /** Plans the poll after this one, and tells those who waited for this one. */
  #again(poll: Poll, delayMs: number): void {
    const changed = this.#changePending;
    this.#changePending = false;
    if (this.#waiters.length > 0) this.#begin();
    else if (changed) this.#change();
    else this.#schedule(delayMs);
    for (const tell of poll.waiters) tell();
  }

  #grewStale(): void {
    if (this.#status === 'live') this.#enter('stale');
  }

  #enter(status: SourceStatus): void {
    if (status !== this.#status) this.#since = this.#options.clock.now();
    this.#status = status;
    this.#publish();
    for (const tell of this.#answers.splice(0)) tell();
  }

  #publish(): void {
    const { source, live } = this.#options;
    const state: SourceState = {
      name: source.name,
      kind: source.kind,
      status: this.#status,
      since: this.#since,
      observedAt: this.#observedAt,
      error: this.#error,
      retryAt: this.#retryAt,
      intervalMs: source.intervalMs,
    };
    live.source(state);
  }
}
