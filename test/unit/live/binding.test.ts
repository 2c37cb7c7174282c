import { describe, expect, it } from 'vitest';
import type { Container } from '../../../src/domain/container.ts';
import { bindRole, type RoleBinding } from '../../../src/live/binding.ts';
import { container } from '../signals/make.ts';

const plan: RoleBinding = {
  roles: [
    { role: 'worker', services: ['worker-1', 'worker-2', 'worker-3'] },
    { role: 'redis', services: ['redis'], label: 'tier=cache' },
    { role: 'postgres', services: ['postgres'] },
  ],
  rebinding: {},
};
const bind = (role: string, known: readonly Container[], rest: Partial<RoleBinding> = {}) =>
  bindRole(role, { ...plan, ...rest }, 'falcon', known);

const stopped = { state: 'exited', exitCode: 1 } as const;

describe('a role', () => {
  it('lists every service of it that is there, and takes the first that runs', () => {
    const known = [container('worker-3'), container('worker-2'), container('worker-1', stopped)];
    expect(bind('worker', known)).toEqual({
      role: 'worker',
      project: 'falcon',
      service: 'worker-2',
      services: ['worker-1', 'worker-2', 'worker-3'],
    });
  });

  it('is found by the name of a container', () => {
    const known = [container('cache', { name: 'redis', image: 'x' }), container('nginx')];
    expect(bind('redis', known)).toEqual({ role: 'redis', project: 'falcon', service: 'cache' });
    expect(bind('falcon-nginx', known).service).toBe('nginx');
  });

  it('is found by its label before its likeness', () => {
    const labels = { tier: 'cache' };
    const known = [container('kv', { image: 'x', labels }), container('redis-2')];
    expect(bind('redis', known)).toMatchObject({ service: 'kv', found: 'label' });
    const elsewhere = { rebinding: { redis: 'valkey' } };
    expect(bind('redis', known, elsewhere)).not.toMatchObject({ found: 'label' });
  });

  it.each([
    ['a longer name', container('cache-redis')],
    ['another spelling', container('reddis', { image: 'x' })],
    ['the container', container('kv', { name: 'falcon_redis_1', image: 'x' })],
    ['the image', container('kv', { image: 'docker.io/bitnami/redis:7@sha256:0' })],
  ])('is guessed by %s, and says that it is a guess', (_, only) => {
    const known = [container('nginx'), container('redis-exporter'), only];
    expect(bind('redis', known)).toMatchObject({ service: only.service, found: 'likeness' });
  });

  it('guesses all services of a role that has several', () => {
    const known = [container('falcon-worker-a'), container('falcon-worker-b'), container('redis')];
    expect(bind('worker', known)).toMatchObject({
      service: 'falcon-worker-a',
      services: ['falcon-worker-a', 'falcon-worker-b'],
      found: 'likeness',
    });
  });

  it.each([
    ['two are alike', [container('redis-a'), container('redis-b')]],
    ['it is only a companion', [container('redis-exporter')]],
    ['it plays another role', [container('postgres', { image: 'redis' })]],
    ['nothing is alike', [container('nginx')]],
    ['it is of another project', [container('redis-1', { project: 'other' })]],
  ])('is not guessed where %s', (_, known) => {
    expect(bind('redis', known)).toEqual({ role: 'redis', project: 'falcon', service: 'redis' });
  });
});
