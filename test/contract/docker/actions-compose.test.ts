import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest';
import { dockerActions } from '../../../src/integrations/docker/actions.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import { imageName } from '../../stack/image.ts';
import { prepare, read, type TestContext, testContext } from '../../unit/integrations/context.ts';
import { composePlugin } from './compose-plugin.ts';
import { describeEngine } from './engines.ts';
import { base, type Project } from './project.ts';

const never = new AbortController().signal;
const idle = { ...base, command: ['busybox', 'sleep', '1000000'], stop_signal: 'SIGKILL' };
const worker = (name: string) => ({
  ...idle,
  container_name: `falcon-${name}`,
  env_file: ['.env'],
  environment: [`WORKER_ID=${name}`],
});

describeEngine('compose actions', ({ it, startProject }) => {
  let project: Project;
  let client: DockerClient;

  beforeAll(async () => {
    project = await startProject({
      services: {
        api: { ...idle, image: 'shop/api:latest' },
        'worker-1': worker('worker-1'),
        'worker-2': worker('worker-2'),
        fleet: idle,
        proxy: { ...idle, container_name: 'falcon-proxy' },
      },
      files: { '.env': 'CACHE_TTL_SECONDS=3600\n' },
      images: [['shop/api:v1'], ['shop/api:v2', 'shop/api:latest']],
      async prepare({ docker }) {
        for (const tag of ['v1', 'v2']) {
          const made = await docker('create', '--name', `made-${tag}`, imageName, '/bin/true');
          await docker('commit', '--change', `ENV BUILD=${tag}`, made.stdout, `shop/api:${tag}`);
          await docker('rm', `made-${tag}`);
        }
        await docker('tag', 'shop/api:v2', 'shop/api:latest');
      },
    });
    client = connectDocker({ host: project.dockerHost, timeoutMs: 5000 });
  });
  afterAll(async () => {
    client?.close();
    await project?.stop();
  });
  beforeEach(async () => {
    await writeFile(join(project.folder, '.env'), 'CACHE_TTL_SECONDS=3600\n');
    await project.docker('tag', 'shop/api:v2', 'shop/api:latest');
    await project.compose('up', '--detach', '--no-color', '--remove-orphans');
  });

  const actions = dockerActions(() => client);
  const probes = dockerProbes(() => client);
  const context = (): TestContext => ({
    ...testContext(),
    bind: (role) =>
      role === 'worker'
        ? { role, project: 'falcon', service: 'worker-1', services: ['worker-1', 'worker-2'] }
        : { role, project: 'falcon', service: role },
  });
  const action = (id: string, input: object, within = context()) =>
    prepare(actions, id, input, within);
  const ttl = async () =>
    (
      await read(
        probes,
        'docker.environment',
        { service: 'worker', names: ['CACHE_TTL_SECONDS'] },
        context(),
      )
    )['distinct'];
  const names = async (service: string) =>
    (await client.list({ project: 'falcon' }, never))
      .filter((line) => line.service === service)
      .map(({ name }) => name);

  it('compose.restart does not read .env again, compose.recreate does', async () => {
    await writeFile(join(project.folder, '.env'), 'CACHE_TTL_SECONDS=7200\n');
    const restart = action('compose.restart', { service: 'worker' });
    const shown = await restart.preview();
    expect(shown.targets.map(({ name }) => name)).toEqual(['falcon-worker-1', 'falcon-worker-2']);
    expect(shown.command).toMatch(/-p falcon restart worker-1 worker-2$/);
    await restart.run(shown);
    expect(await ttl()).toEqual({ CACHE_TTL_SECONDS: ['3600'] });

    const within = context();
    const recreate = action('compose.recreate', { service: 'worker', stopSeconds: 3 }, within);
    const preview = await recreate.preview();
    expect(preview.command).toMatch(
      /compose -p falcon --project-directory \S+ -f \S+docker-compose.yml up --detach --no-deps --no-build --force-recreate --timeout 3 worker-1 worker-2$/,
    );
    const proxy = (await client.list({ project: 'falcon' }, never)).find(
      ({ service }) => service === 'proxy',
    );
    const startedAt = Date.now();
    await recreate.run(preview);
    expect(await ttl()).toEqual({ CACHE_TTL_SECONDS: ['7200'] });
    expect(await recreate.settle(preview, startedAt)).toMatchObject({ state: 'done' });
    expect(within.lines.join('\n')).toMatch(/falcon-worker-2 runs as [0-9a-f]{12}/);
    // Nothing beside them was touched.
    expect(await client.inspect(proxy?.id ?? '', never)).toMatchObject({ state: 'running' });
    await expect(recreate.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('removed or recreated since'),
    });
  });

  it('compose is called as a plugin of docker where docker has it', async () => {
    const plugin = await composePlugin();
    vi.stubEnv('DOCKER_CONFIG', plugin.folder);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await plugin.remove();
    });
    const withPlugin = dockerActions(() => client);
    const stop = prepare(withPlugin, 'docker.stop', { service: 'worker' }, context());
    expect((await stop.preview()).command).toBe('docker compose -p falcon stop worker-1 worker-2');

    const before = await names('api');
    const scale = prepare(withPlugin, 'compose.scale', { service: 'api', replicas: 2 }, context());
    const preview = await scale.preview();
    expect(preview.command).toMatch(/^docker compose -p falcon .* --scale api=2 api$/);
    await scale.run(preview);
    expect(await names('api')).toHaveLength(before.length + 1);
  });

  it('compose.recreate refuses files that were changed since, and settles as not done', async () => {
    const recreate = action('compose.recreate', { container: 'falcon-worker-1' });
    const preview = await recreate.preview();
    expect(preview.targets.map(({ name }) => name)).toEqual(['falcon-worker-1']);
    await writeFile(join(project.folder, '.env'), 'CACHE_TTL_SECONDS=1\n');
    await expect(recreate.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('the compose file or .env was changed since'),
    });
    expect(await recreate.settle(preview, Date.now() - 120_000)).toMatchObject({
      state: 'not-done',
    });
  });

  it('compose.recreate makes a container for a service that has none', async () => {
    await project.docker('rm', '--force', 'falcon-worker-2');
    const recreate = action('compose.recreate', { service: 'worker' });
    const preview = await recreate.preview();
    expect(preview.targets.map(({ kind, name }) => [kind, name])).toEqual([
      ['container', 'falcon-worker-1'],
      ['compose-service', 'worker-2'],
    ]);
    const startedAt = Date.now();
    await recreate.run(preview);
    expect(await names('worker-2')).toEqual(['falcon-worker-2']);
    expect(await recreate.settle(preview, startedAt)).toMatchObject({ state: 'done' });
  });

  it('compose.recreate says which file this host lacks, and what to type where it is', async () => {
    const file = join(project.folder, 'docker-compose.yml');
    await rename(file, `${file}.away`);
    onTestFinished(() => rename(`${file}.away`, file));
    await expect(action('compose.recreate', { service: 'api' }).preview()).rejects.toMatchObject({
      kind: 'missing',
      message: `The compose file ${file} of project falcon cannot be read on this host`,
      mend: expect.stringMatching(/^on the host that has it: cd \S+ && docker compose up .* api$/),
    });
  });

  it('compose.recreate tells what compose said when it fails', async () => {
    const within = context();
    const recreate = action('compose.recreate', { service: 'api' }, within);
    await project.docker('rmi', '--force', 'shop/api:latest');
    const preview = await recreate.preview();
    await expect(recreate.run(preview)).rejects.toMatchObject({
      message: expect.stringMatching(/^compose ended with exit 1: /),
    });
    expect(within.lines.length).toBeGreaterThan(0);
  });

  it('compose.scale lets compose scale what is numbered, and its undo brings it back', async () => {
    const scale = action('compose.scale', { service: 'fleet', replicas: '3' });
    const preview = await scale.preview();
    expect(preview).toMatchObject({
      command: expect.stringMatching(/--no-recreate --scale fleet=3 fleet$/),
      notes: ['fleet: 1 to 3'],
      before: { service: 'fleet', replicas: '1', after: '' },
    });
    const startedAt = Date.now();
    await scale.run(preview);
    expect(await names('fleet')).toEqual(['falcon_fleet_1', 'falcon_fleet_2', 'falcon_fleet_3']);
    expect(await scale.settle(preview, startedAt)).toMatchObject({ state: 'done' });
    const undo = action('compose.scale', preview.before);
    await undo.run(await undo.preview());
    expect(await names('fleet')).toEqual(['falcon_fleet_1']);
  });

  it('compose.scale makes further containers of services that have a container_name', async () => {
    const after = { service: 'proxy', command: ['busybox', 'touch', '/tmp/reloaded'] };
    const within = context();
    const scale = action('compose.scale', { service: 'worker', replicas: 5, after }, within);
    const preview = await scale.preview();
    expect(preview.notes).toEqual([
      'makes falcon-worker-1-2, falcon-worker-2-2, falcon-worker-1-3',
      'compose cannot scale a service with a container_name: the engine does it',
      expect.stringContaining('its environment included'),
      expect.stringContaining('the next `compose up`'),
      'then in proxy: busybox touch /tmp/reloaded',
    ]);
    const startedAt = Date.now();
    await scale.run(preview);
    expect(await names('worker-1')).toEqual([
      'falcon-worker-1',
      'falcon-worker-1-2',
      'falcon-worker-1-3',
    ]);
    // Under the service's name in the network there are as many addresses as containers.
    const { stdout } = await project.docker(
      'exec',
      'falcon-proxy',
      'getent',
      'ahostsv4',
      'worker-1',
    );
    expect(new Set(stdout.match(/^\S+/gm)).size).toBe(3);
    await project.docker('exec', 'falcon-proxy', 'busybox', 'test', '-f', '/tmp/reloaded');
    const clone = await read(
      probes,
      'docker.environment',
      { container: 'falcon-worker-1-2', names: ['CACHE_TTL_SECONDS', 'WORKER_ID'] },
      context(),
    );
    expect(clone['values']).toEqual({ CACHE_TTL_SECONDS: '3600', WORKER_ID: 'worker-1' });
    // Nobody saw whether the reload was made.
    expect(await scale.settle(preview, startedAt)).toMatchObject({ state: 'unknown' });
    await expect(scale.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('its containers are others since'),
    });

    const undo = action('compose.scale', preview.before, within);
    const back = await undo.preview();
    expect(back.notes[0]).toBe('removes falcon-worker-1-3, falcon-worker-2-2, falcon-worker-1-2');
    await undo.run(back);
    expect(await names('worker-1')).toEqual(['falcon-worker-1']);
    expect(await names('worker-2')).toEqual(['falcon-worker-2']);
    expect(within.lines.filter((line) => line.startsWith('falcon-proxy: '))).toHaveLength(2);
  });

  it('a clone that compose did not ask for goes with its next `up`, as the dialog says', async () => {
    const scale = action('compose.scale', { service: 'worker', replicas: 3 });
    await scale.run(await scale.preview());
    expect(await names('worker-1')).toHaveLength(2);
    await project.compose('up', '--detach', '--no-color');
    expect(await names('worker-1')).toEqual(['falcon-worker-1']);
  });

  it('compose.scale does not go below what compose made, nor to what there is', async () => {
    await expect(
      action('compose.scale', { service: 'worker', replicas: 1 }).preview(),
    ).rejects.toMatchObject({ mend: 'stop one instead: docker stop NAME' });
    await expect(
      action('compose.scale', { service: 'worker', replicas: 2 }).preview(),
    ).rejects.toMatchObject({ message: 'There are 2 containers of worker-1, worker-2 already' });
  });

  it('compose.image rolls one service back to another image, and its undo brings it back', async () => {
    const images = await read(probes, 'docker.images', { service: 'api' }, context());
    expect(images).toMatchObject({
      found: true,
      repository: 'shop/api',
      asked: 'shop/api:latest',
      running: { choice: 'v2', tags: ['latest', 'v2'], running: true },
      previous: { choice: 'v1' },
      choices: ['v1'],
    });
    const build = async () =>
      (await read(probes, 'docker.environment', { service: 'api', names: ['BUILD'] }, context()))[
        'values'
      ];
    expect(await build()).toEqual({ BUILD: 'v2' });

    const rollback = action('compose.image', { service: 'api', image: 'v1' });
    const preview = await rollback.preview();
    expect(preview.command).toMatch(/^docker tag [0-9a-f]{12} shop\/api:latest && .* api$/);
    const startedAt = Date.now();
    await rollback.run(preview);
    expect(await build()).toEqual({ BUILD: 'v1' });
    expect(await rollback.settle(preview, startedAt)).toMatchObject({ state: 'done' });

    const { container, image } = preview.before;
    const undo = action('compose.image', { container, image });
    await undo.run(await undo.preview());
    expect(await build()).toEqual({ BUILD: 'v2' });
  });

  it('compose.image names the tags there are; one moved since the dialog is refused', async () => {
    await expect(
      action('compose.image', { service: 'api', image: 'v3' }).preview(),
    ).rejects.toMatchObject({
      kind: 'missing',
      message: 'The engine holds no image shop/api:v3',
      // Images made within one second are of one age.
      mend: expect.stringMatching(/^there are (?:(?:latest|v1|v2)(?:, |$)){3}$/),
    });
    const rollback = action('compose.image', { service: 'api', image: 'v1' });
    const preview = await rollback.preview();
    await project.docker('tag', 'shop/api:v2', 'shop/api:v1');
    onTestFinished(async () => void (await project.docker('tag', imageName, 'shop/api:v1')));
    await expect(rollback.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('v1 is another image since'),
    });
    expect(await rollback.settle(preview, Date.now() - 120_000)).toMatchObject({
      state: 'not-done',
    });
  });
});
