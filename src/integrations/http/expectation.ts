import { sanitizeLine } from '../../domain/sanitize.ts';
import { atPath, type Json } from './decode.ts';

/** Where text is looked for in a body: a regular expression over more could take the screen's time. */
const MAX_SEARCHED_LENGTH = 64 * 1024;
const MAX_SHOWN_LENGTH = 80;

/** A status, or all from one to another. */
type StatusExpectation = number | { readonly from: number; readonly to: number };

/** What a check expects of an answer. */
export interface Expectation {
  /** One of these; any of 200 to 299 when none is said. */
  readonly status?: StatusExpectation | readonly StatusExpectation[];
  /** Scalars by their path, e.g. `{ready: true}`. */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>;
  /** Text that the first 64 KiB of the body hold; `/…/` or `/…/i` is a regular expression. */
  readonly body?: string | RegExp | null;
  readonly maxLatencyMs?: number | null;
  /** Headers by name, in any case; `/…/` or `/…/i` is a regular expression. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What of an answer is held against an expectation. */
export interface Judged {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
  readonly latencyMs: number;
  /** Where a redirect that was not followed leads. */
  readonly location: string | null;
  /** By lower-case name; none when nothing is expected of them. */
  readonly headers?: Readonly<Record<string, string>>;
}

const SUCCESS: StatusExpectation = { from: 200, to: 299 };

function listOf(status: Expectation['status']): readonly StatusExpectation[] {
  if (status === undefined) return [SUCCESS];
  const list = Array.isArray(status) ? status : [status];
  return list.length === 0 ? [SUCCESS] : list;
}

const fits = (status: number, one: StatusExpectation): boolean =>
  typeof one === 'number' ? status === one : status >= one.from && status <= one.to;

function statusWords(one: StatusExpectation): string {
  if (one === SUCCESS) return 'a success';
  return typeof one === 'number' ? String(one) : `${one.from} to ${one.to}`;
}

function wrongStatus({ location, status }: Judged, expect: Expectation): string | null {
  const wanted = listOf(expect.status);
  if (wanted.some((one) => fits(status, one))) return null;
  const answered = location === null ? `${status}` : `${status} to ${location}`;
  return `answered ${answered}, expected ${wanted.map(statusWords).join(' or ')}`;
}

function wrongJson(json: Json, expect: Expectation): string | null {
  for (const [path, wanted] of Object.entries(expect.json ?? {})) {
    if (json === null) return `its answer is no JSON, expected ${path}`;
    const found = atPath(json, path);
    if (found === undefined) return `its answer has no ${path}`;
    if (found !== wanted) {
      const text = JSON.stringify(found).slice(0, MAX_SHOWN_LENGTH);
      return `${path} is ${text}, expected ${wanted}`;
    }
  }
  return null;
}

/** `/…/flags` as the regular expression it is; null when it is a text to look for. */
function patternOf(body: string): RegExp | null {
  const match = /^\/(.+)\/([ims]*)$/s.exec(body);
  if (match === null) return null;
  try {
    return new RegExp(match[1] ?? '', match[2]);
  } catch {
    return null;
  }
}

function wrongBody(text: string, body: Expectation['body']): string | null {
  if (body === undefined || body === null) return null;
  const searched = text.slice(0, MAX_SEARCHED_LENGTH);
  const pattern = typeof body === 'string' ? patternOf(body) : body;
  if (pattern === null ? searched.includes(String(body)) : searched.search(pattern) !== -1) {
    return null;
  }
  const shown = sanitizeLine(String(body)).slice(0, MAX_SHOWN_LENGTH);
  return pattern === null
    ? `its body does not hold “${shown}”`
    : `its body does not match ${shown}`;
}

function wrongHeader({ headers = {} }: Judged, expect: Expectation): string | null {
  for (const [name, wanted] of Object.entries(expect.headers ?? {})) {
    const lower = name.toLowerCase();
    const found = Object.hasOwn(headers, lower) ? headers[lower] : undefined;
    const shown = sanitizeLine(name).slice(0, MAX_SHOWN_LENGTH);
    if (found === undefined) return `its answer has no header ${shown}`;
    const pattern = patternOf(wanted);
    const text = found.slice(0, MAX_SEARCHED_LENGTH);
    if (pattern === null ? text === wanted : text.search(pattern) !== -1) continue;
    const expected = sanitizeLine(wanted).slice(0, MAX_SHOWN_LENGTH);
    return `header ${shown} is “${text.slice(0, MAX_SHOWN_LENGTH)}”, expected ${expected}`;
  }
  return null;
}

function tooSlow(latencyMs: number, maxLatencyMs: number | null | undefined): string | null {
  if (typeof maxLatencyMs !== 'number' || latencyMs <= maxLatencyMs) return null;
  return `answered in ${Math.ceil(latencyMs)} ms, expected within ${maxLatencyMs} ms`;
}

/** Why an answer is not what was expected, in words; null when it is. */
export function disappointment(answer: Judged, expect: Expectation): string | null {
  return (
    wrongStatus(answer, expect) ??
    wrongJson(answer.json, expect) ??
    wrongHeader(answer, expect) ??
    wrongBody(answer.text, expect.body) ??
    tooSlow(answer.latencyMs, expect.maxLatencyMs)
  );
}
