import type { Family } from './family.ts';

type Labels = Readonly<Record<string, string | number>>;
interface Sample {
  value: number;
  labels: object;
  metricName?: string;
}
interface Metric {
  name: string;
  values: readonly Sample[];
}

/** A number as Python's client writes it: `5.0`, `0.025`, `1.79530933456e+09`. */
export function pythonFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  const plain = Number.isInteger(value) ? `${value}.0` : String(value);
  const dot = plain.indexOf('.');
  if (dot <= 6) return plain;
  const digits = `${plain[0]}.${plain.slice(1, dot)}${plain.slice(dot + 1)}`;
  return `${digits.replace(/[0.]+$/, '')}e+${String(dot - 1).padStart(2, '0')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      const text = typeof value === 'number' ? pythonFloat(value) : value;
      const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
      return `${name}="${escaped}"`;
    });
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function line(name: string, labels: Labels, value: number): string {
  return `${name}${labelText(labels)} ${pythonFloat(value)}\n`;
}

/** `# HELP` and `# TYPE`. */
export function header(name: string, help: string, kind: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

/** Buckets, then count, then sum: the order within one label set of Python's client. */
function rank(sample: Sample): number {
  if (sample.metricName?.endsWith('_sum')) return 2;
  return sample.metricName?.endsWith('_count') ? 1 : 0;
}

function grouped(values: readonly Sample[]): Sample[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of values) {
    const { le: _, ...labels } = sample.labels as Record<string, unknown>;
    const key = JSON.stringify(Object.entries(labels).sort());
    const group = groups.get(key) ?? [];
    groups.set(key, [...group, sample]);
  }
  return [...groups.values()].flatMap((group) => group.sort((a, b) => rank(a) - rank(b)));
}

/**
 * Writes families in the text format as Python's client does: floats, sorted labels, and the
 * `_created` twin of each counter and histogram that has a series.
 *
 * @param families the families in order, with the moments their series appeared
 * @param metrics the registry's values, by family name
 */
export function exposition(families: readonly Family[], metrics: readonly Metric[]): string {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  let text = '';
  for (const { name, help, kind, created } of families) {
    text += header(name, help, kind);
    for (const sample of grouped(byName.get(name)?.values ?? [])) {
      text += line(sample.metricName ?? name, sample.labels as Labels, sample.value);
    }
    if (created.size === 0) continue;
    const twin = `${name.replace(/_total$/, '')}_created`;
    text += header(twin, help, 'gauge');
    for (const { labels, atSeconds } of created.values()) text += line(twin, labels, atSeconds);
  }
  return text;
}
