import { describe, expect, it } from 'vitest';
import { triedFailure } from '../../../src/commands/drill-tried.ts';
import type { Answer } from '../../../src/drills/drill.ts';
import type { Trial } from '../../../src/drills/trials.ts';
import type { RunState } from '../../../src/engine/state.ts';
import type { InputSpec } from '../../../src/runbooks/graph.ts';
import { doneAct, runState } from '../../fixtures/run.ts';

const bounds = { default: null, pattern: null, min: null, max: null, choices: null };
const spec: InputSpec = { id: 'tag', title: 'Which image?', type: 'name', ...bounds };
const resolved = { outcome: 'resolved', verified: true } as const;

function ran(state: Partial<RunState>, wanted: readonly { readonly text: string | null }[] = []) {
  const inputs = wanted.map(({ text }) => ({ spec, text, given: false }));
  return { state: () => runState(state), inputs: () => inputs };
}

function remedy(script: readonly Answer[] = []): Trial & { readonly kind: 'remedy' } {
  return { kind: 'remedy', leaf: 'flush-cache', script };
}

describe('a runbook of which nothing was done', () => {
  it('must not end as proved', () => {
    const told = triedFailure(
      { kind: 'not-done' },
      ran(resolved),
      ['restart-redis'],
      'restart-redis',
    );
    expect(told).toBe('it was proved, and nothing had been done');
    const handedOn = ran({ outcome: 'escalated', verified: false });
    expect(triedFailure({ kind: 'not-done' }, handedOn, [], 'restart-redis')).toBeNull();
  });
});

describe('another remedy', () => {
  const tried = (state: Partial<RunState>, course: readonly string[]) =>
    triedFailure(remedy(), ran(state), course, 'restart-redis');

  it('must not be proved to help', () => {
    expect(tried(resolved, ['flush-cache'])).toBe(
      'flush-cache was proved to help, which no drill says',
    );
    expect(tried({ outcome: null, verified: null }, ['flush-cache'])).toBeNull();
  });

  it('may lead on to the one that helps, and was not what helped then', () => {
    expect(tried(resolved, ['restart-redis', 'flush-cache', 'restart-redis'])).toBeNull();
    expect(tried(resolved, ['restart-redis', 'flush-cache'])).not.toBeNull();
  });

  it('must have been tried: what it asks for, and nobody gives, is no proof', () => {
    const state = { current: 'flush-cache', outcome: null, acts: [] };
    const asked = (script: readonly Answer[], text: string | null = null) =>
      triedFailure(remedy(script), ran(state, [{ text }]), ['flush-cache'], 'restart-redis');
    expect(asked([])).toBe('it was not tried: flush-cache asks for tag');
    const given = { take: null, give: { tag: 'v1' }, done: false, happens: null };
    expect(asked([{ at: 'flush-cache', ...given }])).toBeNull();
    expect(asked([], 'v1')).toBeNull();
    const acted = { ...state, acts: [{ ...doneAct, leaf: 'flush-cache' }] };
    const after = triedFailure(remedy(), ran(acted, [{ text: null }]), [], 'restart-redis');
    expect(after).toBeNull();
  });
});
