import { describe, expect, it } from 'vitest';
import { selectionOf } from '../../../src/signals/selection.ts';
import {
  createWindows,
  WINDOW_SCRAPES_MAX,
  WINDOW_SERIES_MAX,
} from '../../../src/signals/window.ts';
import { sample, selector, signal } from './make.ts';

const requests = selector('requests_total');
const windowsFor = (windowMs: number) =>
  createWindows(selectionOf([signal('rate', { kind: 'rate', of: [requests], windowMs })]));

const total = (windows: ReturnType<typeof windowsFor>, windowMs: number, now: number) =>
  windows
    .increases([requests], windowMs, now)
    .series.reduce((all, { increase }) => all + increase, 0);

describe('windows', () => {
  it('counts only what lies inside the window', () => {
    const windows = windowsFor(60_000);
    [10, 20, 40, 80].forEach((value, index) => {
      windows.scrape('w1', [sample('requests_total', value)], index * 30_000);
    });
    expect(total(windows, 60_000, 90_000)).toBe(60);
    expect(total(windows, 60_000, 100_000)).toBe(40);
    expect(windows.increases([requests], 60_000, 400_000)).toEqual({ series: [], known: true });
  });

  it('keeps the instances apart, so that a reset of one is not hidden by another', () => {
    const windows = windowsFor(60_000);
    windows.scrape('w1', [sample('requests_total', 100)], 0);
    windows.scrape('w2', [sample('requests_total', 5)], 0);
    windows.scrape('w1', [sample('requests_total', 2)], 5000);
    windows.scrape('w2', [sample('requests_total', 200)], 5000);
    expect(total(windows, 60_000, 5000)).toBe(2 + 195);
  });

  it('knows a restart by the start time of the process, not by its jitter', () => {
    const windows = windowsFor(60_000);
    const scrape = (value: number, startedAt: number, at: number) =>
      windows.scrape(
        'w1',
        [sample('process_start_time_seconds', startedAt), sample('requests_total', value)],
        at,
      );
    scrape(5, 1000, 0);
    scrape(9, 1001, 5000);
    expect(total(windows, 60_000, 5000)).toBe(4);
    scrape(30, 1060, 10_000);
    expect(total(windows, 60_000, 10_000)).toBe(4 + 30);
  });

  it('begins anew when the clock was set back', () => {
    const windows = windowsFor(60_000);
    windows.scrape('w1', [sample('requests_total', 5)], 100_000);
    windows.scrape('w1', [sample('requests_total', 9)], 40_000);
    windows.scrape('w1', [sample('requests_total', 10)], 45_000);
    expect(total(windows, 60_000, 45_000)).toBe(1);
  });

  it('takes the last of two scrapes of one moment', () => {
    const windows = windowsFor(60_000);
    windows.scrape('w1', [sample('requests_total', 1)], 0);
    windows.scrape('w1', [sample('requests_total', 5)], 1000);
    windows.scrape('w1', [sample('requests_total', 6)], 1000);
    expect(total(windows, 60_000, 1000)).toBe(5);
  });

  it('keeps nothing that no definition selects', () => {
    const windows = windowsFor(60_000);
    windows.scrape('w1', [sample('other_total', 1)], 0);
    expect(windows.latest(selector('other_total'))).toEqual([]);
  });

  it('is bounded in scrapes and in series', () => {
    const windows = windowsFor(Number.MAX_SAFE_INTEGER);
    for (let at = 0; at <= WINDOW_SCRAPES_MAX * 2; at += 1) {
      windows.scrape('w1', [sample('requests_total', at)], at);
    }
    expect(total(windows, Number.MAX_SAFE_INTEGER, WINDOW_SCRAPES_MAX * 2)).toBe(
      WINDOW_SCRAPES_MAX - 1,
    );
    const many = Array.from({ length: WINDOW_SERIES_MAX + 10 }, (_, index) =>
      sample('requests_total', 1, { path: String(index) }),
    );
    windows.scrape('w2', many, 0);
    expect(windows.latest(requests).filter(({ source }) => source === 'w2')).toHaveLength(
      WINDOW_SERIES_MAX,
    );
  });

  it('tells series apart by their labels, wherever they stand on the page', () => {
    const windows = windowsFor(60_000);
    const of = (path: string, value: number) => sample('requests_total', value, { path });
    windows.scrape('w1', [of('/a', 1), of('/b', 10), of('/c', 100)], 0);
    windows.scrape('w1', [of('/c', 101), of('/a', 3), of('/b', 14)], 5000);
    windows.scrape('w1', [of('/a', 4), of('/b', 15)], 10_000);
    const found = windows.increases([requests], 60_000, 10_000).series;
    const byPath = found.map(({ labels, increase }) => [labels['path'], increase]);
    expect(byPath).toEqual([
      ['/a', 3],
      ['/b', 5],
      ['/c', 1],
    ]);
    windows.scrape('w1', [sample('requests_total', 7, { path: '/a', code: '200' })], 15_000);
    expect(windows.latest(requests).map(({ labels }) => labels)).toEqual([
      { path: '/a', code: '200' },
    ]);
  });

  it('makes room for others when series are gone', () => {
    const windows = windowsFor(1000);
    const page = (from: number) =>
      Array.from({ length: WINDOW_SERIES_MAX + 10 }, (_, n) =>
        sample('requests_total', 1, { n: String(from + n) }),
      );
    windows.scrape('w1', page(0), 0);
    windows.scrape('w1', page(0), 500);
    expect(windows.latest(requests)).toHaveLength(WINDOW_SERIES_MAX);
    windows.scrape('w1', page(WINDOW_SERIES_MAX), 3000);
    windows.scrape('w1', page(WINDOW_SERIES_MAX), 6000);
    expect(windows.latest(requests)).toHaveLength(WINDOW_SERIES_MAX);
    expect(windows.latest(requests)[0]?.labels).toEqual({ n: String(WINDOW_SERIES_MAX) });
  });
});
