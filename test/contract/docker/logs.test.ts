import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import type { RawLogLine } from '../../../src/integrations/docker/decode-log-stream.ts';
import {
  dockerLogFeed,
  dockerPreviousLogFeed,
  type ParseLine,
} from '../../../src/integrations/docker/logs.ts';
import { eventually } from '../../harness/eventually.ts';
import { describeReal } from '../../harness/suites.ts';
import { hostMounts, imageName, importImage } from '../../stack/image.ts';
import { type Daemon, startDaemon } from './daemon.ts';

const never = new AbortController().signal;
const whole = { tail: 100, sinceMs: null };
const parse: ParseLine = (raw, at, source, stream) => ({
  ...{ at, source, stream, raw },
  ...{ level: null, message: raw, fields: null },
});

describeReal('logs of a real engine', () => {
  let daemon: Daemon;
  let client: DockerClient;
  beforeAll(async () => {
    daemon = await startDaemon();
    await importImage(daemon.dir, daemon.dockerHost);
    client = connectDocker({ host: daemon.dockerHost });
  });
  afterAll(async () => {
    client?.close();
    await daemon?.remove();
  });

  /** Starts a container that runs `script`; resolves to it. */
  async function container(name: string, script: string, ...options: readonly string[]) {
    const mounts = hostMounts.flatMap((mount) => ['--volume', mount]);
    const common = ['--detach', '--name', name, '--network', 'none', ...mounts, ...options];
    const shell = ['busybox', 'sh', '-c', script];
    const { stdout } = await daemon.docker('run', ...common, imageName, ...shell);
    return { id: stdout.trim(), name };
  }

  /** All lines of a feed that ends by itself. */
  async function all(feed: ReturnType<typeof dockerLogFeed>): Promise<readonly LogLine[]> {
    const lines: LogLine[] = [];
    await feed.follow(whole, (more) => lines.push(...more), never);
    return lines;
  }

  it('are told by stream, with the engine’s time, and end with the container', async () => {
    const loud = await container('loud', 'echo out; echo err >&2; exec true');
    const startedAt = Date.now();
    const lines = await all(dockerLogFeed(client, loud, parse));
    expect(lines.map(({ raw, stream }) => `${stream} ${raw}`).sort()).toEqual([
      'stderr err',
      'stdout out',
    ]);
    for (const { at, source } of lines) {
      expect(Math.abs((at ?? 0) - startedAt)).toBeLessThan(60_000);
      expect(source).toBe('loud');
    }
  });

  it('are followed as they are written, until that is aborted', async () => {
    const slow = await container('slow', 'echo first; while read -r line; do :; done; cat', '-i');
    const seen: string[] = [];
    const closed = new AbortController();
    const feed = dockerLogFeed(client, slow, parse);
    const following = feed.follow(
      whole,
      (lines) => seen.push(...lines.map(({ raw }) => raw)),
      closed.signal,
    );
    await eventually(() => seen.length === 1, { what: 'the first line', everyMs: 10 });
    await daemon.docker('exec', slow.id, 'busybox', 'sh', '-c', 'echo second > /proc/1/fd/1');
    await eventually(() => seen.length === 2, { what: 'the second line', everyMs: 10 });
    expect(seen).toEqual(['first', 'second']);
    closed.abort();
    await following;
  });

  it('of a terminal have one stream, and no carriage returns', async () => {
    const terminal = await container('terminal', 'echo one; echo two >&2', '--tty');
    expect(await all(dockerLogFeed(client, terminal, parse))).toMatchObject([
      { raw: 'one', stream: null, at: expect.any(Number) },
      { raw: 'two', stream: null },
    ]);
  });

  it('cut a line of 200,000 bytes, and know where the next begins', async () => {
    const zeros = 'busybox head -c 200000 /dev/zero | busybox tr "\\000" x; echo; echo after';
    const long = await container('long', zeros);
    const [line, after] = await all(dockerLogFeed(client, long, parse));
    expect(line?.raw).toBe(`${'x'.repeat(64 * 1024)}…`);
    expect(after?.raw).toBe('after');
  });

  it('tell the run before apart from this one', async () => {
    const count =
      'n=$(cat /n 2>/dev/null || echo 1); echo $((n+1)) > /n; echo run $n; exec sleep 99999';
    const twice = await container('twice', count, '--stop-signal', 'KILL');
    const previous = dockerPreviousLogFeed(client, twice, parse);
    await expect(all(previous)).rejects.toMatchObject({
      kind: 'missing',
      message: 'twice has no log of a run before this one',
    });
    const written = async (text: string) =>
      (await daemon.docker('logs', twice.id)).stdout.includes(text);
    await eventually(() => written('run 1'), { what: 'the first run to write' });
    await daemon.docker('restart', twice.id);
    await eventually(() => written('run 2'), { what: 'the second run to write' });
    expect((await all(previous)).map(({ raw }) => raw)).toEqual(['run 1']);
    // Of one that has ended, the run before is the one before its last start.
    await daemon.docker('kill', twice.id);
    expect((await all(previous)).map(({ raw }) => raw)).toEqual(['run 1']);
  });

  it('keep to the last lines, to a time, and to one stream', async () => {
    const counted = await container('counted', 'for n in 1 2 3 4 5; do echo $n; done; echo e >&2');
    await daemon.docker('wait', counted.id);
    const query = { tail: 100, sinceMs: null, untilMs: null, stdout: true, follow: false };
    const read = async (change: object) => {
      const lines: RawLogLine[] = [];
      const asked = { ...query, stderr: false, ...change };
      await client.followLogs(counted.id, asked, (more) => lines.push(...more), never);
      return lines;
    };
    const texts = async (change: object) => (await read(change)).map(({ text }) => text);
    expect(await texts({})).toEqual(['1', '2', '3', '4', '5']);
    expect(await texts({ tail: 3, stderr: true })).toHaveLength(3);
    expect(await texts({ stdout: false, stderr: true })).toEqual(['e']);
    expect(await texts({ sinceMs: Date.now() + 60_000 })).toEqual([]);
    expect(await texts({ untilMs: Date.now() - 600_000 })).toEqual([]);
  });

  it('that nobody keeps are missing, in words', async () => {
    const mute = await container('mute', 'echo lost', '--log-driver', 'none');
    await expect(all(dockerLogFeed(client, mute, parse))).rejects.toMatchObject({
      kind: 'missing',
      message: expect.stringContaining('log driver keeps nothing'),
    });
    await expect(
      all(dockerLogFeed(client, { id: 'a'.repeat(64), name: 'gone' }, parse)),
    ).rejects.toMatchObject({ kind: 'missing' });
  });
});
