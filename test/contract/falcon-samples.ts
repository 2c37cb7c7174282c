import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Series of a `/metrics` text: `name{labels}` → value. */
export type Series = Map<string, number>;

/** Reads the text format; enough for what the workers write. */
export function seriesOf(text: string): Series {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** A recorded `/metrics` text as another worker would have written it. */
export function recordedMetrics(name: string, workerId: string): string {
  const path = join(import.meta.dirname, '../fixtures/falcon', `${name}.metrics.txt`);
  return readFileSync(path, 'utf8').replaceAll('worker-1', workerId);
}

/** A recorded log: one object a line. */
export function recordedLog(name: string): Record<string, unknown>[] {
  const path = join(import.meta.dirname, '../fixtures/falcon', `${name}.log`);
  return logLines(readFileSync(path, 'utf8'));
}

/** Parses JSON lines, leaving out empty ones. */
export function logLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ofPython = /^python_/;
const unrepeatable = /_created|_sum\b|_bucket|^process_|seconds\{|memory_usage|db_.*_count/;

/** `# HELP` and `# TYPE` lines, but those about the Python interpreter. */
export function headersOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('# ') && !ofPython.test(line.split(' ')[2] ?? ''))
    .sort();
}

/** Names with labels, but those about the Python interpreter. */
export function namesOf(series: Series): string[] {
  return [...series.keys()].filter((name) => !ofPython.test(name)).sort();
}

/** The series whose values follow from the requests alone, not from clock or machine. */
export function countsOf(series: Series): Record<string, number> {
  const kept = namesOf(series).filter((name) => !unrepeatable.test(name));
  return Object.fromEntries(kept.map((name) => [name, series.get(name) ?? Number.NaN]));
}

/** What a log line is about, without what differs from time to time. */
export function shapeOf(line: Record<string, unknown>): string {
  const message = String(line['message'])
    .replace(/ error: .*/, ' error:')
    .replace(/from \S+$/, 'from PATH')
    .replace(/in [\d.]+s$/, 'in Ns');
  const keys = Object.keys(line).sort().join(' ');
  return `${line['level']} ${line['logger']} "${message}" ${keys}`;
}
