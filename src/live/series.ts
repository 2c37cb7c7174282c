import type { Labels } from '../domain/metrics.ts';
import { signalKey } from '../signals/key.ts';

/*
 * Names of the history rings: the one place that knows them. A ring gets a point with every
 * observation, except signals, which get one per source interval however many instances answer.
 */

/** A numeric signal, in its unit. */
export const signalSeries = (id: string, labels: Labels = {}) => `signal:${signalKey(id, labels)}`;

/** A numeric signal at one of its instances, in its unit. */
export const instanceSeries = (id: string, labels: Labels) => `instance:${signalKey(id, labels)}`;

/** A container's use of the processor, fraction of one core. */
export const cpuSeries = (containerId: string) => `cpu:${containerId}`;

/** A container's memory, bytes. */
export const memorySeries = (containerId: string) => `memory:${containerId}`;

/** How long a check took to answer, ms; by source name. */
export const checkLatencySeries = (source: string) => `check:${source}`;

/** How long the cache took to answer, ms; by source name. */
export const cacheLatencySeries = (source: string) => `cache:${source}`;

/** Commands a second of the cache; by source name. */
export const cacheOpsSeries = (source: string) => `cache ops:${source}`;

/** What the cache holds, bytes; by source name. */
export const cacheMemorySeries = (source: string) => `cache memory:${source}`;

/** Use of all of the host's cores together, fraction; by source name. */
export const hostCpuSeries = (source: string) => `host cpu:${source}`;

/** Load of the last minute; by source name. */
export const hostLoadSeries = (source: string) => `host load:${source}`;

export { signalKey };
