import { describe, expect, it } from 'vitest';
import { choosePackOf } from '../../../src/composition/chosen-pack.ts';
import type { RegionCore } from '../../../src/composition/region.ts';
import type { RegionPlan } from '../../../src/config/plan.ts';
import type { Container } from '../../../src/domain/container.ts';
import { createHistory } from '../../../src/live/history.ts';
import { createLive } from '../../../src/live/store.ts';
import type { Pack } from '../../../src/runbooks/pack.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { container } from '../signals/make.ts';

const pack = (system: string, ...services: string[]) =>
  ({
    system,
    roles: services.map((service) => ({ role: service, services: [service] })),
  }) as unknown as Pack;
const shop = pack('shop', 'web', 'redis');
const mail = pack('mail', 'smtp', 'imap');

/** A region without a name or a project, whose engine has not been asked yet. */
function setUp(leftOpen: string | null) {
  const clock = createFakeClock(0);
  const live = createLive({
    region: { name: 'local', system: null },
    clock,
    history: createHistory(),
    roles: [],
    project: null,
    signals: [],
    alerts: [],
  });
  const described: (readonly [string | null, string | null])[] = [];
  const core = {
    live,
    describe: (next: Pack | null, project: string | null) =>
      described.push([next?.system ?? null, project]),
  } as unknown as RegionCore;
  const plan = { project: null, system: null } as unknown as RegionPlan;
  const told: string[] = [];
  const chosen = choosePackOf(core, [shop, mail], plan, null, () => leftOpen);
  return {
    chosen,
    described,
    told,
    settle: () => chosen.settle(({ system }) => told.push(system)),
    runs(...containers: Container[]) {
      live.record('docker', 'containers', containers, clock.now());
      live.flush();
    },
  };
}

const inProject = (project: string, ...services: string[]) =>
  services.map((service) => container(service, { project }));

describe('the pack of a region that nothing names', () => {
  it('is the one of the run left open while the engine tells nothing', async () => {
    const { chosen, described, settle, told } = setUp('shop/redis-down');
    await settle();
    expect(chosen.pack()).toBe(shop);
    expect(told).toEqual(['shop']);
    expect(described).toEqual([['shop', 'shop']]);
  });

  it('keeps it when the engine is back, and learns its project, once', async () => {
    const { chosen, described, runs, settle, told } = setUp('shop/redis-down');
    await settle();
    runs(...inProject('blue', 'web', 'redis'));
    runs(...inProject('green', 'web', 'redis'));
    expect(chosen.pack()).toBe(shop);
    expect(told).toEqual(['shop']);
    expect(described).toEqual([
      ['shop', 'shop'],
      ['shop', 'blue'],
    ]);
  });

  it('is not another one that runs beside it later', async () => {
    const { chosen, runs, settle, told } = setUp('shop/redis-down');
    await settle();
    runs(...inProject('post', 'smtp', 'imap'));
    expect(chosen.pack()).toBe(shop);
    expect(told).toEqual(['shop']);
  });

  it('is what runs where the engine answers, whatever was left open', async () => {
    const { chosen, runs, settle, told } = setUp('shop/redis-down');
    runs(...inProject('post', 'smtp', 'imap'));
    await settle();
    expect(chosen.pack()).toBe(mail);
    expect(told).toEqual(['mail']);
  });

  it.each([null, 'gone/procedure'])('waits for what runs where %s was left open', async (open) => {
    const { chosen, runs, settle, told } = setUp(open);
    await settle();
    expect(chosen.pack()).toBeNull();
    runs(...inProject('blue', 'web', 'redis'));
    expect(chosen.pack()).toBe(shop);
    expect(told).toEqual(['shop']);
  });
});
