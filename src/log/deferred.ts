import type { Log } from './log.ts';

/** Entries kept until the log is open. */
const WAITING_MAX = 200;

/**
 * A log that is opened at its first entry: the first frame does not wait for the library that writes it.
 *
 * @param open loads and opens the log
 */
export function deferredLog(open: () => Promise<Log>): Log & { opened(): Promise<Log> } {
  let log: Log | null = null;
  let opening: Promise<Log> | null = null;
  const waiting: ((to: Log) => void)[] = [];
  const opened = () => {
    opening ??= open().then((ready) => {
      log = ready;
      for (const write of waiting.splice(0)) write(ready);
      return ready;
    });
    return opening;
  };
  const write = (entry: (to: Log) => void) => {
    if (log !== null) return entry(log);
    if (waiting.length < WAITING_MAX) waiting.push(entry);
    void opened();
  };
  return {
    get file() {
      return log?.file ?? null;
    },
    info: (message, fields) => write((to) => to.info(message, fields)),
    error: (message, cause) => write((to) => to.error(message, cause)),
    opened,
  };
}
