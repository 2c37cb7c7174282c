import { describe, expect, test } from 'vitest';
import { paintLine } from '../../../views/kit/paint.ts';
import { paletteOf } from '../../../views/kit/theme.ts';
import { text } from '../../../views/present/line.ts';

const moment = { now: 0, tick: 0, history: { points: () => [] } };
const bad = (depth: 4 | 8 | 24, light = false) =>
  paintLine([text('x', 'bad')], moment, { color: true, unicode: true, depth, light });

/** Relative luminance, 0 to 1, as WCAG 2 defines it. */
function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe('the ladder of colours', () => {
  test('asks a terminal for what it has, and for nothing it has not', () => {
    expect(bad(24)).toContain('\u001b[38;2;');
    expect(bad(8)).toContain('\u001b[38;5;');
    expect(bad(4)).toContain('\u001b[31m');
    const mono = paintLine([text('x', 'bad')], moment, { color: false, unicode: true });
    expect(mono).toBe('\u001b[1mx\u001b[22m');
  });

  test.each([
    [false, ['#000000', '#1e1e1e', '#282c34', '#002b36']],
    [true, ['#ffffff', '#fafafa', '#fdf6e3']],
  ])('can be read on every usual background, light %s', (light, backgrounds) => {
    const palette = paletteOf({ color: true, unicode: true, depth: 24, light });
    for (const [tone, { color }] of Object.entries(palette)) {
      if (typeof color !== 'string') continue;
      for (const background of backgrounds) {
        expect(contrast(color, background), `${tone} on ${background}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test('on a light background uses neither yellow nor cyan', () => {
    const palette = paletteOf({ color: true, unicode: true, depth: 4, light: true });
    const colors = Object.values(palette).map(({ color }) => color);
    expect(colors).not.toContain('yellow');
    expect(colors).not.toContain('cyan');
  });
});
