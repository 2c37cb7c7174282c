import { type LogLine, logFieldNames } from '../domain/log-line.ts';
import { sanitizeLine } from '../domain/sanitize.ts';

/** A line as the log screen writes it: the message, then what else a structured line says. */
export interface ShownText {
  readonly text: string;
  /** Where the message ends and the other fields begin. */
  readonly quietFrom: number;
}

/** Of a message no more is looked at; the whole of it stands in the line's own view. */
const MESSAGE_LENGTH_MAX = 4000;
const FIELDS_LENGTH_MAX = 500;
const VALUE_LENGTH_MAX = 120;
const told: ReadonlySet<string> = new Set(Object.values(logFieldNames).flat());

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const one = sanitizeLine(text.slice(0, VALUE_LENGTH_MAX));
  return text.length > VALUE_LENGTH_MAX ? `${one}…` : one;
}

/** `name=value` of the fields that the message does not tell, within bounds. */
function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (told.has(name) || value === null || value === '') continue;
    text += `  ${name}=${valueText(value)}`;
    if (text.length > FIELDS_LENGTH_MAX) return `${text.slice(0, FIELDS_LENGTH_MAX)}…`;
  }
  return text;
}

const known = new WeakMap<LogLine, ShownText>();

/** The text of a line as it is shown, looked for and filtered. Made once a line. */
export function shownText(line: LogLine): ShownText {
  const made = known.get(line);
  if (made !== undefined) return made;
  const message = line.message.slice(0, MESSAGE_LENGTH_MAX);
  const structured = line.fields !== null && line.message !== line.raw;
  const fields = structured && line.fields !== null ? fieldsText(line.fields) : '';
  const shown = { text: message + fields, quietFrom: message.length };
  known.set(line, shown);
  return shown;
}
