export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** The sample's own name, e.g. `inference_duration_seconds_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** What a page of metrics says of one of its families, whether its samples were kept or not. */
export interface MetricFamily {
  readonly name: string;
  /** `counter`, `gauge`, `histogram`, `summary`, …; `unknown` where the page does not say. */
  readonly type: string;
  readonly help: string;
  /** As OpenMetrics tells it; empty where the page does not. */
  readonly unit: string;
  /** Its samples on this page. */
  readonly samples: number;
}

/** One reading of one target. */
export interface MetricSnapshot {
  readonly target: string;
  readonly latencyMs: number;
  /** Those that somebody selects. */
  readonly samples: readonly Sample[];
  /** Families in the order of the page, bounded. */
  readonly families?: readonly MetricFamily[];
  /** All samples of the page, kept or not. */
  readonly sampleCount?: number;
  /** What could not be brought although the target answered, in words. */
  readonly problems?: readonly string[];
}

/** A stable key for a label set, independent of their order. */
export function labelKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(',');
}
