import { describe, expect, it } from 'vitest';
import { buildRunbook } from '../../../src/runbooks/build.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { lint } from '../../../src/runbooks/lint.ts';
import { noFacts } from '../../../src/runbooks/reader.ts';
import { walk } from '../../../src/runbooks/walk.ts';
import { parseYaml } from '../../../src/runbooks/yaml-file.ts';
import { demoCatalogue } from './catalogue.ts';

function runbook(text: string): Runbook {
  const parsed = parseYaml(text, 'demo/x.yaml');
  if ('diagnostics' in parsed) throw new Error(parsed.diagnostics[0]?.message);
  const built = buildRunbook(parsed.ok, noFacts, demoCatalogue);
  if (built.runbook === null) throw new Error(JSON.stringify(built.diagnostics));
  return built.runbook;
}

const head = 'id: demo/x\ntitle: T\nseverity: P1\n';

const small = runbook(`${head}steps:
  - id: up
    check: Is it up?
    probe: demo.state
    with: { service: cache }
    branches:
      - { when: '!result.up', because: down, to: restart }
  - id: choose
    ask: What now?
    show: [{ probe: demo.state, with: { service: worker } }]
    branches:
      - { because: wait, to: wait }
      - { because: restart it, recommended: true, to: restart }
leaves:
  - id: restart
    do: Restart it
    action: demo.restart
    with: { service: cache }
    impact: gone for a second
    verify: [{ title: up again, probe: demo.state, with: { service: cache }, until: result.up, within: 30s }]
    otherwise: wait
  - { id: wait, prove: it comes back, verify: [{ title: t, until: signals.p95 < 1, within: 1m }] }
`);

describe('a runbook read from its file', () => {
  it('falls through a check to the next step', () => {
    const step = small.nodes.get('up');
    expect(step?.kind === 'check' ? step.branches.map(({ to }) => to) : []).toEqual([
      'restart',
      'choose',
    ]);
  });

  it('takes defaults, and the reason why an action cannot be taken back', () => {
    expect(small).toMatchObject({
      id: 'demo/x',
      system: 'demo',
      key: null,
      start: 'up',
      watch: [],
    });
    expect(small.nodes.get('restart')).toMatchObject({
      risk: 'disruptive',
      irreversible: 'what was restarted stays so',
      verify: [{ withinMs: 30_000, everyMs: 2_000 }],
    });
    expect(small.nodes.get('up')).toMatchObject({ maxEvidenceAgeMs: 30_000 });
  });
});

describe('the dry run', () => {
  it('lists every path with what it would read and do', () => {
    const { paths, cut } = walk(small, demoCatalogue);
    expect(cut).toBe(false);
    expect(paths.map(({ stops }) => stops.map(({ id }) => id).join(' '))).toEqual([
      'up restart',
      'up restart wait',
      'up choose wait',
      'up choose restart',
      'up choose restart wait',
    ]);
    expect(paths[1]?.stops).toEqual([
      {
        id: 'up',
        kind: 'check',
        title: 'Is it up?',
        commands: ['demo state cache'],
        turn: '!result.up',
      },
      {
        id: 'restart',
        kind: 'do',
        title: 'Restart it',
        commands: ['demo.restart service=cache', 'demo state cache'],
        turn: 'when it did not help',
      },
      { id: 'wait', kind: 'verify', title: 'it comes back', commands: [], turn: null },
    ]);
  });

  it('names services as they are bound', () => {
    const bind = (role: string) => ({ role, project: 'p', service: `${role}-1` });
    const { paths } = walk(small, demoCatalogue, { bind });
    expect(paths[2]?.stops[1]?.commands).toEqual(['demo state worker-1']);
  });

  it('stops at a bound, and says so', () => {
    const wide = Array.from({ length: 40 }, (_, i) => {
      const next = i === 39 ? 'end' : `s${i + 1}`;
      return `  - { id: s${i}, ask: q, branches: [{ because: a, to: ${next} }, { because: b, to: ${next} }] }`;
    });
    const leaf = '  - { id: end, decide: d, checklist: [l], ends: watching }';
    const many = runbook(`${head}steps:\n${wide.join('\n')}\nleaves:\n${leaf}\n`);
    const { paths, cut } = walk(many, demoCatalogue);
    expect([paths.length, cut]).toEqual([200, true]);
    expect(walk(small, demoCatalogue, { maxPaths: 5 }).cut).toBe(false);
    expect(walk(small, demoCatalogue, { maxPaths: 4 })).toMatchObject({ cut: true });
  });
});

describe('lint', () => {
  it('finds nothing wrong with a good runbook', () => {
    expect(lint(small)).toEqual([]);
  });

  it('sees a circle through leaves', () => {
    const nodes = new Map(small.nodes);
    const wait = nodes.get('wait');
    if (wait?.kind !== 'verify') throw new Error('no such leaf');
    nodes.set('wait', { ...wait, otherwise: 'restart' });
    expect(lint({ ...small, nodes })).toMatchObject([
      { level: 'error', node: 'wait', at: ['otherwise'] },
    ]);
  });
});
