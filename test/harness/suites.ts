import { beforeAll, describe, inject } from 'vitest';
import type { Stack } from '../stack/stack.ts';
import { ownStack } from './own-stack.ts';
import { asksFor } from './skipping.ts';
import './provided.ts';

// Ways to leave a suite out. Its name then says why, and the summary of the run names it.

/** A suite that needs the real servers on this machine (redis-server, postgres, docker, nginx). */
export function describeReal(title: string, body: () => void): void {
  const lacks = inject('machineLacks');
  describe.skipIf(lacks !== null)(lacks === null ? title : `${title} (${lacks})`, body);
}

/**
 * A suite on a stack that many files use in turn: it must leave the stack as it found it.
 *
 * @param body is given the way to the stack, to be called within tests and hooks
 */
export function describeOnStack(title: string, body: (stack: () => Stack) => void): void {
  describeReal(title, () => {
    let attached: Stack | null = null;
    beforeAll(async () => {
      attached = await ownStack(inject('stackDirs'));
    });
    body(() => {
      if (attached === null) throw new Error('the stack is there within tests and hooks only');
      return attached;
    });
  });
}

/**
 * A suite that asks for something outside this machine by a variable, such as a cluster. It alone may be
 * left out with CI set.
 *
 * @param body is given the value of the variable
 *
 * @public
 */
export function describeAsking(
  variable: string,
  title: string,
  body: (value: string) => void,
): void {
  const value = process.env[variable] ?? '';
  const name = value === '' ? `${title} ${asksFor(variable)}` : title;
  describe.skipIf(value === '')(name, () => body(value));
}
