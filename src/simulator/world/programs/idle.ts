/** A program that only is there: it holds its port and waits. */
export interface IdleProcess {
  readonly kind: 'idle';
  readonly startedAt: number;
  readonly readyAt: number;
}
