import { beforeEach, describe, expect, it } from 'vitest';
import { type ErrorKind, OperatorError } from '../../../src/domain/operator-error.ts';
import type { DockerClient } from '../../../src/integrations/docker/client.ts';
import {
  decodeInspection,
  decodeLine,
  type ListedContainer,
} from '../../../src/integrations/docker/decode.ts';
import type { EngineEvent } from '../../../src/integrations/docker/decode-stream.ts';
import { dockerContainersSource } from '../../../src/integrations/docker/source.ts';
import { createFakeClock, type FakeClock } from '../../harness/fake-clock.ts';
import { jsonFixture } from './fixtures.ts';

const never = new AbortController().signal;
const sample = decodeInspection(jsonFixture('docker/inspect-running.json'));
const id = 'a'.repeat(64);
const line = (State: string): ListedContainer =>
  decodeLine({ Id: id, Names: ['/redis'], Image: 'i', State, Status: 'Up 3 minutes' });

/** An engine that counts what it is asked, and tells what events it is made to. */
function fakeEngine() {
  const asked = { list: 0, ping: 0, inspect: 0 };
  let state = 'running';
  let refusal: OperatorError | null = null;
  let told: ((event: EngineEvent) => void) | null = null;
  let lost: PromiseWithResolvers<void> | null = null;
  const unused = () => Promise.reject(new Error('nobody asks for this here'));
  const client: DockerClient = {
    host: 'unix:///fake',
    list: async () => {
      asked.list += 1;
      return [line(state)];
    },
    ping: async () => {
      asked.ping += 1;
      if (refusal !== null) throw refusal;
    },
    inspect: async () => {
      asked.inspect += 1;
      return { ...sample, id };
    },
    events(_query, seen) {
      told = seen;
      lost = Promise.withResolvers();
      return lost.promise;
    },
    stats: unused,
    logs: unused,
    followLogs: unused,
    restart: unused,
    unpause: unused,
    connectNetwork: unused,
    close: () => undefined,
    send: async () => null,
    receive: async () => undefined,
  };
  return {
    client,
    asked,
    shows(next: string) {
      state = next;
    },
    refusePings(kind: ErrorKind) {
      refusal = new OperatorError(kind, 'no');
    },
    tell(action: string, at: number) {
      told?.({ type: 'container', action, project: null, container: id, at });
    },
    loseFeed: () => lost?.resolve(),
  };
}

describe('the containers of an engine whose events are heard', () => {
  let clock: FakeClock;
  let engine: ReturnType<typeof fakeEngine>;
  let source: ReturnType<typeof dockerContainersSource>;
  let changes: number;
  let feed: Promise<void> | undefined;
  beforeEach(async () => {
    clock = createFakeClock();
    engine = fakeEngine();
    changes = 0;
    source = dockerContainersSource({
      client: engine.client,
      name: 'docker',
      project: null,
      intervalMs: 5000,
      timeoutMs: 4000,
      clock,
    });
    await source.poll(never);
    feed = source.watch?.(() => {
      changes += 1;
    }, never);
    // What happened before the feed was open was not heard: the next poll lists.
    await source.poll(never);
    expect(engine.asked).toEqual({ list: 2, ping: 0, inspect: 1 });
  });

  it('are not listed while the events are quiet: a sign of life is enough', async () => {
    const before = await source.poll(never);
    await clock.advance(5000);
    expect(await source.poll(never)).toBe(before);
    expect(engine.asked).toEqual({ list: 2, ping: 2, inspect: 1 });
  });

  it('are listed after an event, which asks for a poll, and inspected when it names them', async () => {
    engine.tell('die', clock.now());
    expect(changes).toBe(1);
    await source.poll(never);
    expect(engine.asked).toEqual({ list: 3, ping: 0, inspect: 2 });
    expect(changes).toBe(1);
    await clock.advance(1000);
    expect(changes).toBe(2);
    await source.poll(never);
    expect(engine.asked).toEqual({ list: 4, ping: 0, inspect: 2 });
    await source.poll(never);
    expect(engine.asked).toEqual({ list: 4, ping: 1, inspect: 2 });
  });

  it('are listed again once an event has settled: the list may show it later than it was told', async () => {
    engine.tell('pause', clock.now());
    await source.poll(never);
    engine.shows('paused');
    await clock.advance(1000);
    expect(await source.poll(never)).toMatchObject([{ state: 'paused' }]);
  });

  it('are listed every half minute all the same', async () => {
    await clock.advance(29_999);
    await source.poll(never);
    expect(engine.asked.list).toBe(2);
    await clock.advance(1);
    await source.poll(never);
    expect(engine.asked.list).toBe(3);
  });

  it('are listed while nobody listens', async () => {
    engine.loseFeed();
    await feed;
    await source.poll(never);
    await source.poll(never);
    expect(engine.asked).toMatchObject({ list: 4, ping: 0 });
  });

  it('are listed each time where a ping is refused, and it is not tried again', async () => {
    engine.refusePings('denied');
    await source.poll(never);
    await source.poll(never);
    expect(engine.asked).toEqual({ list: 4, ping: 1, inspect: 1 });
  });

  it.each(['unreachable', 'timeout'] as const)('are lost when a ping is %s', async (kind) => {
    engine.refusePings(kind);
    await expect(source.poll(never)).rejects.toMatchObject({ kind });
    await expect(source.poll(never)).rejects.toMatchObject({ kind });
    expect(engine.asked).toEqual({ list: 2, ping: 2, inspect: 1 });
  });
});
