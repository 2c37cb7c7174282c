import { defineConfig } from 'vitest/config';

// The programs under test inherit the workers' environment where a test does not build its own; with CI
// in it Ink would paint nothing. Vitest itself has read it by now and keeps to it: no `.only`, no new
// snapshots.
delete process.env['CI'];

// Three kinds of tests, one after the other: on their own; against real servers that each file starts for
// itself, which mostly waits, so that three such files share two cores; on a real stack that the files of one
// worker break in turn. A second stack would save minutes, but journeys hold keys and sources against the
// time an operator has, and it takes theirs.
const FILES_WITH_SERVERS = 3;
const STACKS = 1;

/** Journeys that bring all they need. */
const WITHOUT_A_STACK = ['launcher', 'demo', 'drill', 'drill-console'].map(
  (name) => `test/journeys/${name}.test.ts`,
);

export default defineConfig({
  test: {
    retry: 0,
    teardownTimeout: 60_000,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/unit/**/*.test.{ts,tsx}',
            'test/properties/**/*.test.ts',
            'test/tidy.test.ts',
          ],
          testTimeout: 15_000,
          // Nothing outlives them but modules, whose loading took two thirds of their time.
          isolate: false,
          // Chalk decides once a process whether it colours.
          env: { FORCE_COLOR: '1' },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/contract/**/*.test.ts', ...WITHOUT_A_STACK],
          exclude: ['test/contract/**/*.stack.test.ts'],
          globalSetup: ['test/harness/machine.setup.ts'],
          maxWorkers: FILES_WITH_SERVERS,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/contract/**/*.stack.test.ts', 'test/journeys/**/*.test.ts'],
          exclude: WITHOUT_A_STACK,
          globalSetup: ['test/harness/stack.setup.ts'],
          maxWorkers: STACKS,
          testTimeout: 240_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
