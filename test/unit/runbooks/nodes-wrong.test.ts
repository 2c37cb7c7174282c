import { describe, expect, it } from 'vitest';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { noFacts, type PackFacts } from '../../../src/runbooks/reader.ts';
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

const ending = 'leaves: [{ id: done, end: Done, ends: resolved }]\n';
const ask = (more: string) =>
  `steps:\n  - { id: up, check: q, probe: demo.state, with: { service: c }, branches: [{ because: b, to: one }] }\n  - ${more}\n${ending}`;
const act = (more: string) =>
  `leaves:\n  - { id: one, do: d, action: demo.set, impact: i, verify: [{ title: t, until: signals.p95 < 1, within: 1m }], ${more} }\n`;
const set = 'with: { service: c, value: 1 }';

describe('what is wrong in a step or leaf', () => {
  it.each([
    [
      'a gather of an unknown probe',
      ask('{ id: one, gather: g, probes: { a: demo.upp }, branches: [{ because: b, to: done }] }'),
      /^6:\d+: error: unknown probe `demo.upp`; did you mean `demo.up`/,
    ],
    [
      'a gather of errors',
      ask(
        '{ id: one, gather: g, probes: { errors: demo.up }, branches: [{ because: b, to: done }] }',
      ),
      /^6:37: error: `errors` holds what failed/,
    ],
    [
      'a field no gathered probe has',
      ask(
        '{ id: one, gather: g, probes: { a: demo.up }, branches: [{ when: result.a.upp, because: b, to: done }, { because: b, to: done }] }',
      ),
      /^6:70: error: the result has no field `upp`; did you mean `up`/,
    ],
    [
      'a probe that was not gathered',
      ask(
        '{ id: one, gather: g, probes: { a: demo.up }, branches: [{ when: result.b.up, because: b, to: done }, { because: b, to: done }] }',
      ),
      /^6:70: error: the result has no field `b`; did you mean `a`/,
    ],
    [
      'an unknown contact',
      ask('{ id: one, notify: n, recipients: [Senior SER], text: t, to: done }'),
      /^6:40: error: `Senior SER` is not among the `contacts` of the pack; did you mean `Senior SRE`/,
    ],
    [
      'an unknown template',
      ask('{ id: one, notify: n, recipients: [Manager], template: updaet, to: done }'),
      /^6:60: error: the pack has no template `updaet`; did you mean `update`/,
    ],
    [
      'a message twice',
      ask('{ id: one, notify: n, recipients: [Manager], template: update, text: t, to: done }'),
      /^6:74: error: `text` write the message as `text`, or name a `template` of the pack/,
    ],
    [
      'an unknown checklist',
      ask('{ id: one, manual: m, checklist: aftermth, to: done }'),
      /^6:38: error: the pack has no checklist `aftermth`; did you mean `aftermath`/,
    ],
    [
      'a last step that leads nowhere',
      ask('{ id: one, manual: m, checklist: aftermath }'),
      /^6:5: error: the last step leads nowhere; say with `to`/,
    ],
    [
      'a step that is not there',
      ask('{ id: one, ask: q, branches: [{ when: steps.upp.up, because: b, to: done }] }'),
      /^6:43: error: there is no step `upp`; did you mean `up`/,
    ],
    [
      'a field of a step that is not there',
      ask(
        '{ id: one, ask: q, branches: [{ when: \'steps["up"].cuont > 1\', because: b, to: done }] }',
      ),
      /^6:44: error: the result has no field `cuont`; did you mean `count`/,
    ],
    [
      'a step that reads nothing',
      ask('{ id: one, ask: q, branches: [{ when: steps.done.up, because: b, to: done }] }'),
      /^6:43: error: `done` reads nothing; only a check or a gather/,
    ],
    [
      'its own result by the wrong name',
      ask(
        "{ id: one, check: q, probe: demo.up, branches: [{ because: '{{steps.one.up}}', to: done }] }",
      ),
      /^6:65: error: `one` cannot have been read yet/,
    ],
    [
      'an input that is asked for nowhere',
      ask("{ id: one, ask: q, branches: [{ because: '{{inputs.name}}', to: done }] }"),
      /^6:47: error: there is no input `name`; ask for it/,
    ],
    [
      'an input that is misspelt',
      `inputs: [{ id: name, title: n }]\n${ask("{ id: one, ask: q, branches: [{ when: inputs.nmae == 'a', because: b, to: done }] }")}`,
      /^7:43: error: there is no input `nmae`; did you mean `name`/,
    ],
    [
      'an input that comes later',
      ask(
        "{ id: one, ask: q, branches: [{ because: '{{inputs.late}}', to: two }] }\n  - { id: two, ask: q, input: [{ id: late, title: l }], branches: [{ because: b, to: done }] }",
      ),
      /^6:47: error: the input `late` cannot have been given yet/,
    ],
    [
      'a pattern that is none',
      ask(
        "{ id: one, ask: q, input: [{ id: a, title: t, pattern: '(' }], branches: [{ because: b, to: done }] }",
      ),
      /^6:60: error: the pattern cannot be read/,
    ],
    [
      'a bound that is none',
      ask(
        '{ id: one, ask: q, input: [{ id: a, title: t, min: 5m }], branches: [{ because: b, to: done }] }',
      ),
      /^6:56: error: `5m` is no bound of a text; write a number/,
    ],
    [
      'choices a probe does not tell',
      ask(
        '{ id: one, ask: q, input: [{ id: a, title: t, choices: { probe: demo.tags, with: { service: c }, field: tgas } }], branches: [{ because: b, to: done }] }',
      ),
      /^6:\d+: error: the result has no field `tgas`; did you mean `tags`/,
    ],
    [
      'the same input twice',
      ask(
        '{ id: one, ask: q, input: [{ id: a, title: t }, { id: a, title: t }], branches: [{ because: b, to: done }] }',
      ),
      /^6:\d+: error: the input `a` is there twice/,
    ],
    [
      'an unknown undo',
      act(`${set}, undo: { action: demo.sett }`),
      /^5:\d+: error: unknown action `demo.sett`; did you mean `demo.set`/,
    ],
    [
      'an undo that is irreversible',
      act(`${set}, undo: { action: demo.set, ${set} }, irreversible: w`),
      /^5:\d+: error: `irreversible` use `undo` or `irreversible`, not both/,
    ],
    [
      'a precheck on a result',
      act(`${set}, precheck: { when: result.up, words: w }`),
      /^5:\d+: error: there is no `result` here/,
    ],
    [
      '`first` where nothing is sampled',
      ask(
        '{ id: one, check: q, probe: demo.up, branches: [{ when: first.up, because: b, to: done }, { because: b, to: done }] }',
      ),
      /^6:\d+: error: there is no `first` here/,
    ],
    [
      'an unknown signal to draw',
      `leaves:\n  - { id: one, prove: p, verify: [{ title: t, until: signals.p95 < 1, within: 1m, signal: p59 }] }\n`,
      /^5:\d+: error: unknown signal `p59`; did you mean `p95`/,
    ],
    [
      'samples without end',
      `leaves:\n  - { id: one, prove: p, verify: [{ title: t, until: signals.p95 < 1, within: 1m, every: 0s }] }\n`,
      /^5:\d+: error: `every` 0s would never pause/,
    ],
  ])('%s', (_, body, pattern) => {
    const { runbook, lines } = load(body);
    expect(lines.filter((line) => line.includes(': error: '))).toEqual([
      expect.stringMatching(pattern),
    ]);
    expect(runbook).toBeNull();
  });

  it('is a warning where a value is empty on some ways', () => {
    const { runbook, lines } = load(`steps:
  - { id: zero, ask: q, branches: [{ because: b, to: up }, { because: b, to: act }] }
  - { id: up, check: q, probe: demo.state, with: { service: c }, branches: [{ because: b, to: act }] }
${act("with: { service: '{{steps.up.state}}', value: 1 }").replace('one', 'act')}`);
    expect(runbook).not.toBeNull();
    expect(lines).toEqual([
      expect.stringMatching(/^8:\d+: warning: on some ways here `up` was not read/),
    ]);
  });
});
