import type { Readable } from 'node:stream';
import type { LogFeed, LogLine } from '../../domain/log-line.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { decodeJournal } from './decode-journal.ts';
import { journalAbsent, journalEnded } from './failure.ts';
import { createLineSplitter } from './split.ts';

export interface JournaldOptions {
  /** The unit whose lines are followed, e.g. `nginx.service`; null for everything. */
  readonly unit: string | null;
  /** A journal elsewhere: that of a mounted disk. */
  readonly directory?: string;
  /** What its lines are signed with; the unit unless told. */
  readonly name?: string;
  /** The program, where it has another name. */
  readonly command?: string;
}

/** A record carries many fields beside its message. */
const RECORD_LENGTH_MAX = 512 * 1024;
/** What is kept of what journalctl says on its error output. */
const SAID_LENGTH_MAX = 2000;
const KILL_AFTER_MS = 1000;
/** Records parsed without letting anything else have its turn. */
const BATCH_RECORDS = 200;

function argumentsOf(
  { unit, directory }: JournaldOptions,
  { tail, sinceMs }: { readonly tail: number; readonly sinceMs: number | null },
): readonly string[] {
  return [
    '--output=json',
    '--follow',
    '--no-pager',
    // All fields whole, whatever their size; the splitter bounds what is kept.
    '--all',
    `--lines=${tail}`,
    ...(unit === null ? [] : [`--unit=${unit}`]),
    ...(directory === undefined ? [] : [`--directory=${directory}`]),
    ...(sinceMs === null ? [] : [`--since=@${(sinceMs / 1000).toFixed(3)}`]),
  ];
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Hands on the records of journalctl's output, in batches. */
async function readRecords(
  output: Readable,
  source: string,
  deliver: (lines: readonly LogLine[]) => void,
): Promise<void> {
  const splitter = createLineSplitter(RECORD_LENGTH_MAX);
  for await (const bytes of output) {
    const texts = splitter.push(bytes as Buffer);
    for (let from = 0; from < texts.length; from += BATCH_RECORDS) {
      if (from > 0) await turn();
      const batch = texts.slice(from, from + BATCH_RECORDS);
      const lines = batch.map((text) => decodeJournal(text, source));
      const good = lines.filter((line) => line !== null);
      if (good.length > 0) deliver(good);
    }
  }
}

/** The first part of what a stream says, as it comes. */
function hear(stream: Readable): () => string {
  let said = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    if (said.length < SAID_LENGTH_MAX) said += text;
  });
  return () => sanitizeLine(said);
}

/**
 * The lines of a unit in the host's journal, by one `journalctl` that ends with the signal.
 * @throws OperatorError in words (from `follow`) when there is no journal, or it may not be read
 */
export function journaldLogFeed(options: JournaldOptions): LogFeed {
  const { unit, command = 'journalctl' } = options;
  const source = sanitizeLine(options.name ?? unit ?? 'journal');
  return {
    name: source,
    async follow(wanted, deliver, signal) {
      if (signal.aborted) return;
      const { execa } = await import('execa');
      const child = execa(command, argumentsOf(options, wanted), {
        buffer: false,
        reject: false,
        stdin: 'ignore',
        cancelSignal: signal,
        forceKillAfterDelay: KILL_AFTER_MS,
        // Its words are read: they have to be in one language.
        env: { LC_ALL: 'C' },
      });
      const said = hear(child.stderr);
      const heard = (lines: readonly LogLine[]) => {
        if (!signal.aborted) deliver(lines);
      };
      if (child.pid !== undefined) heard([]);
      const records = readRecords(child.stdout, source, heard).catch((thrown: unknown) => thrown);
      const result = await child;
      await records;
      if (signal.aborted) return;
      if (result.exitCode === undefined && result.signal === undefined) {
        throw journalAbsent(result.cause ?? result, command);
      }
      throw journalEnded(said(), result.signal ?? `exit ${result.exitCode}`);
    },
  };
}
