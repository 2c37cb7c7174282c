import type { Labels } from './metrics.ts';

/** What keeps an alert quiet. */
export interface Silence {
  readonly id: string;
  readonly by: string;
  /** When it ends, epoch ms; null where it is not known. */
  readonly until: number | null;
  /** Why, in the words of whoever made it. */
  readonly comment: string;
}

/** An alert of another system, as an Alertmanager tells it. */
export interface Notice {
  /** Its fingerprint. */
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  /** `pending` where the Alertmanager has not yet judged it. */
  readonly state: 'firing' | 'silenced' | 'inhibited' | 'pending';
  /** Epoch ms. */
  readonly since: number;
  readonly severity: string | null;
  readonly summary: string;
  /** Null unless silenced; the one that lasts longest. */
  readonly silence: Silence | null;
  /** Fingerprints of the alerts that inhibit it. */
  readonly inhibitedBy: readonly string[];
  readonly runbookUrl: string | null;
}
