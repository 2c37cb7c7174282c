import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRunbook, loadRunbookText } from '../../src/runbooks/build.ts';
import { buildPack } from '../../src/runbooks/build-pack.ts';
import { compileCondition } from '../../src/runbooks/condition.ts';
import { edgesOf } from '../../src/runbooks/edges.ts';
import { noFacts } from '../../src/runbooks/reader.ts';
import { walk } from '../../src/runbooks/walk.ts';
import { parseYaml } from '../../src/runbooks/yaml-file.ts';
import { renderText, renderValues } from '../../src/templates/template.ts';
import { checkTemplate } from '../../src/templates/template-names.ts';
import { demoCatalogue } from '../unit/runbooks/catalogue.ts';

const seed = `id: demo/x
title: T
severity: P1
opens-on: { when: signals.p95 > 1 }
steps:
  - id: one
    check: Q
    probe: demo.state
    with: { service: cache }
    branches:
      - when: result.up && result.count > 3
        because: "{{state}} {{count | bytes}}"
        to: done
      - { because: b, to: act }
leaves:
  - { id: done, decide: D, checklist: [look], ends: watching }
  - id: act
    do: D
    action: demo.restart
    with: { service: cache }
    impact: i
    verify: [{ title: t, until: signals.p95 < 1, within: 30s }]
`;

/** Two runbooks, one of which calls the other; between them every kind of step and leaf. */
const called = `id: demo/inner
title: T
severity: P2
inputs: [{ id: age, title: How old?, type: duration, min: 1m }]
steps:
  - id: look
    gather: All
    probes: { state: { probe: demo.state, with: { service: cache } }, up: demo.up }
    branches: [{ when: result.state.count / 0 > 1 || result.up.up, because: '{{state.count}}', to: set }]
  - { id: hands, manual: Look, checklist: [one, two], show: [demo.up] }
  - { id: tell, notify: Tell, recipients: [SRE], text: 'it is {{steps.look.up.up}}', to: good }
leaves:
  - id: set
    do: D
    action: demo.set
    with: { service: '{{steps.look.state.state}}', value: '{{inputs.age}}' }
    impact: i
    precheck: { when: 'steps["look"].up.up', words: w }
    undo: { action: demo.set, with: { service: cache, value: '{{before.value}}' } }
    verify: [{ title: t, probe: demo.up, until: result.up && !first.up, within: 30s, for: 5s }]
  - { id: good, end: E, ends: resolved }
`;
const calling = `id: demo/outer
title: T
severity: P1
steps:
  - { id: go, call: C, runbook: demo/inner, returns: more }
  - { id: more, ask: Q, branches: [{ because: b, to: done }, { because: again, to: go }] }
leaves:
  - { id: done, decide: D, checklist: [look], ends: watching }
`;
const stream = `${calling}---\n${called}`;

/** A text with a few pieces cut out, doubled or replaced by what trips parsers. */
const mangledOf = (whole: string) =>
  fc
    .array(
      fc.record({
        at: fc.nat({ max: whole.length }),
        cut: fc.nat({ max: 20 }),
        put: fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom(...pieces)),
      }),
      { maxLength: 6 },
    )
    .map((edits) =>
      edits.reduce(
        (text, { at, cut, put }) => text.slice(0, at) + put + text.slice(at + cut),
        whole,
      ),
    );
const pieces = [
  '[',
  '}',
  '{{',
  '}}',
  '"',
  "'",
  '&a ',
  '*a',
  '!!map',
  '\n',
  '\t',
  '|\n',
  '- ',
  '? ',
  ': ',
  '#',
  '%',
  '\u0000',
  '\ud800',
  '__proto__: ',
  '<<: ',
  '.nan',
  '1e999',
  '~',
  '\n---\n',
  '\n...\n',
  '{{steps.',
  'steps.look',
  'to: look',
  'demo/outer',
  'constructor',
] as const;

function load(text: string) {
  const parsed = parseYaml(text, 'demo/x.yaml');
  if ('diagnostics' in parsed) return { runbook: null, diagnostics: parsed.diagnostics };
  return buildRunbook(parsed.ok, noFacts, demoCatalogue);
}

describe('loading', () => {
  it('never throws, and a file that gives no runbook says why at a place that exists', () => {
    expect(load(seed)).toMatchObject({ diagnostics: [], runbook: { id: 'demo/x' } });
    fc.assert(
      fc.property(fc.oneof(mangledOf(seed), fc.string({ unit: 'binary' })), (text) => {
        const { runbook, diagnostics } = load(text);
        const errors = diagnostics.filter(({ level }) => level === 'error');
        expect(runbook === null).toBe(errors.length > 0);
        const lines = text.split('\n');
        for (const { line, column, message, mend } of diagnostics) {
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
          expect(message.length * mend.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on a text of several documents, whatever was done to it', () => {
    const whole = loadRunbookText(stream, 'x', noFacts, demoCatalogue);
    expect(whole.diagnostics).toEqual([]);
    expect(whole.runbook?.nodes.size).toBe(8);
    fc.assert(
      fc.property(mangledOf(stream), (text) => {
        const { runbook, diagnostics } = loadRunbookText(text, 'x', noFacts, demoCatalogue);
        if (runbook === null) {
          expect(diagnostics.some(({ level }) => level === 'error')).toBe(true);
          return;
        }
        expect(runbook.text).toBe(text);
        // Every way leads to a node: a run never stands before nothing.
        for (const node of runbook.nodes.values()) {
          for (const { to } of edgesOf(node)) expect(runbook.nodes.has(to)).toBe(true);
        }
        expect(runbook.nodes.has(runbook.start)).toBe(true);
        expect(walk(runbook, demoCatalogue, { maxPaths: 20 }).paths.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on values of any shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(load(text).runbook).toBeNull();
        const parsed = parseYaml(text, 'pack.yaml');
        if ('ok' in parsed) expect(buildPack(parsed.ok, {}).pack).toBeNull();
      }),
    );
  });
});

/** Anything a probe, or whoever answers it, could come up with. */
const hostile = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withTypedArray: true,
  withSparseArray: true,
});
/** Made only where they are used: the generator itself must not touch them. */
const makers: readonly (() => unknown)[] = [
  () => Object.defineProperty({}, 'n', { get: fail, enumerable: true }),
  () => new Proxy({}, { get: fail, has: () => true }),
  () => new Proxy({}, { ownKeys: fail, getOwnPropertyDescriptor: fail }),
  () => ({ n: Number.NaN, m: Number.POSITIVE_INFINITY }),
  () => ({ n: () => 1, m: Symbol('m') }),
];
function fail(): never {
  throw new Error('it cannot be read');
}
const answers = fc.oneof(
  hostile.map((value) => () => value),
  fc.record({ n: hostile, m: hostile }).map((value) => () => value),
  fc.nat({ max: makers.length - 1 }).map((index) => makers[index] ?? fail),
);
const texts = fc.constantFrom(
  'result.n > 1',
  'result.n / result.m > 1',
  'result.n + 1 == result.m || signals.x < 3',
  'result["n"] in result.m',
  'size(result.n) > 0 && result.n[0] == "a"',
  'result.n.exists(e, e.x > 1)',
  'result.n.startsWith("a")',
  'has(result.n) && signals.x["y"] != "closed"',
  'result.n',
);

describe('conditions', () => {
  it('never throw, whatever they are held against', () => {
    fc.assert(
      fc.property(
        texts,
        answers,
        fc.oneof(fc.constant({}), fc.record({ x: hostile })),
        (text, answer, signals) => {
          const compiled = compileCondition(text);
          if ('error' in compiled) throw new Error(compiled.error.message);
          const verdict = compiled.ok.evaluate({ result: answer(), signals });
          if (verdict.kind === 'decided') expect(typeof verdict.holds).toBe('boolean');
          else expect(verdict.reason).not.toBe('');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never throw while they are compiled, and point into the text', () => {
    const pieces = fc.constantFrom(
      'result',
      '.n',
      '[',
      ']',
      '(',
      ')',
      '"',
      '1',
      '0x1F',
      '/',
      '%',
      '-',
      ' && ',
      ' || ',
      '!',
      '? ',
      ': ',
      'size(',
      'signals.x',
      '.map(e, e)',
      '1.5',
      '{',
      '}',
      ',',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const compiled = compileCondition(text);
        if ('ok' in compiled) return;
        expect(compiled.error.column).toBeGreaterThanOrEqual(0);
        expect(compiled.error.column).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reckon as JavaScript does with doubles', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom(0.5, 2.25, 1e9));
    const operator = fc.constantFrom('+', '-', '*', '/');
    fc.assert(
      fc.property(number, operator, number, (a, op, b) => {
        fc.pre(!(op === '/' && b === 0));
        const wanted = { '+': a + b, '-': a - b, '*': a * b, '/': a / b }[op];
        const compiled = compileCondition(
          `${a} ${op} ${b} == result.wanted && result.a ${op} ${b} == result.wanted`,
        );
        if ('error' in compiled) throw new Error(compiled.error.message);
        expect(compiled.ok.evaluate({ result: { a, wanted } })).toEqual({
          kind: 'decided',
          holds: true,
        });
      }),
    );
  });
});

describe('templates', () => {
  it('never throw, and leave no control character', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '}}}',
      '#',
      '/',
      '^',
      '>',
      '!',
      '=',
      '&',
      'n',
      '.',
      ' | bytes',
      ' ',
      '{{n}}',
      '{{#n}}',
      '{{/n}}',
      '\u001b[31m',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), answers, (parts, answer) => {
        const text = parts.join('');
        checkTemplate(text);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(renderText(text, { result: answer() })).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        renderValues({ text, inner: [text] }, { result: answer() });
      }),
      { numRuns: 1_000 },
    );
  });
});
