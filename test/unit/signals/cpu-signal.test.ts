import { expect, test } from 'vitest';
import type { Container } from '../../../src/domain/container.ts';
import { cpuSignals } from '../../../src/signals/cpu-signal.ts';

const roles = [{ role: 'worker', services: ['worker-1', 'worker-2'] }];

function container(id: string, service: string, project = 'falcon'): Container {
  return {
    id,
    name: `${project}-${service}`,
    project,
    service,
    image: 'bb:1',
    state: 'running',
    health: 'none',
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    startedAt: 1,
    finishedAt: null,
    addresses: {},
    ports: [],
  };
}

const used = (id: string, cpu: number | null) => ({
  id,
  cpu,
  memoryBytes: null,
  memoryLimitBytes: null,
});

test('the busiest container speaks for its role, another for its service', () => {
  const containers = [
    container('a', 'worker-1'),
    container('b', 'worker-2'),
    container('c', 'redis'),
    container('d', 'redis', 'other'),
    container('e', 'nginx'),
  ];
  const value = [used('a', 0.1), used('b', 0.4), used('c', 1), used('d', 3), used('e', null)];
  const found = cpuSignals({ containers, usage: [{ value, observedAt: 7 }] }, roles, 'falcon');
  expect(found.map(({ labels, value: cpu, observedAt }) => [labels, cpu, observedAt])).toEqual([
    [{ service: 'worker' }, 0.4, 7],
    [{ service: 'redis' }, 1, 7],
  ]);
});
