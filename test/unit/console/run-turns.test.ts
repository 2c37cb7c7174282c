import { expect, test } from 'vitest';
import { turnsFrom } from '../../../src/console/run-turns.ts';
import { compileCondition } from '../../../src/runbooks/condition.ts';
import type { Branch, GraphNode } from '../../../src/runbooks/graph.ts';
import { fakeRun } from '../../fixtures/run.ts';
import { redisDown } from '../../fixtures/runbook-graphs.ts';

const holds = compileCondition('result.state != "running"');

/** What is said of one way on from the first step. */
function said(because: string, when: Branch['when']): string | undefined {
  const run = fakeRun();
  const first = redisDown.nodes.get('container');
  if (first?.kind !== 'check') throw new Error('the fixture begins with no check');
  const branches: readonly Branch[] = [{ when, because, to: 'escalate' }];
  const nodes = new Map<string, GraphNode>([[first.id, { ...first, branches }]]);
  const runbook = { ...redisDown, nodes };
  const view = { controller: { runbook }, state: { ...run.state(), current: first.id } };
  return turnsFrom(view as never)[0]?.because;
}

test.each([
  [
    'Redis is {{state}}{{#exitCode}} (exit {{exitCode}}){{/exitCode}}{{^found}}, lost{{/found}}',
    'if: Redis is …',
  ],
  ['{{#a}}one {{#b}}two{{/b}}{{/a}}{{count}} of {{{total}}} fail', 'if: … of … fail'],
  ['It died for want of disk', 'if: It died for want of disk'],
  ['', 'when result.state != "running"'],
])('a way is told as a condition, with a gap where it is filled in: %s', (because, words) => {
  if ('error' in holds) throw new Error(holds.error.message);
  expect(said(because, holds.ok)).toBe(words);
});

test('the way that is left is told as it stands where it needs nothing, else as what is left', () => {
  expect(said('Look again', null)).toBe('Look again');
  expect(said('{{count}} are well', null)).toBe('when nothing else holds');
});
