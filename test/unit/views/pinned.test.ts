import { expect, test } from 'vitest';
import { lineWidth } from '../../../views/present/line.ts';
import { pinnedLine } from '../../../views/present/pinned.ts';
import { redisDead } from '../../fixtures/live.ts';
import { redisDown } from '../../fixtures/runbook-graphs.ts';

const words = (width: number) =>
  pinnedLine(redisDead, redisDown, width).map((span) => ('text' in span ? span.text : ''));

test('what is pinned stands whole or not at all, what is broken first', () => {
  const all = words(500);
  expect(all.join('')).toMatch(/^ ✖ breaker redis OPEN {3}✖ redis exited {3}/);
  for (const width of [30, 50, 80]) {
    const shown = words(width).filter((part) => part.trim() !== '');
    expect(lineWidth(pinnedLine(redisDead, redisDown, width))).toBeLessThanOrEqual(width);
    expect(shown.length).toBeGreaterThan(0);
    for (const part of shown) expect(all).toContain(part);
  }
});
