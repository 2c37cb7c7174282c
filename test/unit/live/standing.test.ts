import { describe, expect, it } from 'vitest';
import { standingOf } from '../../../src/live/standing.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { full } from '../../fixtures/full.ts';
import {
  alert,
  connecting,
  container,
  engineLost,
  fact,
  healthy,
  NOW,
  redisDead,
  source,
} from '../../fixtures/live.ts';
import { withRegions } from '../../fixtures/regions.ts';

const about = { name: 'eu', current: false, services: new Set(['worker-1', 'worker-2']) };
const of = (live: LiveState, before = null) => standingOf(live, about, before, NOW);

describe('how a region stands', () => {
  it('is alive when everything answers, in part when something does not', () => {
    expect(of(healthy)).toMatchObject({ name: 'eu', reach: 'alive', worst: null, error: null });
    expect(of(engineLost)).toMatchObject({
      reach: 'partly',
      error: { message: expect.stringMatching(/\S/) },
    });
  });

  it('is lost as well when all that answers was last asked long ago', () => {
    const certificate = (observedAt: number) =>
      source('certificates', 'certificate', { status: 'live', observedAt });
    const engine = source('docker', 'containers', { status: 'failed', observedAt: null });
    const reachAfter = (ms: number) =>
      of({ ...healthy, sources: { docker: engine, certificates: certificate(NOW - ms) } }).reach;
    expect([reachAfter(5000), reachAfter(61_000)]).toEqual(['partly', 'lost']);
    const alone = { ...healthy, sources: { certificates: certificate(NOW - 61_000) } };
    expect(of(alone).reach).toBe('alive');
  });

  it('is lost when nothing answers, and not before it was asked', () => {
    expect(of(connecting)).toMatchObject({ reach: 'connecting', observedAt: null });
    const failed = source('docker', 'containers', {
      status: 'failed',
      observedAt: null,
      error: { kind: 'timeout', message: 'did not answer', mend: 'see its host' },
    });
    expect(of({ ...connecting, sources: { docker: failed } })).toMatchObject({
      reach: 'lost',
      error: { message: 'did not answer', mend: 'see its host' },
    });
  });

  it('says since when, as long as it stays so', () => {
    const first = standingOf(healthy, about, null, NOW);
    const later = standingOf(healthy, about, first, NOW + 60_000);
    expect(later.since).toBe(NOW);
    expect(standingOf(engineLost, about, later, NOW + 70_000).since).toBe(NOW + 70_000);
  });

  it('tells its most severe alert, one that fires before one that waits', () => {
    const alerts = [
      alert('Pending', { severity: 'P0', state: 'pending' }),
      alert('Small', { severity: 'P3', state: 'firing' }),
      alert('Large', { severity: 'P1', state: 'firing' }),
    ];
    const standing = of({ ...healthy, alerts });
    expect(standing).toMatchObject({ worst: { name: 'Large', firing: true }, firing: 2 });
    expect(of({ ...healthy, alerts: alerts.slice(0, 1) })).toMatchObject({
      worst: { name: 'Pending', firing: false },
      firing: 0,
    });
  });

  it('counts breakers that are not closed', () => {
    const total = redisDead.breakers.length;
    expect(of(healthy).breakers).toEqual({ open: 0, total: healthy.breakers.length });
    expect(of(redisDead).breakers).toEqual({ open: 1, total });
  });

  it('takes versions from the tags of its main services, and none that says nothing', () => {
    const images = (...names: readonly string[]) =>
      names.map((image, at) => container(`worker-${at + 1}`, { image }));
    const versions = (...names: readonly string[]) =>
      of({
        ...healthy,
        facts: { docker: fact('docker', 'containers', images(...names)) },
      }).versions;
    expect(versions('r.example:5000/app:v2', 'r.example:5000/app:v1')).toEqual(['v1', 'v2']);
    expect(versions('app:latest', 'r.example:5000/app')).toEqual([]);
    expect(versions('app:1.4@sha256:00ff', 'app:1.4')).toEqual(['1.4']);
    // A third container is of another role.
    expect(versions('app:1', 'app:1', 'app:3')).toEqual(['1']);
  });

  it('takes the version that the region tells of itself where its images tell none', () => {
    const health = (fields: Record<string, string>) => {
      const answer = { name: '/health', url: 'http://api/health', status: 200, latencyMs: 3 };
      return fact('health', 'check', { ...answer, ok: true, error: null, fields });
    };
    const versions = (image: string, fields: Record<string, string>) =>
      of({
        ...healthy,
        facts: {
          docker: fact('docker', 'containers', [container('worker-1', { image })]),
          health: health(fields),
        },
      }).versions;
    expect(versions('app:latest', { version: '0.7.0' })).toEqual(['0.7.0']);
    expect(versions('app:v2', { version: '0.7.0' })).toEqual(['v2']);
    expect(versions('app:latest', { status: 'ok' })).toEqual([]);
  });

  it('tells the worst lag and the first certificate that ends', () => {
    const { certificateEnds, lagMs } = of(full);
    const facts = Object.values(full.facts);
    const ends = facts.flatMap((one) => (one.kind === 'certificate' ? [one.value.notAfter] : []));
    expect(certificateEnds).toBe(ends.length === 0 ? null : Math.min(...ends));
    const lags = facts.flatMap((one) =>
      one.kind === 'database' ? one.value.replication.map((link) => link.replayLagMs) : [],
    );
    const known = lags.filter((lag) => lag !== null);
    expect(lagMs).toBe(known.length === 0 ? null : Math.max(...known));
  });

  it('leaves out what tells of the other regions', () => {
    const only = { ...connecting, sources: {} };
    expect(of(withRegions(only)).reach).toBe('connecting');
  });
});
