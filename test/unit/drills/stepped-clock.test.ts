import { expect, it } from 'vitest';
import { wait } from '../../../src/domain/clock.ts';
import { steppedClock } from '../../../src/drills/stepped-clock.ts';

it('a stepped clock runs what falls due in order, each at its own moment', async () => {
  const clock = steppedClock(1000);
  const ran: [string, number][] = [];
  const note = (name: string) => () => void ran.push([name, clock.now()]);
  clock.after(30, note('third'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.after(60, note('later'));
  clock.after(20, note('never')).cancel();
  expect(clock.nextAt()).toBe(1010);
  expect(await clock.moveTo(1050)).toBe(true);
  expect(ran).toEqual([
    ['first', 1010],
    ['second', 1010],
    ['third', 1030],
  ]);
  expect(clock.now()).toBe(1050);
  expect(await clock.moveTo(1055)).toBe(false);
  expect(clock.nextAt()).toBe(1060);
});

it('what one timer begins has its time within the same move', async () => {
  const clock = steppedClock(0);
  const seen: number[] = [];
  const walk = async () => {
    await wait(clock, 10);
    seen.push(clock.now());
    await wait(clock, 10);
    seen.push(clock.now());
  };
  const walked = walk();
  await clock.moveTo(10);
  await clock.moveTo(30);
  await walked;
  expect(seen).toEqual([10, 20]);
});
