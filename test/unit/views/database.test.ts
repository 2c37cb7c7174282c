import { afterEach, describe, expect, test } from 'vitest';

import type { Database, DatabaseSession } from '../../../src/domain/database.ts';
import type { SourceState } from '../../../src/domain/source.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { full } from '../../fixtures/full.ts';
import { fact, NOW, source } from '../../fixtures/live.ts';
import { fakePorts, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { attackBytes, attacked } from '../../harness/rogue.ts';
import { openStage, type Stage } from './stage.ts';

const sizes = [
  [80, 24],
  [120, 40],
] as const;

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function show(size: readonly [number, number], live: LiveState): Promise<Stage> {
  const ports = fakePorts({ clock: createFakeClock(NOW), live, board: quietBoard, run: fakeRun() });
  const stage = await openStage(ports, ...size);
  open.push(stage);
  return stage;
}

function session(pid: number, change: Partial<DatabaseSession> = {}): DatabaseSession {
  return {
    id: `${pid} start`,
    pid,
    backendType: 'client backend',
    backendStart: NOW - 3_600_000,
    backendStartText: '2026-11-22 11:03:44.5+00',
    user: 'falcon',
    database: 'falcon',
    application: 'worker-1',
    client: '172.20.0.4',
    state: 'idle',
    waitEventType: 'Client',
    waitEvent: 'ClientRead',
    transactionStart: null,
    queryStart: NOW - 9000,
    stateChange: NOW - 9000,
    query: 'SELECT 1',
    blockedBy: [],
    ...change,
  };
}

const waiting = (pid: number, blockedBy: readonly number[], change = {}) =>
  session(pid, {
    state: 'active',
    waitEventType: 'Lock',
    waitEvent: 'transactionid',
    transactionStart: NOW - 41_000,
    queryStart: NOW - 40_000,
    blockedBy,
    query: `UPDATE requests\n   SET status = 'done'\n WHERE id = ${pid}`,
    ...change,
  });

const base: Database = {
  latencyMs: 3,
  version: '15.8',
  role: 'primary',
  startedAt: NOW - 3 * 86_400_000,
  maxConnections: 100,
  reservedConnections: 3,
  sessions: [session(4800), session(4801)],
  sessionsCut: false,
  counts: { active: 0, idle: 2, idleInTransaction: 0, waiting: 0, total: 2 },
  waits: [],
  connectionsUsed: 3,
  sizes: [{ name: 'falcon', bytes: 812_000_000 }],
  replication: [],
  statements: null,
  notes: [],
};

const blocked: Database = {
  ...base,
  sessions: [
    session(4711, {
      state: 'idle in transaction',
      application: 'batch',
      transactionStart: NOW - 372_000,
      query: `UPDATE requests SET note = '${'x'.repeat(300)}'`,
    }),
    waiting(4720, [4711]),
    waiting(4721, [4711, 4720], { application: 'worker-2' }),
    session(4800),
  ],
  counts: { active: 2, idle: 1, idleInTransaction: 1, waiting: 2, total: 4 },
  waits: [{ type: 'Lock', event: 'transactionid', sessions: 2 }],
  connectionsUsed: 98,
};

function live(...databases: readonly (Database | SourceState)[]): LiveState {
  const sources: Record<string, SourceState> = { ...full.sources };
  const facts = { ...full.facts };
  delete sources['postgres'];
  delete facts['postgres'];
  for (const [index, one] of databases.entries()) {
    const name = index === 0 ? 'postgres' : `postgres-${index + 1}`;
    if ('kind' in one) sources[name] = one;
    else {
      sources[name] = source(name, 'database');
      facts[name] = fact(name, 'database', one);
    }
  }
  return { ...full, sources, facts };
}

const lineWith = (stage: Stage, words: string) =>
  stage.lines().find((line) => line.includes(words)) ?? '';

function expectWhole(stage: Stage, [, rows]: readonly [number, number]) {
  expect(stage.lines()).toHaveLength(rows);
  expect(stage.wrapped()).toBe(0);
  expect(stage.screen.counters()).toMatchObject({ clears: 0, scrolledLines: 0 });
}

describe.each(sizes)('the database at %i×%i', (...size) => {
  test('the overview sums it up', async () => {
    const stage = await show(size, live(base));
    expect(stage.text()).toMatch(/4 DATABASE {2}3 of 100/);
    expect(stage.text()).toMatch(/active 0 +waiting 0 +idle 2/);
    expect(stage.text()).toContain('no transaction is open');
    expectWhole(stage, size);
  });

  test('the overview names the blocker, the oldest transaction and full connections', async () => {
    const stage = await show(size, live(blocked));
    stage.picture(`${size.join('x')}-database-blocked`);
    expect(stage.text()).toMatch(/DATABASE {2}✖ 98 of 100/);
    expect(stage.text()).toMatch(/active 2 +waiting 2 +idle 1/);
    expect(stage.text()).toContain('✖ pid 4711 blocks 2');
    expectWhole(stage, size);
  });

  test('the whole screen lists who blocks and who is blocked first', async () => {
    const stage = await show(size, live(blocked));
    await stage.press('4', 'Enter');
    stage.picture(`${size.join('x')}-database-zoomed`);
    expect(lineWith(stage, 'longest')).toMatch(/query 40s {2}pid 4720 +oldest transaction 6m12s/);
    expect(stage.text()).toContain('PostgreSQL 15.8  primary  up 3d');
    expect(stage.text()).toContain('Lock transactionid 2');
    expect(stage.text()).toContain('falcon 774M');
    const rows = stage.lines().filter((line) => /^[* ][▸ ] [✖●▲] +4\d{3} /.test(line));
    expect(rows.map((line) => /4\d{3}/.exec(line)?.[0])).toEqual(['4711', '4720', '4721', '4800']);
    expect(rows[0]).toMatch(/idle in tx +blocks 2 +6m12s/);
    expect(rows[1]).toMatch(/active +← 4711 +41s/);
    expect(rows[2]).toMatch(/active +← 4711 \+1 /);
    expect(rows[3]).not.toContain('ClientRead');
    expectWhole(stage, size);
  });

  test('a session tells whom it waits for, who waits for it, and its whole query', async () => {
    const stage = await show(size, live(blocked));
    await stage.press('4', 'Enter', 'j', 'j', 'Enter');
    stage.picture(`${size.join('x')}-database-session`);
    expect(stage.text()).toContain('session pid 4720');
    expect(lineWith(stage, 'waits for')).toContain('Lock transactionid, held by pid 4711');
    expect(lineWith(stage, '└ pid 4720')).toMatch(
      /▸ +└ pid 4720 blocks 1 +falcon worker-1 +active/,
    );
    expect(lineWith(stage, 'pid 4711 blocks 2')).toContain('idle in tx');
    expect(lineWith(stage, '  └ pid 4721')).toContain('worker-2');
    expect(stage.text()).toMatch(/UPDATE requests\n +SET status = 'done'\n +WHERE id = 4720/);
    expectWhole(stage, size);
    await stage.press('Esc', 'k', 'Enter');
    const query = stage.text().split('Last query')[1] ?? '';
    expect(query.match(/x{20,}/g)?.join('')).toHaveLength(300);
    expectWhole(stage, size);
  });

  test('states: connecting, failed with and without values, not configured, nobody there', async () => {
    const error = {
      kind: 'failed',
      message: 'PostgreSQL at db:5432 has no connection left: sorry, too many clients already',
      mend: 'end idle ones on its host as a superuser, or raise max_connections',
    } as const;
    const failed = source('postgres', 'database', {
      status: 'failed',
      since: NOW - 60_000,
      observedAt: null,
      retryAt: NOW + 4000,
      error,
    });
    const connecting = { ...failed, status: 'connecting', error: null, retryAt: null } as const;
    const texts = async (state: LiveState, ...keys: string[]) => {
      const stage = await show(size, state);
      await stage.press(...keys);
      expectWhole(stage, size);
      return stage.text();
    };
    expect(await texts(live(connecting), '4', 'Enter')).toContain('connecting…');
    const lost = await texts(live(failed), '4', 'Enter');
    expect(lost).toContain('has no connection left');
    expect(lost).toContain('raise max_connections');
    const known = live(blocked);
    const kept: LiveState = {
      ...known,
      sources: { ...known.sources, postgres: { ...failed, observedAt: NOW - 62_000 } },
    };
    const old = await texts(kept, '4', 'Enter');
    expect(old).toContain('has no connection left');
    expect(old).toContain('blocks 2');
    expect(await texts(live(), '4', 'Enter')).toContain('name one under postgres');
    const alone = { ...base, sessions: [], counts: { ...base.counts, idle: 0, total: 0 } };
    expect(await texts(live(alone), '4', 'Enter')).toContain('PostgreSQL 15.8');
  });

  test('many sessions, a standby, notes, and statements where there is room', async () => {
    const many: Database = {
      ...base,
      role: 'standby',
      sessions: Array.from({ length: 500 }, (_, n) => session(5000 + n)),
      sessionsCut: true,
      replication: [
        {
          name: 'receiver',
          state: 'streaming, replay paused',
          client: '10.0.0.1:5432',
          receiveLagBytes: 0,
          replayLagBytes: 3_000_000,
          replayLagMs: 61_000,
          sync: null,
        },
      ],
      statements: [{ query: 'SELECT slow', calls: 1200, totalMs: 900, meanMs: 0.75, rows: 1 }],
      notes: ['replay is paused'],
    };
    const stage = await show(size, live(many));
    expect(stage.text()).toContain('3 of 100  standby');
    await stage.press('4', 'Enter');
    expect(lineWith(stage, 'follows')).toContain('▲ receiver streaming, replay paused');
    expect(stage.text()).toContain('the first 500 sessions are listed');
    expect(stage.text()).toContain('▲ replay is paused');
    expect(stage.text().includes('SELECT slow')).toBe(size[1] === 40);
    await stage.press('G');
    expect(stage.text()).toContain('5499');
    expectWhole(stage, size);
  });

  test('several servers have a line each, and their name in the list', async () => {
    const stage = await show(size, live(base, blocked));
    expect(stage.text()).toContain('2 servers');
    await stage.press('4', 'Enter');
    expect(lineWith(stage, '98 of 100')).toContain('postgres-2');
    expect(lineWith(stage, ' 4711  falcon')).toContain('postgres-2');
    await stage.press('j', 'Enter');
    expect(lineWith(stage, 'server')).toContain('postgres-2');
    expect(lineWith(stage, 'pid 4711 blocks')).toContain('blocks 2');
    expectWhole(stage, size);
  });

  test('no control sequence of a session reaches the terminal', async () => {
    const evil: Database = {
      ...base,
      sessions: [
        session(1, {
          user: attacked('user'),
          application: attacked('app'),
          query: attacked('SELECT evil'),
          client: attacked('client'),
          blockedBy: [2],
        }),
      ],
      notes: [attacked('note')],
    };
    const stage = await show(size, live(evil));
    await stage.press('4', 'Enter', 'j', 'Enter');
    expect(stage.text()).toContain('session pid 1');
    expect(stage.text()).toContain('SELECT evil');
    for (const bytes of attackBytes) expect(stage.text()).not.toContain(bytes);
    expect(stage.text()).not.toContain('owned');
  });
});
