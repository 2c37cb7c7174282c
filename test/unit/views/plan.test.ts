import { expect, test } from 'vitest';
import { detailLines, planLines } from '../../../views/present/plan.ts';
import { plan } from '../../fixtures/run.ts';

const words = (lines: ReturnType<typeof planLines>) =>
  lines.map((line) => line.map((span) => ('text' in span ? span.text : '')).join('')).join('\n');

const sessions = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    kind: 'session' as const,
    name: `pid ${100 + n}`,
    shortId: '',
    detail: 'falcon@falcon_inference nightly-report, active 22s',
    identity: { pid: String(100 + n) },
  }));

test('many targets do not stand before the command; all of them are listed', () => {
  const many = plan({ targets: sessions(85), command: 'SELECT pg_terminate_backend(pid)' });
  const first = planLines(many, 74);
  const command = first.findIndex((line) => words([line]).includes('pg_terminate_backend'));
  expect(command).toBeLessThan(14);
  expect(words(first)).toContain('… and 80 more, listed below');
  const all = `${words(first)}\n${words(detailLines(many, 74))}`;
  for (const { name } of many.targets) expect(all).toContain(name);
  expect(words(detailLines(many, 74, 6))).toContain('… 75 more: p shows all');
});

test('a few stand all at once', () => {
  const few = plan({ targets: sessions(6) });
  expect(words(planLines(few, 74))).toContain('pid 105');
  expect(detailLines(few, 74)).toEqual([]);
});
