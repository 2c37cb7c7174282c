import type { Labels } from '../../domain/metrics.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

/** Series kept of one answer; the rest is told as a problem. */
const SERIES_MAX = 5000;
const LABEL_LENGTH_MAX = 300;
const WARNING_LENGTH_MAX = 300;

/** One series of an answer, without its metric's name. */
interface Series<Value> {
  readonly labels: Labels;
  readonly value: Value;
}

/** A reading of a series at a time, epoch ms. */
export interface RangePoint {
  readonly at: number;
  readonly value: number;
}

export interface QueryAnswer<Value> {
  readonly series: readonly Series<Value>[];
  /** What the server warned of, and what was left out, in words. */
  readonly problems: readonly string[];
}

interface Wire {
  readonly resultType: string;
  readonly result: unknown;
  readonly problems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function notPrometheus(where: string, why: string): OperatorError {
  const message = `What answers at ${where} is no Prometheus server: ${why}`;
  return new OperatorError('garbage', message, 'correct its address: what stands before /api');
}

/** The whole answer as JSON; null when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((one) => clean(one, WARNING_LENGTH_MAX)) : [];
}

const clean = (value: unknown, lengthMax: number) =>
  sanitizeLine(typeof value === 'string' ? value.slice(0, 4 * lengthMax) : String(value)) //
    .slice(0, lengthMax);

/** The error an answer tells of, with its kind as Prometheus calls it; null when it tells of none. */
export function errorOf(answer: unknown): { readonly type: string; readonly text: string } | null {
  if (!isFields(answer) || answer['status'] !== 'error') return null;
  return {
    type: clean(answer['errorType'], WARNING_LENGTH_MAX),
    text: clean(answer['error'], WARNING_LENGTH_MAX),
  };
}

function wireOf(answer: unknown, where: string): Wire {
  const data = isFields(answer) ? answer['data'] : null;
  if (!isFields(answer) || answer['status'] !== 'success' || !isFields(data)) {
    throw notPrometheus(where, 'its answer is not of the query API');
  }
  const { result, resultType } = data;
  const problems = [...texts(answer['warnings']), ...texts(answer['infos'])];
  return { resultType: String(resultType), result, problems };
}

/** A sample's number as Prometheus writes it. */
function numberOf(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  return text === 'NaN' ? Number.NaN : text.trim() === '' || Number.isNaN(value) ? null : value;
}

function pointOf(pair: unknown): RangePoint | null {
  if (!Array.isArray(pair)) return null;
  const [seconds, text]: unknown[] = pair;
  const value = numberOf(text);
  return typeof seconds !== 'number' || value === null ? null : { at: seconds * 1000, value };
}

function labelsOf(metric: unknown): Labels {
  const pairs = Object.entries(isFields(metric) ? metric : {})
    .filter(([name]) => name !== '__name__')
    .map(
      ([name, value]) => [clean(name, LABEL_LENGTH_MAX), clean(value, LABEL_LENGTH_MAX)] as const,
    );
  return Object.fromEntries(pairs);
}

function seriesOf<Value>(
  wire: Wire,
  where: string,
  read: (row: Fields) => Value | null,
): QueryAnswer<Value> {
  if (!Array.isArray(wire.result)) throw notPrometheus(where, 'its answer holds no series');
  const rows: readonly unknown[] = wire.result;
  const problems = [...wire.problems];
  const series: Series<Value>[] = [];
  let unread = 0;
  for (const row of rows.slice(0, SERIES_MAX)) {
    const value = isFields(row) ? read(row) : null;
    if (value === null || !isFields(row)) unread += 1;
    else series.push({ labels: labelsOf(row['metric']), value });
  }
  if (rows.length > SERIES_MAX) {
    problems.push(`gives ${rows.length} series; the first ${SERIES_MAX} are kept`);
  }
  if (unread > 0) problems.push(`gives ${unread} series that are no plain numbers`);
  return { series, problems };
}

/**
 * The answer to an instant query: a number, or one a series.
 * @throws OperatorError('garbage') when it is none of the query API, ('failed') when it is a range
 */
export function decodeInstant(answer: unknown, where: string): QueryAnswer<number> {
  const wire = wireOf(answer, where);
  if (wire.resultType === 'scalar') {
    const value = pointOf(wire.result)?.value ?? null;
    if (value === null) throw notPrometheus(where, 'its scalar is no number');
    return { series: [{ labels: {}, value }], problems: wire.problems };
  }
  if (wire.resultType === 'vector') {
    return seriesOf(wire, where, (row) => pointOf(row['value'])?.value ?? null);
  }
  const message = `The expression gives a ${clean(wire.resultType, LABEL_LENGTH_MAX)}, not a number`;
  throw new OperatorError(
    'failed',
    message,
    'take the range off, or put it into rate() or the like',
  );
}

/**
 * The answer to a range query: points of each series, in the order of time.
 * @throws OperatorError('garbage') when it is none of the query API
 */
export function decodeRange(answer: unknown, where: string): QueryAnswer<readonly RangePoint[]> {
  const wire = wireOf(answer, where);
  if (wire.resultType !== 'matrix') throw notPrometheus(where, 'its answer holds no range');
  return seriesOf(wire, where, (row) => {
    const values: unknown = row['values'];
    if (!Array.isArray(values)) return null;
    return values.flatMap((pair) => pointOf(pair) ?? []);
  });
}
