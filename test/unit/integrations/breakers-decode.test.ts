import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import {
  type BreakersShape,
  decodeBreakers,
  REPORTED_MAX,
} from '../../../src/integrations/breakers/decode.ts';

const usual: BreakersShape = {
  list: '',
  fields: {
    name: null,
    state: 'state',
    failures: 'failures',
    since: null,
    nextAttempt: 'nextAttempt',
  },
  states: {},
};

const read = (answer: unknown, shape: Partial<BreakersShape> = {}, fields = {}) =>
  decodeBreakers(
    typeof answer === 'string' ? answer : JSON.stringify(answer),
    { ...usual, ...shape, fields: { ...usual.fields, ...fields } },
    'http://api/breakers',
  );

const none = { failures: null, since: null, nextAttempt: null };

describe('the answer of an endpoint', () => {
  it('may be a map by name', () => {
    const answer = {
      circuitBreakers: {
        backendA: { state: 'CLOSED', failedCalls: 0 },
        backendB: { state: 'HALF_OPEN', failedCalls: 7 },
        backendC: { state: 'FORCED_OPEN', failedCalls: -1 },
      },
    };
    const { breakers, problems } = read(
      answer,
      { list: 'circuitBreakers' },
      { failures: 'failedCalls' },
    );
    expect(problems).toEqual([]);
    expect(breakers).toEqual([
      { ...none, name: 'backendA', state: 'closed', failures: 0 },
      { ...none, name: 'backendB', state: 'half-open', failures: 7 },
      { ...none, name: 'backendC', state: 'open' },
    ]);
  });

  it('may be a list, with names inside or by place', () => {
    const answer = {
      data: { breakers: [{ id: 'mail', status: { word: 'open' } }, { status: {} }] },
    };
    const shape = { list: 'data.breakers' };
    const fields = { name: 'id', state: 'status.word' };
    const { breakers, problems } = read(answer, shape, fields);
    expect(breakers).toEqual([{ ...none, name: 'mail', state: 'open' }]);
    expect(problems).toEqual(['the state of breakers 2 is no known word: nothing']);
  });

  it('may be one breaker inside a health answer', () => {
    const nextAttempt = 1_700_000_000_123;
    const answer = { circuitBreaker: { state: 'OPEN', failures: '12', nextAttempt } };
    expect(read(answer, { list: 'circuitBreaker' }).breakers).toEqual([
      { name: 'circuitBreaker', state: 'open', failures: 12, since: null, nextAttempt },
    ]);
  });

  it('may lead from names straight to words, numbers or truth', () => {
    const states = { a: 'half-open', b: 1, c: false, d: 'TRIPPED' };
    const { breakers } = read(states, { states: { TRIPPED: 'open' } });
    expect(breakers.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a half-open',
      'b open',
      'c closed',
      'd open',
    ]);
  });

  it.each([
    [1_700_000_000, 1_700_000_000_000],
    [1_700_000_000_500, 1_700_000_000_500],
    ['1700000000', 1_700_000_000_000],
    ['2023-11-14T22:13:20Z', 1_700_000_000_000],
    [0, null],
    [30, null],
    ['soon', null],
    [null, null],
  ])('tells the time %j', (time, expected) => {
    const answer = { mail: { state: 'open', nextAttempt: time, at: time } };
    expect(read(answer, {}, { since: 'at' }).breakers[0]).toMatchObject({
      nextAttempt: expected,
      since: expected,
    });
  });

  it.each([
    ['<html>', /does not answer with JSON: <html>/, /correct its path/],
    [{ up: true }, /no breakers at `list`; it has up/, /correct `list`/],
    [{ list: { a: { state: 'x\u001b[2J' } } }, /the state of a is no known word: x$/, /`states`/],
  ])('of %j is an error in words', (answer, message, mend) => {
    try {
      read(answer, { list: 'list' });
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(OperatorError);
      expect(thrown).toMatchObject({
        kind: 'garbage',
        message: expect.stringMatching(message),
        mend: expect.stringMatching(mend),
      });
    }
  });

  it('is made safe, bounded, and reaches into nothing but the answer', () => {
    const hostile = { 'a\u001b]0;x\u0007': { state: 'open' } };
    expect(read(hostile).breakers[0]?.name).toBe('a');
    const many = Array.from({ length: 10_000 }, () => ({ state: 'open' }));
    expect(read(many).breakers).toHaveLength(REPORTED_MAX);
    expect(() => read({}, { list: 'constructor.name' })).toThrow(OperatorError);
    const proto = read('{"__proto__": {"state": "open"}}');
    expect(proto.breakers[0]?.name).toBe('__proto__');
  });

  it('never throws anything but words, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), (text, list) => {
        try {
          const { breakers } = decodeBreakers(text, { ...usual, list }, 'x');
          for (const { failures } of breakers) expect(failures ?? 0).toBeGreaterThanOrEqual(0);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(OperatorError);
        }
      }),
    );
  });
});
