import type { Container } from '../container.ts';
import type { Family, Registry, Series } from './metric-families.ts';

type Labels = Readonly<Record<string, string>>;

/** A number as Python's client writes it: `5.0`, `0.025`, `1.79530933456e+09`. */
function pythonFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  const plain = Number.isInteger(value) ? `${value}.0` : String(value);
  const dot = plain.indexOf('.');
  if (dot <= 6 || !/^\d/.test(plain)) return plain;
  const digits = `${plain[0]}.${plain.slice(1, dot)}${plain.slice(dot + 1)}`;
  return `${digits.replace(/[0.]+$/, '')}e+${String(dot - 1).padStart(2, '0')}`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, text]) => `${label}="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`);
  const all = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  return `${name}${all} ${pythonFloat(value)}\n`;
}

function header(name: string, help: string, kind: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

function histogram({ name, buckets = [] }: Family, { counts, labels, value }: Series): string {
  let total = 0;
  let text = '';
  for (const [at, count] of counts.entries()) {
    total += count;
    const bound = buckets[at];
    const le = bound === undefined ? '+Inf' : pythonFloat(bound);
    text += line(`${name}_bucket`, { ...labels, le }, total);
  }
  return text + line(`${name}_count`, labels, total) + line(`${name}_sum`, labels, value);
}

function familyText(family: Family, all: readonly Series[], outside: (at: number) => number) {
  const { help, kind, name } = family;
  let text = header(name, help, kind);
  for (const series of all) {
    text +=
      kind === 'histogram' ? histogram(family, series) : line(name, series.labels, series.value);
  }
  if (kind === 'gauge' || all.length === 0) return text;
  const twin = `${name.replace(/_total$/, '')}_created`;
  text += header(twin, help, 'gauge');
  for (const { createdAt, labels } of all) text += line(twin, labels, outside(createdAt) / 1000);
  return text;
}

/** The process behind a page of metrics. */
interface OwnProcess {
  readonly startedAt: number;
  readonly bytes: number;
}

/** What the process itself tells. */
function processText(
  container: Container,
  { bytes, startedAt }: OwnProcess,
  outside: (at: number) => number,
) {
  const python = {
    implementation: 'CPython',
    major: '3',
    minor: '11',
    patchlevel: '7',
    version: '3.11.7',
  };
  const rows: readonly (readonly [string, string, string, number])[] = [
    ['process_virtual_memory_bytes', 'Virtual memory size in bytes.', 'gauge', bytes * 3],
    ['process_resident_memory_bytes', 'Resident memory size in bytes.', 'gauge', bytes],
    [
      'process_start_time_seconds',
      'Start time of the process since unix epoch in seconds.',
      'gauge',
      outside(startedAt) / 1000,
    ],
    [
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      'counter',
      container.cpuMs / 1000,
    ],
    ['process_open_fds', 'Number of open file descriptors.', 'gauge', 24],
    ['process_max_fds', 'Maximum number of open file descriptors.', 'gauge', 20_000],
  ];
  const info = header('python_info', 'Python platform information', 'gauge');
  const own = rows.map(
    ([name, help, kind, value]) => header(name, help, kind) + line(name, {}, value),
  );
  return info + line('python_info', python, 1) + own.join('');
}

/**
 * A page of metrics as Python's client writes it: the process first, then the families.
 * @param outside a moment of the world's by everybody else's clock
 */
export function pageText(
  families: readonly Family[],
  registry: Registry,
  container: Container,
  process: OwnProcess,
  outside: (at: number) => number,
): string {
  const texts = families.map((family) => {
    return familyText(family, [...(registry.get(family.name)?.values() ?? [])], outside);
  });
  return processText(container, process, outside) + texts.join('');
}
