import type { Container, ContainerUsage } from '../../../src/domain/container.ts';
import type { Labels, Sample } from '../../../src/domain/metrics.ts';
import type {
  AlertDefinition,
  Computation,
  Selector,
  SignalDefinition,
} from '../../../src/signals/definition.ts';
import type { EvaluatedSignal } from '../../../src/signals/reading.ts';

export const selector = (name: string, labels: Labels = {}): Selector => ({ name, labels });

export const sample = (name: string, value: number, labels: Labels = {}): Sample => ({
  name,
  labels,
  value,
});

export function signal(
  id: string,
  computation: Computation,
  rest: Partial<SignalDefinition> = {},
): SignalDefinition {
  return { id, title: id, unit: 'count', computation, thresholds: null, states: null, ...rest };
}

export const breakerSignal = signal(
  'breaker',
  {
    kind: 'state',
    of: selector('circuit_breaker_state'),
    by: 'dependency',
    values: { '0': 'closed', '1': 'open', '2': 'half-open' },
    worst: ['open', 'half-open', 'closed'],
  },
  { unit: 'state', states: { warning: ['half-open'], critical: ['open'] } },
);

export function reading(rest: Partial<EvaluatedSignal>): EvaluatedSignal {
  return {
    id: 'p95',
    title: 'p95',
    labels: {},
    value: null,
    unit: 'seconds',
    state: 'ok',
    observedAt: null,
    threshold: null,
    reason: null,
    detail: null,
    since: null,
    stale: false,
    ...rest,
  };
}

export function alert(rest: Partial<AlertDefinition>): AlertDefinition {
  return {
    name: 'HighP95Latency',
    signal: 'p95',
    labels: {},
    condition: { kind: 'above', threshold: 1, clear: 0.8 },
    forMs: 60_000,
    severity: 'P2',
    summary: 'p95 {{value}}',
    ...rest,
  };
}

export function container(service: string, rest: Partial<Container> = {}): Container {
  return {
    id: `${service}-id`,
    name: `falcon-${service}`,
    project: 'falcon',
    service,
    composeNumber: null,
    inspected: true,
    recentRestarts: [],
    createdAt: null,
    image: `${service}:7`,
    state: 'running',
    health: 'healthy',
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    startedAt: 1000,
    finishedAt: null,
    addresses: { falcon_net: '172.30.0.5' },
    ports: [],
    ...rest,
  };
}

export function usage(id: string, rest: Partial<ContainerUsage> = {}): ContainerUsage {
  return {
    id,
    cpu: null,
    memoryBytes: null,
    memoryLimitBytes: null,
    receivedBytes: null,
    sentBytes: null,
    receivedBytesPerSecond: null,
    sentBytesPerSecond: null,
    readBytes: null,
    writtenBytes: null,
    pids: null,
    pidsLimit: null,
    ...rest,
  };
}
