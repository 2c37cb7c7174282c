import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Figure, quantile } from './figures.ts';

/** Watches how the machine treats a program that only waits, from now until it is asked. */
export function watchLateness(): () => Promise<Figure> {
  const loop = fork(fileURLToPath(new URL('bare-loop.ts', import.meta.url)), { stdio: 'inherit' });
  return async () => {
    const told = once(loop, 'message') as Promise<[number[]]>;
    loop.send('tell');
    const [late] = await told;
    return {
      name: 'a program beside it that only waits: late by, 95 of 100',
      value: quantile(late, 0.95),
      unit: 'ms',
      target: null,
      note: `99 of 100 ${quantile(late, 0.99).toFixed(1)} ms`,
    };
  };
}
