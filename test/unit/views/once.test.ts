import { describe, expect, test } from 'vitest';
import { renderOnce } from '../../../views/once.tsx';
import { full, fullDead } from '../../fixtures/full.ts';
import { container, fact, healthy, NOW } from '../../fixtures/live.ts';
import { alarmedBoard, fakePorts } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

const portsOf = (change: Partial<Parameters<typeof fakePorts>[0]>) =>
  fakePorts({ clock: createFakeClock(NOW), live: full, ...change });

describe('one frame of the overview', () => {
  test.each([
    [80, 24],
    [120, 40],
  ])('at %i×%i is plain text that says what the screen would', async (columns, rows) => {
    const clock = createFakeClock(NOW);
    const ports = portsOf({ clock, live: fullDead, board: alarmedBoard });
    const frame = await renderOnce({ ports, columns, rows });
    for (const words of ['us-ashburn', 'exited 137', 'OPEN', '42 of 100', 'restart-redis']) {
      expect(frame).toContain(words);
    }
    const lines = frame.split('\n');
    expect(lines.length).toBeLessThanOrEqual(rows + 1);
    expect(frame).not.toMatch(/\p{Cc}(?<!\n)|[ ]\n/u);
    expect(frame.endsWith('\n')).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  test('is ASCII where the terminal has no more, and no name breaks it', async () => {
    const evil = container('redis', { name: '\u001b[2Jevil\u0007', project: null });
    const live = { ...healthy, facts: { docker: fact('docker', 'containers', [evil]) } };
    const frame = await renderOnce({
      ports: portsOf({ live }),
      columns: 80,
      rows: 24,
      unicode: false,
    });
    expect(frame).toMatch(/^[\x20-\x7e\n]*$/);
    expect(frame).toContain('evil');
  });
});
