import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import type { LogFeed } from '../../../src/domain/log-line.ts';
import { connectDocker, type DockerClient } from '../../../src/integrations/docker/client.ts';
import { dockerLogFeed, dockerPreviousLogFeed } from '../../../src/integrations/docker/logs.ts';
import { parseLine } from '../../../src/integrations/logs/parse.ts';
import { createLogBook, type LogBookOptions, type LogBookState } from '../../../src/live/logs.ts';
import { describeReal } from '../../harness/suites.ts';
import { createWaiting } from '../../harness/waiting.ts';
import { type Engine, removeEngine, startEngine } from '../../stack/engine.ts';
import { hostMounts, imageName, importImage } from '../../stack/image.ts';
import { run } from '../../stack/run.ts';

const WITHIN_MS = 30_000;

/** Follows real containers into a book; keeps every status a feed was seen in. */
function openBook(feeds: readonly LogFeed[], options: Partial<LogBookOptions> = {}) {
  const book = createLogBook({ clock: systemClock, random: Math.random, feeds, ...options });
  const waiting = createWaiting();
  const seen: string[] = [];
  book.state.subscribe(({ feeds: states }) => {
    const status = states[0]?.status ?? '';
    if (seen.at(-1) !== status) seen.push(status);
    waiting.wake();
  });
  onTestFinished(() => book.close());
  const messages = () => book.state.getState().entries.map(({ line }) => line.message);
  return {
    seen,
    messages,
    feed: () => book.state.getState().feeds[0],
    until: (what: string, look: (state: LogBookState) => boolean) =>
      waiting.until(
        () => look(book.state.getState()),
        WITHIN_MS,
        () => `waited for ${what}: ${seen} ${JSON.stringify(book.state.getState().feeds)}`,
      ),
  };
}

describeReal('the logs of containers', () => {
  let dir: string;
  let engine: Engine;
  let client: DockerClient;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'opsconsole-engine-'));
    engine = await startEngine(dir);
    await importImage(dir, engine.dockerHost);
    client = connectDocker({ host: engine.dockerHost });
  });
  afterAll(async () => {
    client?.close();
    await removeEngine(dir);
  });
  const docker = (...words: readonly string[]) =>
    run('docker', words, { env: { DOCKER_HOST: engine.dockerHost } });

  async function container(name: string, script: string) {
    const mounts = hostMounts.flatMap((mount) => ['--volume', mount]);
    const common = ['--detach', '--name', name, '--network', 'none', ...mounts];
    const shell = ['busybox', 'sh', '-c', script];
    const { stdout } = await docker('run', ...common, imageName, ...shell);
    return { id: stdout.trim(), name };
  }
  const feedOf = (one: { id: string; name: string }) => dockerLogFeed(client, one, parseLine);
  const say = (name: string, words: string) =>
    docker('exec', name, 'busybox', 'sh', '-c', `echo '${words}' > /proc/1/fd/1`);

  test('a container that is quiet beyond any time limit is followed all the same', async () => {
    const quiet = await container('quiet', 'busybox sleep 4; echo late; exec busybox sleep 600');
    const hasty = connectDocker({ host: engine.dockerHost, timeoutMs: 2000 });
    onTestFinished(() => hasty.close());
    const book = openBook([dockerLogFeed(hasty, quiet, parseLine)]);
    await book.until('its line', ({ entries }) => entries.length === 1);
    expect(book.seen).not.toContain('failed');
    expect(book.messages()).toEqual(['late']);
  });

  test('two are merged by the engine’s time', async () => {
    const [one, two] = await Promise.all([
      container('one', 'echo from-one; exec busybox sleep 600'),
      container('two', 'echo from-two; exec busybox sleep 600'),
    ]);
    const book = openBook([feedOf(one), feedOf(two)]);
    await book.until('both', ({ entries }) => entries.length === 2);
    for (const [name, words] of [
      ['one', 'a'],
      ['two', 'b'],
      ['one', 'c'],
    ] as const) {
      await say(name, words);
    }
    await book.until('all', ({ entries }) => entries.length === 5);
    expect(book.messages().slice(2)).toEqual(['a', 'b', 'c']);
  });

  test('restarted: ended, then followed again, nothing twice; its run before can be read', async () => {
    const again = await container('again', 'echo up; exec busybox sleep 600');
    const book = openBook([feedOf(again)]);
    await book.until('its line', ({ entries }) => entries.length === 1);
    await docker('stop', '--time', '0', again.id);
    await book.until('its end', ({ feeds }) => feeds[0]?.status === 'ended');
    await docker('start', again.id);
    await book.until('its second run', ({ entries }) => entries.length === 2);
    await say('again', 'more');
    await book.until('what follows', ({ entries }) => entries.length === 3);
    expect(book.messages()).toEqual(['up', 'up', 'more']);
    expect(book.feed()?.status).toBe('following');

    const before = openBook([dockerPreviousLogFeed(client, again, parseLine)], { reopen: false });
    await before.until('its end', ({ feeds }) => feeds[0]?.status === 'ended');
    expect(before.messages()).toEqual(['up']);
  });

  test('the engine is killed and comes back: the words, and then the container again', async () => {
    const lost = await container('lost', 'echo before; exec busybox sleep 600');
    const book = openBook([feedOf(lost)]);
    await book.until('its line', ({ entries }) => entries.length === 1);
    process.kill(await engine.pid(), 'SIGKILL');
    await book.until('the failure', ({ feeds }) => feeds[0]?.status === 'failed');
    expect(book.feed()?.error?.message).toContain(engine.socketPath);
    expect(book.messages()).toEqual(['before']);
    engine = await startEngine(dir, true);
    await docker('restart', '--time', '0', lost.id);
    await book.until('it again', ({ entries }) => entries.length === 2);
    expect(book.messages()).toEqual(['before', 'before']);
  });
});
