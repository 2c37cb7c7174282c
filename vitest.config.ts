import { defineConfig } from 'vitest/config';

// The programs under test inherit the workers' environment where a test does not build its own; with CI
// in it Ink would paint nothing. Vitest itself has read it by now and keeps to it: no `.only`, no new
// snapshots.
delete process.env['CI'];

// Three kinds of tests, one after the other: on their own in parallel; against real servers that each
// file starts for itself; on the one real stack that they share and break in turn.
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
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/contract/**/*.test.ts', 'test/journeys/launcher.test.ts'],
          exclude: ['test/contract/**/*.stack.test.ts'],
          globalSetup: ['test/harness/machine.setup.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/contract/**/*.stack.test.ts', 'test/journeys/**/*.test.ts'],
          exclude: ['test/journeys/launcher.test.ts'],
          globalSetup: ['test/harness/stack.setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
