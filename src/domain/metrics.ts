export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** The sample's own name, e.g. `inference_duration_seconds_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** One scrape of one target. */
export interface MetricSnapshot {
  readonly target: string;
  readonly latencyMs: number;
  readonly samples: readonly Sample[];
}

/** A stable key for a label set, independent of their order. */
export function labelKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(',');
}
