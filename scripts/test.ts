import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { countLine, type Summary, summarize } from '../test/harness/summary.ts';
import { ensurePackages } from '../test/setup/packages.ts';

// `npm test`: sets the real servers up where it may, beside every check, then every test, all of them even
// after one failed. `npm test -- path…` runs only the tests whose path matches.

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}/build/test-results.json`;
const filters = process.argv.slice(2);
const strict = !['', '0', 'false'].includes(process.env['CI'] ?? '');

/** Runs a tool of ours in the foreground; true when it found nothing wrong. */
async function passes(command: string, ...args: readonly string[]): Promise<boolean> {
  process.stdout.write(`\n▶ ${[command, ...args].join(' ')}\n`);
  const options = { cwd: root, preferLocal: true, stdio: 'inherit', reject: false } as const;
  const { exitCode } = await execa(command, args, options);
  return exitCode === 0;
}

const failures: string[] = [];
async function step(name: string, command: string, ...args: readonly string[]): Promise<void> {
  if (!(await passes(command, ...args))) failures.push(name);
}

/** What vitest reported, or nothing when it never came to a report. */
async function readSummary(): Promise<Summary> {
  try {
    return summarize(JSON.parse(await readFile(results, 'utf8')), root);
  } catch {
    failures.push('tests (no report)');
    return { passed: 0, failed: 0, skipped: [], forbidden: [] };
  }
}

if (filters.length === 0) {
  // Fetching them waits for the network, the checks for nothing but the processor.
  const packages = ensurePackages();
  packages.catch(() => undefined);
  await step('types', 'tsc', '-b');
  await step('lint and format', 'biome', 'check', '.');
  await step('unused code', 'knip');
  await step('build', process.execPath, 'scripts/build.ts');
  const { available, missing, reason } = await packages;
  if (!available) {
    const lacking = missing.length > 0 ? `; missing: ${missing.join(' ')}` : '';
    process.stdout.write(`without real servers: ${reason}${lacking}\n`);
  }
}

await rm(results, { force: true });
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
const green = await passes('vitest', 'run', ...reporters, ...filters);
const summary = await readSummary();
if (!green && summary.failed === 0) failures.push('tests (an error outside of a test)');

const { skipped, forbidden } = summary;
if (skipped.length > 0) {
  const list = skipped.map((name) => `  ${name}\n`).join('');
  process.stdout.write(`\n${skipped.length} skipped:\n${list}`);
}
if (strict && forbidden.length > 0) failures.push(`${forbidden.length} skipped though CI is set`);
for (const name of failures) process.stdout.write(`✖ ${name}\n`);
const failed = summary.failed + failures.length;
process.stdout.write(`\n${countLine({ ...summary, failed })}\n`);
process.exitCode = failed > 0 ? 1 : 0;
