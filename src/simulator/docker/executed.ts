import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';

/** What a command in a container came to. */
export interface Executed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Who runs it. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** A program that the containers have. @param words its own name first */
export type Run = (
  host: Host,
  container: Container,
  words: readonly string[],
  user: User,
) => Executed | Promise<Executed>;

export const said = (out: string): Executed => ({ exitCode: 0, out, err: '' });
export const failed = (err: string, exitCode = 1): Executed => ({ exitCode, out: '', err });
