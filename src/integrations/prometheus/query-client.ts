import { OperatorError } from '../../domain/operator-error.ts';
import { redactText } from '../../domain/redact.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { type WebAnswer, type WebTls, webRequest } from '../web/client.ts';
import {
  decodeInstant,
  decodeRange,
  errorOf,
  jsonOf,
  type QueryAnswer,
  type RangePoint,
} from './decode-query.ts';

export interface PrometheusOptions {
  /** What stands before `/api`; credentials in it are basic authentication. */
  readonly url: string;
  /** The limit of each query; the server is told to give up by then, too. */
  readonly timeoutMs: number;
  /** A bearer token, asked for at every query. */
  readonly token?: () => string;
  readonly tls?: WebTls;
}

/** A stretch of time, epoch ms, both ends included. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** The query API of a Prometheus server, or of what speaks like one. */
export interface PrometheusClient {
  /**
   * The value of an expression now.
   * @throws OperatorError in words; the caller's own reason when it aborted
   */
  instant(expr: string, signal: AbortSignal): Promise<QueryAnswer<number>>;
  /**
   * The values of an expression over a time; at most 11,000 points a series.
   * @throws OperatorError as `instant`
   */
  range(
    expr: string,
    range: Range,
    signal: AbortSignal,
  ): Promise<QueryAnswer<readonly RangePoint[]>>;
}

/** Parsed at once, so it must be short enough for the screen. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const EXPR_LENGTH_SHOWN = 120;

const shownExpr = (expr: string) => sanitizeLine(redactText(expr)).slice(0, EXPR_LENGTH_SHOWN);

/** The address of a call; whatever follows the path of the base is dropped. */
export function apiUrl(base: string, path: string): string {
  const url = URL.parse(base);
  if (url === null) {
    const message = `${sanitizeLine(redactText(base))} is no address`;
    throw new OperatorError('failed', message, 'write http://host:port, or https://');
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = '';
  url.hash = '';
  return url.href;
}

/** An answer that is no result, in words. */
function refusal({ status, headers, url }: WebAnswer, answer: unknown, expr: string) {
  const told = errorOf(answer);
  const query = shownExpr(expr);
  switch (told?.type) {
    case 'bad_data':
      return new OperatorError(
        'failed',
        `Prometheus cannot read the expression ${query}: ${told.text}`,
        'correct the expression in the configuration',
      );
    case 'execution':
      return new OperatorError(
        'failed',
        `Prometheus cannot answer ${query}: ${told.text}`,
        'correct or narrow the expression in the configuration',
      );
    case 'timeout':
    case 'canceled':
    case 'unavailable':
      return new OperatorError(
        'timeout',
        `Prometheus gave up on ${query}: ${told.text}`,
        'see its load, or narrow the expression',
      );
    default:
      break;
  }
  if (status === 401 || status === 403) {
    const message = `${url} answered ${status}: it wants to know who asks`;
    return new OperatorError('denied', message, 'give it a token, or credentials in its address');
  }
  if (status === 503 || status === 502 || status === 504) {
    const message = `${url} answered ${status}: Prometheus is starting, stopping or overloaded`;
    return new OperatorError('failed', message, 'see its own log');
  }
  const elsewhere = headers['location'] === undefined ? '' : ` towards ${headers['location']}`;
  const message = `What answers at ${url} is no Prometheus server: it answered ${status}${elsewhere}`;
  return new OperatorError('garbage', message, 'correct its address: what stands before /api');
}

/** Prepares a client; nothing is connected until it is asked. */
export function prometheusClient(options: PrometheusOptions): PrometheusClient {
  const { timeoutMs, tls, token } = options;

  async function ask(path: string, form: Readonly<Record<string, string>>, signal: AbortSignal) {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token()}` }),
    };
    const body = new URLSearchParams({ ...form, timeout: `${timeoutMs}ms` }).toString();
    const answer = await webRequest(
      {
        url: apiUrl(options.url, path),
        method: 'POST',
        headers,
        body,
        timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
        ...(tls === undefined ? {} : { tls }),
      },
      signal,
    );
    const json = jsonOf(answer.text());
    if (answer.status !== 200) throw refusal(answer, json, form['query'] ?? '');
    return { json, where: answer.url };
  }

  return {
    async instant(expr, signal) {
      const { json, where } = await ask('/api/v1/query', { query: expr }, signal);
      return decodeInstant(json, where);
    },
    async range(expr, { from, to, stepMs }, signal) {
      const form = {
        query: expr,
        start: new Date(from).toISOString(),
        end: new Date(to).toISOString(),
        step: `${stepMs}ms`,
      };
      const { json, where } = await ask('/api/v1/query_range', form, signal);
      return decodeRange(json, where);
    },
  };
}
