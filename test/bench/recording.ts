import { setTimeout as rest } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';

/** As large as the screens of the figures that are compared with. */
export const COLS = 160;
export const ROWS = 48;

/** Output that follows within this time belongs to the same picture. */
const PICTURE_GAP_MS = 30;
const QUIET_BEFORE_KEY_MS = 25;
const QUIET_AFTER_KEY_MS = 80;
const KEY_WITHIN_MS = 1000;
const TAIL_CHARACTERS = 100_000;

/** What one key cost. */
export interface KeyCost {
  /** From the key to the last byte of the picture it made. */
  readonly settledMs: number;
  readonly bytes: number;
}

interface Chunk {
  readonly at: number;
  readonly bytes: number;
  /** Whether it ends within a picture that the program has announced as one and not finished. */
  readonly open: boolean;
}

const PICTURE_BEGINS = '\u001b[?2026h';
const PICTURE_ENDS = '\u001b[?2026l';

/** A program on a pseudo-terminal, of which only time and bytes are recorded: nothing is drawn meanwhile. */
export interface Recording {
  readonly pid: number;
  /** Milliseconds from the start until its output held this text; fails after `withinMs`. */
  shows(text: string, withinMs?: number): Promise<number>;
  /** Bytes written so far. */
  bytes(): number;
  write(keys: string): void;
  /** Sends a key into silence and waits for its picture; null when none came within a second. */
  key(keys: string): Promise<KeyCost | null>;
  /** Sends keys at a fixed rate; milliseconds from the last of them to the end of the last picture. */
  hold(keys: readonly string[], perSecond: number): Promise<number>;
  /** Settles when it has ended by itself; fails after `withinMs`. */
  ends(withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** What to record. */
export interface Recorded {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export function record({ command, args = [], env, cwd }: Recorded): Recording {
  const startedAt = performance.now();
  const pty = spawn(command, [...args], {
    name: 'xterm-256color',
    cols: COLS,
    rows: ROWS,
    cwd,
    env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
    encoding: null,
  });
  const chunks: Chunk[] = [];
  let written = 0;
  let tail = '';
  let woken = Promise.withResolvers<void>();
  let ended = false;
  pty.onData((data) => {
    const chunk = Buffer.from(data);
    const text = chunk.toString('utf8');
    const begins = text.lastIndexOf(PICTURE_BEGINS);
    const ends = text.lastIndexOf(PICTURE_ENDS);
    const open = begins === ends ? (chunks.at(-1)?.open ?? false) : begins > ends;
    chunks.push({ at: performance.now(), bytes: chunk.length, open });
    written += chunk.length;
    tail = (tail + text).slice(-TAIL_CHARACTERS);
    woken.resolve();
    woken = Promise.withResolvers();
  });
  const gone = new Promise<void>((resolve) => {
    pty.onExit(() => {
      ended = true;
      woken.resolve();
      resolve();
    });
  });
  const lastAt = () => chunks.at(-1)?.at ?? startedAt;

  const shows: Recording['shows'] = async (text, withinMs = 30_000) => {
    const limit = rest(withinMs, 'late' as const, { ref: false });
    while (!stripVTControlCharacters(tail).includes(text)) {
      if (ended || (await Promise.race([woken.promise, limit])) === 'late') {
        const said = stripVTControlCharacters(tail).slice(-2000);
        throw new Error(
          `${command} ${ended ? 'ended before it showed' : 'did not show'} ${text}\n${said}`,
        );
      }
    }
    return lastAt() - startedAt;
  };

  const silence = async (forMs: number, untilMs: number) => {
    while (performance.now() - lastAt() < forMs && performance.now() < untilMs) {
      await rest(Math.max(1, forMs - (performance.now() - lastAt())));
    }
  };

  /** The end of the picture that began after a moment, and its bytes. */
  const pictureSince = (at: number): Chunk | null => {
    const [first, ...later] = chunks.slice(chunks.findLastIndex((each) => each.at < at) + 1);
    if (first === undefined) return null;
    let picture = first;
    for (const chunk of later) {
      if (!picture.open && chunk.at - picture.at > PICTURE_GAP_MS) break;
      picture = { ...chunk, bytes: picture.bytes + chunk.bytes };
    }
    return picture;
  };

  return {
    pid: pty.pid,
    shows,
    bytes: () => written,
    write: (keys) => pty.write(keys),
    key: async (keys) => {
      await silence(QUIET_BEFORE_KEY_MS, performance.now() + KEY_WITHIN_MS);
      const sentAt = performance.now();
      pty.write(keys);
      const limit = rest(KEY_WITHIN_MS, undefined, { ref: false });
      while (lastAt() < sentAt && performance.now() < sentAt + KEY_WITHIN_MS && !ended) {
        await Promise.race([woken.promise, limit]);
      }
      await silence(QUIET_AFTER_KEY_MS, sentAt + 2 * KEY_WITHIN_MS);
      const picture = pictureSince(sentAt);
      return picture && { settledMs: picture.at - sentAt, bytes: picture.bytes };
    },
    hold: async (keys, perSecond) => {
      const heldFrom = performance.now();
      let lastKeyAt = heldFrom;
      for (const [index, key] of keys.entries()) {
        await rest(Math.max(0, heldFrom + (index * 1000) / perSecond - performance.now()));
        lastKeyAt = performance.now();
        pty.write(key);
      }
      await silence(QUIET_AFTER_KEY_MS, lastKeyAt + 5 * KEY_WITHIN_MS);
      const picture = pictureSince(lastKeyAt);
      return picture === null ? 0 : picture.at - lastKeyAt;
    },
    ends: async (withinMs = 30_000) => {
      const limit = rest(withinMs, 'late' as const, { ref: false });
      if ((await Promise.race([gone, limit])) === 'late') throw new Error(`${command} did not end`);
    },
    close: async () => {
      if (!ended) pty.kill('SIGKILL');
      await gone;
    },
  };
}
