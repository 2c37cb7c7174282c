import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { formatDiagnostic } from '../../../src/runbooks/diagnostic.ts';
import { evaluateBranches } from '../../../src/runbooks/evaluate.ts';
import type { GraphNode, Runbook } from '../../../src/runbooks/graph.ts';
import { type LoadedPack, loadPack } from '../../../src/runbooks/loader.ts';
import { factsOf } from '../../../src/runbooks/reader.ts';
import { walk } from '../../../src/runbooks/walk.ts';
import { renderText, renderValues } from '../../../src/templates/template.ts';
import { demoCatalogue } from './catalogue.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'opsconsole-calls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PACK = 'system: demo\ntitle: A pack\nroles: { cache: [redis] }\nseverities: {}\n';

/** A pack of these runbooks: name to everything below the head. */
function pack(files: Readonly<Record<string, string>>): LoadedPack {
  writeFileSync(join(folder, 'pack.yaml'), PACK);
  for (const [name, body] of Object.entries(files)) {
    const own = body.startsWith('%')
      ? body
      : `id: demo/${name}\ntitle: ${name}\nseverity: P1\n${body}`;
    writeFileSync(join(folder, `${name}.yaml`), own);
  }
  return loadPack(folder, demoCatalogue);
}

const complaints = (loaded: LoadedPack) =>
  loaded.diagnostics.map((d) => formatDiagnostic(d).slice(folder.length + 1));

function runbook(loaded: LoadedPack, name: string): Runbook {
  const found = loaded.pack?.runbooks.find(({ id }) => id === `demo/${name}`);
  if (found === undefined) throw new Error(JSON.stringify(complaints(loaded)));
  return found;
}

function node<K extends GraphNode['kind']>(from: Runbook, id: string, kind: K) {
  const found = from.nodes.get(id);
  if (found?.kind !== kind) throw new Error(`${id} is ${found?.kind ?? 'not there'}`);
  return found as Extract<GraphNode, { kind: K }>;
}

const database = `inputs: [{ id: table, title: Which table? }]
steps:
  - id: up
    check: Is it up?
    probe: demo.state
    with: { service: cache }
    branches:
      - { when: '!result.up', because: '{{state}}', to: restart }
  - id: again
    check: Is it still up?
    probe: demo.state
    with: { service: '{{steps.up.state}}' }
    branches:
      - { when: steps.up.count > 3, because: 'it was {{#steps.up.up}}up{{/steps.up.up}}', to: well }
      - { because: hand it on, to: escalate }
leaves:
  - id: restart
    do: Restart it
    action: demo.restart
    with: { service: '{{steps.up.state}}' }
    impact: gone for a second
    verify: [{ title: t, until: 'steps["up"].count > 1', within: 30s }]
    otherwise: escalate
  - { id: well, end: It is well, ends: false-alarm }
  - { id: escalate, escalate: Hand it on, reason: no idea }
`;
const memory = `steps:
  - id: database
    call: Is the database behind it?
    runbook: demo/database
    returns: more
  - id: more
    ask: Anything else?
    branches: [{ because: no, to: done }]
leaves:
  - { id: done, end: Done, ends: resolved }
`;

describe('a call', () => {
  it('takes the other runbook in under its own name, and comes back where it ended well', () => {
    const loaded = pack({ memory, database });
    expect(complaints(loaded)).toEqual([]);
    const whole = runbook(loaded, 'memory');
    expect([...whole.nodes.keys()]).toEqual([
      'database',
      'more',
      'done',
      'database:up',
      'database:again',
      'database:restart',
      'database:well',
      'database:escalate',
    ]);
    expect(node(whole, 'database', 'call')).toMatchObject({
      runbook: 'demo/database',
      to: 'database:up',
      inputs: [{ id: 'table' }],
    });
    expect(node(whole, 'database:up', 'check').branches.map(({ to }) => to)).toEqual([
      'database:restart',
      'database:again',
    ]);
    const restart = node(whole, 'database:restart', 'do');
    expect([restart.then, restart.otherwise]).toEqual(['more', 'database:escalate']);
    expect(node(whole, 'database:well', 'call')).toMatchObject({ title: 'It is well', to: 'more' });
    expect(node(whole, 'database:escalate', 'escalate').reason).toBe('no idea');
    const ends = walk(whole, demoCatalogue).paths.map(({ stops }) => stops.at(-1)?.id);
    expect(new Set(ends)).toEqual(new Set(['database:restart', 'database:escalate', 'done']));
  });

  it('leaves the runbook that is called as it is', () => {
    const alone = runbook(pack({ memory, database }), 'database');
    expect([...alone.nodes.keys()]).toEqual(['up', 'again', 'restart', 'well', 'escalate']);
    expect(node(alone, 'restart', 'do').then).toBeNull();
    expect(alone.text).not.toContain('demo/memory');
  });

  it('does not come back without `returns`', () => {
    const once = memory.replace('    returns: more\n', '');
    const whole = runbook(pack({ memory: once, database }), 'memory');
    expect(node(whole, 'database:well', 'end').ends).toBe('false-alarm');
    expect(node(whole, 'database:restart', 'do').then).toBeNull();
  });

  it('keeps what steps know of one another, in conditions and in texts', () => {
    const whole = runbook(pack({ memory, database }), 'memory');
    const again = node(whole, 'database:again', 'check');
    const up = { up: true, state: 'running', count: 4 };
    const scope = { result: up, steps: { 'database:up': up, up: { count: 0 } } };
    expect(evaluateBranches(again, scope)).toMatchObject({
      to: 'database:well',
      because: 'it was up',
      sure: true,
    });
    expect(evaluateBranches(again, { result: up, steps: { up } })?.sure).toBe(false);
    expect(again.branches[0]?.when?.names[0]?.path).toEqual(['steps', 'database:up', 'count']);
    const restart = node(whole, 'database:restart', 'do');
    expect(renderValues(restart.with, scope)).toEqual({ service: 'running' });
    expect(restart.verify[0]?.until.evaluate(scope)).toMatchObject({ holds: true });
  });

  it('goes through calls within calls', () => {
    const outer = memory.replaceAll('database', 'inner').replace('demo/inner', 'demo/memory');
    const whole = runbook(pack({ outer, memory, database }), 'outer');
    expect(node(whole, 'inner:database:again', 'check').with).toEqual({
      service: '{{steps.inner:database:up.state}}',
    });
    expect(node(whole, 'inner:database:restart', 'do').then).toBe('inner:more');
    expect(node(whole, 'inner:done', 'call').to).toBe('more');
    const steps = { 'inner:database:up': { count: 4, up: true } };
    const [branch] = node(whole, 'inner:database:again', 'check').branches;
    expect(branch?.when?.evaluate({ steps })).toEqual({ kind: 'decided', holds: true });
    expect(renderText(branch?.because ?? '', { steps })).toBe('it was up');
  });
});

describe('the text of a runbook with calls', () => {
  const outer = memory.replaceAll('database', 'inner').replace('demo/inner', 'demo/memory');
  const facts = (loaded: LoadedPack) => {
    if (loaded.pack === null) throw new Error('no pack');
    return factsOf(loaded.pack);
  };
  const plain = ({ nodes, ...rest }: Runbook) =>
    JSON.stringify({ ...rest, file: '', nodes: [...nodes] });

  it('is a stream from which the same graph loads', () => {
    const loaded = pack({ outer, memory, database });
    const whole = runbook(loaded, 'outer');
    const again = loadRunbookText(whole.text, 'any.yaml', facts(loaded), demoCatalogue);
    expect(again.diagnostics).toEqual([]);
    expect(again.runbook && plain(again.runbook)).toBe(plain(whole));
    expect(whole.text.match(/^---$/gm)).toHaveLength(2);
  });

  it('holds files that mark their own beginning, or have directives', () => {
    const marked = `%YAML 1.2\n# mine\n---\nid: demo/database\ntitle: d\nseverity: P1\n${database}`;
    const loaded = pack({ memory, database: marked });
    const whole = runbook(loaded, 'memory');
    const again = loadRunbookText(whole.text, 'any.yaml', facts(loaded), demoCatalogue);
    expect(again.runbook && plain(again.runbook)).toBe(plain(whole));
  });

  it('of a runbook that calls nothing is its file', () => {
    const loaded = pack({ memory, database });
    const alone = runbook(loaded, 'database');
    const again = loadRunbookText(alone.text, 'any.yaml', facts(loaded), demoCatalogue);
    expect(again.runbook && plain(again.runbook)).toBe(plain(alone));
  });

  it('says where it is wrong in the whole', () => {
    const loaded = pack({ memory, database });
    const text = runbook(loaded, 'memory').text.replace('probe: demo.state', 'probe: demo.stat');
    const { runbook: none, diagnostics } = loadRunbookText(text, 't', facts(loaded), demoCatalogue);
    expect(none).toBeNull();
    const line = text.split('\n').findIndex((words) => words.endsWith('demo.stat')) + 1;
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      expect.stringMatching(/^t:7:14: error: `demo\/database` cannot be used/),
      expect.stringMatching(new RegExp(`^t:${line}:12: error: unknown probe \`demo.stat\``)),
    ]);
    expect(loadRunbookText('', 't', facts(loaded), demoCatalogue).diagnostics).toHaveLength(1);
  });
});

describe('a call that cannot be taken in', () => {
  const calling = (other: string) => `steps: [{ id: go, call: c, runbook: demo/${other} }]
leaves: [{ id: done, end: Done, ends: resolved }]
`;
  it.each([
    [
      'is not there',
      { memory: memory.replace('demo/database', 'demo/databse'), database },
      [
        /^memory.yaml:7:14: error: there is no runbook `demo\/databse`; did you mean `demo\/database`/,
      ],
    ],
    [
      'is broken',
      { memory, database: database.replace('demo.state', 'demo.stat') },
      [
        /^database.yaml:8:12: error: unknown probe/,
        /^memory.yaml:7:14: error: `demo\/database` cannot be used/,
      ],
    ],
    [
      'calls back',
      { one: calling('two'), two: calling('one') },
      [
        /^one.yaml:4:37: error: `demo\/two` cannot be used/,
        /^one.yaml:5:16: warning: nothing leads/,
        /^two.yaml:4:37: error: it would call itself: demo\/one → demo\/two → demo\/one/,
        /^two.yaml:5:16: warning: nothing leads/,
      ],
    ],
    [
      'returns to nowhere',
      { memory: memory.replace('returns: more', 'returns: mroe'), database },
      [
        /^memory.yaml:13:11: warning: nothing leads/,
        /^memory.yaml:8:14: error: there is no step or leaf `mroe`; did you mean `more`/,
        /^memory.yaml:9:9: warning: nothing leads/,
      ],
    ],
  ] as const)('%s', (_, files, expected) => {
    const found = complaints(pack(files));
    expect(found).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries())
      expect(found.toSorted()[index]).toMatch(pattern);
  });

  it('lies too deep', () => {
    const files = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name, i) => [name, calling('bcdef'[i] ?? '')]),
    );
    const loaded = pack({ ...files, f: database });
    expect(complaints(loaded).filter((line) => line.includes('error'))).toEqual([
      expect.stringMatching(/^a.yaml:4:37: error: more than 4 calls within one another/),
    ]);
    expect(runbook(loaded, 'b').nodes.has('go:go:go:go:up')).toBe(true);
  });

  it('multiplies itself', () => {
    const eight = (other: string) =>
      `steps:\n${Array.from({ length: 8 }, (_, i) => `  - { id: s${i}, call: c, runbook: demo/${other}, returns: ${i < 7 ? `s${i + 1}` : 'done'} }`).join('\n')}\nleaves: [{ id: done, end: Done, ends: resolved }]\n`;
    const loaded = pack({
      a: eight('b'),
      b: eight('c'),
      c: eight('d'),
      d: eight('e'),
      e: database,
    });
    expect(
      complaints(loaded)
        .filter((line) => line.includes('error'))
        .join('\n'),
    ).toMatch(
      /^\w.yaml:\d+:\d+: error: with what it calls it has more than 5000 steps and leaves/m,
    );
  });
});
