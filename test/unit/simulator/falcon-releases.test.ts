import { expect, it } from 'vitest';
import { imageOf, ofService } from '../../../src/simulator/world/world.ts';
import { falconRegion } from './falcon-region.ts';

it('builds what a commit does, once for all workers, and goes back to where it was', async () => {
  const { breaks, host, tool } = await falconRegion();
  const shareOf = (ref: string) =>
    host.world().images.find(({ refs }) => refs.includes(ref))?.release.errorShare;
  await breaks('bad-commit');
  expect(host.world().images.flatMap(({ refs }) => refs)).not.toContain('falcon/worker:1.0.0');
  const { told: commits } = await tool('git', 'log', '--format=%h', '-n', '10');
  expect(commits).toEqual(['e70a5c1', '8d3b6f0', '41c9e7d']);
  expect(await tool('git', 'checkout', '--detach', '8d3b6f0')).toMatchObject({ code: 0 });
  expect((await tool('git', 'rev-parse', 'HEAD')).told).toEqual([
    expect.stringMatching(/^8d3b6f0[0-9a-f]{33}$/),
  ]);
  const before = host.world().images.length;
  const built = await tool('docker', 'compose', 'build', 'worker-1', 'worker-2', 'worker-3');
  expect(built).toMatchObject({ code: 0 });
  expect(host.world().images).toHaveLength(before + 1);
  expect(shareOf('falcon/worker:latest')).toBe(0);
  const [worker] = ofService(host.world(), 'worker-1');
  expect(worker && imageOf(host.world(), worker)?.release.errorShare).toBe(0.6);
  expect(await tool('git', 'checkout', '-')).toMatchObject({ code: 0 });
  await tool('docker', 'compose', 'build', 'worker-1');
  expect(shareOf('falcon/worker:latest')).toBe(0.6);
});
