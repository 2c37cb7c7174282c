import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { checkCommand } from '../../../src/commands/check.ts';
import { contract } from '../../../src/commands/contract.ts';
import { lookWithRates, secondAnswers } from '../../../src/commands/second-answers.ts';
import { statusOf } from '../../../src/commands/status-answer.ts';
import { statusWords } from '../../../src/commands/status-words.ts';
import type { RegionPlan } from '../../../src/config/plan.ts';
import type { Certificate } from '../../../src/domain/certificate.ts';
import type { Database, DatabaseSession } from '../../../src/domain/database.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { engineLost, fact, healthy, NOW, source } from '../../fixtures/live.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { machine, planOf } from '../config/files.ts';
import { keptOutput } from './output.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const session = (pid: number, change: Partial<DatabaseSession>): DatabaseSession => ({
  id: `${pid}`,
  pid,
  backendType: 'client backend',
  backendStart: NOW - 60 * MINUTE_MS,
  backendStartText: '2026-11-22 11:03:44+00',
  user: 'app',
  database: 'shop',
  application: 'web',
  client: null,
  state: 'active',
  waitEventType: null,
  waitEvent: null,
  transactionStart: null,
  queryStart: null,
  stateChange: null,
  query: 'select 1',
  blockedBy: [],
  ...change,
});

const observedAt = NOW - 800;
const database: Database = {
  latencyMs: 2,
  version: '15.4',
  role: 'primary',
  startedAt: NOW - DAY_MS,
  maxConnections: 100,
  reservedConnections: 3,
  sessions: [
    session(1, { state: 'idle in transaction', transactionStart: observedAt - 6 * MINUTE_MS }),
    session(2, { queryStart: observedAt - 5000, blockedBy: [1], query: 'update a' }),
  ],
  sessionsCut: false,
  counts: { active: 1, idle: 26, idleInTransaction: 1, waiting: 1, total: 28 },
  waits: [],
  connectionsUsed: 41,
  sizes: [],
  replication: [],
  statements: null,
  notes: [],
};

const certificate: Certificate = {
  name: 'shop',
  host: 'shop.example',
  port: 443,
  subject: 'shop.example',
  issuer: 'CA',
  names: ['shop.example'],
  notBefore: NOW - DAY_MS,
  notAfter: NOW + 61 * DAY_MS + 1000,
  chain: [],
  problem: null,
  mend: null,
  latencyMs: 9,
};

const state: LiveState = {
  ...healthy,
  sources: {
    ...healthy.sources,
    main: source('main', 'database'),
    shop: source('shop', 'certificate'),
    old: source('old', 'certificate'),
  },
  facts: {
    ...healthy.facts,
    main: fact('main', 'database', database),
    shop: fact('shop', 'certificate', certificate),
    old: fact('old', 'certificate', { ...certificate, notAfter: NOW - DAY_MS }),
  },
};

describe('status', () => {
  test('the answer is as the contract has it, with the database and certificates', () => {
    const status = contract.status.parse(JSON.parse(JSON.stringify(statusOf(state, [], NOW))));
    expect(status.database).toMatchObject({
      role: 'primary',
      maxConnections: 100,
      sessions: { active: 1, idle: 26, idleInTransaction: 1, waiting: 1, total: 28 },
      longestQueryMs: 5000,
      longestTransactionMs: 6 * MINUTE_MS,
      blocked: [
        {
          pid: 2,
          backendStart: new Date(NOW - 60 * MINUTE_MS).toISOString(),
          blockedBy: [1],
          waitMs: 5000,
          query: 'update a',
        },
      ],
    });
    const byName = new Map(status.checks.map((check) => [check.name, check]));
    expect(byName.get('/readyz')).toMatchObject({ ok: true, status: 200, expiresAt: null });
    expect(byName.get('shop')).toMatchObject({
      ok: true,
      status: null,
      expiresAt: new Date(certificate.notAfter).toISOString(),
    });
    expect(byName.get('old')).toMatchObject({ ok: false, error: 'it has expired' });
  });

  test('tells of every database and cache by name, the first once more on its own', () => {
    const standby: Database = { ...database, role: 'standby' };
    const several: LiveState = {
      ...state,
      sources: {
        ...state.sources,
        spare: source('spare', 'database'),
        silent: source('silent', 'database', { status: 'failed' }),
        sessions: source('sessions', 'cache', { status: 'failed' }),
      },
      facts: { ...state.facts, spare: fact('spare', 'database', standby) },
    };
    const status = contract.status.parse(JSON.parse(JSON.stringify(statusOf(several, [], NOW))));
    expect(status.databases.map(({ name, role }) => [name, role])).toEqual([
      ['main', 'primary'],
      ['spare', 'standby'],
    ]);
    expect(status.databases[0]).toEqual({ name: 'main', ...status.database });
    expect(status.caches.map(({ name, reachable }) => [name, reachable])).toEqual([
      ['redis', true],
      ['sessions', false],
    ]);
    expect(status.caches[0]).toEqual({ name: 'redis', ...status.cache });
    const text = statusWords(several, NOW);
    expect(text).toMatch(/^database main\n {2}primary/m);
    expect(text).toMatch(/^database spare\n {2}standby/m);
  });

  test('without a database, and before its first answer, it is null', () => {
    expect(statusOf(healthy, [], NOW).database).toBeNull();
    const waiting = { ...state, facts: healthy.facts };
    expect(statusOf(waiting, [], NOW).database).toBeNull();
    expect(statusOf(waiting, [], NOW).checks.find(({ name }) => name === 'shop')?.ok).toBeNull();
  });

  test('in words', () => {
    const text = statusWords(state, NOW);
    expect(text).toMatch(/^ {2}primary\s+15\.4\s+41 of 100 connections$/m);
    expect(text).toMatch(/^ {2}longest transaction\s+6m\s+pid 1$/m);
    expect(text).toMatch(/^ {2}blocked\s+pid 2\s+by 1$/m);
    expect(text).toMatch(/^ {2}shop\s+ok\s+9 ms\s+61 days left$/m);
    expect(text).toMatch(/^ {2}old\s+failing\s+it has expired$/m);
    expect(text).toMatch(/^ {2}redis\s+master\s/m);
  });

  test('in words tells signals by their titles', () => {
    const [reading] = Object.values(healthy.signals);
    if (reading === undefined) throw new Error('the fixture has no signal');
    const titled = { ...reading, title: 'slowest answers', labels: { role: 'api' } };
    const text = statusWords({ ...healthy, signals: { x: titled } }, NOW);
    expect(text).toMatch(/^ {2}slowest answers api\s/m);
  });
});

describe('status --rates waits for the second answers', () => {
  const rated = (at: number, status: 'live' | 'failed' = 'live'): LiveState => ({
    ...healthy,
    sources: {
      docker: source('docker', 'containers'),
      metrics: source('metrics', 'metrics', { observedAt: at, status }),
      redis: source('redis', 'cache', { observedAt: null, status: 'failed' }),
    },
  });
  const waiting = (withinMs: number) => {
    const clock = createFakeClock(NOW);
    const store = createStore<LiveState>(() => rated(1));
    let ended = false;
    const done = secondAnswers({ live: { store }, context: { clock } }, withinMs).then(() => {
      ended = true;
    });
    return { clock, store, done, ended: () => ended };
  };

  test('and ends with the last of them', async () => {
    const wait = waiting(10_000);
    wait.store.setState({ historyRevision: 2 });
    await wait.clock.settle();
    expect(wait.ended()).toBe(false);
    wait.store.setState(rated(2));
    await wait.done;
    expect(wait.clock.pending()).toBe(0);
  });

  test('so does what holds runbooks against rates, after the first answers', async () => {
    const clock = createFakeClock(NOW);
    const store = createStore<LiveState>(() => ({ ...healthy, sources: {} }));
    const steps: string[] = [];
    const look = async () => {
      steps.push('first');
      store.setState(rated(1));
    };
    const live = { store, flush: () => steps.push('flushed') } as never;
    const done = lookWithRates({ look, live, context: { clock } as never }, 10_000);
    await clock.settle();
    expect(steps).toEqual(['first']);
    store.setState(rated(2));
    await done;
    expect(steps).toEqual(['first', 'flushed']);
  });

  test('not where the first answers tell that rates are of no use', async () => {
    const clock = createFakeClock(NOW);
    const store = createStore<LiveState>(() => ({ ...healthy, sources: {} }));
    const look = async () => store.setState(rated(1));
    const live = { store, flush: () => undefined } as never;
    await lookWithRates({ look, live, context: { clock } as never }, 10_000, () => false);
    expect(clock.pending()).toBe(0);
  });

  test('not for one that fails meanwhile, nor longer than it was given', async () => {
    const failing = waiting(10_000);
    failing.store.setState(rated(1, 'failed'));
    await failing.done;
    const late = waiting(10_000);
    await late.clock.advance(10_000);
    await late.done;
    expect(late.ended()).toBe(true);
  });
});

describe('check', () => {
  const program = (live: LiveState, plan: RegionPlan) => ({
    plan,
    look: async () => undefined,
    live: { store: createStore(() => live) } as never,
    region: live.region,
    pack: null,
    diagnostics: [],
    policyProblem: null,
    context: { journal: { damage: null } },
  });
  const answered = async (live: LiveState, plan: RegionPlan) => {
    const output = keptOutput(true);
    const code = await checkCommand(program(live, plan), output, 1000);
    return { code, rows: contract.check.parse(JSON.parse(output.written.join(''))) };
  };

  test('a line a source with its mend, then what is configured nowhere with its one line', async () => {
    const { code, rows } = await answered(engineLost, planOf(null));
    expect(code).toBe(3);
    expect(rows.find(({ name }) => name === 'docker')).toEqual({
      name: 'docker',
      kind: 'containers',
      ok: false,
      error: 'the Docker engine does not answer at /var/run/docker.sock',
      mend: 'see whether it runs: systemctl status docker',
    });
    const absent = rows.filter(({ ok }) => ok === null).map(({ kind }) => kind);
    // The cache, the metrics and the checks that the pack brings are not missed.
    expect(absent).toEqual(['pods', 'database', 'notices', 'certificate', 'logs']);
    expect(rows.find(({ kind }) => kind === 'database')?.mend).toMatch(/^export DATABASE_URL=/);
  });

  test('what is only absent is no fault; a secret that is not there is one of the configuration', async () => {
    expect((await answered(healthy, planOf(null))).code).toBe(0);
    const text = 'regions:\n  a:\n    redis: { url: redis://h, password: env:NONE }\n';
    const { code, rows } = await answered(healthy, planOf(text, machine()));
    expect(code).toBe(2);
    expect(rows.find(({ kind }) => kind === 'secret')).toEqual({
      name: 'redis redis password',
      kind: 'secret',
      ok: false,
      error: 'The secret env:NONE is not set',
      mend: 'export NONE before opsconsole is started',
    });
  });

  test('a policy that cannot be trusted and a damaged journal are told with what follows', async () => {
    const output = keptOutput(true);
    const ailing = {
      ...program(healthy, planOf(null)),
      policyProblem: '/etc/opsconsole/policy.yaml can be written by others than its owner',
      context: { journal: { damage: 'event 7 was altered' } },
    };
    expect(await checkCommand(ailing, output, 1000)).toBe(2);
    const rows = contract.check.parse(JSON.parse(output.written.join('')));
    const failed = rows.filter(({ ok }) => ok === false);
    expect(failed.map(({ name, error }) => [name, error])).toEqual([
      ['policy', ailing.policyProblem],
      ['journal', 'event 7 was altered'],
    ]);
  });

  test('in words: ok, FAILED, absent', async () => {
    const output = keptOutput(false);
    await checkCommand(program(engineLost, planOf(null)), output, 1000);
    const [text = ''] = output.written;
    expect(text).toMatch(
      /^FAILED\s+docker\s+containers\s+the Docker engine does not answer.*; see/m,
    );
    expect(text).toMatch(/^absent\s+database\s+database\s+DATABASE_URL is not set; export/m);
    expect(text).toMatch(/^ok\s+redis\s+cache$/m);
  });
});
