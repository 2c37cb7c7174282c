/** Why a proxy does not renew its certificate though it could. */
export type CaddyTrouble =
  /** It has given up trying, until it is told to read its file again. */
  | 'gave-up'
  /** The file it has was replaced on the host: it sees the new one once it is started anew. */
  | 'old-file';

/** The memory of the proxy before a region. */
export interface CaddyProcess {
  readonly kind: 'caddy';
  readonly startedAt: number;
  readonly readyAt: number;
  trouble: CaddyTrouble | null;
  /** When it next looks after its certificate. */
  looksAt: number;
}
