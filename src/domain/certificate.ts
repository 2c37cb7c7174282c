/** The certificate a TLS server presents. */
export interface Certificate {
  /** How it is called on the screen. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly subject: string;
  readonly issuer: string;
  /** The names it is valid for. */
  readonly names: readonly string[];
  /** Epoch ms. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Subjects from the server's own certificate towards the root: what was sent, and a known issuer. */
  readonly chain: readonly string[];
  /** Why a client would refuse it, in words that follow "it"; null when it would not. */
  readonly problem: string | null;
  /** What mends the problem; null without one. */
  readonly mend: string | null;
  readonly latencyMs: number;
}
