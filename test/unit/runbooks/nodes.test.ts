import { describe, expect, it } from 'vitest';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { evaluateBranches } from '../../../src/runbooks/evaluate.ts';
import type { GraphNode, Runbook } from '../../../src/runbooks/graph.ts';
import { noFacts, type PackFacts } from '../../../src/runbooks/reader.ts';
import { walk } from '../../../src/runbooks/walk.ts';
import { demoCatalogue } from './catalogue.ts';

const facts: PackFacts = {
  ...noFacts,
  durations: { settle: 45_000 },
  signals: new Set(['p95']),
  contacts: new Set(['Senior SRE', 'Manager']),
  templates: { update: 'We look at {{run.incident}}.\nNext update at {{run.now | time}}.' },
  checklists: { aftermath: ['Write down what happened', 'Tell the team'] },
};

const head = 'id: demo/x\ntitle: T\nseverity: P1\n';

function load(body: string) {
  const { runbook, diagnostics } = loadRunbookText(head + body, 'x', facts, demoCatalogue);
  return { runbook, lines: diagnostics.map((d) => formatDiagnostic(d).slice(2)) };
}

function good(body: string): Runbook {
  const { runbook, lines } = load(body);
  expect(lines).toEqual([]);
  if (runbook === null) throw new Error('it has no diagnostics and no runbook');
  return runbook;
}

function node<K extends GraphNode['kind']>(from: Runbook, id: string, kind: K) {
  const found = from.nodes.get(id);
  if (found?.kind !== kind) throw new Error(`${id} is ${found?.kind ?? 'not there'}`);
  return found as Extract<GraphNode, { kind: K }>;
}

const full = good(`inputs:
  - { id: customer, title: Which customer?, type: name }
steps:
  - id: look
    gather: Everything at once
    why: the document asks one by one
    probes:
      state: { probe: demo.state, with: { service: cache } }
      up: demo.up
    max-evidence-age: 10s
    branches:
      - when: result.state.count > 3 && result.up.up
        because: '{{state.count}} at {{state.state}} for {{inputs.customer}}'
        to: choose
  - id: hands
    manual: Walk to the rack
    show: [demo.up]
    checklist: [Look at the light, 'Count {{steps.look.state.count}}']
    input:
      - { id: light, title: What colour?, choices: [green, red] }
  - id: tell
    notify: Tell those who wait
    recipients: [Senior SRE, Manager]
    template: update
    to: choose
  - id: choose
    ask: Which tag?
    input:
      - id: tag
        title: Which tag?
        type: name
        default: '{{steps.look.state.state}}'
        pattern: 'v\\d+'
        min: 2
        choices: { probe: demo.tags, with: { service: cache }, field: tags }
      - { id: age, title: How old?, type: duration, min: 5m, max: 1h, default: 10m }
    branches:
      - { because: 'set {{inputs.tag}}', when: inputs.tag == "v1" && steps.look.up.up, to: set }
      - { because: leave it, to: done }
leaves:
  - id: set
    do: Set it
    action: demo.set
    with: { service: '{{inputs.customer}}', value: '{{steps.look.state.count}}' }
    impact: none to speak of for {{inputs.customer}}
    precheck:
      when: signals.p95 < 1 || steps["look"].up.up
      words: p95 is {{signals.p95}}
    undo: { action: demo.set, with: { service: cache, value: '{{before.value}}' } }
    verify:
      - title: It grows
        probe: demo.state
        with: { service: cache }
        until: result.count > first.count + 1
        within: settle
        for: 20s
        signal: p95
    then: proven
  - { id: proven, prove: It stays, verify: [{ title: t, until: signals.p95 < 1, within: 1m }], then: done }
  - { id: done, end: All is well, ends: resolved }
`);

describe('a runbook of every kind of step and leaf', () => {
  it('gathers many probes under their names', () => {
    const look = node(full, 'look', 'gather');
    expect(look).toMatchObject({
      title: 'Everything at once',
      why: 'the document asks one by one',
      maxEvidenceAgeMs: 10_000,
      probes: [
        { as: 'state', probe: 'demo.state', with: { service: 'cache' } },
        { as: 'up', probe: 'demo.up', with: {} },
      ],
    });
    expect(look.branches.map(({ to }) => to)).toEqual(['choose', 'hands']);
    const state = { count: 4, state: 'odd' };
    const scope = { inputs: { customer: 'acme' } };
    expect(
      evaluateBranches(look, { ...scope, result: { state, up: { up: true }, errors: {} } }),
    ).toMatchObject({ to: 'choose', because: '4 at odd for acme', sure: true });
    const half = { state: null, up: { up: true }, errors: { state: 'it is silent' } };
    expect(evaluateBranches(look, { ...scope, result: half })).toMatchObject({
      to: 'hands',
      sure: false,
    });
  });

  it('reads what a person does, and whom to tell', () => {
    expect(node(full, 'hands', 'checklist')).toMatchObject({
      to: 'tell',
      show: [{ probe: 'demo.up', with: {} }],
      checklist: ['Look at the light', 'Count {{steps.look.state.count}}'],
      inputs: [{ id: 'light', type: 'text', choices: { kind: 'list', values: ['green', 'red'] } }],
    });
    expect(node(full, 'tell', 'notify')).toMatchObject({
      to: 'choose',
      recipients: ['Senior SRE', 'Manager'],
      text: facts.templates?.['update'],
    });
  });

  it('reads what an operator is asked for', () => {
    expect(full.inputs).toEqual([
      {
        id: 'customer',
        title: 'Which customer?',
        type: 'name',
        default: null,
        pattern: null,
        min: null,
        max: null,
        choices: null,
      },
    ]);
    expect(node(full, 'choose', 'ask').inputs).toMatchObject([
      {
        default: '{{steps.look.state.state}}',
        pattern: 'v\\d+',
        min: 2,
        choices: { kind: 'probe', probe: 'demo.tags', with: { service: 'cache' }, field: 'tags' },
      },
      { type: 'duration', min: 300_000, max: 3_600_000, default: '10m' },
    ]);
  });

  it('reads how a change is held back, proved and taken back', () => {
    const set = node(full, 'set', 'do');
    expect(set.undo).toEqual({
      action: 'demo.set',
      with: { service: 'cache', value: '{{before.value}}' },
    });
    expect(set.irreversible).toBeNull();
    expect(set.precheck?.words).toBe('p95 is {{signals.p95}}');
    expect(set.precheck?.when.evaluate({ signals: { p95: 0.5 } })).toMatchObject({ holds: true });
    const [proof] = set.verify;
    expect(proof).toMatchObject({ withinMs: 45_000, everyMs: 2000, forMs: 20_000, signal: 'p95' });
    const sample = (count: number) => ({ result: { count }, first: { count: 3 } });
    expect(proof?.until.evaluate(sample(5))).toMatchObject({ holds: true });
    expect(proof?.until.evaluate(sample(4))).toMatchObject({ holds: false });
    expect(node(full, 'done', 'end').ends).toBe('resolved');
    expect(node(full, 'proven', 'verify').then).toBe('done');
  });

  it('is walked to its ends', () => {
    const { paths } = walk(full, demoCatalogue);
    expect(paths.map(({ stops }) => stops.map(({ id }) => id).join(' '))).toEqual([
      'look choose set',
      'look choose set proven',
      'look choose set proven done',
      'look choose done',
      'look hands tell choose set',
      'look hands tell choose set proven',
      'look hands tell choose set proven done',
      'look hands tell choose done',
    ]);
    expect(paths.at(-1)?.stops.map(({ commands, turn }) => [commands, turn])).toEqual([
      [['demo state cache', 'demo up'], 'else'],
      [['demo up'], 'when it is done'],
      [['message to Senior SRE, Manager'], 'when it is sent or copied'],
      [[], 'leave it'],
      [[], null],
    ]);
  });

  it('may begin with a leaf', () => {
    const only = good(`leaves:
  - { id: act, do: Restart it, action: demo.restart, with: { service: cache }, impact: i, then: done,
      verify: [{ title: t, until: signals.p95 < 1, within: 1m }] }
  - { id: done, end: Done, ends: resolved }
`);
    expect(only.start).toBe('act');
  });

  it('may lead back where an operator decides', () => {
    const round = good(`steps:
  - { id: one, check: q, probe: demo.up, branches: [{ because: b, to: two }] }
  - { id: two, ask: q, branches: [{ because: again, to: one }, { because: enough, to: done }] }
leaves:
  - { id: done, end: Done, ends: resolved }
`);
    expect(walk(round, demoCatalogue).paths.map(({ stops }) => stops.map(({ id }) => id))).toEqual([
      ['one', 'two', 'one'],
      ['one', 'two', 'done'],
    ]);
  });
});
