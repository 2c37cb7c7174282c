import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import { opens } from '../../../src/runbooks/opens.ts';
import {
  calm,
  container,
  environment,
  type Findings,
  GIB,
  MIB,
  restarts,
  stats,
  trend,
  well,
} from '../../fixtures/falcon/findings.ts';
import { holds, proofOf, refusedInputs } from '../../fixtures/falcon/proofs.ts';
import { type WalkGiven, walkFindings } from '../../fixtures/falcon/walk.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';

const runbook = falconRunbook('falcon/memory-growth');
const high = { ...calm, memory: 1.2 * GIB };
const walk = (findings: Findings, more: Partial<WalkGiven> = {}) =>
  walkFindings(realCatalogue, runbook, {
    findings: { ...well, ...findings },
    signals: high,
    ...more,
  });

const growing = trend('growing', 'growing by 33.0 % over 15 min');
const large = stats({ bytes: 1.2 * GIB });

describe('falcon/memory-growth', () => {
  it('loads with nothing to complain of', () => {
    expect(loaded.diagnostics.filter(({ file }) => file.endsWith('memory-growth.yaml'))).toEqual(
      [],
    );
    expect(runbook).toMatchObject({ severity: 'P2', key: 'm' });
  });

  it.each<[string, Findings, string, string]>([
    [
      'the test mode on',
      {
        flags: environment({
          DEBUG_MEMORY_GROWTH: 'true',
          DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: '5',
        }),
      },
      'disable-debug-flag',
      'DEBUG_MEMORY_GROWTH is true: each request keeps 5 MB for good',
    ],
    [
      'a leak',
      { 'growth.trend': growing, 'docker.stats': large },
      'restart-worker',
      'Memory is growing by 33.0 % over 15 min, 300M an hour; falcon-worker-1 uses 1.2G',
    ],
    [
      'a sawtooth that needs more',
      {
        'growth.trend': trend('sawtooth', 'falls back 4 times over 15 min'),
        'docker.stats': large,
      },
      'raise-limit',
      'It does not grow (sawtooth: falls back 4 times over 15 min); falcon-worker-1 simply needs 1.2G',
    ],
    [
      'a limit that is near',
      { 'docker.stats': stats({ bytes: 460 * MIB, limit: 512 * MIB }) },
      'raise-limit',
      'It does not grow (stable: moves by no more than its noise over 15 min), but falcon-worker-1 uses 90 % of what it may',
    ],
    [
      'a worker killed at its limit',
      { 'docker.restarts': restarts({ oomKilled: true }) },
      'raise-limit',
      'It does not grow (stable: moves by no more than its noise over 15 min), but falcon-worker-1 was killed for want of memory',
    ],
    [
      'memory that is back to normal',
      {},
      'false-alarm',
      'It does not grow (stable: moves by no more than its noise over 15 min), and falcon-worker-1 uses 190M',
    ],
    [
      'no worker',
      {
        flags: {
          found: false,
          containers: [],
          values: {},
          distinct: { DEBUG_MEMORY_GROWTH: [] },
          missing: [],
          same: true,
        },
      },
      'escalate',
      'There is no container of a worker',
    ],
  ])('with %s reaches its leaf', (_, findings, at, because) => {
    expect(walk(findings)).toMatchObject({ at, because, sure: true });
  });

  it('has its leaves, and those of the database', () => {
    const own = leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [id]));
    expect(own.toSorted()).toEqual([
      'apply-flag',
      'disable-debug-flag',
      'escalate',
      'false-alarm',
      'leak-remains',
      'limit-memory',
      'raise-limit',
      'restart-worker',
    ]);
    expect(runbook.nodes.get('database-down')).toMatchObject({ to: 'database-down:container' });
  });

  it('takes a flag that is not set, and a size without a switch, for off', () => {
    const size = environment({ DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: '5' });
    expect(walk({ flags: environment() })).toMatchObject({ at: 'false-alarm', sure: true });
    expect(walk({ flags: size })).toMatchObject({ at: 'false-alarm', sure: true });
  });

  it('looks for the database behind buffers that grow', () => {
    const dead = { 'docker.container': container({ state: 'exited', exitCode: 137 }) };
    const down = walk(dead);
    expect(down.path).toContain('database-down');
    expect(down).toMatchObject({ at: 'database-down:restart-postgres', sure: true });
    const open = { ...high, breaker: { redis: 'closed', postgres: 'open' }, bufferedLogs: 7 };
    expect(walk({}, { signals: open }).at).toBe('database-down:await-recovery');
    expect(walk({}, { signals: { ...high, droppedLogs: 2 } }).path).toContain('database-down');
  });

  it('asks while it is too early to tell, or nothing can be read', () => {
    const early = trend('unknown', 'only 3 observations; 8 are needed');
    expect(walk({ 'growth.trend': early })).toMatchObject({
      at: 'is-it-a-leak',
      because: 'Too early to tell: only 3 observations; 8 are needed; falcon-worker-1 uses 190M',
    });
    expect(walk({ 'growth.trend': new Error('no live data') }).because).toContain(
      'It cannot be told: signals.trend failed',
    );
    const choose = { 'is-it-a-leak': 'heap-dump' };
    expect(walk({ 'growth.trend': early }, { choose }).at).toBe('restart-worker');
  });

  it('goes by what a breaker and a counter do not tell', () => {
    const silent = Object.fromEntries(Object.entries(high).filter(([id]) => id !== 'breaker'));
    expect(walk({}, { signals: silent })).toMatchObject({ at: 'false-alarm', sure: true });
  });

  it('proves nothing that is not so', () => {
    const rest = proofOf(runbook, 'limit-memory', 'Memory stays at rest');
    expect(rest).toMatchObject({ forMs: 900_000, signal: 'memory' });
    expect(holds(rest, { result: growing, signals: high })).toBe(false);
    expect(holds(rest, { result: trend('sawtooth', ''), signals: high })).toBe(true);
    expect(holds(rest, { result: trend('unknown', ''), signals: {} })).toBe(false);
    const less = proofOf(runbook, 'restart-worker', 'They use less');
    const steps = { growth: { use: large } };
    expect(holds(less, { result: large, steps })).toBe(false);
    expect(holds(less, { result: stats(), steps })).toBe(true);
    const limited = proofOf(runbook, 'raise-limit', 'Every worker');
    expect(holds(limited, { result: stats() })).toBe(false);
    expect(holds(limited, { result: stats({ limit: 2 * GIB }) })).toBe(true);
    expect(holds(limited, { result: stats({ limit: 2 * GIB, bytes: 1.9 * GIB }) })).toBe(false);
    const off = proofOf(runbook, 'apply-flag', 'The test mode');
    const names = ['DEBUG_MEMORY_GROWTH', 'DEBUG_MEMORY_GROWTH_MB_PER_REQUEST'];
    const env = (value: string, size: string) =>
      environment({ DEBUG_MEMORY_GROWTH: value, DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: size })({
        names,
      });
    expect(holds(off, { result: env('true', '5') })).toBe(false);
    expect(holds(off, { result: env('false', '5') })).toBe(false);
    expect(holds(off, { result: env('false', '0') })).toBe(true);
  });

  it('gives no memory that the host does not have', () => {
    const node = runbook.nodes.get('raise-limit');
    const when = node?.kind === 'do' ? node.precheck?.when : undefined;
    const decided = (signals: Record<string, unknown>) => when?.evaluate({ signals });
    expect(decided({ memoryAvailable: 0.04 })).toEqual({ kind: 'decided', holds: false });
    expect(decided({ memoryAvailable: 0.4 })).toEqual({ kind: 'decided', holds: true });
    expect(decided({})).toEqual({ kind: 'decided', holds: true });
  });

  it('gives every probe and action what it takes, those of the database too', () => {
    const refused = refusedInputs(realCatalogue, runbook, {});
    expect(refused.filter((line) => !line.startsWith('database-down:'))).toEqual([]);
  });

  it('opens on its alert and on the state itself', () => {
    expect(opens(runbook, [{ name: 'HighMemoryUsage', labels: {} }], {})).toBe(true);
    expect(opens(runbook, [], { signals: high })).toBe(true);
    expect(opens(runbook, [], { signals: calm })).toBe(false);
    expect(opens(runbook, [], { signals: {} })).toBe(false);
  });
});
