import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHostProgram } from '../../../src/simulator/host/host-program.ts';
import { ofService } from '../../../src/simulator/world/world.ts';
import { falconRegion } from './falcon-region.ts';

it('a program of the host really listens, and keeps a container from its port until it has ended', async () => {
  const { breaks, host } = await falconRegion();
  const program = await startHostProgram(host, 'metrics-agent');
  onTestFinished(program.end);
  const { port } = program;
  await once(connect({ host: '127.0.0.1', port }), 'connect');
  await breaks('port-taken', {
    files: {
      'docker-compose.yml': { services: { 'worker-1': { ...IDLE, ports: [`${port}:8000`] } } },
    },
  });
  const worker = () => ofService(host.world(), 'worker-1')[0];
  expect(worker()).toMatchObject({
    state: 'created',
    error: expect.stringContaining(`listen tcp4 0.0.0.0:${port}: bind: address already in use`),
  });
  program.end();
  await vi.waitUntil(() => host.world().hostPorts.length === 0);
  const id = worker()?.id ?? '';
  expect(host.change({ kind: 'start', container: id }).refused).toBeNull();
  expect(worker()?.state).toBe('running');
});

const IDLE = { image: 'busybox:1.36', command: ['sh'], networks: ['falcon-network'] };
