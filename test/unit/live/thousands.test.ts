import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/domain/clock.ts';
import type { Container } from '../../../src/domain/container.ts';
import { createHistory } from '../../../src/live/history.ts';
import { createLive } from '../../../src/live/store.ts';
import { ALERTS_MAX } from '../../../src/signals/alerts.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { container } from '../signals/make.ts';
import { check } from './fake-source.ts';

const COUNT = 10_000;
/** Looks at containers, all passes together, between two looks at the clock: well below 1 ms. */
const LOOKS_MAX = 5000;

const troubles: readonly Partial<Container>[] = [
  { state: 'restarting', exitCode: 1, restartCount: 9, recentRestarts: [1, 2, 3] },
  { health: 'unhealthy' },
  { state: 'exited', exitCode: 137, oomKilled: true, finishedAt: 5 },
];

/** Half of ten thousand containers in trouble; `looked` is told whenever this field of one is read. */
function fleet(
  looked: (index: number) => void,
  field: 'state' | 'health' = 'state',
): readonly Container[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const trouble = index % 2 === 0 ? {} : (troubles[(index >> 1) % troubles.length] ?? {});
    const one = container(`svc-${index}`, trouble);
    const value = one[field];
    return Object.defineProperty(one, field, {
      enumerable: true,
      get: () => {
        looked(index);
        return value;
      },
    });
  });
}

function setUp() {
  const fake = createFakeClock(1_000_000);
  let looks = 0;
  let longest = 0;
  let passed = 0;
  // Time goes by whenever somebody asks for it.
  const clock: Clock = {
    now() {
      longest = Math.max(longest, looks);
      looks = 0;
      passed += 1;
      return fake.now() + passed;
    },
    after: fake.after,
  };
  const read = new Map<number, number>();
  const looked = (index: number) => {
    looks += 1;
    read.set(index, (read.get(index) ?? 0) + 1);
  };
  const live = createLive({
    region: { name: 'r', system: null },
    clock,
    history: createHistory(),
    roles: [],
    signals: [],
    alerts: [],
  });
  let published = 0;
  live.store.subscribe(() => {
    published += 1;
  });
  return {
    fake,
    live,
    looked,
    read,
    longest: () => Math.max(longest, looks),
    published: () => published,
    state: live.store.getState,
  };
}

/** Runs what is due now, a turn at a time; returns how many turns it took. */
function turns({ fake, published }: ReturnType<typeof setUp>, until: number): number {
  let taken = 0;
  for (; published() < until && taken < 10_000; taken += 1) fake.tick(0);
  return taken;
}

describe('ten thousand containers, half of them in trouble', () => {
  it('are evaluated in slices, between which keys have their turn', () => {
    const region = setUp();
    const { fake, live, looked, longest, published, state } = region;
    let keys = 0;
    const press = () => {
      keys += 1;
      if (published() === 0 && keys < 10_000) fake.after(0, press);
    };
    fake.after(0, press);
    live.record('docker', 'containers', fleet(looked), 1);
    expect(published()).toBe(0);
    turns(region, 1);
    expect(keys).toBeGreaterThan(10);
    expect(longest()).toBeLessThan(LOOKS_MAX);
    expect(Object.keys(state().signals).length).toBeGreaterThan(COUNT);
    expect(state().alerts).toHaveLength(ALERTS_MAX);
  });

  it('are not looked into again when only one has changed', () => {
    const region = setUp();
    const { live, looked, read, state } = region;
    const list = fleet(looked, 'health');
    live.record('docker', 'containers', list, 1);
    live.flush();
    expect(read.size).toBeGreaterThan(COUNT / 2);
    const before = state().signals;
    const key = (index: number) => `container{service="svc-${index}"}`;
    const calm = 'container{service="svc-2"}';
    read.clear();
    live.record('docker', 'containers', list.with(7, container('svc-7')), 2);
    live.flush();
    const after = state().signals;
    expect(after[key(7)]).toMatchObject({ value: 'running' });
    const kept = Object.keys(after).filter((name) => after[name] === before[name]);
    expect(Object.keys(after).length - kept.length).toBe(1);
    expect(after[calm]).toMatchObject({ observedAt: 2 });
    // The one that is gone is held against the one in its place.
    expect([...read.keys()]).toEqual([7]);
  });

  it('keep every alert and reading when the engine tells the same again', () => {
    const { live, looked, state } = setUp();
    const list = fleet(looked);
    live.record('docker', 'containers', list, 1);
    live.flush();
    const { alerts, signals } = state();
    live.record('docker', 'containers', list, 2);
    live.flush();
    expect(state().facts['docker']?.observedAt).toBe(2);
    expect(state().alerts).toBe(alerts);
    expect(state().signals).toBe(signals);
    expect(signals['container{service="svc-1"}']?.observedAt).toBe(2);
  });
});

describe('while thousands are evaluated', () => {
  it('what comes meanwhile is published after it', () => {
    const region = setUp();
    const { fake, live, looked, published, state } = region;
    live.record('docker', 'containers', fleet(looked), 1);
    live.record('readyz', 'check', check, 1);
    expect(published()).toBe(0);
    turns(region, 1);
    expect(Object.keys(state().facts)).toEqual(['docker']);
    fake.tick(1000);
    expect(Object.keys(state().facts)).toEqual(['docker', 'readyz']);
  });

  it('a flush publishes all that has been taken in', () => {
    const { live, looked, published, state } = setUp();
    live.record('docker', 'containers', fleet(looked), 1);
    live.record('readyz', 'check', check, 1);
    expect(published()).toBe(0);
    live.flush();
    expect(Object.keys(state().facts)).toEqual(['docker', 'readyz']);
    expect(state().alerts).toHaveLength(ALERTS_MAX);
  });

  it('who asks for a publication waits until all is out, and keys do not wait', async () => {
    const region = setUp();
    const { fake, live, looked, longest, published, state } = region;
    live.record('docker', 'containers', fleet(looked), 1);
    live.record('readyz', 'check', check, 1);
    const seen = live.published().then(() => Object.keys(state().facts));
    expect(published()).toBe(0);
    turns(region, 1);
    expect(longest()).toBeLessThan(LOOKS_MAX);
    fake.tick(1000);
    await expect(seen).resolves.toEqual(['docker', 'readyz']);
  });

  it('who asks for a publication is let go when all is closed', async () => {
    const { live, looked } = setUp();
    live.record('docker', 'containers', fleet(looked), 1);
    const waiting = live.published();
    live.close();
    await waiting;
    await live.published();
  });

  it('a new description holds for all of them', () => {
    const { fake, live, looked, state } = setUp();
    live.record('docker', 'containers', fleet(looked), 1);
    const roles = [{ role: 'api', services: ['svc-1'] }];
    live.describe({ region: { name: 'r', system: 'big' }, roles, signals: [], alerts: [] });
    live.flush();
    expect(state().region.system).toBe('big');
    expect(state().signals['container{service="api"}']).toMatchObject({ value: 'restarting' });
    expect(state().signals['container{service="svc-1"}']).toBeUndefined();
    expect(fake.pending()).toBeLessThanOrEqual(2);
  });

  it('closing publishes nothing more', () => {
    const { fake, live, looked, published } = setUp();
    live.record('docker', 'containers', fleet(looked), 1);
    live.close();
    fake.tick(10_000);
    expect(published()).toBe(0);
    expect(fake.pending()).toBe(0);
  });
});
