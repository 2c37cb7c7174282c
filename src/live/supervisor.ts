import type { Clock } from '../domain/clock.ts';
import type { FactKind } from '../domain/fact.ts';
import { didYouMean } from '../domain/nearest.ts';
import { OperatorError } from '../domain/operator-error.ts';
import type { Source } from '../domain/source.ts';
import { Feed, type FeedLog } from './feed.ts';
import type { Live } from './store.ts';

/** How long closing waits for polls that ignore their abort. */
export const CLOSE_WITHIN_MS = 1000;

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly live: Pick<Live, 'record' | 'source'>;
  /** 0 to 1, exclusive of 1; spreads the retries. */
  readonly random: () => number;
  /** How much more seldom each source is asked than it says; 1 unless told. Over 1 none is followed. */
  readonly pace?: number;
  readonly log: FeedLog;
}

/** A source that is asked more seldom, and never follows what changes. */
function slowed(source: Source, pace: number): Source {
  return {
    name: source.name,
    kind: source.kind,
    intervalMs: source.intervalMs * pace,
    timeoutMs: source.timeoutMs,
    poll: (signal) => source.poll(signal),
    close: () => source.close?.(),
  };
}

/** Runs every source of a region, each in its own loop: one that hangs delays no other. */
export interface Supervisor {
  /** Starts a source. Throws OperatorError when the name is taken. */
  add<K extends FactKind>(source: Source<K>): void;
  /**
   * Polls a source, or all, as soon as possible; settles when those polls have ended, well or not.
   * Rejects with OperatorError('missing') for an unknown name.
   */
  refresh(name?: string): Promise<void>;
  /** Aborts everything and releases the connections; settles within a second. */
  close(): Promise<void>;
  /** Settles when every source has answered or failed once, or when the time is up. */
  firstAnswers(withinMs: number): Promise<void>;
}

/** Settles with `work`, or once `withinMs` have passed. */
function within(clock: Clock, withinMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(withinMs, resolve);
    const done = () => {
      timer.cancel();
      resolve();
    };
    work.then(done, done);
  });
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { clock, pace = 1 } = options;
  const feeds = new Map<string, Feed>();
  let closing: Promise<void> | null = null;

  return {
    add(source) {
      if (closing) return;
      if (feeds.has(source.name)) {
        throw new OperatorError(
          'failed',
          `two sources are named ${source.name}`,
          'give each source of the region its own name',
        );
      }
      const asked = source as unknown as Source;
      const feed = new Feed({ ...options, source: pace === 1 ? asked : slowed(asked, pace) });
      feeds.set(source.name, feed);
      feed.start();
    },
    async refresh(name) {
      if (name === undefined) {
        await Promise.all([...feeds.values()].map((feed) => feed.refresh()));
        return;
      }
      const feed = feeds.get(name);
      if (!feed) {
        const mend = didYouMean(name, feeds.keys(), 'see the sources: opsconsole status');
        throw new OperatorError('missing', `there is no source named ${name}`, mend);
      }
      await feed.refresh();
    },
    close() {
      const ended = () => Promise.all([...feeds.values()].map((feed) => feed.close()));
      closing ??= within(clock, CLOSE_WITHIN_MS, ended());
      return closing;
    },
    firstAnswers(withinMs) {
      const answers = [...feeds.values()].map((feed) => feed.firstAnswer());
      return within(clock, withinMs, Promise.all(answers));
    },
  };
}
