import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine } from '../../../src/integrations/logs/parse.ts';

const parse = (raw: string, at: number | null = null, nowMs?: number) =>
  parseLine(raw, at, 'api', 'stdout', nowMs);

/** What a line says, in short: level, time, message. */
const said = (raw: string, nowMs?: number) => {
  const { level, at, message } = parse(raw, null, nowMs);
  return [level, at === null ? null : new Date(at).toISOString(), message];
};

const AT = '2026-01-02T03:04:05.123Z';
const WHOLE = '2026-01-02T03:04:05.000Z';
const NOW = Date.parse('2026-01-03T00:00:00Z');

describe('structured lines', () => {
  test.each([
    ['pino', '{"level":50,"time":1767323045123,"pid":1,"msg":"gone"}', ['error', AT, 'gone']],
    [
      'bunyan',
      '{"name":"a","level":40,"msg":"slow","time":"2026-01-02T03:04:05.123Z","v":0}',
      ['warn', AT, 'slow'],
    ],
    [
      'slog',
      '{"time":"2026-01-02T05:04:05.123+02:00","level":"WARN","msg":"x"}',
      ['warn', AT, 'x'],
    ],
    [
      'zap',
      '{"level":"error","ts":1767323045.123,"msg":"x","caller":"a.go:1"}',
      ['error', AT, 'x'],
    ],
    [
      'nanoseconds',
      '{"severity":"CRITICAL","timestamp":1767323045123000000,"message":"x"}',
      ['fatal', AT, 'x'],
    ],
    [
      'microseconds',
      '{"lvl":"dbg","timestamp":"1767323045123000","event":"x"}',
      ['debug', AT, 'x'],
    ],
    [
      'python',
      '{"asctime":"2026-01-02 03:04:05,123","levelname":"WARNING","message":"x"}',
      ['warn', AT, 'x'],
    ],
    [
      'levelno',
      '{"asctime":"2026-01-02 03:04:05,123","levelno":40,"message":"x"}',
      ['error', AT, 'x'],
    ],
    [
      'logstash',
      '{"@timestamp":"2026-01-02T03:04:05.123Z","log.level":"info","message":"x"}',
      ['info', AT, 'x'],
    ],
    ['GELF', '{"level":3,"timestamp":1767323045.123,"message":"x"}', ['error', AT, 'x']],
    ['nulls', '{"timestamp": null, "level": null, "message": "x"}', [null, null, 'x']],
    [
      'nginx',
      '{"time_local":"02/Jan/2026:03:04:05 +0000","request":"POST /infer HTTP/1.1","status":"503","request_time":"0.012"}',
      ['error', WHOLE, 'POST /infer HTTP/1.1 503 0.012 s'],
    ],
    ['an object as message', '{"level":"info","msg":{"a":1}}', ['info', null, '{"a":1}']],
    [
      'logfmt',
      'time=2026-01-02T03:04:05.123Z level=warn msg="it \\"was\\" slow" took=3ms',
      ['warn', AT, 'it "was" slow'],
    ],
    [
      'logfmt short',
      'ts=2026-01-02T03:04:05.123Z caller=main.go:3 lvl=eror msg=x',
      [null, AT, 'x'],
    ],
  ])('%s', (_, raw, expected) => expect(said(raw)).toEqual(expected));

  test('fields stay, with the text between its braces', () => {
    const line = parse('{"level":"error","msg":"x","error":{"code":"E1"},"n":2}');
    expect(line.fields).toEqual({ level: 'error', msg: 'x', error: { code: 'E1' }, n: 2 });
    expect(line.raw).toBe('{"level":"error","msg":"x","error":{"code":"E1"},"n":2}');
  });

  test('a sentence with an equals sign is no logfmt', () => {
    expect(parse('a=b').fields).toBeNull();
    expect(parse('set x=1 and level=2').fields).toBeNull();
    expect(parse('SELECT a=1 b=2').fields).toBeNull();
  });

  test('an array, a number and broken JSON are plain text', () => {
    expect(parse('[1,2]').fields).toBeNull();
    expect(parse('42').message).toBe('42');
    expect(parse('{"level":"error","msg":"cut he')).toMatchObject({ level: 'error', fields: null });
  });
});

describe('plain lines', () => {
  test.each([
    ['python', '2026-01-02 03:04:05,123 ERROR app.redis: lost', ['error', AT, 'app.redis: lost']],
    [
      'python with dashes',
      '2026-01-02 03:04:05,123 - app.redis - ERROR - lost',
      ['error', AT, 'app.redis lost'],
    ],
    ['python bare', 'WARNING:root:disk is full', ['warn', null, 'root:disk is full']],
    [
      'uvicorn',
      'INFO:     Started server process [9933]',
      ['info', null, 'Started server process [9933]'],
    ],
    [
      'gunicorn',
      '[2026-01-02 03:04:05 +0000] [7] [ERROR] Worker died',
      ['error', WHOLE, '[7] Worker died'],
    ],
    [
      'structlog',
      '2026-01-02 03:04:05 [error    ] predict_churn.error  customer_id=c-1',
      ['error', WHOLE, 'predict_churn.error  customer_id=c-1'],
    ],
    ['brackets', '[ERROR] it broke', ['error', null, 'it broke']],
    ['context first', '[auth] ERROR: no key', ['error', null, '[auth] no key']],
    [
      'spring',
      '2026-01-02T03:04:05.123Z  WARN 1 --- [main] c.e.App : slow',
      ['warn', AT, '1 --- [main] c.e.App : slow'],
    ],
    [
      'log4j',
      '2026-01-02 03:04:05,123 [main] INFO  c.e.App - up',
      ['info', AT, '[main] c.e.App - up'],
    ],
    [
      'zap console',
      '2026-01-02T03:04:05.123Z\tERROR\tserver/a.go:1\tboom',
      ['error', AT, 'server/a.go:1  boom'],
    ],
    ['go', '2026/01/02 03:04:05 listening', [null, WHOLE, 'listening']],
    [
      'nginx error',
      '2026/01/02 03:04:05 [crit] 12#12: *1 connect() failed',
      ['fatal', WHOLE, '12#12: *1 connect() failed'],
    ],
    [
      'access log',
      '10.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 502 157 "-" "curl"',
      ['error', WHOLE, '10.0.0.1 "GET / HTTP/1.1" 502 157 "-" "curl"'],
    ],
    [
      'redis',
      '1:M 02 Jan 2026 03:04:05.123 # WARNING overcommit',
      ['warn', AT, 'WARNING overcommit'],
    ],
    ['redis notice', '1:M 02 Jan 2026 03:04:05.123 * Ready', ['info', AT, 'Ready']],
    [
      'postgres',
      '2026-01-02 03:04:05.123 UTC [123] ERROR:  no table',
      ['error', AT, '[123] no table'],
    ],
    ['postgres log', '2026-01-02 03:04:05.123 UTC [1] LOG:  ready', ['info', AT, '[1] ready']],
    ['postgres elsewhere', '2026-01-02 03:04:05.123 CET [1] FATAL:  no', ['fatal', null, '[1] no']],
    [
      'syslog',
      'Jan  2 03:04:05 host sshd[12]: error: no key',
      ['error', WHOLE, 'sshd[12]: error: no key'],
    ],
    ['syslog priority', '<11>Jan  2 03:04:05 host app: x', ['error', WHOLE, 'app: x']],
    [
      'rfc 5424',
      '<14>1 2026-01-02T03:04:05.123Z host app 1 - - x',
      ['info', AT, 'host app 1 - - x'],
    ],
    ['klog', 'E0102 03:04:05.123456       1 reflector.go:12] gone', ['error', AT, 'gone']],
    ['npm', 'Error: connect ECONNREFUSED', ['error', null, 'Error: connect ECONNREFUSED']],
    [
      'traceback',
      'Traceback (most recent call last):',
      ['error', null, 'Traceback (most recent call last):'],
    ],
    ['indented', '  File "/app/main.py", line 3', [null, null, '  File "/app/main.py", line 3']],
    [
      'a word in a sentence',
      'the job, at last, ended with ERROR 3',
      ['error', null, 'the job, at last, ended with ERROR 3'],
    ],
    ['no level', 'terrorism information errors', [null, null, 'terrorism information errors']],
    ['empty', '', [null, null, '']],
  ])('%s', (_, raw, expected) => expect(said(raw, NOW)).toEqual(expected));

  test('a date without a year is the last one before now', () => {
    const [, at] = said('Dec 31 23:59:59 host app: x', NOW);
    expect(at).toBe('2025-12-31T23:59:59.000Z');
    expect(said('Dec 31 23:59:59 host app: x')).toEqual([null, null, 'app: x']);
  });

  test('the time of whoever keeps the log comes first', () => {
    expect(parse('2026-01-02 03:04:05,123 INFO x', 5).at).toBe(5);
  });
});

test('a real service log: every line has time, level, message and fields', () => {
  const path = new URL('../../fixtures/falcon/redis-stopped.log', import.meta.url);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  for (const raw of lines) {
    const { at, level, message, fields } = parse(raw);
    expect(fields).not.toBeNull();
    expect(level).toMatch(/^(info|warn|error)$/);
    expect(at).toBeGreaterThan(Date.parse('2026-11-22T00:00:00Z'));
    expect(message).not.toContain('{"');
  }
});

describe('what comes from outside', () => {
  const evil = '\u001b]0;owned\u0007\u001b[5;7m\u009b5;7m\u202e';
  const hidden = /[\p{Cc}\u202e]/u;

  test('control sequences are removed everywhere, also those that JSON hides', () => {
    const raw = JSON.stringify({
      msg: `a${evil}b`,
      [`k${evil}`]: [{ deep: `${evil}c` }],
      level: 'info',
    });
    for (const line of [
      parse(raw),
      parse(`${evil}ERROR x${evil}`),
      parse(`level=info msg="${evil}z"`),
    ]) {
      expect(line.message).not.toMatch(hidden);
      expect(line.raw).not.toMatch(hidden);
      expect(JSON.stringify(line.fields)).not.toMatch(hidden);
    }
    expect(parse(raw)).toMatchObject({ message: 'ab', fields: { k: [{ deep: 'c' }] } });
    expect(parse(`${evil}ERROR x`)).toMatchObject({ level: 'error', message: 'x' });
  });

  test('colours around a level do not hide it', () => {
    expect(said('\u001b[31mERROR\u001b[0m: \u001b[1mboom\u001b[0m')).toEqual([
      'error',
      null,
      'boom',
    ]);
  });

  test('nesting has an end', () => {
    const deep = `{"msg":"x","a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(JSON.stringify(parse(deep).fields).length).toBeLessThan(100);
  });

  test('a name that is special in JavaScript is a field like any other', () => {
    const { fields } = parse('{"msg":"x","__proto__":{"polluted":1},"constructor":2}');
    expect(Object.keys(fields ?? {})).toEqual(['msg', '__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('it never throws, and every text is safe', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '2026-01-02 03:04:05,123 ',
        'ERROR',
        '[',
        ']',
        '{"',
        '"',
        '=',
        '<11>',
        evil,
        '1:M ',
        ' - ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = parse(pieces.join(''), null, NOW);
        expect(line.message).not.toMatch(hidden);
        expect(line.raw).not.toMatch(hidden);
      }),
      { numRuns: 500 },
    );
  });

  const megabyte = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length));
  test.each([
    ['spaces', ' '],
    ['newlines and spaces', ' \n'],
    ['escapes', '\u001b'],
    ['open sequences', '\u001b[;;;;1;'],
    ['open strings', '\u001b]0;'],
    ['quotes', 'a="'],
    ['pairs', 'level=info '],
    ['backslashes', '\\"'],
    ['brackets', '[['],
    ['braces', '{"a":'],
    ['digits', '1'],
    ['dashes', '- '],
    ['access heads', '1 1 1 [02/Jan/2026:03:04:05 +0000] "'],
    ['syslog heads', 'Jan  2 03:04:05 a: '],
    ['levels', 'ERROR '],
    ['emoji', '😀'],
  ])('a line of a megabyte of %s is cut and costs little', (_, unit) => {
    const raw = megabyte(unit);
    const heads = ['', '{', 'level=info msg="', '2026-01-02 03:04:05 ', '<11>'];
    const started = performance.now();
    for (const head of heads) {
      const line = parse(head + raw, null, NOW);
      expect(line.raw.length).toBeLessThanOrEqual(3 * 65_536);
      expect(line.raw.isWellFormed()).toBe(true);
    }
    // Quadratic time would take minutes; the bound leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
