import type { Sample } from '../../domain/metrics.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Source } from '../../domain/source.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import { type PrometheusClient, type PrometheusOptions, prometheusClient } from './query-client.ts';

/** Queries under way at once: a server in trouble is not to be drowned. */
const QUERIES_AT_ONCE = 4;
/** Asked where nothing else is, to see whether it answers. */
const ANY_EXPR = '1';
/** Failures of the server itself, not of one expression. */
const OF_THE_SERVER: readonly string[] = ['unreachable', 'timeout', 'denied', 'garbage', 'missing'];

/** An expression, and the name its values get as samples. */
export interface PrometheusQuery {
  readonly name: string;
  readonly expr: string;
}

export interface PrometheusSourceOptions extends PrometheusOptions {
  readonly name: string;
  readonly queries: readonly PrometheusQuery[];
  readonly intervalMs: number;
}

type Outcome =
  | { readonly samples: readonly Sample[]; readonly problems: readonly string[] }
  | { readonly error: OperatorError };

async function outcomeOf(
  client: PrometheusClient,
  { name, expr }: PrometheusQuery,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { series, problems } = await client.instant(expr, signal);
    return {
      samples: series.map(({ labels, value }) => ({ name, labels, value })),
      problems: problems.map((problem) => `${sanitizeLine(name)}: ${problem}`),
    };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError) || OF_THE_SERVER.includes(thrown.kind)) throw thrown;
    return { error: thrown };
  }
}

/**
 * Asks a Prometheus server for the value of each expression. One expression that cannot be answered is
 * a problem of the snapshot; when none can, the poll fails.
 */
export function prometheusSource(options: PrometheusSourceOptions): Source<'metrics'> {
  const { intervalMs, name, queries, timeoutMs } = options;
  const client = prometheusClient(options);

  async function outcomes(signal: AbortSignal): Promise<readonly Outcome[]> {
    const all: Outcome[] = [];
    for (let at = 0; at < queries.length; at += QUERIES_AT_ONCE) {
      const some = queries.slice(at, at + QUERIES_AT_ONCE);
      all.push(...(await Promise.all(some.map((query) => outcomeOf(client, query, signal)))));
    }
    return all;
  }

  return {
    name,
    kind: 'metrics',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const startedAt = steadyMs();
      if (queries.length === 0) await client.instant(ANY_EXPR, signal);
      const samples: Sample[] = [];
      const problems: string[] = [];
      const errors: OperatorError[] = [];
      for (const outcome of await outcomes(signal)) {
        if ('error' in outcome) {
          errors.push(outcome.error);
          problems.push(outcome.error.message);
          continue;
        }
        for (const sample of outcome.samples) samples.push(sample);
        problems.push(...outcome.problems);
      }
      const [first] = errors;
      if (first !== undefined && errors.length === queries.length) throw first;
      return { target: name, latencyMs: steadyMs() - startedAt, samples, problems };
    },
  };
}
