import { relative } from 'node:path';
import { mayBeSkipped } from './skipping.ts';

/** The part of vitest's JSON report that counts. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** What a run came to. */
export interface Summary {
  readonly passed: number;
  /** Failed tests, and files that could not be loaded. */
  readonly failed: number;
  /** `file: name` of each test that was left out. */
  readonly skipped: readonly string[];
  /** Those of them that CI does not allow. */
  readonly forbidden: readonly string[];
}

/**
 * Counts a report.
 *
 * @param root folder that file names are told relative to
 */
export function summarize(report: TestReport, root: string): Summary {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  for (const { name, status, assertionResults } of report.testResults) {
    const failedHere = assertionResults.filter((test) => test.status === 'failed').length;
    failed += failedHere;
    if (status === 'failed' && failedHere === 0) failed += 1;
    for (const test of assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status !== 'failed') skipped.push(`${relative(root, name)}: ${test.fullName}`);
    }
  }
  return { passed, failed, skipped, forbidden: skipped.filter((name) => !mayBeSkipped(name)) };
}

/** The last line of a run. */
export const countLine = ({ passed, failed, skipped }: Omit<Summary, 'forbidden'>): string =>
  `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
