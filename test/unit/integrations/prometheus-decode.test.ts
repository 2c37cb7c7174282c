import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeLine } from '../../../src/domain/sanitize.ts';
import { metricsParser, parseMetrics } from '../../../src/integrations/prometheus/decode.ts';
import { parseLine } from '../../../src/integrations/prometheus/line.ts';
import { fixture } from './fixtures.ts';

const find = (text: string, name: string) =>
  parseMetrics(text).filter((sample) => sample.name === name);

describe('recorded pages', () => {
  it('of a healthy worker', () => {
    const text = fixture('falcon/healthy.metrics.txt').toString('utf8');
    const samples = parseMetrics(text);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples).toHaveLength(lines.length);
    const states = find(text, 'circuit_breaker_state');
    expect(states.map(({ labels, value }) => [labels['dependency'], value])).toEqual([
      ['redis', 0],
      ['postgres', 0],
    ]);
    const buckets = find(text, 'inference_duration_seconds_bucket');
    expect(buckets.some(({ labels }) => labels['le'] === '+Inf')).toBe(true);
  });

  it('of a worker without Redis', () => {
    const text = fixture('falcon/redis-stopped.metrics.txt').toString('utf8');
    const open = find(text, 'circuit_breaker_state').filter(({ value }) => value === 1);
    expect(open.map(({ labels }) => labels['dependency'])).toEqual(['redis']);
  });

  it('in OpenMetrics, exemplars left out', () => {
    const text = fixture('prometheus/openmetrics.txt').toString('utf8');
    expect(parseMetrics(text)).toHaveLength(9);
    expect(find(text, 'foo_bucket').map(({ value }) => value)).toEqual([0, 8, 11, 17]);
    expect(find(text, 'process_cpu_seconds_total')[0]?.value).toBe(4_200_722.46);
  });
});

describe('one line', () => {
  const value = (text: string) => parseLine(`a ${text}`, 1)?.value;

  it('has a number in every form of the format', () => {
    expect(value('1')).toBe(1);
    expect(value('-1.5e-3')).toBe(-0.0015);
    expect(value('.5')).toBe(0.5);
    expect(value('+Inf')).toBe(Number.POSITIVE_INFINITY);
    expect(value('-Inf')).toBe(Number.NEGATIVE_INFINITY);
    expect(value('NaN')).toBeNaN();
    expect(value('0x1F')).toBe(31);
    expect(value('3 1395066363000')).toBe(3);
  });

  it('has escapes, commas and braces inside its labels', () => {
    const line = 'm{path="C:\\\\DIR\\\\F.TXT",error="Cannot \\"find\\" {it},",\t le = "1" , } 1';
    expect(parseLine(line, 1)?.labels).toEqual({
      path: 'C:\\DIR\\F.TXT',
      error: 'Cannot "find" {it},',
      le: '1',
    });
  });

  it('may quote its name', () => {
    expect(parseLine('{"http.server.duration", code="200"} 2', 1)).toEqual({
      name: 'http.server.duration',
      labels: { code: '200' },
      value: 2,
    });
  });

  it('may have a label called __proto__', () => {
    const sample = parseLine('m{__proto__="x"} 1', 1);
    expect(Object.keys(sample?.labels ?? {})).toEqual(['__proto__']);
  });

  it('is nothing when it is empty or a comment', () => {
    for (const line of ['', '   ', '# HELP a b', '# EOF', '#'])
      expect(parseLine(line, 1)).toBeNull();
  });
});

describe('broken pages', () => {
  it.each([
    ['a', 'a number is expected'],
    ['a b', 'a number is expected'],
    ['a{b="c} 1', 'a label value does not end'],
    ['a{b=c} 1', 'a label value in quotes is expected'],
    ['a{b="c" d="e"} 1', 'a comma or } is expected'],
    ['a{1="c"} 1', 'a label name is expected'],
    ['a{b} 1', 'a label without a value'],
    ['<html>', 'a metric name is expected'],
    ['a 1 noon', 'a time stamp is expected'],
    ['a 1 2 3', 'nothing may follow the time stamp'],
    ['a 1_000', 'a number is expected'],
  ])('%s: %s', (line, why) => {
    expect(() => parseMetrics(`# ok\nok 1\n${line}\n`)).toThrow(
      expect.objectContaining({
        kind: 'garbage',
        message: expect.stringContaining(`Line 3 of the metrics is broken: ${why}`),
      }),
    );
  });

  it('that never end a line are given up', () => {
    const parser = metricsParser();
    parser.feed('x'.repeat(1024 * 1024 + 1));
    expect(() => parser.step(10)).toThrow(expect.objectContaining({ kind: 'garbage' }));
  });
});

describe('properties', () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,12}$/);
  const labels = fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 30 }), { maxKeys: 5 });
  const number = fc.double();
  const sample = fc.record({ name, labels, value: number });
  const escaped = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
  const worded = (value: number) =>
    Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'Inf');
  const written = ({
    name: metric,
    labels: all,
    value,
  }: typeof sample extends fc.Arbitrary<infer S> ? S : never) => {
    const pairs = Object.entries(all).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${metric}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${worded(value)}`;
  };

  it('what is written is read again, hostile label values made safe', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 10 }), (samples) => {
        const text = samples.map((one) => `${written(one)}\n`).join('');
        const read = parseMetrics(text);
        expect(read).toHaveLength(samples.length);
        for (const [index, one] of samples.entries()) {
          expect(read[index]?.name).toBe(one.name);
          expect(read[index]?.value).toBe(one.value === 0 ? read[index]?.value : one.value);
          for (const [label, value] of Object.entries(one.labels)) {
            expect(read[index]?.labels[label]).toBe(sanitizeLine(value));
          }
        }
      }),
    );
  });

  it('how the text is cut into pieces does not matter', () => {
    const text = fixture('falcon/healthy.metrics.txt').toString('utf8').slice(0, 4000);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const expected = parseMetrics(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 50 }), (sizes) => {
        const parser = metricsParser();
        let at = 0;
        for (const size of sizes) {
          parser.feed(whole.slice(at, at + size));
          parser.step(3);
          at += size;
        }
        parser.feed(whole.slice(at));
        expect(parser.finish().samples).toEqual(expected);
      }),
    );
  });

  it('any text is either parsed or called garbage, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseMetrics(text);
        } catch (thrown) {
          expect(thrown).toMatchObject({ kind: 'garbage' });
        }
      }),
    );
  });
});

describe('samples that nobody reads', () => {
  const pageOf = (text: string, pieces: number, select: (name: string) => boolean) => {
    const parser = metricsParser({ select });
    for (let at = 0; at < text.length; at += pieces) parser.feed(text.slice(at, at + pieces));
    return parser.finish();
  };
  const name = fc.constantFrom('a', 'ab', 'a_total', 'b');
  const line = fc.oneof(
    fc
      .tuple(name, fc.constantFrom(' 1', '{x="1"} 2', '{x="a b{"} 3', '\t4', ' 5\r'))
      .map((parts) => parts.join('')),
    fc.tuple(name, fc.constantFrom('counter', 'gauge')).map((words) => `# TYPE ${words.join(' ')}`),
    fc.constantFrom('', '# a word', '{"a",x="1"} 6', ' a 7'),
  );

  it('are counted as all others, and left out', () => {
    const page = fc.array(line, { maxLength: 30 }).map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(page, fc.integer({ min: 1, max: 40 }), name, (text, pieces, wanted) => {
        const whole = pageOf(text, text.length, () => true);
        const part = pageOf(text, pieces, (each) => each === wanted);
        expect(part.samples).toEqual(whole.samples.filter((sample) => sample.name === wanted));
        expect({ ...part, samples: [] }).toEqual({ ...whole, samples: [] });
      }),
    );
  });

  it('are broken as all others are, by the number of their line', () => {
    const text = 'a{x="1"} 1\na{x="2"} 2\nb wrong\n';
    expect(() => pageOf(text, text.length, (each) => each === 'b')).toThrow(/Line 3 /);
  });
});
