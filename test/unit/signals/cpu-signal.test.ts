import { expect, test } from 'vitest';
import { cpuSignals } from '../../../src/signals/cpu-signal.ts';
import { container as make, usage } from './make.ts';

const roles = [{ role: 'worker', services: ['worker-1', 'worker-2'] }];

const container = (id: string, service: string, project = 'falcon') =>
  make(service, { id, project });

const used = (id: string, cpu: number | null) => usage(id, { cpu });

test('the busiest container speaks for its role, another for its service', () => {
  const containers = [
    container('a', 'worker-1'),
    container('b', 'worker-2'),
    container('c', 'redis'),
    container('d', 'redis', 'other'),
    container('e', 'nginx'),
  ];
  const value = [used('a', 0.1), used('b', 0.4), used('c', 1), used('d', 3), used('e', null)];
  const found = cpuSignals(
    { containers: [{ value: containers, observedAt: 7 }], usage: [{ value, observedAt: 7 }] },
    roles,
    'falcon',
  );
  expect(found.map(({ labels, value: cpu, observedAt }) => [labels, cpu, observedAt])).toEqual([
    [{ service: 'worker' }, 0.4, 7],
    [{ service: 'redis' }, 1, 7],
  ]);
});
