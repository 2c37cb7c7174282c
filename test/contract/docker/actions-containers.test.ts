import { afterAll, beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { dockerActions } from '../../../src/integrations/docker/actions.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { imageName } from '../../stack/image.ts';
import { prepare, testContext } from '../../unit/integrations/context.ts';
import { describeEngine } from './engines.ts';
import type { Project } from './project.ts';

const never = new AbortController().signal;
const longAgo = () => Date.now() - 600_000;

describeEngine('container actions', ({ it, startProject }) => {
  let project: Project;
  let client: DockerClient;
  beforeAll(async () => {
    project = await startProject();
    client = connectDocker({ host: project.dockerHost, timeoutMs: 5000 });
  });
  afterAll(async () => {
    client?.close();
    await project?.stop();
  });
  beforeEach(async () => {
    await project.compose('up', '--detach', '--no-color', '--scale', 'fleet=2');
  });

  const actions = dockerActions(() => client);
  const action = (id: string, input: object, context = testContext()) =>
    prepare(actions, id, input, context);
  const stateOf = async (name: string) =>
    (await client.list({ project: null }, never)).find((line) => line.name === name)?.state;

  it('docker.stop stops a role, and its undo starts exactly what it stopped', async () => {
    await project.docker('kill', 'falcon_fleet_2');
    const context = testContext();
    const stop = action('docker.stop', { service: 'fleet', stopSeconds: 1 }, context);
    const preview = await stop.preview();
    expect(preview).toMatchObject({
      command: expect.stringMatching(/^docker.compose -p falcon stop fleet$/),
      notes: [expect.stringContaining('stays stopped'), 'falcon_fleet_2 is stopped already'],
    });
    expect(await stop.settle(preview, longAgo())).toMatchObject({ state: 'unknown' });
    const startedAt = Date.now();
    await stop.run(preview);
    expect(context.lines.at(-1)).toBe('falcon_fleet_2 is exited (exit 137)');
    expect(await stateOf('falcon_fleet_1')).toBe('exited');
    expect(await stop.settle(preview, startedAt)).toMatchObject({ state: 'done' });

    const start = action('docker.start', preview.before);
    const again = await start.preview();
    expect(again.targets.map(({ name }) => name)).toEqual(['falcon_fleet_1']);
    const begun = Date.now();
    expect(await start.settle(again, longAgo())).toMatchObject({ state: 'not-done' });
    await start.run(again);
    expect(await stateOf('falcon_fleet_1')).toBe('running');
    expect(await stateOf('falcon_fleet_2')).toBe('exited');
    expect(await start.settle(again, begun)).toMatchObject({ state: 'done' });
  });

  it('docker.stop stops a paused container; one that runs settles as not done', async () => {
    const stop = action('docker.stop', { container: 'falcon-redis', stopSeconds: 1 });
    const preview = await stop.preview();
    expect(await stop.settle(preview, longAgo())).toMatchObject({
      state: 'not-done',
      because: 'falcon-redis is running',
    });
    await project.docker('pause', 'falcon-redis');
    await stop.run(preview);
    expect(await stateOf('falcon-redis')).toBe('exited');
  });

  it('refuses a container that was recreated since', async () => {
    const stop = action('docker.stop', { container: 'falcon-redis' });
    const preview = await stop.preview();
    await project.compose('up', '--detach', '--no-deps', '--force-recreate', 'redis');
    await expect(stop.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('removed or recreated since'),
    });
    expect(await stateOf('falcon-redis')).toBe('running');
    expect(await stop.settle(preview, Date.now())).toMatchObject({ state: 'unknown' });
  });

  it('names the nearest container, and takes ids as well as names', async () => {
    await expect(
      action('docker.stop', { container: 'falcon-reds' }).preview(),
    ).rejects.toMatchObject({
      message: 'The engine has no container falcon-reds',
      mend: expect.stringMatching(/^the nearest: falcon-redis/),
    });
    const id = (await project.docker('inspect', '--format', '{{.Id}}', 'falcon-redis')).stdout;
    const preview = await action('compose.restart', { container: id.slice(0, 12) }).preview();
    expect(preview.command).toBe('docker restart falcon-redis');
    expect(preview.targets[0]?.identity['id']).toBe(id);
  });

  it('offers what fits the row of a container', () => {
    const row = { kind: 'container', id: 'x', name: 'n', project: null, service: null } as const;
    const offered = (state: string) =>
      actions.flatMap(({ offers = [] }) =>
        offers.filter(({ input }) => input({ ...row, state }) !== null).map(({ title }) => title),
      );
    expect(offered('running')).toEqual(['Restart', 'Stop']);
    expect(offered('exited')).toEqual(['Restart', 'Start']);
    expect(offered('paused')).toEqual(['Restart']);
  });

  it('docker.exec streams the output and keeps it; another exit code is a failure', async () => {
    const context = testContext();
    const command = ['/bin/sh', '-c', 'echo "$0"; echo bad >&2; exit 3', '$(id); \u001b[31mx'];
    const fails = action('docker.exec', { service: 'fleet', command }, context);
    const preview = await fails.preview();
    expect(preview.targets.map(({ name }) => name)).toEqual(['falcon_fleet_1']);
    const startedAt = Date.now();
    await expect(fails.run(preview)).rejects.toMatchObject({
      message: 'The command ended in falcon_fleet_1 with exit 3: bad',
    });
    expect(context.lines.toSorted()).toEqual(['$(id); x', 'bad']);
    expect(await fails.settle(preview, startedAt)).toMatchObject({
      state: 'unknown',
      because: 'it ended in falcon_fleet_1 with exit 3',
    });
    const { action: exec } = fails;
    const input = exec.input.parse({ service: 'fleet', command, exitCodes: [3], each: true });
    const both = await exec.preview(input, context);
    expect(both.targets).toHaveLength(2);
    expect(await exec.run(input, both.targets, context)).toMatchObject({ exitCode: 3 });
    expect(await exec.settle(input, both.targets, startedAt, context)).toMatchObject({
      state: 'done',
    });
  });

  it('docker.exec that has not ended in its time says that it may still run', async () => {
    const command = ['busybox', 'sleep', '600'];
    const slow = action('docker.exec', { container: 'falcon-peer', command, timeoutSeconds: 1 });
    const preview = await slow.preview();
    const startedAt = Date.now();
    await expect(slow.run(preview)).rejects.toMatchObject({
      kind: 'timeout',
      message: 'busybox sleep 600 has not ended in falcon-peer within 1 s, and may still run there',
      mend: 'see it with: docker top falcon-peer',
    });
    expect(await slow.settle(preview, startedAt)).toMatchObject({
      state: 'unknown',
      because: 'the engine saw it begin, not end, in falcon-peer',
    });
    await project.docker('restart', '--time', '0', 'falcon-peer');
    await expect(slow.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('it was started again since'),
    });
  });

  it('docker.exec refuses a program that is not there, and a container that does not run', async () => {
    const missing = action('docker.exec', { service: 'fleet', command: ['no-such-program'] });
    await expect(missing.run(await missing.preview())).rejects.toMatchObject({
      message: expect.stringContaining('no-such-program'),
    });
    await project.docker('kill', 'falcon-redis');
    await expect(
      action('docker.exec', { service: 'redis', command: ['true'] }).preview(),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^No container runs to execute it in \(falcon-redis: Exited/),
      mend: 'start one first',
    });
  });

  it('docker.update changes limits at run time, and its undo sets what was before', async () => {
    const limits = async () =>
      (
        await project.docker(
          'inspect',
          '--format',
          '{{.HostConfig.Memory}} {{.HostConfig.MemoryReservation}} {{.HostConfig.NanoCpus}}',
          'falcon-redis',
        )
      ).stdout;
    const set = async (input: object) => {
      const update = action('docker.update', input);
      const preview = await update.preview();
      const startedAt = Date.now();
      expect(await update.settle(preview, startedAt)).toMatchObject({ state: 'not-done' });
      await update.run(preview);
      expect(await update.settle(preview, startedAt)).toMatchObject({ state: 'done' });
      return preview;
    };
    const first = await set({ service: 'redis', memory: '512m', reservation: '128m', cpus: '0.5' });
    expect(await limits()).toBe('536870912 134217728 500000000');
    expect(first.notes).toEqual([
      'memory from no limit to 512M',
      'reservation from no limit to 128M',
      'cores from no limit to 0.5',
      expect.stringContaining('the compose file is left as it is'),
      'taking it back sets it to the memory of the whole host',
    ]);
    // More than memory and swap were together: the engine wants both at once.
    const second = await set({ container: 'falcon-redis', memory: '2g' });
    expect(await limits()).toBe('2147483648 134217728 500000000');
    expect(second.before).toMatchObject({ memory: '536870912', reservation: '', cpus: '' });
    await set(second.before);
    expect(await limits()).toBe('536870912 134217728 500000000');
    const stale = action('docker.update', { service: 'redis', cpus: 1 });
    const shown = await stale.preview();
    await set({ service: 'redis', cpus: 0.7 });
    await expect(stale.run(shown)).rejects.toMatchObject({
      message: expect.stringContaining('its limits were changed since'),
    });
    await set(first.before);
    expect(Number((await limits()).split(' ')[0])).toBeGreaterThan(2 ** 30);
  });

  it('docker.update wants a limit that differs, of containers that agree', async () => {
    await expect(action('docker.update', { service: 'redis' }).preview()).rejects.toMatchObject({
      mend: 'give `memory`, `reservation` or `cpus`',
    });
    await expect(
      action('docker.update', { service: 'redis', memory: '1k' }).preview(),
    ).rejects.toMatchObject({ mend: 'give 6m or more' });
    await project.docker('update', '--cpus', '0.9', 'falcon_fleet_1');
    await expect(
      action('docker.update', { service: 'fleet', memory: '1g' }).preview(),
    ).rejects.toMatchObject({ message: 'falcon_fleet_1 and falcon_fleet_2 have different limits' });
  });

  it('docker.prune shows what goes, removes exactly that, and leaves what is used', async () => {
    const { docker } = project;
    const made = await docker('create', '--name', 'stranger', imageName, '/bin/true');
    const old = await docker('commit', '--change', 'ENV OLD=1', made.stdout);
    await docker('commit', '--change', 'ENV OLD=2', made.stdout, 'shop/old:1');
    onTestFinished(async () => void (await docker('rmi', 'shop/old:1').catch(() => null)));
    const images = action('docker.prune', { what: 'images' });
    const preview = await images.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'image', name: 'unused images', shortId: '1' }],
      details: [expect.stringContaining(old.stdout.replace('sha256:', '').slice(0, 12))],
    });
    expect(await images.settle(preview, Date.now())).toMatchObject({ state: 'not-done' });
    await images.run(preview);
    expect(await images.settle(preview, Date.now())).toMatchObject({ state: 'done' });
    await expect(images.preview()).rejects.toMatchObject({
      message: 'The engine has no images that nobody uses',
      mend: 'with `all` it takes more',
    });
    const all = await action('docker.prune', { what: 'images', all: true }).preview();
    expect(all.details).toEqual([expect.stringContaining('shop/old:1')]);

    await docker('kill', 'falcon_fleet_2');
    const containers = action('docker.prune', { what: 'containers' });
    const shown = await containers.preview();
    expect(shown.details).toEqual([expect.stringContaining('stranger, created')]);
    await docker('create', '--name', 'another', imageName, '/bin/true');
    onTestFinished(async () => void (await docker('rm', 'another').catch(() => null)));
    await expect(containers.run(shown)).rejects.toMatchObject({
      message: expect.stringContaining('other things are unused by now'),
    });
    await containers.run(await containers.preview());
    expect(await stateOf('stranger')).toBeUndefined();
    expect(await stateOf('falcon_fleet_2')).toBe('exited');
  });
});
