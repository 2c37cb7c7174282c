import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from 'vitest';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import { parseLine } from '../../../src/integrations/logs/parse.ts';
import { eventually } from '../../harness/eventually.ts';
import { imageName } from '../../stack/image.ts';
import { read, type TestContext, testContext } from '../../unit/integrations/context.ts';
import { describeEngine } from './engines.ts';
import { base, type Project } from './project.ts';

const idle = { ...base, command: ['busybox', 'sleep', '1000000'], stop_signal: 'SIGKILL' };
const shell = (script: string) => ['/bin/sh', '-c', script];
const entry = (level: string, message: string) =>
  `printf '%s\\n' '{"level":"${level}","message":"${message}"}'`;

const story = [
  entry('error', 'database connection refused'),
  entry('error', 'database timeout'),
  entry('warn', 'request timeout after 5 s'),
  entry('info', 'no error today'),
  "printf '\\033[31mplain \\033]0;owned\\007line\\n'",
  'exec busybox sleep 1000000',
].join('; ');

describeEngine('docker probes', ({ it, startProject }) => {
  let project: Project;
  let client: DockerClient;
  beforeAll(async () => {
    project = await startProject({
      services: {
        'worker-1': { ...idle, environment: ['DEBUG=true', 'REDIS_PASSWORD=hunter2', 'EMPTY='] },
        'worker-2': { ...idle, environment: ['DEBUG=false'], mem_limit: '256m' },
        crasher: { ...base, restart: 'always', command: shell('echo begun; exit 78') },
        talker: { ...base, command: shell(story) },
        proxy: { ...idle, ports: ['28080:80'] },
        listener: {
          image: imageName,
          volumes: base.volumes,
          network_mode: 'host',
          command: ['busybox', 'httpd', '-f', '-p', '28081'],
        },
      },
    });
    client = connectDocker({ host: project.dockerHost, timeoutMs: 5000 });
  });
  afterAll(async () => {
    client?.close();
    await project?.stop();
  });

  const context = (): TestContext => ({
    ...testContext(),
    bind: (role) =>
      role === 'worker'
        ? { role, project: 'falcon', service: 'worker-1', services: ['worker-1', 'worker-2'] }
        : { role, project: 'falcon', service: role },
  });
  const ask = (id: string, input: object) =>
    read(
      dockerProbes(() => client, parseLine),
      id,
      input,
      context(),
    );

  it('docker.container takes one by its name, and names the nearest', async () => {
    expect(await ask('docker.container', { container: 'falcon_proxy_1' })).toMatchObject({
      found: true,
      count: 1,
      service: 'proxy',
      state: 'running',
    });
    expect(await ask('docker.container', { container: 'falcon_proxi_1' })).toMatchObject({
      found: false,
      candidates: ['falcon_proxy_1'],
    });
    expect(await ask('docker.container', { service: 'worker' })).toMatchObject({ count: 2 });
  });

  it('docker.restarts tells who crashes, how often and with which exit code', async () => {
    const crashing = async () => {
      const told = await ask('docker.restarts', { service: 'crasher' });
      return Number(told['restarts']) >= 2 ? told : null;
    };
    expect(await eventually(crashing, { what: 'two restarts' })).toMatchObject({
      found: true,
      crashing: 1,
      name: 'falcon_crasher_1',
      worst: { exitCode: 78, crashing: true, oomKilled: false },
    });
    expect(await ask('docker.restarts', { service: 'worker' })).toMatchObject({
      count: 2,
      crashing: 0,
      restarts: 0,
    });
    expect(await ask('docker.restarts', { service: 'nobody' })).toMatchObject({
      found: false,
      name: null,
    });
  });

  it('docker.restarts tells why a container cannot start; docker.port-holder who is in its way', async () => {
    const { docker } = project;
    await docker('create', '--name', 'latecomer', '--publish', '28080:81', imageName, '/bin/true');
    await docker('start', 'latecomer').catch(() => null);
    expect(await ask('docker.restarts', { container: 'latecomer' })).toMatchObject({
      crashing: 1,
      worst: { startError: expect.stringContaining('port is already allocated') },
    });
    expect(await ask('docker.port-holder', { port: '28080' })).toMatchObject({
      held: true,
      name: 'falcon_proxy_1',
      service: 'proxy',
      holders: [{ containerPort: 80 }],
      wanted: [{ name: 'latecomer', startError: expect.stringContaining('28080') }],
    });
    await docker('rm', 'latecomer');
    expect(await ask('docker.port-holder', { port: 9 })).toMatchObject({ held: false, wanted: [] });
  });

  it('docker.port-holder finds a container on the network of the host by what its processes hold', async () => {
    const said = "error while attempting to bind on address ('0.0.0.0', 28081): address in use";
    const holder = async () => {
      const told = await ask('docker.port-holder', { said });
      return told['held'] === true ? told : null;
    };
    expect(await eventually(holder, { what: 'the listener to listen' })).toMatchObject({
      port: 28_081,
      name: 'falcon_listener_1',
      service: 'listener',
      holders: [{ state: 'running', containerPort: 28_081 }],
    });
    await project.docker('pause', 'falcon_listener_1');
    expect(await ask('docker.port-holder', { port: 28_081 })).toMatchObject({ held: true });
    await project.docker('unpause', 'falcon_listener_1');
    expect(await ask('docker.port-holder', { said: 'it broke' })).toMatchObject({
      port: null,
      held: false,
    });
  });

  it('docker.file tells whether a file is there, running or not, without running anything', async () => {
    const passwd = await ask('docker.file', { service: 'worker', path: '/etc/passwd' });
    expect(passwd).toMatchObject({ found: true, exists: true, missing: [], kind: 'file' });
    expect(passwd['sizeBytes']).toBe((await stat('/etc/passwd')).size);
    expect(await ask('docker.file', { service: 'worker', path: '/etc/no such' })).toMatchObject({
      found: true,
      exists: false,
      missing: ['falcon_worker-1_1', 'falcon_worker-2_1'],
      modifiedAt: null,
    });
    const stopped = { container: 'falcon_crasher_1', path: '/etc' };
    expect(await ask('docker.file', stopped)).toMatchObject({ exists: true, kind: 'folder' });
    expect(await ask('docker.file', { service: 'nobody', path: '/etc' })).toMatchObject({
      found: false,
      exists: false,
    });
  });

  it('docker.logs counts a line once, under the first class it fits, and by level', async () => {
    const logs = await ask('docker.logs', {
      service: 'talker',
      tail: '50',
      classes: { database: 'database', timeout: 'time.?out', never: 'xyz' },
    });
    expect(logs).toMatchObject({
      errors: 2,
      foremost: 'database',
      other: 2,
      classes: {
        database: { count: 2, latest: expect.any(Number) },
        timeout: { count: 1, lines: [expect.stringContaining('after 5 s')] },
        never: { count: 0, latest: null, lines: [] },
      },
      levels: { error: 2, warn: 1, info: 1, none: 1 },
    });
    expect(logs['lines']).toContain('plain line');
    expect(JSON.stringify(logs)).not.toMatch(/\\u001b|owned/);
    const few = await ask('docker.logs', { service: 'talker', keep: 1 });
    expect(few).toMatchObject({ errors: 2, lines: [(logs['lines'] as string[]).at(-1)] });
    const recent = await ask('docker.logs', { service: 'talker', sinceMinutes: 0.000_01 });
    expect(recent['lines']).toEqual([]);
  });

  it('docker.logs of the run before the last start; none is no error', async () => {
    expect(await ask('docker.logs', { service: 'talker', previous: true })).toMatchObject({
      lines: [],
    });
    await project.docker('restart', '--time', '0', 'falcon_talker_1');
    const { lines } = await ask('docker.logs', { service: 'talker', previous: true });
    expect(lines).toHaveLength(5);
  });

  it('docker.environment tells variables of each container, secrets only as set', async () => {
    const names = ['DEBUG', 'REDIS_PASSWORD', 'EMPTY'];
    const told = await ask('docker.environment', { service: 'worker', names });
    expect(told).toMatchObject({
      containers: [
        { name: 'falcon_worker-1_1', values: { DEBUG: 'true', EMPTY: '' } },
        { name: 'falcon_worker-2_1', values: { DEBUG: 'false', REDIS_PASSWORD: null } },
      ],
      distinct: { DEBUG: ['false', 'true'] },
      missing: ['REDIS_PASSWORD', 'EMPTY'],
      same: false,
    });
    expect(JSON.stringify(told)).not.toContain('hunter2');
    expect(JSON.stringify(told)).toContain('••••');
  });

  it('docker.stats tells who is nearest to its limit', async () => {
    const told = await ask('docker.stats', { service: 'worker' });
    expect(told).toMatchObject({
      count: 2,
      name: 'falcon_worker-2_1',
      worst: { memoryLimitBytes: 256 * 1024 ** 2, cpu: expect.any(Number) },
      cpu: expect.any(Number),
    });
    expect(told['memoryFraction']).toBeGreaterThan(0);
    expect(told['memoryFraction']).toBeLessThan(0.5);
    expect(await ask('docker.stats', { service: 'nobody' })).toMatchObject({
      found: false,
      cpu: null,
    });
  });

  it('docker.host tells how large the host of the engine is', async () => {
    const { docker } = project;
    const told = await docker('info', '--format', '{{.NCPU}} {{.MemTotal}}');
    const [cpus, memoryBytes] = told.stdout.trim().split(' ').map(Number);
    expect(await ask('docker.host', {})).toEqual({ cpus, memoryBytes });
  });

  it('docker.disk tells what nobody uses', async () => {
    const { docker } = project;
    const before = await ask('docker.disk', {});
    expect(before).toMatchObject({ images: { count: 1 }, untaggedBytes: 0 });
    const made = await docker('create', '--name', 'writer', imageName, '/bin/sh', '-c', 'true');
    await docker('cp', '/bin/busybox', 'writer:/opt/busybox');
    const left = await docker('commit', made.stdout);
    const after = await ask('docker.disk', {});
    expect(after).toMatchObject({ images: { count: 2 }, volumes: { count: 0 } });
    expect(Number(after['untaggedBytes'])).toBeGreaterThan(100_000);
    await docker('rm', 'writer');
    await docker('rmi', left.stdout);
  });
});
