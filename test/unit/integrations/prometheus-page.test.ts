import { describe, expect, it } from 'vitest';
import { metricsParser, SAMPLES_MAX } from '../../../src/integrations/prometheus/decode.ts';
import { decodeInstant, decodeRange } from '../../../src/integrations/prometheus/decode-query.ts';
import { FAMILIES_MAX } from '../../../src/integrations/prometheus/families.ts';
import { apiUrl } from '../../../src/integrations/prometheus/query-client.ts';
import { fixture } from './fixtures.ts';

type Options = Parameters<typeof metricsParser>[0];

function pageOf(text: string, options: Options = {}) {
  const parser = metricsParser(options);
  parser.feed(text);
  return parser.finish();
}

const OPEN_METRICS = `# HELP latency "seconds" it\\ntakes \\\\ \u001b[31mred
# TYPE latency histogram
# UNIT latency seconds
latency_bucket{le="1.0"} 8 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.789
latency_bucket{le="+Inf"} 17 1520879607.789
latency_count 17
latency_sum 324789.3
latency_created 1520430000.123
# TYPE jobs counter
jobs_total 5 1520879607.789 # {trace_id="a"} 1
jobs_created 1520430000.123
# TYPE "http.server.duration" gauge
{"http.server.duration","http.route"="/a b",code="200"} 3
# TYPE build info
build_info{version="1"} 1
# EOF
`;

describe('a page', () => {
  it('of OpenMetrics has families with type, help and unit, exemplars and all', () => {
    const page = pageOf(OPEN_METRICS, { openMetrics: true });
    expect(page.sampleCount).toBe(9);
    expect(page.families).toEqual([
      {
        name: 'latency',
        type: 'histogram',
        help: '"seconds" it takes \\ red',
        unit: 'seconds',
        samples: 5,
      },
      { name: 'jobs', type: 'counter', help: '', unit: '', samples: 2 },
      { name: 'http.server.duration', type: 'gauge', help: '', unit: '', samples: 1 },
      { name: 'build', type: 'info', help: '', unit: '', samples: 1 },
    ]);
    expect(page.samples.find(({ name }) => name === 'http.server.duration')?.labels).toEqual({
      'http.route': '/a b',
      code: '200',
    });
  });

  it('of a worker counts as many samples in families as there are', () => {
    const text = fixture('falcon/healthy.metrics.txt').toString('utf8');
    const { families, sampleCount } = pageOf(text);
    expect(families.reduce((sum, { samples }) => sum + samples, 0)).toBe(sampleCount);
    expect(families.find(({ name }) => name === 'circuit_breaker_state')).toMatchObject({
      type: 'gauge',
      samples: 2,
    });
  });

  it('keeps what is selected, by the whole name of the sample', () => {
    const select = (name: string) => ['jobs_total', 'http.server.duration'].includes(name);
    const page = pageOf(OPEN_METRICS, { select });
    expect(page.samples.map(({ name, value }) => [name, value])).toEqual([
      ['jobs_total', 5],
      ['http.server.duration', 3],
    ]);
    expect(page.sampleCount).toBe(9);
    expect(page.families).toEqual(pageOf(OPEN_METRICS).families);
  });

  it('that is no page is garbage even where nothing of it is selected', () => {
    for (const text of ['<html>', 'hello', '{"a":1}']) {
      expect(() => pageOf(`${text}\n`, { select: () => false })).toThrow(
        expect.objectContaining({ kind: 'garbage' }),
      );
    }
  });

  it('of OpenMetrics that was cut, or goes on after its end, is garbage', () => {
    expect(() => pageOf('a 1\n', { openMetrics: true })).toThrow('ends before its # EOF');
    expect(() => pageOf('a 1\n# EOF\nb 1\n', { openMetrics: true })).toThrow(
      'nothing may follow # EOF',
    );
    expect(pageOf('a 1\n# EOF\nb 1\n').sampleCount).toBe(2);
  });

  it('is bounded in families and in samples', () => {
    const lines = (count: number, line: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => line(n)).join('\n');
    const many = pageOf(lines(FAMILIES_MAX + 10, (n) => `m${n} 1`));
    expect(many.families).toHaveLength(FAMILIES_MAX);
    expect(many.sampleCount).toBe(FAMILIES_MAX + 10);
    const long = pageOf(lines(SAMPLES_MAX + 5, () => 'm 1'));
    expect(long.samples).toHaveLength(SAMPLES_MAX);
    expect(long.problems).toEqual([`5 samples more than ${SAMPLES_MAX} were left out`]);
  });
});

describe('an answer of the query API', () => {
  const answer = (resultType: string, result: unknown, more: object = {}) => ({
    status: 'success',
    data: { resultType, result },
    ...more,
  });

  it('is a number a series, without the name of the metric', () => {
    const vector = [
      { metric: { __name__: 'up', job: 'a\u001b[31m' }, value: [1.5, '1'] },
      { metric: {}, value: [1.5, '+Inf'] },
      { metric: { job: 'native' }, histogram: [1.5, {}] },
    ];
    const warned = answer('vector', vector, { warnings: ['half of \u0007it'] });
    expect(decodeInstant(warned, 'http://p')).toEqual({
      series: [
        { labels: { job: 'a' }, value: 1 },
        { labels: {}, value: Number.POSITIVE_INFINITY },
      ],
      problems: ['half of it', 'gives 1 series that are no plain numbers'],
    });
  });

  it('is a range with times in ms', () => {
    const matrix = [{ metric: { a: 'b' }, values: [[1.5, '1'], [2, 'NaN'], 'x', [3, 'oops']] }];
    expect(decodeRange(answer('matrix', matrix), 'http://p').series).toEqual([
      {
        labels: { a: 'b' },
        value: [
          { at: 1500, value: 1 },
          { at: 2000, value: Number.NaN },
        ],
      },
    ]);
  });

  it.each([
    ['http://p:9090', 'http://p:9090/api/v1/query'],
    ['http://p:9090/', 'http://p:9090/api/v1/query'],
    ['https://p/prom//?x=1#y', 'https://p/prom/api/v1/query'],
  ])('is asked for at %s', (base, url) => {
    expect(apiUrl(base, '/api/v1/query')).toBe(url);
  });
});
