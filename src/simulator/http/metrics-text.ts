import type { Container } from '../world/container.ts';
import { copyRegistry, set } from '../world/programs/metric-families.ts';
import { pageText } from '../world/programs/metrics-text.ts';
import { workerBytes } from '../world/programs/worker.ts';
import { workerFamilies } from '../world/programs/worker-families.ts';
import type { WorkerProcess } from '../world/programs/worker-state.ts';

/**
 * The text of a worker's `/metrics`.
 * @param outside a moment of the world's by everybody else's clock
 */
export function metricsText(
  container: Container,
  worker: WorkerProcess,
  outside: (at: number) => number,
): string {
  const bytes = workerBytes(worker);
  const { startedAt } = worker;
  const registry = copyRegistry(worker.registry);
  const labels = { worker_id: worker.settings.workerId };
  set(registry, 'memory_usage_bytes', labels, startedAt, bytes);
  return pageText(workerFamilies, registry, container, { bytes, startedAt }, outside);
}
