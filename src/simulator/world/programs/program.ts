import type { Container } from '../container.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';

/** What the world knows of a program: all that differs from one to the other. */
export interface Program<P extends Process> {
  /** Begins; what its log says of the start is written at once. */
  start(world: World, container: Container): P;
  /** What it does by itself as time passes. */
  tick?(world: World, container: Container, process: P): void;
  /** Reads its settings again, as it is told to. */
  reload?(world: World, container: Container, process: P): void;
  /** What it writes and does when it is asked to end. */
  end?(world: World, container: Container, process: P): void;
  /** What others notice of its end, however it came. */
  died?(world: World, container: Container, process: P): void;
  /** What it takes of the memory. */
  bytes(world: World, process: P): number;
  /** How many processes and threads it has. */
  pids(world: World, process: P): number;
  /** The commands of the processes that its first one has started; threads are none. */
  children?(world: World, container: Container, process: P): readonly string[];
  /** Whether it answers the health check of its container; as soon as it is ready unless told. */
  well?(process: P, now: number): boolean;
  /** Takes one request of the load. @returns how long it took, ms; null where nobody takes it */
  take?(world: World, container: Container, process: P, at: number): number | null;
  /** Answers a request over HTTP; null where it hangs up. */
  serve?(
    world: World,
    container: Container,
    process: P,
    request: HttpRequest,
    at: number,
  ): HttpAnswer | null;
}
