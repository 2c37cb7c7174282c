import type { Container } from '../container.ts';
import { hostPathOf, userOf } from '../files.ts';
import { builtMart, MARTS, type MartKey, type Warehouse } from '../warehouse.ts';
import { imageOf, log, type World } from '../world.ts';
import type { Program } from './program.ts';
import { openWarehouse } from './saasguard-data.ts';

/** A run of dbt: what it will have come to when it ends. */
export interface DbtProcess {
  readonly kind: 'dbt';
  readonly startedAt: number;
  readonly readyAt: number;
  readonly crash: { readonly at: number; readonly exitCode: number };
  readonly builds: readonly MartKey[];
  /** The table that failing rows are kept in; null where none are. */
  readonly audits: string | null;
}

const BYTES = 260 * 1024 * 1024;
const PATH = '/data/saasguard.duckdb';
const BEGIN_MS = 3000;
const MODEL_MS = 2500;
const TEST_MS = 150;
const TESTS = 12;
const UNUSABLE = 2;
const ALL: readonly MartKey[] = ['churn', 'expansion'];

/** A run in the making: its lines, and the moment it has come to. */
interface Course {
  at: number;
  readonly lines: { at: number; text: string }[];
  exitCode: number;
}

function say(course: Course, text: string, tookMs = 0): void {
  course.at += tookMs;
  const clock = new Date(course.at).toISOString().slice(11, 19);
  for (const line of text.split('\n'))
    course.lines.push({ at: course.at, text: `${clock}  ${line}` });
}

/** The marts that `--select` names; all of them without one. */
function selected(words: readonly string[]): readonly MartKey[] {
  const at = words.findIndex((word) => word === '--select' || word === '-s');
  if (at < 0) return ALL;
  return ALL.filter((key) => MARTS[key] === words[at + 1]);
}

function build(course: Course, keys: readonly MartKey[], { bulk }: Warehouse): void {
  for (const [n, key] of keys.entries()) {
    const seconds = ((MODEL_MS * bulk) / 1000).toFixed(2);
    const place = `${n + 1} of ${keys.length}`;
    say(course, `${place} START sql table model marts.${MARTS[key]} ........ [RUN]`);
    const done = `${place} OK created sql table model marts.${MARTS[key]} ... [OK in ${seconds}s]`;
    say(course, done, MODEL_MS * bulk);
  }
  say(course, 'Completed successfully');
  say(course, `Done. PASS=${keys.length} WARN=0 ERROR=0 SKIP=0 TOTAL=${keys.length}`);
}

/** @returns whether all of them passed */
function test(course: Course, { unsound }: Warehouse): boolean {
  for (let n = 1; n <= TESTS; n += 1) {
    if (n === 4 && unsound !== null) {
      const name = `not_null_${unsound.column.replace('.', '_')}`;
      say(
        course,
        `${n} of ${TESTS} FAIL ${unsound.rows} ${name} [FAIL ${unsound.rows} in 0.15s]`,
        TEST_MS,
      );
    } else say(course, `${n} of ${TESTS} PASS test_${n} ... [PASS in 0.15s]`, TEST_MS);
  }
  if (unsound === null) {
    say(course, `Completed successfully\nDone. PASS=${TESTS} WARN=0 ERROR=0 SKIP=0 TOTAL=${TESTS}`);
    return true;
  }
  const name = `not_null_${unsound.column.replace('.', '_')}`;
  say(course, 'Completed with 1 error and 0 warnings:');
  say(course, `Failure in test ${name} (models/staging/schema.yml)`);
  say(course, `  Got ${unsound.rows} results, configured to fail if != 0`);
  say(course, `Done. PASS=${TESTS - 1} WARN=0 ERROR=1 SKIP=0 TOTAL=${TESTS}`);
  return false;
}

function start(world: World, container: Container): DbtProcess {
  const [, verb = 'build', ...words] = container.command;
  const course: Course = { at: world.now, lines: [], exitCode: 0 };
  const readyAt = world.now;
  const user = userOf(imageOf(world, container));
  const opened = openWarehouse(world, container, PATH, user, true);
  let builds: readonly MartKey[] = [];
  let audits: string | null = null;
  say(course, 'Running with dbt=1.8.7');
  if ('failure' in opened) {
    say(course, `Encountered an error:\nRuntime Error\n  ${opened.failure}`, BEGIN_MS);
    course.exitCode = UNUSABLE;
  } else {
    const { warehouse } = opened;
    say(course, `Found 9 models, ${TESTS} data tests, 6 sources`, BEGIN_MS * warehouse.bulk);
    builds = verb === 'test' ? [] : selected(words);
    if (builds.length > 0) build(course, builds, warehouse);
    const passed = verb === 'run' || test(course, warehouse);
    course.exitCode = passed ? 0 : 1;
    if (!passed && words.includes('--store-failures')) {
      audits = `not_null_${warehouse.unsound?.column.replace('.', '_') ?? 'rows'}`;
    }
  }
  for (const { at, text } of course.lines) log(world, container, text, { at });
  const crash = { at: course.at + 200, exitCode: course.exitCode };
  return { kind: 'dbt', startedAt: world.now, readyAt, crash, builds, audits };
}

export const dbt: Program<DbtProcess> = {
  start,
  died(world, container, { audits, builds, crash }) {
    const { warehouse } = world;
    // Who is killed has written nothing.
    if (warehouse === null || world.now < crash.at) return;
    const made = builds.map((key) => [key, builtMart(warehouse, world.now)] as const);
    const path = hostPathOf(container, PATH);
    const wrote = path !== null && (made.length > 0 || audits !== null);
    world.warehouse = {
      ...warehouse,
      written: wrote ? { path, at: world.now } : warehouse.written,
      marts: { ...warehouse.marts, ...Object.fromEntries(made) },
      audits: audits === null ? warehouse.audits : [...new Set([...warehouse.audits, audits])],
    };
  },
  bytes: () => BYTES,
  pids: () => 9,
};
