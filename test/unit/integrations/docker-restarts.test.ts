import { beforeEach, describe, expect, it } from 'vitest';
import { type ContainerDetail, decodeInspection } from '../../../src/integrations/docker/decode.ts';
import {
  createRestarts,
  RECENT_MS,
  type Restarts,
} from '../../../src/integrations/docker/restarts.ts';
import { jsonFixture } from './fixtures.ts';

const NOW = 1_700_000_000_000;
const detail = decodeInspection(jsonFixture('docker/inspect-running.json'));
const { id } = detail;
const inspection = (startedAt: number, restartCount = 0): ContainerDetail => ({
  ...detail,
  startedAt,
  restartCount,
});

describe('recent restarts', () => {
  let restarts: Restarts;
  const event = (action: string, at: number, type = 'container') =>
    restarts.seen({ type, action, container: id, project: null, at });
  beforeEach(() => {
    restarts = createRestarts();
  });

  it('are starts after a death; the first start is none', () => {
    event('create', NOW - 5000);
    event('start', NOW - 4000);
    expect(restarts.of(id, NOW)).toEqual([]);
    event('die', NOW - 3000);
    event('start', NOW - 2900);
    event('die', NOW - 1000.5);
    event('start', NOW - 900.5);
    expect(restarts.of(id, NOW)).toEqual([NOW - 2900, NOW - 901]);
  });

  it('are counted once though the stream repeats itself', () => {
    for (let time = 0; time < 3; time += 1) {
      event('die', NOW - 3000);
      event('start', NOW - 2900);
    }
    expect(restarts.of(id, NOW)).toEqual([NOW - 2900]);
  });

  it('are found by inspections where no event told of them', () => {
    restarts.inspected(null, inspection(NOW - 60_000, 7));
    expect(restarts.of(id, NOW)).toEqual([]);
    restarts.inspected(inspection(NOW - 60_000, 7), inspection(NOW - 500, 9));
    expect(restarts.of(id, NOW)).toEqual([NOW - 500, NOW - 500]);
  });

  it('are not counted twice by event and inspection', () => {
    event('die', NOW - 600);
    event('start', NOW - 500);
    restarts.inspected(inspection(NOW - 60_000, 1), inspection(NOW - 510, 2));
    expect(restarts.of(id, NOW)).toEqual([NOW - 500]);
    restarts.inspected(inspection(NOW - 510, 2), inspection(NOW - 510, 2));
    expect(restarts.of(id, NOW)).toHaveLength(1);
  });

  it('in quick succession are each counted once, whichever tells first', () => {
    event('die', NOW - 900);
    event('start', NOW - 795);
    event('die', NOW - 500);
    event('start', NOW - 395);
    restarts.inspected(inspection(NOW - 800), inspection(NOW - 400));
    expect(restarts.of(id, NOW)).toEqual([NOW - 795, NOW - 395]);
    restarts.inspected(inspection(NOW - 400), inspection(NOW - 100));
    event('die', NOW - 200);
    event('start', NOW - 95);
    expect(restarts.of(id, NOW)).toEqual([NOW - 795, NOW - 395, NOW - 100]);
  });

  it('are counted once though a busy engine tells of them late', () => {
    restarts.inspected(inspection(NOW - 60_000), inspection(NOW - 9000, 1));
    event('die', NOW - 5000);
    event('start', NOW - 4000);
    expect(restarts.of(id, NOW)).toEqual([NOW - 9000]);
    event('die', NOW - 2000);
    event('start', NOW - 1000);
    expect(restarts.of(id, NOW)).toEqual([NOW - 9000, NOW - 1000]);
  });

  it('are forgotten after ten minutes, and are the same list until then', () => {
    event('die', NOW - 10);
    event('start', NOW);
    const first = restarts.of(id, NOW + 1);
    expect(restarts.of(id, NOW + RECENT_MS - 1)).toBe(first);
    expect(restarts.of(id, NOW + RECENT_MS)).toEqual([]);
    expect(restarts.of(id, NOW + RECENT_MS)).toBe(restarts.of('other', NOW));
  });

  it('are bounded, and forgotten with their container', () => {
    for (let at = 0; at < 500; at += 1) {
      event('die', NOW + at);
      event('start', NOW + at);
    }
    const all = restarts.of(id, NOW + 500);
    expect(all).toHaveLength(100);
    expect(all.at(-1)).toBe(NOW + 499);
    restarts.keep(new Set());
    expect(restarts.of(id, NOW)).toEqual([]);
  });
});
