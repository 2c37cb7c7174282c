import type { Labels } from './metrics.ts';

/** An alert of another system, as an Alertmanager tells it. */
export interface Notice {
  /** Its fingerprint. */
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  readonly state: 'firing' | 'silenced' | 'inhibited';
  /** Epoch ms. */
  readonly since: number;
  readonly severity: string | null;
  readonly summary: string;
  /** Who silenced it, until when and why; null unless silenced. */
  readonly silence: string | null;
  readonly runbookUrl: string | null;
}
