import { describe, expect, it } from 'vitest';
import { regionsProbes } from '../../../src/integrations/regions/probes.ts';
import { NOW } from '../../fixtures/live.ts';
import { standing } from '../../fixtures/regions.ts';
import { read, testContext } from './context.ts';

const worst = {
  name: 'HighLatency',
  severity: 'P3',
  firing: false,
  summary: 'p99 0.7 s',
  since: NOW,
} as const;

const all = [
  standing('us', { current: true, reach: 'lost' }),
  standing('shop', { system: 'other' }),
  standing('eu', { worst }),
  standing('in', { lagMs: 800 }),
];
const probes = regionsProbes({
  names: async () => all.map(({ name }) => name),
  standings: async () => all,
});
const context = {
  ...testContext(),
  clock: { now: () => NOW, after: () => ({ cancel: () => undefined }) },
};

describe('regions.standing', () => {
  it('tells of the others, those of the same system first, and which is healthy', async () => {
    const told = await read(probes, 'regions.standing', {}, context);
    expect(told).toMatchObject({
      healthy: 'in',
      others: 3,
      lost: 0,
      current: { name: 'us', healthy: false },
      regions: [
        { name: 'eu', healthy: false, worst: { name: 'HighLatency' }, ageMs: 1000 },
        { name: 'in', healthy: true, lagMs: 800 },
        { name: 'shop', healthy: true },
      ],
    });
  });

  it('tells of one that is named, and of none where there is none of the name', async () => {
    const of = (region: string) => read(probes, 'regions.standing', { region }, context);
    expect(await of('eu')).toMatchObject({ others: 1, regions: [{ name: 'eu' }], healthy: null });
    expect(await of('mars')).toMatchObject({ others: 0, regions: [], healthy: null });
  });

  it('needs a configuration with more than one region', async () => {
    const one = regionsProbes({ names: async () => ['us'], standings: async () => all });
    const needs = (of: typeof probes) => of[0]?.needs?.({}, context);
    expect(await needs(probes)).toMatchObject([{ state: 'ok', found: 'us, shop, eu, in' }]);
    expect(await needs(one)).toMatchObject([{ state: 'missing', found: 'us' }]);
  });
});
