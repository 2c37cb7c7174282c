import { expect, test } from 'vitest';
import { asksFor, mayBeSkipped } from '../../harness/skipping.ts';
import { countLine, summarize } from '../../harness/summary.ts';

const file = (name: string, status: string, tests: Readonly<Record<string, string>>) => ({
  name: `/home/me/ops/test/${name}`,
  status,
  assertionResults: Object.entries(tests).map(([fullName, state]) => ({ fullName, status: state })),
});

test('tests are counted, and those left out are named with their file', () => {
  const summary = summarize(
    {
      testResults: [
        file('a.test.ts', 'failed', { good: 'passed', bad: 'failed' }),
        file('b.test.ts', 'passed', {
          fine: 'passed',
          'redis (not root)': 'pending',
          [`pods ${asksFor('OPSCONSOLE_TEST_KUBECONFIG')}`]: 'skipped',
        }),
      ],
    },
    '/home/me/ops',
  );
  expect(countLine(summary)).toBe('2 passed, 1 failed, 2 skipped');
  expect(summary.skipped[0]).toBe('test/b.test.ts: redis (not root)');
  expect(summary.forbidden).toEqual(['test/b.test.ts: redis (not root)']);
});

test('a file that could not be loaded counts as a failure', () => {
  const summary = summarize({ testResults: [file('a.test.ts', 'failed', {})] }, '/home/me/ops');
  expect(countLine(summary)).toBe('0 passed, 1 failed, 0 skipped');
});

test('only what asks for something by a variable may be left out in CI', () => {
  expect(mayBeSkipped('pods (asks for OPSCONSOLE_TEST_KUBECONFIG) are read')).toBe(true);
  expect(mayBeSkipped('pods (asks for a cluster) are read')).toBe(false);
});
