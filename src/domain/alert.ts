import type { Labels } from './metrics.ts';
import type { Severity } from './severity.ts';

/** `pending` until its condition has held for its `for`, then `firing`. */
export interface Alert {
  readonly name: string;
  readonly labels: Labels;
  readonly state: 'pending' | 'firing';
  /** When its condition began to hold, epoch ms. */
  readonly since: number;
  readonly severity: Severity;
  /** One short phrase: what is wrong, with the number. */
  readonly summary: string;
}

/** Identity of an alert: its name and labels. */
export function alertKey(alert: Pick<Alert, 'name' | 'labels'>): string {
  const labels = Object.keys(alert.labels)
    .sort()
    .map((name) => `${name}=${alert.labels[name]}`);
  return [alert.name, ...labels].join(' ');
}
