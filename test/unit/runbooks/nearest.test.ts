import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/domain/nearest.ts';

describe('nearest', () => {
  it.each([
    ['redsi', ['redis', 'postgres', 'nginx'], ['redis']],
    ['worker', ['worker-1', 'worker-2', 'redis'], ['worker-1', 'worker-2']],
    ['falcon-redis', ['redis', 'nginx'], ['redis']],
    ['Docker.Container', ['docker.container', 'docker.network'], ['docker.container']],
    ['zzz', ['redis', 'nginx'], []],
    ['', ['a'], []],
    ['aaaa', ['aaab', 'aaac', 'aaad', 'aaae'], ['aaab', 'aaac', 'aaad']],
  ])('%s among %j is %j', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toEqual(expected);
  });

  it('puts the fewest edits first', () => {
    expect(nearest('evictions', ['evictionss', 'evictins-x', 'eviction'])).toEqual([
      'eviction',
      'evictionss',
      'evictins-x',
    ]);
  });

  it('asks in words', () => {
    expect(didYouMean('redsi', ['redis'], 'none')).toBe('did you mean `redis`?');
    expect(didYouMean('zzz', ['redis'], 'there is redis')).toBe('there is redis');
  });
});
