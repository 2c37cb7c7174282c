/** What nginx knows of a server behind it. */
export interface Peer {
  fails: number;
  /** When the first of these fails was. */
  failedAt: number;
  /** Requests it works on: when each of them ends. */
  busy: readonly number[];
}

/** The proxy's memory. */
export interface NginxProcess {
  readonly kind: 'nginx';
  readonly startedAt: number;
  readonly readyAt: number;
  /** The containers it spreads requests over, by name; null until it has looked their names up. */
  members: readonly string[] | null;
  peers: Map<string, Peer>;
  requests: number;
}

export function copyNginx(nginx: NginxProcess): NginxProcess {
  return { ...nginx, peers: new Map([...nginx.peers].map(([name, peer]) => [name, { ...peer }])) };
}
