import { around } from '../random.ts';
import type { DashboardProcess } from './flags-state.ts';
import type { Program } from './program.ts';

const BYTES = 148 * 1024 * 1024;
const PAGE = '<!doctype html><html><head><title>FeatureSignals</title></head><body></body></html>';

/** The pages of FeatureSignals. */
export const dashboard: Program<DashboardProcess> = {
  start: (world) => ({
    kind: 'dashboard',
    startedAt: world.now,
    readyAt: world.now + around(world, 4000, 0.1),
  }),
  bytes: () => BYTES,
  pids: () => 12,
  serve: () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: PAGE, tookMs: 12 }),
};
