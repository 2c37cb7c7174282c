import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { contract } from '../../../src/commands/contract.ts';
import { diagnoseCommand } from '../../../src/commands/diagnose.ts';
import { runbooksListCommand } from '../../../src/commands/runbooks.ts';
import { runbooksShowCommand } from '../../../src/commands/runbooks-show.ts';
import { runbooksVerifyCommand } from '../../../src/commands/runbooks-verify.ts';
import type { Program } from '../../../src/composition/compose.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { engineLost, healthy, redisDead } from '../../fixtures/live.ts';
import { falconPack, loaded, realCatalogue } from '../runbooks/falcon.ts';
import { keptOutput } from './output.ts';

const library = { catalogue: realCatalogue, ...loaded };

describe('runbooks show', () => {
  it('tells everything of a runbook, in plain words or as its schema says', () => {
    const json = keptOutput(true);
    expect(runbooksShowCommand(library, json, 'falcon/redis-down')).toBe(0);
    const value = contract['runbooks-show'].parse(JSON.parse(json.written[0] ?? ''));
    expect(value.start).toBe('container');
    expect(value.steps[0]).toMatchObject({ kind: 'check', reads: ['docker.container'] });
    expect(value.leaves.find(({ id }) => id === 'raise-maxmemory')).toMatchObject({
      action: 'redis.config-set',
      undo: 'redis.config-set',
      ways: [{ to: 'escalate', after: 'failure' }],
    });
    const plain = keptOutput(false);
    runbooksShowCommand(library, plain, 'falcon/redis-down');
    expect(plain.written[0]).toContain('restart-redis: Restart Redis\n    does    compose.restart');
    expect(plain.written[0]).toContain('    ➜ restart-redis  result.state != "running"');
  });

  it('names the runbooks it calls in words, and holds their steps in JSON', () => {
    const plain = keptOutput(false);
    runbooksShowCommand(library, plain, 'falcon/health');
    expect(plain.written[0]).toContain(
      'redis-down: Open what helps when Redis is lost\n    calls   falcon/redis-down: opsconsole',
    );
    expect(plain.written[0]).not.toMatch(/^redis-down:restart-redis:/m);
    const json = keptOutput(true);
    runbooksShowCommand(library, json, 'falcon/health');
    const value = contract['runbooks-show'].parse(JSON.parse(json.written[0] ?? ''));
    expect(value.leaves.map(({ id }) => id)).toContain('redis-down:restart-redis');
  });

  it('does not know every id', () => {
    const output = keptOutput(false);
    expect(runbooksShowCommand(library, output, 'falcon/none')).toBe(2);
    expect(output.notes[0]).toContain('There is no runbook falcon/none');
  });
});

describe('runbooks list', () => {
  it('lists where each may end by itself on lines of 80 columns, and its key', () => {
    const plain = keptOutput(false);
    expect(runbooksListCommand({ ...library, diagnostics: [] }, plain)).toBe(0);
    const text = plain.written[0] ?? '';
    expect(text).toMatch(
      /^falcon\/redis-down +P1 {2}R d {2}Redis down, or its breaker open\n {4}restart-/m,
    );
    expect(text).toMatch(/^ {4}calls falcon\/worker-crash-loop falcon\/redis-down/m);
    expect(text).not.toContain(':restart-redis');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

/** A region whose engine refuses whatever a probe asks of it. */
function program(state: LiveState): Program {
  const made = {
    region: { name: 'here', system: 'falcon' },
    catalogue: realCatalogue,
    pack: falconPack(),
    live: { store: createStore(() => state), flush: () => undefined },
    look: () => Promise.resolve(),
    context: {
      clock: systemClock,
      region: { name: 'here', system: 'falcon' },
      catalogue: realCatalogue,
      signals: () => ({ p95: 0.2 }),
      reach: (signal: AbortSignal) => ({
        clock: systemClock,
        signal,
        bind: (role: string) => {
          if (role !== 'worker') return { role, project: 'falcon', service: role };
          throw new OperatorError('missing', 'no role worker', 'did you mean `walker`?');
        },
        address: () => Promise.reject(new OperatorError('denied', 'no right to ask')),
      }),
    },
  };
  return made as unknown as Program;
}

describe('diagnose', () => {
  it('takes the pack that the look at the region has found', async () => {
    const found = program(redisDead);
    let pack: Program['pack'] = null;
    Object.defineProperty(found, 'pack', { get: () => pack });
    found.look = async () => {
      pack = falconPack();
    };
    const output = keptOutput(true);
    await diagnoseCommand(found, output, null, 0);
    const value = contract.diagnose.parse(JSON.parse(output.written[0] ?? ''));
    expect(value.map(({ runbook }) => runbook)).toContain('falcon/high-error-rate');
  });
});

describe('runbooks verify', () => {
  it('tells what each step relies on and whether it is there, and fails where something is not', async () => {
    const output = keptOutput(true);
    const code = await runbooksVerifyCommand(program(healthy), output, ['falcon/redis-down'], 0);
    expect(code).toBe(1);
    const rows = contract['runbooks-verify'].parse(JSON.parse(output.written[0] ?? ''));
    expect(rows).toContainEqual({
      runbook: 'falcon/redis-down',
      step: 'watch',
      needs: 'signal p95',
      found: '0.2',
      state: 'ok',
      suggestion: null,
    });
    expect(rows.find(({ step, state }) => step === 'watch' && state === 'missing')).toMatchObject({
      needs: 'signal errors',
      suggestion: expect.stringContaining('no sample of inference_requests_total'),
    });
    expect(new Set(rows.map(({ step }) => step))).toContain('restart-redis');
    const plain = keptOutput(false);
    await runbooksVerifyCommand(program(healthy), plain, [], 0);
    expect(plain.written[0]).toMatch(/^missing {2,}falcon\/redis-down /m);
    expect(plain.written[0]).toMatch(/\n\n\d+ things the runbooks rely on: \d+ missing, /);
  });

  it('says what it does not know, and that the engine is lost', async () => {
    const unknown = keptOutput(false);
    const known = program(healthy);
    expect(await runbooksVerifyCommand(known, unknown, ['falcon/redis-dwon'], 0)).toBe(2);
    expect(unknown.notes[0]).toContain('did you mean `falcon/redis-down`');
    const lost = keptOutput(false);
    const sources = Object.entries(engineLost.sources).map(([name, source]) => [
      name,
      { ...source, observedAt: null },
    ]);
    const never = { ...engineLost, sources: Object.fromEntries(sources) };
    expect(await runbooksVerifyCommand(program(never), lost, [], 0)).toBe(3);
    expect(lost.written).toEqual([]);
  });
});
