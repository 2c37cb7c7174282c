import { sanitizeLine } from '../../domain/sanitize.ts';
import { PROJECT_LABEL } from './decode.ts';
import { decoding, maybeNumber, maybeText, objectIn, objectOf, textIn, type Wire } from './wire.ts';

/** A change the engine reported. */
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly project: string | null;
  /** The container it is about, also where a network reports it; null for none. */
  readonly container: string | null;
  /** By the engine's clock, epoch ms; null where it is not told. */
  readonly at: number | null;
}

const MAX_LINE_LENGTH = 2000;
const HEADER_BYTES = 8;

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The decoder rejects null with the words for garbage.
    return null;
  }
}

function eventTime(wire: Wire): number | null {
  const nanoseconds = maybeNumber(wire, 'timeNano');
  if (nanoseconds !== null) return nanoseconds / 1e6;
  const seconds = maybeNumber(wire, 'time');
  return seconds === null ? null : seconds * 1000;
}

/** Decodes one line of the event stream. */
export function decodeEvent(line: string): EngineEvent {
  return decoding('the stream of events', () => {
    const wire = objectOf(parsed(line), 'answer');
    const actor = objectOf(wire['Actor'], 'Actor');
    const attributes = objectIn(actor, 'Attributes');
    const type = sanitizeLine(textIn(wire, 'Type'));
    const project = maybeText(attributes, PROJECT_LABEL);
    return {
      type,
      action: sanitizeLine(textIn(wire, 'Action')),
      project: project === null ? null : sanitizeLine(project),
      container: type === 'container' ? maybeText(actor, 'ID') : maybeText(attributes, 'container'),
      at: eventTime(wire),
    };
  });
}

/** Joins the frames of the engine's multiplexed log format; text without frames stays as it is. */
function joinFrames(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const stream = bytes[at] ?? 0xff;
    if (stream > 2 || bytes.readUIntBE(at + 1, 3) !== 0)
      return at === 0 ? bytes : Buffer.concat(parts);
    const length = bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length));
    at += HEADER_BYTES + length;
  }
  return at === 0 ? bytes : Buffer.concat(parts);
}

/**
 * Decodes the log of a container into safe lines, each cut to 2,000 characters.
 * @param tty a terminal's log is plain text, any other is framed
 */
export function decodeLogs(bytes: Buffer, tty: boolean): readonly string[] {
  const lines = (tty ? bytes : joinFrames(bytes)).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => sanitizeLine(line.slice(0, MAX_LINE_LENGTH)));
}

const ERROR_WORDS = /\b(?:error|critical|fatal|panic|exception|traceback)\b/i;
const JSON_LEVEL = /"level"\s*:\s*"([a-z]+)"/i;

/** True for a line that reports an error: by its JSON level where it has one, else by its words. */
export function isErrorLine(line: string): boolean {
  const level = JSON_LEVEL.exec(line)?.[1];
  return level === undefined
    ? ERROR_WORDS.test(line)
    : /^(?:error|critical|fatal|panic)$/i.test(level);
}
