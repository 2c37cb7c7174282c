import { describe, expect, it } from 'vitest';
import { opensOnAlert } from '../../../src/runbooks/opens.ts';
import { packOf, runbookOf } from './packs.ts';

const pack = packOf('featuresignals');

describe("featuresignals' pack", () => {
  it('has every procedure of its source, and no key twice', () => {
    expect(pack.runbooks.map(({ id }) => id.split('/')[1]).toSorted()).toEqual([
      'certificate',
      'communication',
      'disk-full',
      'first-response',
      'high-latency',
      'pool-exhausted',
      'region-down',
      'replication-lag',
      'restore-backup',
      'rollback-git',
      'rollback-image',
      'scaling',
      'security-incident',
      'slow-queries',
    ]);
    const keys = pack.runbooks.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain(null);
  });

  it('answers within what its severities say', () => {
    expect(
      pack.severities.map(({ severity, respondWithinMs }) => [severity, respondWithinMs]),
    ).toEqual([
      ['P1', 60_000],
      ['P2', 900_000],
      ['P3', null],
      ['P4', null],
    ]);
  });

  it('reads more than /health, which stays green without a database', () => {
    const checks = pack.sources.filter(({ kind }) => kind === 'check');
    expect(checks).toContainEqual(
      expect.objectContaining({ name: '/v1/status', expectJson: { status: 'operational' } }),
    );
  });

  it('opens a runbook on each of its alerts', () => {
    const without = pack.alerts.filter(
      ({ name, labels }) =>
        !pack.runbooks.some((runbook) => opensOnAlert(runbook, { name, labels })),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    const opens = (id: string, name: string) => opensOnAlert(runbookOf(id), { name, labels: {} });
    expect(opens('featuresignals/disk-full', 'DiskFilling')).toBe(true);
    expect(opens('featuresignals/certificate', 'CertificateTrouble')).toBe(true);
    expect(opens('featuresignals/replication-lag', 'ReplicationLag')).toBe(true);
  });
});
