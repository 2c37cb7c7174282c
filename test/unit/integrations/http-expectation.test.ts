import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/integrations/http/decode.ts';
import { disappointment, type Expectation } from '../../../src/integrations/http/expectation.ts';

const json: Json = { ready: true, checks: { redis: false } };
const answer = { status: 200, json, text: '<p>all fine</p>', latencyMs: 12.3, location: null };
const of = (expected: Expectation, more: Partial<typeof answer> = {}) =>
  disappointment({ ...answer, ...more }, expected);

describe('an expectation', () => {
  it('of a status is a success, one, several or a range', () => {
    expect(of({}, { status: 204 })).toBeNull();
    expect(of({ status: [] }, { status: 204 })).toBeNull();
    expect(of({}, { status: 503 })).toBe('answered 503, expected a success');
    expect(of({ status: 503 }, { status: 503 })).toBeNull();
    expect(of({ status: [200, 404] }, { status: 404 })).toBeNull();
    expect(of({ status: { from: 200, to: 399 } }, { status: 302 })).toBeNull();
    expect(of({ status: [200, { from: 400, to: 404 }] }, { status: 500 })).toBe(
      'answered 500, expected 200 or 400 to 404',
    );
  });

  it('names where a redirect leads', () => {
    const moved = { status: 301, location: '/login' as unknown as null };
    expect(of({}, moved)).toBe('answered 301 to /login, expected a success');
  });

  it('of a JSON field', () => {
    expect(of({ json: { ready: true } })).toBeNull();
    expect(of({ json: { 'checks.redis': true } })).toBe('checks.redis is false, expected true');
    expect(of({ json: { gone: 1 } })).toBe('its answer has no gone');
    expect(of({ json: { ready: true } }, { json: null as unknown as typeof json })).toBe(
      'its answer is no JSON, expected ready',
    );
  });

  it('of a text or a regular expression in the body', () => {
    expect(of({ body: 'all fine' })).toBeNull();
    expect(of({ body: null })).toBeNull();
    expect(of({ body: 'ready' })).toBe('its body does not hold “ready”');
    expect(of({ body: '/ALL\\s+fine/i' })).toBeNull();
    expect(of({ body: /^nothing/ })).toBe('its body does not match /^nothing/');
    expect(of({ body: '/a(/' })).toBe('its body does not hold “/a(/”');
    const late = { text: `${'x'.repeat(70_000)}all fine` };
    expect(of({ body: 'all fine' }, late)).not.toBeNull();
  });

  it('of a latency', () => {
    expect(of({ maxLatencyMs: 13 })).toBeNull();
    expect(of({ maxLatencyMs: 12 })).toBe('answered in 13 ms, expected within 12 ms');
    expect(of({ maxLatencyMs: null })).toBeNull();
  });
});
