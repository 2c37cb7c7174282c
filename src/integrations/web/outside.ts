/** How public addresses are found and reached from here, where not as everybody does it. */
export interface Outside {
  /** Name servers as `address` or `address:port`; those of this host when empty. */
  readonly nameServers: readonly string[];
  /**
   * Where a public host and port are dialled.
   * @throws Error with the code `ENOTFOUND` for a name that stands for nothing
   */
  place(host: string, port: number, signal: AbortSignal): Promise<Place>;
  /** Authorities in PEM; null for those that everybody knows. @throws OperatorError */
  authority(): Promise<string> | null;
}

/** A host and a port that can be dialled. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** Asked at each use: it is known once the configuration has been read. Null: as everybody does. */
export type GetOutside = () => Outside | null;

/** Of probes that nobody has told otherwise. */
export const asEverybody: GetOutside = () => null;
