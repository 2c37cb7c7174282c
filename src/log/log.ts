import { join } from 'node:path';
import { destination, pino } from 'pino';
import { redact, redactText } from '../domain/redact.ts';
import { makeFolder } from '../files/make-folder.ts';

/** The program's own log: a file, never the screen. */
export interface Log {
  /** Null where no file could be opened: nothing is logged then, and nothing fails. */
  readonly file: string | null;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, cause: unknown): void;
}

/** Lines kept while the disk takes none. */
const UNWRITTEN_BYTES_MAX = 64 * 1024;

const silent: Log = { file: null, info: () => undefined, error: () => undefined };

/** Opens `opsconsole.log` in the state folder; every line is redacted. */
export function openLog(folder: string): Log {
  const file = join(folder, 'opsconsole.log');
  try {
    makeFolder(folder);
    const out = destination({
      dest: file,
      sync: true,
      mode: 0o600,
      maxLength: UNWRITTEN_BYTES_MAX,
    });
    // On a full disk lines are lost: no line is worth ending the program for.
    out.on('error', () => undefined);
    const logger = pino({ base: { pid: process.pid } }, out);
    return {
      file,
      info: (message, fields) => logger.info(redact(fields ?? {}), redactText(message)),
      error(message, cause) {
        const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
        logger.error({ cause: redactText(text) }, redactText(message));
      },
    };
  } catch {
    return silent;
  }
}
