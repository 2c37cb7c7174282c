import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatches } from '../../../src/actions/glob.ts';
import {
  forbidden,
  type JudgedChange,
  overLimit,
  type Policy,
  raisedBy,
  strictest,
} from '../../../src/actions/policy.ts';
import { atMost, risks } from '../../../src/domain/risk.ts';

const change: JudgedChange = {
  action: 'compose.restart',
  region: 'us-ashburn',
  targets: [{ kind: 'container', name: 'falcon-redis' }],
  risk: 'disruptive',
};
const open: Policy = { readOnly: false, maxRisk: 'destructive' };
const any = { action: null, target: null, region: null };

describe('a pattern', () => {
  test.each([
    ['*', '', true],
    ['compose.*', 'compose.restart', true],
    ['*.restart', 'compose.restart', true],
    ['c*e.r?start', 'compose.restart', true],
    ['compose', 'compose.restart', false],
    ['*.stop', 'compose.restart', false],
    ['?', '', false],
    ['falcon-redis', 'falcon-redis-2', false],
    ['[a-z]+', 'abc', false],
    ['.*', 'abc', false],
  ])('%s on %s: %s', (pattern, text, fits) => {
    expect(globMatches(pattern, text)).toBe(fits);
  });

  test('fits itself, and is never slow', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(globMatches(text.replaceAll(/[*?]/g, '?'), text)).toBe(true);
      }),
    );
    expect(globMatches(`${'*a'.repeat(100)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('what a rule leaves out', () => {
  const rule = { ...any, action: 'host.*', except: ['process:mine'], why: 'not here' };
  const ending = (...names: readonly string[]): JudgedChange => ({
    ...change,
    action: 'host.end-process',
    targets: names.map((name) => ({ kind: 'process' as const, name })),
  });
  test.each([
    ['a target that is left out', ending('mine'), true],
    ['another', ending('theirs'), false],
    ['both at once', ending('mine', 'theirs'), false],
    ['none at all', ending(), false],
  ])('%s', (_, judged, allowed) => {
    const found = forbidden({ ...open, forbid: [rule] }, judged);
    expect(found === null).toBe(allowed);
  });
});

describe('layers of policy', () => {
  test('the strictest wins, whatever their order, and says whose it is', () => {
    const root = { policy: { ...open, maxRisk: 'reversible' as const }, by: '/etc/policy' };
    const region = { policy: { ...open, readOnly: true }, by: 'the region' };
    for (const layers of [
      [root, region],
      [region, root],
    ]) {
      const policy = strictest(layers);
      expect(policy).toMatchObject({ readOnly: true, maxRisk: 'reversible' });
      expect(policy).toMatchObject({ readOnlyBy: 'the region', maxRiskBy: '/etc/policy' });
    }
  });

  test('no layer loosens another', () => {
    const layer = fc.record({
      readOnly: fc.boolean(),
      maxRisk: fc.constantFrom(...risks),
    });
    fc.assert(
      fc.property(fc.array(layer, { minLength: 1, maxLength: 4 }), (layers) => {
        const policy = strictest(layers.map((p, index) => ({ policy: p, by: String(index) })));
        for (const one of layers) {
          expect(policy.readOnly || !one.readOnly).toBe(true);
          expect(atMost(policy.maxRisk, one.maxRisk)).toBe(true);
        }
      }),
    );
  });

  test('rules and limits of all layers hold', () => {
    const rule = { ...any, why: 'no' };
    const limit = { most: 1, withinMs: 1000, breakGlass: true };
    const policy = strictest([
      { policy: { ...open, forbid: [rule], changes: [limit] }, by: 'a' },
      { policy: { ...open, raise: [{ ...any, risk: 'destructive' }], changes: [limit] }, by: 'b' },
    ]);
    expect([policy.forbid, policy.raise, policy.changes].map((list) => list?.length)).toEqual([
      1, 1, 2,
    ]);
  });
});

describe('a change under a policy', () => {
  test.each([
    [{ ...any, action: 'compose.*' }, true],
    [{ ...any, action: 'redis.*' }, false],
    [{ ...any, target: 'falcon-*' }, true],
    [{ ...any, target: 'container:falcon-redis' }, true],
    [{ ...any, target: 'session:*' }, false],
    [{ action: 'compose.*', target: '*', region: 'eu-*' }, false],
  ])('%j forbids it: %s', (pattern, forbids) => {
    const policy = { ...open, forbid: [{ ...pattern, why: 'month’s end' }] };
    const refusal = forbidden(policy, change);
    if (forbids) expect(refusal?.refused).toContain('month’s end');
    else expect(refusal).toBeNull();
  });

  test('is raised by what fits, never lowered', () => {
    const raise = [
      { ...any, risk: 'reversible' as const },
      { ...any, action: 'compose.*', risk: 'destructive' as const },
    ];
    const raised = raisedBy({ ...open, raise }, change);
    expect(raised).toEqual({
      risk: 'destructive',
      overrides: ['the policy calls this destructive, not disruptive'],
    });
    expect(raisedBy({ ...open, raise: raise.slice(0, 1) }, change)).toEqual({
      risk: 'disruptive',
      overrides: [],
    });
  });

  test('beyond the highest risk is refused, and read-only refuses all but looking', () => {
    expect(forbidden({ ...open, maxRisk: 'reversible' }, change)?.refused).toContain('reversible');
    expect(forbidden({ ...open, readOnly: true }, change)?.refused).toContain('read-only');
    expect(forbidden({ ...open, readOnly: true }, { ...change, risk: 'observe' })).toBeNull();
  });

  test('past the limit: only what lies within its time counts', () => {
    const limit = { most: 2, withinMs: 600_000, breakGlass: true };
    const policy = { ...open, changes: [limit] };
    expect(overLimit(policy, [0, 650_000], 700_000)).toBeNull();
    expect(overLimit(policy, [150_000, 650_000], 700_000)).toEqual({
      words: '2 changes in the last 10m; the policy allows 2',
      breakGlass: true,
    });
    const hard = { ...limit, most: 1, breakGlass: false };
    expect(
      overLimit({ ...open, changes: [limit, hard] }, [650_000, 660_000], 700_000),
    ).toMatchObject({ breakGlass: false });
  });
});
