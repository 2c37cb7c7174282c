import { beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseChange } from '../../../src/simulator/postgres/world.ts';
import { falconFaults } from '../../../src/simulator/systems/falcon-faults.ts';
import { databaseOf } from '../../../src/simulator/world/programs/postgres.ts';
import type { World } from '../../../src/simulator/world/world.ts';
import { breakers, changed, falconWorld, later, one, sessionsOf } from './falcon-world.ts';

const OPEN = ['open', 'open', 'open'];
const CLOSED = ['closed', 'closed', 'closed'];

describe('the database of a world', () => {
  let calm: World;
  beforeAll(async () => {
    calm = await falconWorld();
  });
  const broken = (id: string, seconds = 60) => {
    const changes = falconFaults.find((fault) => fault.id === id)?.changes ?? [];
    return later(changed(calm, ...changes), seconds);
  };
  const told = (world: World, ...changes: readonly DatabaseChange[]) =>
    changed(
      world,
      ...changes.map((change) => ({ kind: 'postgres', container: 'postgres', change }) as const),
    );
  const databaseIn = (world: World) => {
    const { process } = one(world, 'postgres');
    if (process?.kind !== 'postgres') throw new Error('it does not run');
    return databaseOf(world, process);
  };

  it('has the workers as sessions, and counts what they write', () => {
    const after = later(calm, 30);
    const { state, written } = databaseIn(after);
    expect(state.sessions.map(({ user, database }) => `${user} ${database}`)).toEqual(
      Array(6).fill('falcon falcon_inference'),
    );
    expect(written).toBeGreaterThan(databaseIn(calm).written);
    expect(databaseIn(calm)).toEqual(databaseIn(later(calm, 0)));
  });

  it('lets nobody write while a transaction holds the table, and again once it has ended', () => {
    const locked = broken('request-logs-locked');
    expect(breakers(locked, 'postgres')).toEqual(OPEN);
    const [pid = 0] = sessionsOf(locked, 'migration');
    const freed = told(locked, { kind: 'terminate', pid });
    expect(breakers(later(freed, 90), 'postgres')).toEqual(CLOSED);
  });

  it('gives a worker new connections for those that somebody ended', () => {
    const [first = 0] = sessionsOf(calm, '');
    const after = later(told(calm, { kind: 'terminate', pid: first }), 20);
    expect(sessionsOf(after, '')).not.toContain(first);
    expect(sessionsOf(after, '')).toHaveLength(6);
  });

  it('has room again when rows were deleted and vacuumed, not by a restart', () => {
    const full = broken('disk-full');
    expect(breakers(full, 'postgres')).toEqual(OPEN);
    const restart = { kind: 'restart', container: 'postgres', withinMs: 1000 } as const;
    expect(breakers(later(changed(full, restart), 120), 'postgres')).toEqual(OPEN);
    const vacuumed: DatabaseChange = { kind: 'vacuumed', table: 'inference_logs', full: false };
    expect(breakers(later(told(full, vacuumed), 120), 'postgres')).toEqual(OPEN);
    const deleted: DatabaseChange = {
      kind: 'wrote',
      table: 'inference_logs',
      how: 'delete',
      rows: 2000,
    };
    expect(breakers(later(told(full, deleted, vacuumed), 120), 'postgres')).toEqual(CLOSED);
  });

  it('keeps its data through a restart, and none of its sessions', () => {
    const { written } = databaseIn(calm);
    const restart = { kind: 'restart', container: 'postgres', withinMs: 1000 } as const;
    const after = databaseIn(later(changed(broken('pool-exhausted', 1), restart), 3));
    expect(after.written).toBeGreaterThanOrEqual(written);
    expect(after.state.sessions.filter(({ application }) => application === 'report')).toEqual([]);
  });
});
