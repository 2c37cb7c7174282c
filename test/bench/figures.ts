/** One measured number, and what it has to be at most. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most it may be; null when it is told for comparison only. */
  readonly target: number | null;
  /** What else to know, such as the spread. */
  readonly note?: string;
}

/** Figures that were taken in one part of the run. */
export interface Section {
  readonly title: string;
  /** How it was measured. */
  readonly how: string;
  readonly figures: readonly Figure[];
}

/** The value below which a share (0..1) of all values lies; NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return sorted[index] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The slope of a straight line through points, by least squares; in units of y per unit of x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return above / below;
}

/** As few digits as tell the number apart. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return 'not measured';
  const places = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(places);
}

/** Whether a figure keeps its target: a sign, empty when there is none. */
export function verdict({ value, target }: Figure): '' | '✓' | '✗' {
  if (target === null) return '';
  return value <= target ? '✓' : '✗';
}
