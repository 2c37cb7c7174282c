import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  type Condition,
  compileCondition,
  MAX_CONDITION_LENGTH,
} from '../../../src/runbooks/condition.ts';

const schema = z.object({
  usedMemory: z.number(),
  maxMemory: z.number(),
  exitCode: z.number().nullable(),
  state: z.enum(['running', 'exited']),
  networks: z.array(z.string()),
  entries: z.array(z.object({ at: z.number() })),
  second: z.object({ status: z.number(), json: z.unknown() }),
});

const result = {
  usedMemory: 95,
  maxMemory: 100,
  exitCode: 137,
  state: 'exited',
  networks: ['falcon-network'],
  entries: [{ at: 4 }, { at: 9 }],
  second: { status: 200, json: { cache_hit: true } },
};
const signals = { breaker: { redis: 'open' }, evictions: 120, p95: null };

function compiled(text: string): Condition {
  const answer = compileCondition(text, { resultSchema: schema });
  if ('error' in answer) throw new Error(`${text}: ${answer.error.message}`);
  return answer.ok;
}

function refused(text: string, options: Parameters<typeof compileCondition>[1] = {}) {
  const answer = compileCondition(text, { resultSchema: schema, ...options });
  if ('ok' in answer) throw new Error(`${text} was accepted`);
  return answer.error;
}

describe('a condition', () => {
  it.each([
    ['0.9 * result.maxMemory < result.usedMemory', true],
    ['result.usedMemory > 90', true],
    ['result.usedMemory + 5 == 100', true],
    ['result.exitCode == 137', true],
    ['result.exitCode == 137.0', true],
    ['10 / 4 == 2.5', true],
    ['7 % 4 == 3', true],
    ['1 - -2 == 3', true],
    ['-result.usedMemory < 0', true],
    ['result.usedMemory in [95, 5]', true],
    ['137 in [137.0]', true],
    ['size(result.networks) == 1', true],
    ['size(result.networks) * 0.5 < 1', true],
    ['size(result.networks) % 2 == 1', true],
    ['result.networks[0] == "falcon-network"', true],
    ['result.state.substring(1) == "xited"', true],
    ['size(result.entries.filter(e, e.at > 5)) == 1', true],
    ['result.entries.exists(e, 18 / e.at == 2)', true],
    ['result.second.json.cache_hit', true],
    ['signals.breaker["redis"] != "closed"', true],
    ['signals.breaker.redis == "closed"', false],
    ['signals.evictions > 100', true],
    ['has(signals.nothing)', false],
    ['signals.nothing > 1 || result.state == "exited"', true],
    ['signals.nothing > 1 && result.state == "running"', false],
  ])('%s is %s', (text, holds) => {
    expect(compiled(text).evaluate({ result, signals })).toEqual({ kind: 'decided', holds });
  });

  it.each([
    ['signals.nothing > 1', 'signals.nothing is not there'],
    ['signals.breaker["postgres"] == "open"', 'signals.breaker["postgres"] is not there'],
    ['signals.p95 > 1', 'signals.p95 > 1: a value is not known'],
    ['result.second.json.missing', 'result.second.json.missing is not there'],
    ['result.networks[3] == "x"', 'result.networks[3] is not there: the list is shorter'],
    ['result.usedMemory / 0 > 1', 'it divides by zero'],
    ['result.usedMemory / (result.maxMemory - 100) > 1', 'it divides by zero'],
    ['result.usedMemory % 0 == 1', 'it divides by zero'],
    ['result.exitCode', 'result.exitCode is a number, not true or false'],
    ['result.second.json.none', 'result.second.json.none is not known'],
  ])('%s is undecided: %s', (text, reason) => {
    const json = { cache_hit: true, none: null };
    const scope = { result: { ...result, second: { status: 200, json } }, signals };
    expect(compiled(text).evaluate(scope)).toEqual({ kind: 'undecided', reason });
  });

  it('is undecided without a result', () => {
    const verdict = compiled('result.usedMemory > 1').evaluate({ signals });
    expect(verdict.kind).toBe('undecided');
  });

  it.each([
    [
      'result.usedMemry > 1',
      7,
      'the result has no field `usedMemry`',
      'did you mean `usedMemory`?',
    ],
    ['1 / 3 > 0 && result.second.jsn.x', 27, 'the result has no field `jsn`', '`json`'],
    ['result.usedMemory > "1"', 0, 'types do not fit: double > string', 'like with like'],
    ['result.state > 1', 0, 'types do not fit: string > double', 'like with like'],
    ['10 / 5 / 2 == 1 && resul.state == "a"', 19, 'unknown name `resul`', 'did you mean `result`?'],
    ['result.state = "a"', 13, 'condition cannot be read', 'conditions are CEL'],
    ['result.state == "a', 16, 'condition cannot be read', 'conditions are CEL'],
    ['result.usedMemory + 1', 0, 'answers with a double, not with true or false', 'compare'],
    ['', 0, 'condition cannot be read', 'conditions are CEL'],
  ])('%s is refused at column %i', (text, column, message, mend) => {
    const error = refused(text);
    expect(error.column).toBe(column);
    expect(error.message).toContain(message);
    expect(error.mend).toContain(mend);
  });

  it('knows no result where no probe is read', () => {
    const error = refused('signals.p95 > 1 && result.up', { resultSchema: 'none' });
    expect(error).toMatchObject({
      column: 19,
      message: 'there is no `result` here: no probe is read',
    });
    expect(compileCondition('result.anything > 1')).toHaveProperty('ok');
  });

  it('is refused when it is too long, and when it is nested too deeply', () => {
    expect(refused(`1 == 1${' && 1 == 1'.repeat(MAX_CONDITION_LENGTH)}`).message).toContain(
      'longer',
    );
    expect(refused(`${'('.repeat(500)}true${')'.repeat(500)}`).message).toContain('cannot be read');
  });

  it('tells the names it reads and where', () => {
    const { names } = compiled('signals.breaker["redis"] == "a" && 1 < result.second.status');
    expect(names).toEqual([
      { path: ['signals', 'breaker', 'redis'], offset: 0 },
      { path: ['result', 'second', 'status'], offset: 39 },
    ]);
  });
});
