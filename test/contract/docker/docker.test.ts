import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import type { Container } from '../../../src/domain/container.ts';
import { dockerActions } from '../../../src/integrations/docker/actions.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { composeProjectFrom, composeStandings } from '../../../src/integrations/docker/compose.ts';
import { composeSource } from '../../../src/integrations/docker/compose-source.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import {
  dockerContainersSource,
  dockerUsageSource,
} from '../../../src/integrations/docker/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import { describeEngine } from './engines.ts';
import type { Project } from './project.ts';

const never = new AbortController().signal;
const timeoutMs = 5000;
/** What runs in the project, and in which networks, as long as nothing is broken. */
const WHOLE = ['falcon-peer', 'falcon-redis', 'falcon_fleet_1', 'falcon_fleet_2'].map(
  (name) => `${name} falcon_net`,
);

describeEngine('an engine', ({ it, startProject, addresses }) => {
  let project: Project;
  let client: DockerClient;
  beforeAll(async () => {
    project = await startProject();
    client = connectDocker({ host: project.dockerHost, timeoutMs });
  });
  afterAll(async () => {
    client?.close();
    await project?.stop();
  });
  // Each test finds the project whole, whatever the one before it broke. Compose takes seconds to see it.
  beforeEach(async () => {
    const running = ['--filter', 'status=running', '--format', '{{.Names}} {{.Networks}}'];
    const { stdout } = await project.docker('ps', ...running);
    if (stdout.split('\n').sort().join() === WHOLE.join()) return;
    await project.compose('up', '--detach', '--no-color', '--scale', 'fleet=2');
  });

  const options = (name: string) => ({
    client,
    name,
    project: 'falcon',
    intervalMs: 1000,
    timeoutMs,
  });
  const named = (list: readonly Container[], name: string): Container => {
    const found = list.find((container) => container.name === name);
    if (found === undefined) throw new Error(`no ${name} in ${list.map((c) => c.name).join(' ')}`);
    return found;
  };
  const probes = dockerProbes(() => client);
  const restart = (service: string, context = testContext()) =>
    prepare(
      dockerActions(() => client),
      'compose.restart',
      { service },
      context,
    );

  it('lists the project sorted, and keeps what did not change', async () => {
    const source = dockerContainersSource(options('docker'));
    const first = await source.poll(never);
    expect(first.map(({ name }) => name)).toEqual([
      'falcon-peer',
      'falcon-redis',
      'falcon_fleet_1',
      'falcon_fleet_2',
    ]);
    const redis = named(first, 'falcon-redis');
    expect(redis).toMatchObject({
      project: 'falcon',
      service: 'redis',
      state: 'running',
      exitCode: null,
      finishedAt: null,
      addresses: addresses ? { falcon_net: expect.stringMatching(/^198\.19\./) } : {},
    });
    await project.docker('kill', redis.id);
    const second = await source.poll(never);
    expect(named(second, 'falcon-redis')).toMatchObject({
      id: redis.id,
      state: 'exited',
      exitCode: 137,
      oomKilled: false,
      addresses: {},
      finishedAt: expect.any(Number),
    });
  });

  it('lists other projects only when asked for all', async () => {
    await project.docker('create', '--name', 'stranger', 'opsconsole/host:1', '/bin/true');
    const all = dockerContainersSource({ ...options('all'), project: null });
    const names = async (poll: typeof all) => (await poll.poll(never)).map(({ name }) => name);
    expect(await names(all)).toContain('stranger');
    expect(await names(dockerContainersSource(options('docker')))).not.toContain('stranger');
    await project.docker('rm', 'stranger');
  });

  it('is told of a death and of a cut network, and stops watching when closed', async () => {
    const source = dockerContainersSource(options('docker'));
    const closed = new AbortController();
    let changes = Promise.withResolvers<void>();
    const watch = source.watch?.(() => changes.resolve(), closed.signal);
    // The engine sends nothing until something happens: keep making it happen until it is heard.
    let heard = false;
    void changes.promise.then(() => {
      heard = true;
    });
    while (!heard) await project.docker('restart', '--time', '0', 'falcon_fleet_1');
    changes = Promise.withResolvers();
    await project.docker('network', 'disconnect', 'falcon_net', 'falcon-redis');
    await changes.promise;
    changes = Promise.withResolvers();
    await project.docker('network', 'connect', '--alias', 'redis', 'falcon_net', 'falcon-redis');
    await changes.promise;
    closed.abort(new Error('closed by the test'));
    await watch;
  });

  it('tells CPU and memory of what runs, the CPU from the second reading on', async () => {
    const source = dockerUsageSource(options('usage'));
    const first = await source.poll(never);
    expect(first).toHaveLength(4);
    expect(first.every(({ cpu, memoryBytes }) => cpu === null && memoryBytes !== null)).toBe(true);
    const second = await source.poll(never);
    expect(second.every(({ cpu }) => cpu !== null && cpu >= 0)).toBe(true);
  });

  it('tells recent restarts of before it was watched, and of now; who is in the project', async () => {
    await project.docker('restart', '--time', '0', 'falcon_fleet_2');
    const source = dockerContainersSource({ ...options('docker'), complete: true });
    const closed = new AbortController();
    const first = await source.poll(never);
    expect(named(first, 'falcon_fleet_2')).toMatchObject({
      composeNumber: 2,
      inspected: true,
      recentRestarts: [],
      createdAt: expect.any(Number),
    });
    // The feed begins with what the engine remembers.
    const watch = source.watch?.(() => undefined, closed.signal);
    onTestFinished(() => closed.abort(new Error('closed by the test')));
    const restarts = async () => named(await source.poll(never), 'falcon_fleet_2').recentRestarts;
    await eventually(async () => (await restarts()).length > 0, { what: 'the restart of before' });
    const before = (await restarts()).length;
    await project.docker('restart', '--time', '0', 'falcon_fleet_2');
    const more = async () => (await restarts()).length === before + 1;
    await eventually(more, { what: 'the restart of now' });
    closed.abort(new Error('closed by the test'));
    await watch;
    source.close?.();
    const standings = composeStandings(
      composeProjectFrom(await client.list({ project: 'falcon' }, never), 'falcon').services,
      [
        { service: 'fleet', replicas: 3, profiles: [] },
        { service: 'redis', replicas: 1, profiles: [] },
      ],
    );
    expect(standings.map(({ service, declared, missing }) => [service, declared, missing])).toEqual(
      [
        ['fleet', 3, 1],
        ['peer', null, 0],
        ['redis', 1, 0],
      ],
    );
  });

  it('reads statistics only of what is wanted, with network and processes', async () => {
    const lines = await client.list({ project: 'falcon' }, never);
    const redis = lines.find(({ service }) => service === 'redis')?.id ?? '';
    const wanted = () => new Set([redis]);
    const source = dockerUsageSource({ ...options('usage'), wanted });
    expect(await source.poll(never)).toMatchObject([{ id: redis, cpu: null }]);
    expect(await source.poll(never)).toMatchObject([
      {
        id: redis,
        receivedBytes: expect.any(Number),
        receivedBytesPerSecond: expect.any(Number),
        sentBytesPerSecond: expect.any(Number),
        pids: expect.any(Number),
      },
    ]);
  });

  it('docker.container tells how it died; an unknown service has candidates', async () => {
    await project.docker('kill', 'falcon-redis');
    const dead = await read(probes, 'docker.container', { service: 'redis' }, testContext());
    expect(dead).toMatchObject({
      found: true,
      count: 1,
      name: 'falcon-redis',
      state: 'exited',
      exitCode: 137,
      oomKilled: false,
      networks: ['falcon_net'],
    });
    expect(dead['ageMs']).toBeLessThan(60_000);
    const absent = await read(probes, 'docker.container', { service: 'reds' }, testContext());
    expect(absent).toMatchObject({
      found: false,
      state: null,
      candidates: ['redis'],
    });
  });

  it('docker.container tells of several the one that stands worst', async () => {
    await project.docker('kill', 'falcon_fleet_2');
    expect(
      await read(probes, 'docker.container', { service: 'fleet' }, testContext()),
    ).toMatchObject({
      count: 2,
      name: 'falcon_fleet_2',
      state: 'exited',
    });
  });

  it('docker.network tells a container cut off from its peers', async () => {
    const input = { service: 'redis', with: 'fleet' };
    expect(await read(probes, 'docker.network', input, testContext())).toEqual({
      found: true,
      shared: true,
      networks: ['falcon_net'],
      missingFrom: [],
    });
    await project.docker('network', 'disconnect', 'falcon_net', 'falcon-redis');
    expect(await read(probes, 'docker.network', input, testContext())).toEqual({
      found: true,
      shared: false,
      networks: [],
      missingFrom: ['falcon_net'],
    });
    await project.docker('network', 'connect', '--alias', 'redis', 'falcon_net', 'falcon-redis');
  });

  it('docker.logs are safe, and counted', async () => {
    const logs = await read(probes, 'docker.logs', { service: 'peer', tail: 50 }, testContext());
    expect(logs['lines']).toEqual(
      expect.arrayContaining([
        'plain line',
        '{"level": "ERROR", "message": "broken"}',
        'coloured error',
      ]),
    );
    expect(logs['errors']).toBe(2);
    expect(JSON.stringify(logs)).not.toMatch(/\\u001b|owned/);
  });

  it('the compose source tells which declared service is not up, and what brings it up', async () => {
    const source = composeSource(options('compose'));
    const peer = async () => (await source.poll(never)).find(({ service }) => service === 'peer');
    expect(await peer()).toMatchObject({ declared: 1, running: 1, missing: 0 });
    await project.docker('rm', '--force', 'falcon-peer');
    expect(await peer()).toMatchObject({
      project: 'falcon',
      running: 0,
      missing: 1,
      command: expect.stringMatching(/^docker[ -]compose -p falcon up -d peer$/),
    });
  });

  it('compose.restart restarts a dead container, exactly the one that was shown', async () => {
    await project.docker('kill', 'falcon-redis');
    const context = testContext();
    const action = restart('redis', context);
    const preview = await action.preview();
    const id = preview.targets[0]?.identity['id'] ?? '';
    expect(preview).toMatchObject({
      command: expect.stringMatching(/^docker[ -]compose -p falcon restart redis$/),
      notes: [],
      targets: [
        {
          kind: 'container',
          name: 'falcon-redis',
          shortId: id.slice(0, 12),
          detail: 'project falcon',
        },
      ],
    });
    const startedAt = Date.now();
    await action.run(preview);
    expect(await client.inspect(id, never)).toMatchObject({ state: 'running' });
    expect(context.lines).toEqual([
      `stopping falcon-redis ${id.slice(0, 12)}…`,
      expect.stringMatching(/^falcon-redis started at 20/),
    ]);
    expect(await action.settle(preview, startedAt)).toMatchObject({ state: 'done' });
    await expect(action.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('it was started again since'),
    });
  });

  it('compose.restart gives a container cut off its network back, under its name', async () => {
    await project.docker('network', 'disconnect', 'falcon_net', 'falcon-redis');
    const context = testContext();
    const action = restart('redis', context);
    const preview = await action.preview();
    expect(preview.notes).toEqual(['falcon-redis is cut off: reconnects it to falcon_net first']);
    await action.run(preview);
    expect(context.lines[0]).toContain('reconnecting it to falcon_net');
    const ping = await project.docker('exec', 'falcon-peer', 'redis-cli', '-h', 'redis', 'ping');
    expect(ping.stdout).toBe('PONG');
  });

  it('compose.restart wakes a paused container first', async () => {
    await project.docker('pause', 'falcon-redis');
    const context = testContext();
    const action = restart('redis', context);
    await action.run(await action.preview());
    expect(context.lines[0]).toBe('falcon-redis is paused: unpausing it…');
    const state = await read(probes, 'docker.container', { service: 'redis' }, testContext());
    expect(state).toMatchObject({ state: 'running' });
  });

  it('compose.restart takes every container of the service', async () => {
    const action = restart('fleet');
    const preview = await action.preview();
    expect(preview.targets.map(({ name }) => name)).toEqual(['falcon_fleet_1', 'falcon_fleet_2']);
    const startedAt = Date.now();
    await action.run(preview);
    expect(await action.settle(preview, startedAt)).toMatchObject({ state: 'done' });
  });

  it('compose.restart refuses a container recreated since, and cannot settle it', async () => {
    const action = restart('redis');
    const preview = await action.preview();
    await project.compose('up', '--detach', '--no-deps', '--force-recreate', 'redis');
    const now = await read(probes, 'docker.container', { service: 'redis' }, testContext());
    await expect(action.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('removed or recreated since'),
    });
    const after = await read(probes, 'docker.container', { service: 'redis' }, testContext());
    expect(after['startedAt']).toBe(now['startedAt']);
    expect(await action.settle(preview, Date.now())).toMatchObject({ state: 'unknown' });
  });

  it('compose.restart that was never begun settles as not done', async () => {
    const action = restart('redis');
    const preview = await action.preview();
    const longAgo = Date.now() - 60_000;
    expect(await action.settle(preview, longAgo)).toMatchObject({ state: 'not-done' });
  });

  it('compose.restart of a service without a container names the nearest', async () => {
    await expect(restart('rediss').preview()).rejects.toMatchObject({
      kind: 'missing',
      message: 'Project falcon has no container of rediss',
      mend: 'the nearest: redis',
    });
  });
});
