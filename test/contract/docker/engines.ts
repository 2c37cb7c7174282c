import { describe, it } from 'vitest';
import { describeReal } from '../../harness/suites.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { startProject } from './project.ts';
import { simulatedProject } from './simulated.ts';

type Test = (name: string, body: () => Promise<unknown> | unknown) => void;

/** What a suite is given: how to start a project, and how to say what its engine must do. */
interface Suite {
  readonly startProject: typeof startProject;
  readonly it: Test;
  /** Whether containers have addresses of their own. */
  readonly addresses: boolean;
}

/** A suite that a real engine and the simulated one have to pass alike. */
export function describeEngine(title: string, body: (suite: Suite) => void): void {
  describeReal(`${title}, a real one`, () => body({ startProject, it, addresses: true }));
  const except: Test = (name, run) => {
    if (EXCEPTIONS[name] === undefined) it(name, run);
  };
  // The command line asks it, and that is a program of this machine.
  describeReal(`${title}, the simulated one`, () => {
    describe('as the real one', () =>
      body({ startProject: simulatedProject, it: except, addresses: false }));
  });
}
