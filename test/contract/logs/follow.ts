import { onTestFinished } from 'vitest';
import type { LogFeed, LogLine } from '../../../src/domain/log-line.ts';
import { createWaiting } from '../../harness/waiting.ts';

/** A feed that is being followed. */
export interface Followed {
  readonly lines: readonly LogLine[];
  messages(): readonly string[];
  /** Resolves when `look` holds of the messages that have come. */
  until(what: string, look: (messages: readonly string[]) => boolean): Promise<void>;
  /** Settles as the feed does. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const WITHIN_MS = 10_000;

/** Follows a feed until the running test is over. */
export function follow(feed: LogFeed, tail = 100, sinceMs: number | null = null): Followed {
  const controller = new AbortController();
  const lines: LogLine[] = [];
  const waiting = createWaiting();
  const deliver = (batch: readonly LogLine[]) => {
    for (const line of batch) lines.push(line);
    waiting.wake();
  };
  const ended = feed.follow({ tail, sinceMs }, deliver, controller.signal);
  let broken: unknown = null;
  ended.catch((thrown: unknown) => {
    broken = thrown;
    waiting.wake();
  });
  const messages = () => lines.map(({ message }) => message);
  const stop = async () => {
    controller.abort();
    await ended.catch(() => null);
  };
  onTestFinished(stop);
  return {
    lines,
    messages,
    ended,
    stop,
    until: (what, look) =>
      waiting.until(
        () => {
          if (broken !== null) throw broken;
          return look(messages());
        },
        WITHIN_MS,
        () =>
          `waited for ${what}; the last of ${lines.length}: ${messages().slice(-5).join(' | ')}`,
      ),
  };
}
