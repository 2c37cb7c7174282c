/** Colours of the pictures: a dark terminal. */
export const BACKGROUND = '#14181f';
export const FOREGROUND = '#d5dae3';

const BASE: readonly string[] = [
  '#2b313c',
  '#ef6b73',
  '#7fc77f',
  '#e5c07b',
  '#6cb0f2',
  '#c98fe0',
  '#56c2cc',
  '#c5cbd6',
  '#6b7485',
  '#ff8b92',
  '#9ee09e',
  '#f3d694',
  '#92c8ff',
  '#deb0f0',
  '#7fdfe8',
  '#ffffff',
];

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** A colour of the 256: the 16 named ones, the 6 × 6 × 6 cube, then 24 greys. */
export function paletteColour(index: number): string {
  const named = BASE[index];
  if (named !== undefined) return named;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const level = (step: number) => hex(step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

/** A 24-bit colour as SVG writes it. */
export const rgbColour = (value: number): string => `#${value.toString(16).padStart(6, '0')}`;
