/** What a probe answered for a step, kept as it was read. */
export interface Evidence {
  readonly step: string;
  readonly probe: string;
  /** The equivalent command, redacted. */
  readonly command: string;
  /** The raw answer; null when the probe failed. */
  readonly result: unknown;
  /** Why it could not be read, in words. */
  readonly error: string | null;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly elapsedMs: number;
}
