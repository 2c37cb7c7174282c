import type { Family } from './metric-families.ts';

export const counter = (name: string, help: string): Family => ({ name, help, kind: 'counter' });
export const gauge = (name: string, help: string): Family => ({ name, help, kind: 'gauge' });
export const histogram = (name: string, help: string, buckets: readonly number[]): Family => ({
  name,
  help,
  kind: 'histogram',
  buckets,
});
