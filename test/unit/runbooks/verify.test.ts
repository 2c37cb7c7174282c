import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { systemClock } from '../../../src/domain/clock.ts';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import {
  type Binding,
  defineAction,
  defineProbe,
  type Need,
} from '../../../src/integrations/contract.ts';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { createCatalogue } from '../../../src/runbooks/catalogue.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { noFacts } from '../../../src/runbooks/reader.ts';
import { type Rot, verifyRunbooks } from '../../../src/runbooks/verify.ts';
import type { VerifyContext } from '../../../src/runbooks/verify-look.ts';

/** What the region answers, by probe or action and role; a function is thrown or awaited. */
type World = Record<string, unknown>;
let world: World = {};
let asked: string[] = [];
let atOnce = { now: 0, most: 0 };

beforeEach(() => {
  world = {};
  asked = [];
  atOnce = { now: 0, most: 0 };
});

async function answer(key: string): Promise<unknown> {
  asked.push(key);
  atOnce = { now: atOnce.now + 1, most: Math.max(atOnce.most, atOnce.now + 1) };
  await Promise.resolve();
  atOnce.now -= 1;
  const value = world[key];
  if (value instanceof Error) throw value;
  return value ?? { found: true, reachable: true, up: true };
}

const input = z.strictObject({ service: z.string(), names: z.array(z.string()).optional() });
const read = defineProbe({
  id: 'demo.read',
  title: 'Read',
  input,
  result: z.any(),
  command: ({ service }) => `demo read ${service}`,
  read: ({ service }) => answer(`read ${service}`),
});
const table = defineProbe({
  id: 'demo.table',
  title: 'Table',
  input,
  result: z.any(),
  command: () => 'demo table',
  read: () => Promise.reject(new Error('it tells what it needs, and is not read')),
  needs: async ({ service }) => (await answer(`needs ${service}`)) as readonly Need[],
});
const change = defineAction({
  id: 'demo.change',
  title: 'Change',
  risk: 'disruptive',
  input,
  undo: { kind: 'irreversible', why: 'it is' },
  timeoutMs: 1000,
  preview: async ({ service }) => {
    await answer(`preview ${service}`);
    return { targets: [], command: `demo change ${service}`, notes: [], before: {} };
  },
  run: () => Promise.reject(new Error('verifying runs nothing')),
  settle: () => Promise.reject(new Error('verifying settles nothing')),
});
const environment = { ...read, id: 'docker.environment' };
const shell = { ...table, id: 'shell.read', input: z.any() };
const catalogue = createCatalogue([read, table, environment, shell], [change]);

function bind(role: string): Binding {
  if (role === 'lost') throw new OperatorError('missing', 'no role lost', 'did you mean `last`?');
  const found = role === 'like' ? ({ found: 'likeness' } as const) : {};
  return { role, project: 'demo', service: `${role}-1`, ...found };
}

const context = (live: Partial<VerifyContext['live']> = {}): VerifyContext => ({
  catalogue,
  region: 'here',
  live: { values: {}, definitions: [], sources: [], ...live },
  reach: (signal) => ({
    clock: systemClock,
    signal,
    bind,
    address: () => Promise.reject(new Error('no address')),
  }),
});

function runbook(body: string): Runbook {
  const text = `id: demo/x\ntitle: T\nseverity: P1\n${body}`;
  const { runbook: built, diagnostics } = loadRunbookText(text, 'x', noFacts, catalogue);
  if (built === null) throw new Error(JSON.stringify(diagnostics));
  return built;
}

const check = (id: string, probe: string, service: string, when = 'result.up') =>
  `  - { id: ${id}, check: q, probe: ${probe}, with: { service: '${service}' }, branches: [{ when: '${when}', because: b, to: done }, { because: b, to: done }] }\n`;
const end = 'leaves: [{ id: done, end: Done, ends: resolved }]\n';

const verify = (body: string, live?: Partial<VerifyContext['live']>) =>
  verifyRunbooks(context(live), [runbook(body)], null, new AbortController().signal);
const short = (rows: readonly Rot[]) =>
  rows.map(({ step, needs, found, state, suggestion }) => [step, needs, state, found, suggestion]);

describe('a step held against the region', () => {
  it('is well where its role is bound and its probe answers', async () => {
    expect(short(await verify(`steps:\n${check('one', 'demo.read', 'cache')}${end}`))).toEqual([
      ['one', 'role cache', 'ok', 'cache-1 of project demo', null],
      ['one', 'demo.read service=cache', 'ok', 'demo read cache', null],
    ]);
  });

  it('tells a guess from what was found', async () => {
    const rows = await verify(`steps:\n${check('one', 'demo.read', 'like')}${end}`);
    expect(rows[0]).toMatchObject({
      state: 'guessed',
      found: 'like-1 of project demo',
      suggestion: expect.stringContaining('services: { like: like-1 }'),
    });
  });

  it.each<[string, unknown, Rot['state'], string | null]>([
    ['not there', { found: false, candidates: ['redis'] }, 'missing', 'it probably means redis'],
    ['silent', { reachable: false, error: 'it refuses' }, 'unknown', 'it refuses'],
    ['forbidden', new OperatorError('denied', 'no right', 'ask'), 'forbidden', 'no right; ask'],
    ['missing', new OperatorError('missing', 'no table t'), 'missing', 'no table t'],
    ['down', new OperatorError('unreachable', 'refused'), 'unknown', 'refused'],
    ['broken', new Error('boom'), 'unknown', 'boom'],
    ['unset', { missing: ['KEY'] }, 'missing', 'not set: KEY'],
  ])('says when what it reads is %s', async (_, result, state, suggestion) => {
    world['read cache'] = result;
    const rows = await verify(`steps:\n${check('one', 'demo.read', 'cache')}${end}`);
    expect(rows[1]).toMatchObject({ needs: 'demo.read service=cache', state, suggestion });
  });

  it('says once that a role is bound to nothing', async () => {
    world['read lost'] = new OperatorError('missing', 'no role lost');
    const rows = await verify(`steps:\n${check('one', 'demo.read', 'lost')}${end}`);
    expect(short(rows)).toEqual([
      ['one', 'role lost', 'missing', null, 'no role lost; did you mean `last`?'],
    ]);
  });

  it('asks a probe what it needs rather than reading it', async () => {
    world['needs cache'] = [
      { what: 'table \u001b[31mlogs', found: null, state: 'missing', suggestion: 'log' },
    ] satisfies Need[];
    const rows = await verify(`steps:\n${check('one', 'demo.table', 'cache')}${end}`);
    expect(short(rows)[1]).toEqual(['one', 'table logs', 'missing', null, 'log']);
  });

  it('previews an action and does nothing', async () => {
    const rows = await verify(`leaves:
  - { id: act, do: d, action: demo.change, with: { service: cache }, impact: i }
`);
    expect(short(rows)[1]).toEqual([
      'act',
      'demo.change service=cache',
      'ok',
      'demo change cache',
      null,
    ]);
    expect(asked).toEqual(['preview cache']);
  });

  it('looks once for what several steps read, a few at a time', async () => {
    const many = Array.from({ length: 12 }, (_, i) => check(`s${i}`, 'demo.read', `r${i % 6}`));
    const rows = await verify(`steps:\n${many.join('')}${end}`);
    expect(rows).toHaveLength(24);
    expect(asked).toHaveLength(6);
    expect(atOnce.most).toBeLessThanOrEqual(4);
  });

  it('leaves to the run what only the run can fill in', async () => {
    const rows = await verify(
      `inputs: [{ id: name, title: n }]\nsteps:\n${check('one', 'demo.read', '{{inputs.name}}')}${end}`,
    );
    expect(short(rows)).toEqual([
      [
        'one',
        'demo.read service={{inputs.name}}',
        'unknown',
        null,
        'what it is given comes from the run',
      ],
    ]);
    expect(asked).toEqual([]);
  });

  it('finds fields that conditions name and no answer has', async () => {
    const body = `steps:\n${check('one', 'demo.read', 'cache', 'result.json.cache_hit && result.up')}${end}`;
    world['read cache'] = { up: true, json: { cachehit: true } };
    expect(short(await verify(body)).at(-1)).toEqual([
      'one',
      'field json.cache_hit of demo.read',
      'missing',
      null,
      'it probably means cachehit',
    ]);
    world['read cache'] = { up: true, json: { detail: 'failed' }, failures: 1 };
    expect((await verify(body)).filter(({ state }) => state !== 'ok')).toEqual([]);
    world['read cache'] = { up: true, json: null };
    expect((await verify(body)).filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  it('ends when it is told to, whatever hangs', async () => {
    world['read cache'] = new Promise(() => undefined);
    const controller = new AbortController();
    const body = `steps:\n${check('one', 'demo.read', 'cache')}${end}`;
    const rows = verifyRunbooks(context(), [runbook(body)], null, controller.signal);
    controller.abort(new OperatorError('failed', 'left'));
    expect((await rows)[1]).toMatchObject({ state: 'unknown', suggestion: 'left' });
  });
});

describe('a signal held against the region', () => {
  const signals = (when: string) =>
    `steps:\n  - { id: one, ask: q, branches: [{ when: '${when}', because: b, to: done }] }\n${end}`;
  const gauge = {
    id: 'hits',
    title: 'hits',
    unit: 'count',
    computation: { kind: 'gauge', of: { name: 'cache_hits_total', labels: {} } },
    thresholds: null,
    states: null,
  } as const;
  const source = (status: 'live' | 'failed') =>
    ({ name: 'metrics worker-1', kind: 'metrics', status, error: null }) as const;

  it('is well with a value, also by its label', async () => {
    const values = { p95: 0.4, breaker: { redis: 'open' } };
    const rows = await verify(signals('signals.p95 > 1 && signals.breaker["redis"] == "open"'), {
      values,
    });
    expect(short(rows)).toEqual([
      ['one', 'signal p95', 'ok', '0.4', null],
      ['one', 'signal breaker of redis', 'ok', 'open', null],
    ]);
  });

  it('is missing where no sample tells it, with the likely reason', async () => {
    const live = { definitions: [gauge], sources: [source('live')] };
    const [row] = await verify(signals('signals.hits > 1'), live);
    expect(row).toMatchObject({ state: 'missing', found: null });
    expect(row?.suggestion).toMatch(/^no sample of cache_hits_total: absent until first use/);
  });

  it('is unknown where nobody tells, or its absence is foreseen', async () => {
    const lost = { definitions: [gauge], sources: [source('failed')] };
    expect(await verify(signals('signals.hits > 1'), lost)).toMatchObject([
      { state: 'unknown', suggestion: 'metrics worker-1: no answer' },
    ]);
    const guarded = signals(
      'has(signals.cpu) && "redis" in signals.cpu && signals.cpu["redis"] > 1',
    );
    const rows = await verify(guarded, { values: { cpu: { worker: 1 } } });
    expect(rows.map(({ needs, state }) => [needs, state])).toEqual([
      ['signal cpu', 'ok'],
      ['signal cpu of redis', 'unknown'],
    ]);
  });

  it('names the label that is probably meant', async () => {
    const values = { breaker: { 'redis-main': 'open' } };
    const rows = await verify(signals('signals.breaker["redis"] == "open"'), { values });
    expect(rows).toMatchObject([{ state: 'missing', suggestion: 'it probably means redis-main' }]);
  });
});

describe('what a pack requires', () => {
  it('is looked for on the host and in the containers of its roles', async () => {
    world['read worker'] = { found: true, missing: ['SECRET_KEY'] };
    world['needs undefined'] = [
      { what: 'command gh', found: '/usr/bin/gh', state: 'ok', suggestion: null },
    ] satisfies Need[];
    const variable = { role: 'worker', required: true, secret: true, default: null };
    const requires = {
      env: [
        { ...variable, name: 'SECRET_KEY' },
        { ...variable, name: 'OPTIONAL', required: false },
      ],
      commands: ['gh'],
    };
    const pack = { system: 'demo', requires };
    const rows = await verifyRunbooks(context(), [], pack, new AbortController().signal);
    expect(rows.map(({ runbook: id, step, needs, state }) => [id, step, needs, state])).toEqual([
      ['demo', 'requires', 'role worker', 'ok'],
      ['demo', 'requires', 'docker.environment service=worker names=SECRET_KEY', 'missing'],
      ['demo', 'requires', 'command gh', 'ok'],
    ]);
  });
});
