import { describe, expect, it } from 'vitest';
import { atPath, decodeJson, flattenFields } from '../../../src/integrations/http/decode.ts';

describe('a JSON answer', () => {
  it('is made safe, and null when it is none', () => {
    expect(decodeJson('{"\\u001b[1mkey":"\\u001b[31mred\\u001b[0m"}')).toEqual({ key: 'red' });
    expect(decodeJson('<html>')).toBeNull();
    expect(decodeJson('')).toBeNull();
  });

  it('is bounded in depth, width and length', () => {
    const deep = `${'['.repeat(50)}1${']'.repeat(50)}`;
    expect(JSON.stringify(decodeJson(deep))).toBe('[[[[[["…"]]]]]]');
    expect(decodeJson(JSON.stringify(Array.from({ length: 5000 }, () => 0)))).toHaveLength(200);
    expect(decodeJson(JSON.stringify('x'.repeat(9000)))).toHaveLength(2000);
  });

  it('is flattened into at most 20 short fields', () => {
    const json = decodeJson('{"ready":true,"checks":{"redis_available":false,"n":[1,null]}}');
    expect(flattenFields(json)).toEqual({
      ready: 'true',
      'checks.redis_available': 'false',
      'checks.n.0': '1',
      'checks.n.1': 'null',
    });
    const wide = Object.fromEntries(
      Array.from({ length: 99 }, (_, n) => [`k${n}`, 'x'.repeat(500)]),
    );
    const fields = flattenFields(wide);
    expect(Object.keys(fields)).toHaveLength(20);
    expect(fields['k0']).toHaveLength(80);
    expect(flattenFields('text')).toEqual({});
  });

  it('is read by path, own properties only', () => {
    const json = decodeJson('{"a":{"b":[1,2]}}');
    expect(atPath(json, 'a.b.1')).toBe(2);
    expect(atPath(json, 'a.c')).toBeUndefined();
    expect(atPath(json, 'a.constructor')).toBeUndefined();
    expect(atPath(json, 'a.b.1.x')).toBeUndefined();
  });
});
