import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../../src/runbooks/selector.ts';

describe('a selector', () => {
  it.each([
    ['up', 'up', {}],
    [' up {} ', 'up', {}],
    ['a:b_total{status="error"}', 'a:b_total', { status: 'error' }],
    ['m{a="1", b="x,y}",}', 'm', { a: '1', b: 'x,y}' }],
    [String.raw`m{a="q\"\\\n"}`, 'm', { a: 'q"\\\n' }],
  ])('%s', (text, name, labels) => {
    expect(parseSelector(text)).toEqual({ ok: { name, labels } });
  });

  it.each([
    ['', 0],
    ['1up', 0],
    ['m{', 0],
    ['m{a=1}', 2],
    ['m{a="1",b~"2"}', 8],
    ['m{a="1" b="2"}', 2],
  ])('%s is refused at column %i', (text, column) => {
    expect(parseSelector(text)).toMatchObject({ error: { column } });
  });
});
