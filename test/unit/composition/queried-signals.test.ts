import { expect, it, onTestFinished } from 'vitest';
import { createRegion } from '../../../src/composition/region.ts';
import type { GlobalOptions, Surroundings } from '../../../src/composition/surroundings.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { configFile } from '../config/files.ts';
import { sample } from '../signals/make.ts';

const options: GlobalOptions = {
  region: null,
  system: null,
  project: null,
  config: null,
  state: null,
  packs: null,
  readOnly: false,
};

/** The region of a configuration, planned and connected to nothing. */
async function regionOf(text: string) {
  const clock = createFakeClock();
  const machine: Surroundings = {
    env: { XDG_CONFIG_HOME: '/nowhere', DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    login: 'ann',
    home: '/nowhere',
    cwd: '/nowhere',
    uid: 1000,
    clock,
    random: () => 0,
    newId: () => 'id',
    packageRoot: '/nowhere',
    spawnDetached: () => undefined,
  };
  const log = { file: null, info: () => undefined, error: () => undefined };
  const region = createRegion(
    machine,
    { ...options, config: configFile(`regions:\n  here:${text}\n`) },
    log,
  );
  onTestFinished(() => region.close());
  await region.configuration();
  region.live.flush();
  return { clock, region, signals: () => region.live.store.getState().signals };
}

it('a query that no signal reads is a signal of its own, so that what is asked for is shown', async () => {
  const { clock, region, signals } = await regionOf(
    `
    prometheus: { url: 'http://p', queries: { backlog: sum(queue), p95: 'quantile(0.95, x)' } }
    signals: [{ id: slow, title: slow answers, unit: seconds, gauge: p95 }]`,
  );
  expect(Object.keys(signals()).filter((key) => !key.includes('{'))).toEqual(['slow', 'backlog']);
  expect(region.selects('backlog')).toBe(true);
  const samples = [sample('backlog', 7), sample('p95', 2)];
  region.live.record('prometheus', 'metrics', { target: 'p', latencyMs: 1, samples }, clock.now());
  region.live.flush();
  expect(signals()['backlog']).toMatchObject({ title: 'backlog', value: 7, unit: 'count' });
  expect(signals()['slow']).toMatchObject({ title: 'slow answers', value: 2 });
});

it('without a server to query there is none', async () => {
  const { signals } = await regionOf(' { docker: unix:///nowhere/docker.sock }');
  expect(Object.keys(signals())).toEqual([]);
});
