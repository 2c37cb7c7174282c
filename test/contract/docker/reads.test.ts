import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { dockerProbes } from '../../../src/integrations/docker/probes.ts';
import { parseLine } from '../../../src/integrations/logs/parse.ts';
import { describeReal } from '../../harness/suites.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { base, type Project, startProject } from './project.ts';

const idle = { ...base, command: ['busybox', 'sleep', '1000000'], stop_signal: 'SIGKILL' };
const request = (ms: number, status: number) =>
  `{"level":"INFO","msg":"request completed","duration_ms":${ms},"status":${status}}`;
const story = [
  ...[10, 20, 30, 900].map((ms) => `echo '${request(ms, ms > 500 ? 500 : 200)}'`),
  `echo '{"level":"INFO","msg":"server starting","duration_ms":5000}'`,
  'echo plain',
  'exec busybox sleep 1000000',
].join('; ');

describeReal('what is read inside of containers of a real engine', () => {
  let project: Project;
  let client: DockerClient;
  beforeAll(async () => {
    project = await startProject({
      services: {
        app: idle,
        talker: { ...base, command: ['/bin/sh', '-c', story] },
        done: { ...base, command: ['/bin/sh', '-c', 'exit 0'] },
      },
    });
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
  const reading = (command: readonly string[], more: object = {}) =>
    ask('docker.read', { service: 'app', command, 'only-reads': true, ...more });

  it('docker.read tells both streams apart, and JSON and numbers as what they are', async () => {
    const shell = 'echo \'{"moved": 0.25, "tier": "free\\u0007"}\'; echo warned >&2';
    expect(await reading(['/bin/sh', '-c', shell])).toMatchObject({
      found: true,
      name: 'falcon_app_1',
      ok: true,
      exitCode: 0,
      errors: ['warned'],
      json: { moved: 0.25, tier: 'free' },
    });
    expect(await reading(['busybox', 'id', '-u'])).toMatchObject({ lines: ['0'], json: 0 });
    expect(await reading(['busybox', 'echo', 'a b', '$HOME'])).toMatchObject({
      lines: ['a b $HOME'],
      json: null,
    });
  });

  it('docker.read takes an exit code, and nothing that runs, as an answer', async () => {
    expect(await reading(['/bin/sh', '-c', 'exit 3'])).toMatchObject({ ok: false, exitCode: 3 });
    const either = { exitCodes: [0, 3] };
    expect(await reading(['/bin/sh', '-c', 'exit 3'], either)).toMatchObject({ ok: true });
    expect(await reading(['true'], { service: 'done' })).toMatchObject({
      found: false,
      ok: false,
      exitCode: null,
      lines: [],
    });
    expect(await reading(['/no/such/program'])).toMatchObject({ ok: false });
  });

  it('docker.read gives up on what does not end, and refuses to hold a secret', async () => {
    const endless = reading(['busybox', 'sleep', '1000000'], { timeoutSeconds: 1 });
    await expect(endless).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('has not ended in falcon_app_1 within 1 s'),
    });
    await expect(reading(['psql', 'postgres://fs:hunter2@db/x'])).rejects.toMatchObject({
      message: expect.stringContaining('secret'),
    });
  });

  it('docker.room is what df says there, and docker.file knows mode and owner', async () => {
    const told = await ask('docker.room', { service: 'app', path: '/tmp' });
    const { sizeBytes, usedBytes, freeBytes, used } = told as Record<string, number>;
    expect(told).toMatchObject({ found: true, mount: expect.stringMatching(/^\//) });
    expect(sizeBytes).toBeGreaterThanOrEqual((usedBytes ?? 0) + (freeBytes ?? 0));
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(1);
    await expect(ask('docker.room', { service: 'app', path: '/no' })).rejects.toMatchObject({
      kind: 'garbage',
    });
    expect(await ask('docker.room', { service: 'done' })).toMatchObject({
      found: false,
      used: null,
    });
    await reading(['/bin/sh', '-c', 'echo x > /tmp/x; chmod 640 /tmp/x; chown 1000:100 /tmp/x']);
    expect(await ask('docker.file', { service: 'app', path: '/tmp/x' })).toMatchObject({
      mode: '640',
      uid: 1000,
      gid: 100,
    });
  });

  it('docker.processes tells masters from workers, whatever the image has', async () => {
    expect(await ask('docker.processes', { service: 'talker' })).toMatchObject({
      found: true,
      count: 1,
      processes: [
        { container: 'falcon_talker_1', command: expect.stringContaining('sleep 1000000') },
      ],
    });
    const none = { service: 'app', holds: 'gunicorn' };
    expect(await ask('docker.processes', none)).toMatchObject({
      found: true,
      count: 0,
      workers: 0,
    });
    expect(await ask('docker.processes', { service: 'done' })).toMatchObject({ found: false });
  });

  it('docker.log-values takes the numbers of the lines that fit', async () => {
    const input = { service: 'talker', field: 'duration_ms', by: 'status' };
    const where = { msg: 'request completed' };
    expect(await ask('docker.log-values', { ...input, where })).toMatchObject({
      found: true,
      lines: 6,
      count: 4,
      median: 20,
      p99: 900,
      max: 900,
      groups: { '200': 3, '500': 1 },
    });
    expect(await ask('docker.log-values', { ...input, where: { msg: 'x' } })).toMatchObject({
      count: 0,
      p99: null,
      from: null,
    });
  });
});
