import { expect, it } from 'vitest';
import { loadDrills } from '../../../src/drills/load.ts';
import { trialsOf, trialWord } from '../../../src/drills/trials.ts';
import { falconPack } from '../runbooks/falcon.ts';

const { drills } = loadDrills([falconPack()]);
const words = (id: string, thorough: boolean) => {
  const drill = drills.find((one) => one.id === id);
  if (drill === undefined) throw new Error(`there is no ${id}`);
  return trialsOf(drill, drills, thorough).map(trialWord);
};

it('a drill is followed to its end', () => {
  expect(words('falcon/redis-killed', false)).toEqual(['follow']);
});

it('thoroughly, its fault is also left alone, met in words only, and met with each remedy that does not help', () => {
  const others = ['remedy flush-cache', 'remedy raise-maxmemory'];
  expect(words('falcon/redis-killed', true)).toEqual([
    'follow',
    'left-alone',
    'not-done',
    ...others,
  ]);
  expect(words('falcon/redis-full', true)).toEqual(['follow', 'left-alone', 'not-done']);
});

it('what only decides has no remedy to try', () => {
  expect(words('falcon/redis-overloaded', true)).toEqual(['follow']);
});
