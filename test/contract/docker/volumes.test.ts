import { afterAll, beforeAll, expect } from 'vitest';
import { dockerActions } from '../../../src/integrations/docker/actions.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import { parseLine } from '../../../src/integrations/logs/parse.ts';
import { hostMounts, imageName } from '../../stack/image.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import { describeEngine } from './engines.ts';
import type { Project } from './project.ts';

describeEngine('volumes', ({ it, startProject }) => {
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

  const ask = (id: string, input: object) =>
    read(
      dockerProbes(() => client, parseLine),
      id,
      input,
      testContext(),
    );

  it('docker.remove-volume takes the containers of the role, and no stranger’s volume', async () => {
    const labels = (service: string) => [
      ['--label', 'com.docker.compose.project=falcon'],
      ['--label', `com.docker.compose.service=${service}`],
    ];
    const keep = async (service: string) => {
      const mounts = hostMounts.flatMap((mount) => ['--volume', mount]);
      const words = ['--detach', '--name', service, ...labels(service).flat(), ...mounts];
      const sleep = [imageName, 'busybox', 'sleep', '1000000'];
      await project.docker('run', ...words, '--volume', 'falcon_home:/home', ...sleep);
    };
    const home = { service: 'keeper', volume: 'home' };
    const volume = () => ask('docker.volume', home);
    expect(await volume()).toMatchObject({ found: false, name: 'falcon_home', usedBy: [] });
    await keep('keeper');
    await keep('stranger');
    expect((await volume())['usedBy']).toEqual(expect.arrayContaining(['keeper', 'stranger']));
    const actions = dockerActions(() => client);
    const context = testContext();
    const remove = prepare(actions, 'docker.remove-volume', home, context);
    await expect(remove.preview()).rejects.toMatchObject({
      message: 'falcon_home is also used by stranger, which keeper is not',
    });
    await project.docker('rm', '--force', 'stranger');
    const preview = await remove.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'volume', name: 'falcon_home', detail: 'project falcon' }],
      command: 'docker rm --force keeper && docker volume rm falcon_home',
      notes: ['all that is in falcon_home is lost', 'keeper uses it, and is removed first'],
    });
    expect(await remove.settle(preview, Date.now())).toMatchObject({ state: 'not-done' });
    await remove.run(preview);
    expect(context.lines.at(-1)).toBe('falcon_home is removed');
    expect(await volume()).toMatchObject({ found: false });
    expect(await remove.settle(preview, Date.now())).toMatchObject({ state: 'done' });
    await keep('keeper');
    await expect(remove.run(preview)).rejects.toMatchObject({
      message: expect.stringContaining('it is used otherwise since'),
    });
  });
});
