import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { execute } from '../../../src/simulator/docker/exec-programs.ts';
import { driftBetween } from '../../../src/simulator/world/drift.ts';
import { ofService } from '../../../src/simulator/world/world.ts';
import { saasguardRegion } from './saasguard-world.ts';

const CUSTOMER = { method: 'POST', body: '{"customer_id":"C-1004"}' };

describe('the world of SaaSGuard', () => {
  it('answers as the original does, and lets Superset ask', async () => {
    const { ask } = await saasguardRegion();
    expect(ask('/health')).toMatchObject({ status: 200, json: { status: 'ok', version: '0.7.0' } });
    expect(ask('/ready')?.json).toMatchObject({ status: 'ready' });
    expect(ask('/health', { method: 'HEAD' })?.status).toBe(405);
    expect(ask('/predictions/churn', CUSTOMER)).toMatchObject({ status: 200 });
    expect(ask('/predictions/churn', { method: 'POST', body: '{}' })?.status).toBe(422);
    const allowed = ask('/health', { headers: { origin: 'http://localhost:8088' } });
    expect(allowed?.headers['access-control-allow-origin']).toBe('http://localhost:8088');
    const other = ask('/health', { headers: { origin: 'http://elsewhere' } });
    expect(other?.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('loses its drift by a dbt run only where the marts were stale', async () => {
    const stale = await saasguardRegion();
    const psi = ({ ask }: typeof stale) => Number(ask('/health/model')?.json['max_psi']);
    expect(psi(stale)).toBeLessThan(0.1);
    await stale.breaks('marts-stale-pipeline-failed');
    expect(psi(stale)).toBeGreaterThan(0.2);
    expect((await stale.compose('run', '--rm', 'dbt', 'run')).code).toBe(0);
    expect(psi(stale)).toBeLessThan(0.1);
    // The container of that run is gone again.
    expect(ofService(stale.host.world(), 'dbt')).toHaveLength(1);
    expect(stale.host.world().containers.size).toBe(3);

    const shifted = await saasguardRegion();
    await shifted.breaks('behaviour-shifted');
    await shifted.compose('run', '--rm', 'dbt', 'run');
    expect(psi(shifted)).toBeGreaterThan(0.2);
    expect((await shifted.tool('dvc', 'repro', '--all-pipelines')).code).toBe(0);
    expect(psi(shifted)).toBeLessThan(0.1);
  });

  it('predicts nothing without its model, which is loaded at its start only', async () => {
    const { ask, breaks, compose, later, tool } = await saasguardRegion();
    await breaks('models-missing');
    later(30);
    expect(ask('/ready')).toMatchObject({ status: 503, json: { detail: 'Model not loaded' } });
    expect(ask('/predictions/churn', CUSTOMER)?.status).toBe(503);
    expect(await tool('dvc', 'pull')).toMatchObject({ code: 0 });
    expect(ask('/ready')?.status).toBe(503);
    await compose('restart', 'api');
    later(30);
    expect(ask('/ready')?.status).toBe(200);
    expect(ask('/predictions/churn', CUSTOMER)?.json).toMatchObject({ model_version: 'model-v3' });
  });

  it('pulls no artifacts from a remote that does not answer, and trains them anew', async () => {
    const { breaks, folder, tool } = await saasguardRegion();
    await breaks('models-missing-remote-down');
    expect((await tool('dvc', 'status', '--cloud')).code).not.toBe(0);
    expect((await tool('dvc', 'pull')).code).not.toBe(0);
    expect((await tool('dvc', 'repro')).code).toBe(0);
    expect(await readFile(join(folder, 'models/churn_model.pkl'), 'utf8')).toContain('model-v4');
  });

  it('brings a former model back by git and DVC, and tells that files have changed', async () => {
    const { folder, tool } = await saasguardRegion();
    const newest = await tool('git', 'tag', '--list', 'model-v*', '--sort=-version:refname');
    expect(newest.told).toEqual(['model-v3', 'model-v2']);
    expect((await tool('git', 'diff', '--quiet', 'model-v2', '--', 'models/')).code).toBe(1);
    await tool('git', 'checkout', 'model-v2', '--', 'models/');
    expect((await tool('git', 'diff', '--quiet', 'model-v2', '--', 'models/')).code).toBe(0);
    await tool('dvc', 'checkout', '--force', 'models/');
    expect(await readFile(join(folder, 'models/churn_model.pkl'), 'utf8')).toContain('model-v2');
    expect((await tool('git', 'status', '--porcelain')).told).toEqual([' M models/artifacts.dvc']);
  });

  it('runs a pipeline for a version that is pushed, until it has had its time', async () => {
    const { later, tool } = await saasguardRegion();
    await tool('git', 'tag', 'v0.8.0');
    await tool('git', 'push', 'origin', 'v0.8.0');
    const asked = ['gh', 'run', 'list', '--branch=v0.8.0', '--json', 'status,conclusion'];
    const runs = async () => JSON.parse((await tool(...asked)).told[0] ?? '') as unknown;
    expect(await runs()).toEqual([{ status: 'in_progress', conclusion: '' }]);
    later(7 * 60);
    expect(await runs()).toEqual([{ status: 'completed', conclusion: 'success' }]);
  });

  it('keeps failing rows where dbt is told to, and fails again until the data is sound', async () => {
    const { breaks, compose, host, later } = await saasguardRegion();
    await breaks('data-unsound');
    later(30);
    const [dbt] = ofService(host.world(), 'dbt');
    expect(dbt).toMatchObject({ state: 'exited', exitCode: 1 });
    const tested = await compose('run', '--rm', 'dbt', 'test', '--store-failures');
    expect(tested.code).toBe(1);
    expect(tested.told.join('\n')).toMatch(/FAIL 14 not_null_customers_mrr/);
    expect(host.world().warehouse?.audits).toEqual(['not_null_customers_mrr']);
  });

  it('lets nobody open a DuckDB that belongs to somebody else', async () => {
    const { ask, breaks, host, later } = await saasguardRegion();
    await breaks('duckdb-of-root');
    later(10);
    expect(ask('/predictions/churn', CUSTOMER)?.status).toBe(503);
    const [dbt] = ofService(host.world(), 'dbt');
    expect(host.logs.of(dbt?.id ?? '').at(-1)?.text).toContain('Permission denied');
  });

  it('gives a second replica a port of the host of its own, and spreads what is asked', async () => {
    const { compose, host, later } = await saasguardRegion();
    expect((await compose('up', '-d', '--scale', 'api=2', '--no-recreate')).code).toBe(0);
    later(60);
    const all = ofService(host.world(), 'api');
    expect(all.map(({ ports }) => ports[0]?.hostPort)).toEqual([8000, 8001]);
    for (const { cpuMs, state } of all) {
      expect(state).toBe('running');
      expect(cpuMs).toBeGreaterThan(0);
    }
  });

  it('makes Superset sound by a new volume, not by a restart', async () => {
    const { breaks, compose, host, later } = await saasguardRegion();
    const health = () => ofService(host.world(), 'superset')[0]?.health?.status;
    await breaks('superset-corrupted');
    later(300);
    expect(health()).toBe('unhealthy');
    await compose('restart', 'superset');
    later(300);
    expect(health()).toBe('unhealthy');
    await compose('rm', '--stop', 'superset');
    expect(host.change({ kind: 'remove-volume', name: 'saasguard_superset_home' }).refused).toBe(
      null,
    );
    await compose('up', '-d', 'superset');
    later(300);
    expect(health()).toBe('healthy');
  });

  it('loses Superset again whatever container stands for it, where something goes on killing it', async () => {
    const { breaks, compose, host, later } = await saasguardRegion();
    const superset = () => ofService(host.world(), 'superset')[0];
    await breaks('superset-killed-again');
    const { id } = superset() ?? {};
    for (const how of [['restart'], ['up', '-d', '--force-recreate', '--no-deps']]) {
      await compose(...how, 'superset');
      expect(superset()?.state).toBe('running');
      later(60);
      expect(superset()).toMatchObject({ state: 'exited', exitCode: 137 });
    }
    expect(superset()?.id).not.toBe(id);
  });

  it('loads no model of a file that is damaged', async () => {
    const { ask, breaks, compose, host, later } = await saasguardRegion();
    await breaks('models-damaged');
    await compose('restart', 'api');
    later(30);
    expect(ask('/ready')).toMatchObject({ status: 503, json: { detail: 'Model not loaded' } });
    const [api] = ofService(host.world(), 'api');
    const lines = host.logs.of(api?.id ?? '').map(({ text }) => text);
    expect(lines.filter((text) => text.includes('UnpicklingError'))).not.toEqual([]);
  });

  it('gives no file to anybody on a file system that takes no changes', async () => {
    const { breaks, host } = await saasguardRegion();
    await breaks('duckdb-of-root-read-only');
    const [api] = ofService(host.world(), 'api');
    const words = ['chown', '999:999', '/app/data/saasguard.duckdb'];
    const { err, exitCode } = await execute(host, api?.id ?? '', words, '0');
    expect({ err, exitCode }).toMatchObject({
      err: expect.stringContaining('Read-only file system'),
      exitCode: 1,
    });
  });

  it('builds and pulls nothing on a disk that is full', async () => {
    const { breaks, host, tool } = await saasguardRegion();
    const before = host.world().images.length;
    await breaks('engine-disk-full');
    const built = await tool('docker', 'build', '--target', 'prod', '-t', 'saasguard-prod', '.');
    expect(built).toMatchObject({ code: 1 });
    expect(built.told.at(-1)).toContain('no space left on device');
    const pulled = await tool('docker', 'pull', 'ghcr.io/acme/saasguard:sha-2c81f60');
    expect(pulled).toMatchObject({ code: 1 });
    expect(host.world().images).toHaveLength(before);
  });
});

describe('the drift of a feature', () => {
  it('is none where nothing moved, and about the square of how far it did', () => {
    const baseline = { mrr: { mean: 100, sd: 20 } };
    const psi = (mean: number) => driftBetween(baseline, { mrr: { mean, sd: 20 } }, 2400)[0]?.psi;
    expect(psi(100)).toBeCloseTo(0, 4);
    expect(psi(110)).toBeGreaterThan(0.2);
    expect(psi(107)).toBeGreaterThan(0.1);
    expect(psi(107)).toBeLessThan(0.2);
    expect(psi(90)).toBeCloseTo(psi(110) ?? 0, 2);
  });
});
