import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

type Labels = Readonly<Record<string, string>>;

/** First use of each series in epoch seconds: the value of its `_created` twin. */
type Created = Map<string, { labels: Labels; atSeconds: number }>;

/** A metric family with the moments its series appeared. */
export interface Family {
  name: string;
  help: string;
  kind: 'counter' | 'gauge' | 'histogram';
  created: Created;
}

function noteFirstUse(created: Created, labels: Labels): void {
  const key = JSON.stringify(Object.entries(labels).sort());
  if (!created.has(key)) created.set(key, { labels, atSeconds: Date.now() / 1000 });
}

/** Makes families in one registry, in the order they will be written. */
export function familiesIn(registry: Registry, worker: Labels) {
  const families: Family[] = [];
  const registers = [registry];
  const add = (kind: Family['kind'], name: string, help: string): Family => {
    const family: Family = { name, help, kind, created: new Map() };
    families.push(family);
    return family;
  };
  return {
    families,
    counter(name: string, help: string, labelNames: string[] = []) {
      const { created } = add('counter', name, help);
      const counter = new Counter({
        name,
        help,
        registers,
        labelNames: ['worker_id', ...labelNames],
      });
      return (labels: Labels = {}) => {
        const all = { ...worker, ...labels };
        noteFirstUse(created, all);
        counter.inc(all);
      };
    },
    gauge(name: string, help: string, labelNames: string[] = []) {
      add('gauge', name, help);
      const gauge = new Gauge({ name, help, registers, labelNames: ['worker_id', ...labelNames] });
      return (value: number, labels: Labels = {}) => gauge.set({ ...worker, ...labels }, value);
    },
    histogram(name: string, help: string, buckets: number[], labelNames: string[] = []) {
      const { created } = add('histogram', name, help);
      const names = ['worker_id', ...labelNames];
      const histogram = new Histogram({ name, help, registers, buckets, labelNames: names });
      return (value: number, labels: Labels = {}) => {
        const all = { ...worker, ...labels };
        noteFirstUse(created, all);
        histogram.observe(all, value);
      };
    },
  };
}
