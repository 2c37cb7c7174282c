import { describe, expect, it } from 'vitest';
import { buildPack } from '../../../src/runbooks/build-pack.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { parseYaml } from '../../../src/runbooks/yaml-file.ts';

const HEAD = `system: demo
title: A pack
roles: { api: [api], cache: [redis] }
severities: {}
`;

function build(text: string) {
  const parsed = parseYaml(HEAD + text, 'pack.yaml');
  if (!('ok' in parsed)) throw new Error(JSON.stringify(parsed));
  const { pack, diagnostics } = buildPack(parsed.ok, {});
  return { pack, lines: diagnostics.map((d) => formatDiagnostic(d)) };
}

const signalOf = (fields: string) => {
  const { pack, lines } = build(`signals:\n  - { id: x, title: X, unit: count, ${fields} }\n`);
  expect(lines).toEqual([]);
  return pack?.signals[0];
};

const selector = (name: string, labels = {}) => ({ name, labels });

describe('signals of a pack', () => {
  it.each([
    ['gauge: depth', { kind: 'gauge', of: selector('depth'), aggregate: 'max' }],
    ['gauge: depth, aggregate: sum', { kind: 'gauge', of: selector('depth'), aggregate: 'sum' }],
    ['age: last_run', { kind: 'age', of: selector('last_run'), since: 'value', aggregate: 'max' }],
    [
      'age: last_run, since: change, aggregate: min',
      { kind: 'age', of: selector('last_run'), since: 'change', aggregate: 'min' },
    ],
    [
      'age: last_run_ms, scale: 0.001',
      {
        kind: 'age',
        of: selector('last_run_ms'),
        since: 'value',
        aggregate: 'max',
        timestampScale: 0.001,
      },
    ],
    ['count: up', { kind: 'count', of: [selector('up')], per: 'series' }],
    [
      'count: [up, alive], per: instance, where: { above: 0 }',
      { kind: 'count', of: [selector('up'), selector('alive')], per: 'instance', above: 0 },
    ],
    [
      "state: s, by: name, in: state, values: { 'on': open, 'off': closed }, worst: [open, closed]",
      {
        kind: 'state',
        of: selector('s'),
        by: 'name',
        place: { label: 'state', as: 'mark' },
        values: { on: 'open', off: 'closed' },
        worst: ['open', 'closed'],
      },
    ],
    [
      `state: circuit, by: name, event: event, values: { open: open, close: closed },
         worst: [open, closed], failures: 'circuit{event="failure"}', since: t, next-attempt: n`,
      {
        kind: 'state',
        of: selector('circuit'),
        by: 'name',
        place: { label: 'event', as: 'event' },
        values: { open: 'open', close: 'closed' },
        worst: ['open', 'closed'],
        failures: [selector('circuit', { event: 'failure' })],
        since: selector('t'),
        nextAttempt: selector('n'),
      },
    ],
  ])('can be %s', (fields, computation) => {
    expect(signalOf(fields)?.computation).toEqual(computation);
  });

  it('have a scale, and thresholds with a margin', () => {
    expect(signalOf('gauge: ms, scale: 0.001, above: { warning: 1, margin: 0.2 }')).toMatchObject({
      scale: 0.001,
      thresholds: { direction: 'above', warning: 1, critical: null, margin: 0.2 },
    });
    expect(signalOf('gauge: ms')).not.toHaveProperty('scale');
  });

  it.each([
    ['gauge: g, aggregate: mean', /`aggregate` must be one of max, min, sum, avg/],
    ['age: g, since: birth', /`since` must be one of value, change, sample/],
    ['count: up, where: { equals: 1 }', /unknown field `equals`/],
    ['gauge: g, above: { margin: -1 }', /`margin`/],
    [
      'state: s, by: n, in: a, event: b, values: { x: open }, worst: [open]',
      /`in` and `event` together; a state is named by a label, or told by events/,
    ],
  ])('say what is wrong with %s', (fields, words) => {
    const { lines, pack } = build(`signals:\n  - { id: x, title: X, unit: count, ${fields} }\n`);
    expect(pack).toBeNull();
    expect(lines.join('\n')).toMatch(words);
    expect(lines[0]).toMatch(/^pack\.yaml:\d+:\d+: error: /);
  });
});

it('have no id of a built-in signal, but that of the breakers', () => {
  const named = (id: string) =>
    build(`signals:\n  - { id: ${id}, title: X, unit: count, gauge: g }\n`).lines;
  expect(named('disk').join()).toMatch(/`disk` is a built-in signal; every region has one/);
  expect(named('breaker')).toEqual([]);
});

describe('alerts of a pack', () => {
  const alert = (fields: string) =>
    build(`alerts:\n  - { name: A, severity: P1, summary: s, ${fields} }\n`);

  it('may stand on the signals that every region has', () => {
    expect(alert('signal: disk, above: 0.7').pack?.alerts[0]).toMatchObject({
      signal: 'disk',
      condition: { kind: 'above', threshold: 0.7, clear: 0.7 },
    });
    expect(alert('signal: container, is: unhealthy, labels: { service: api }').lines).toEqual([]);
  });

  it.each([
    ['signal: disks, above: 1', /unknown signal `disks`; did you mean `disk`\?/],
    ['signal: container, above: 1', /`container` is a state, not a number; use `is`/],
    ['signal: container, is: unhealty', /never `unhealty`; did you mean `unhealthy`\?/],
    ['signal: disk, is: full', /`disk` is never `full`; use `above`/],
  ])('say what is wrong with %s', (fields, words) => {
    const { lines, pack } = alert(fields);
    expect(pack).toBeNull();
    expect(lines.join('\n')).toMatch(words);
  });
});

describe('an endpoint of breakers', () => {
  const source = (fields: string) => build(`sources:\n  - { ${fields} }\n`);

  it('has the usual names where none are given', () => {
    const { pack, lines } = source('breakers: api, port: 8080, path: /admin/breakers');
    expect(lines).toEqual([]);
    expect(pack?.sources).toEqual([
      {
        kind: 'breakers',
        role: 'api',
        port: 8080,
        path: '/admin/breakers',
        list: '',
        fields: {
          name: null,
          state: 'state',
          failures: 'failures',
          since: null,
          nextAttempt: 'nextAttempt',
        },
        states: {},
        headers: {},
        intervalMs: 5000,
        timeoutMs: 3000,
      },
    ]);
  });

  it.each([
    ['breakers: apy, port: 1, path: /x', /the pack has no role `apy`; did you mean `api`\?/],
    [
      'breakers: api, port: 1, path: /x, states: { DOWN: opened }',
      /`DOWN` must be one of closed, open, half-open/,
    ],
    ['breakers: api, port: 1, path: x', /a path begins with \//],
  ])('says what is wrong with %s', (fields, words) => {
    expect(source(fields).lines.join('\n')).toMatch(words);
  });
});
