import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../src/runbooks/condition.ts';
import { evaluateBranches } from '../../../src/runbooks/evaluate.ts';
import type { AskStep, Branch, CheckStep } from '../../../src/runbooks/graph.ts';

function branch(when: string | null, to: string): Branch {
  const compiled = when === null ? null : compileCondition(when);
  if (compiled !== null && 'error' in compiled) throw new Error(compiled.error.message);
  return { when: compiled?.ok ?? null, because: `to ${to} at {{n}}`, to };
}

const check = (...branches: Branch[]): CheckStep => ({
  kind: 'check',
  id: 'one',
  title: 'One?',
  inputs: [],
  why: null,
  probe: 'demo.state',
  with: {},
  branches,
  maxEvidenceAgeMs: 1,
});

const ask = (...branches: Branch[]): AskStep => ({
  kind: 'ask',
  id: 'one',
  title: 'One?',
  inputs: [],
  why: null,
  show: [],
  branches,
});

const high = branch('result.n > 10', 'high');
const low = branch('result.n < 0', 'low');
const unknown = branch('signals.missing > 1', 'unknown');
const otherwise = branch(null, 'otherwise');

describe('the turn of a step', () => {
  it.each([
    [11, 'high'],
    [-1, 'low'],
    [5, 'otherwise'],
  ])('with %i leads to %s, and is sure', (n, to) => {
    const turn = evaluateBranches(check(high, low, otherwise), { result: { n } });
    expect(turn).toEqual({ to, because: `to ${to} at ${n}`, sure: true, undecided: [] });
  });

  it('takes the else last, wherever it stands', () => {
    expect(evaluateBranches(check(otherwise, high), { result: { n: 11 } })?.to).toBe('high');
  });

  it('is not sure when a condition before it could not be decided', () => {
    const turn = evaluateBranches(check(unknown, high), { result: { n: 11 } });
    expect(turn).toMatchObject({ to: 'high', sure: false });
    expect(turn?.undecided).toEqual(['signals.missing is not there']);
    const after = evaluateBranches(check(high, unknown), { result: { n: 11 } });
    expect(after).toMatchObject({ to: 'high', sure: true });
  });

  it('is not sure without a result', () => {
    expect(evaluateBranches(check(high, otherwise), {})).toMatchObject({
      to: 'otherwise',
      sure: false,
    });
  });

  it('is nothing when no condition holds and there is no else', () => {
    expect(evaluateBranches(check(high), { result: { n: 1 } })).toBeNull();
  });

  it('recommends an option of a question only by a condition', () => {
    expect(evaluateBranches(ask(otherwise, high), { result: { n: 1 } })).toBeNull();
    expect(evaluateBranches(ask(otherwise, high), { result: { n: 11 } })?.to).toBe('high');
  });
});
