import { sanitizeLine } from '../../domain/sanitize.ts';
import { PROJECT_LABEL, parseAnswer } from './decode.ts';
import { engineEvent } from './wire.ts';

/** A change the engine reported. */
export interface EngineEvent {
  readonly type: string;
  readonly action: string;
  readonly project: string | null;
}

const MAX_LINE_LENGTH = 2000;
const HEADER_BYTES = 8;

/** Decodes one line of the event stream. */
export function decodeEvent(line: string): EngineEvent {
  let value: unknown = null;
  try {
    value = JSON.parse(line);
  } catch {
    // The schema rejects null with the words for garbage.
  }
  const wire = parseAnswer(engineEvent, value, 'the stream of events');
  const project = wire.Actor.Attributes?.[PROJECT_LABEL];
  return {
    type: sanitizeLine(wire.Type),
    action: sanitizeLine(wire.Action),
    project: project === undefined ? null : sanitizeLine(project),
  };
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
