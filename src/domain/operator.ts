/** Who acts: taken from the login, `SUDO_USER` and the SSH connection. */
export interface Operator {
  readonly name: string;
  readonly host: string;
  /** The remote address of the SSH connection, if there is one. */
  readonly from: string | null;
  readonly pid: number;
}

/** A name of the operator in words, with the address of the SSH connection where there is one. */
export const nameWithOrigin = (name: string, { from }: Pick<Operator, 'from'>): string =>
  from === null ? name : `${name} from ${from}`;
