import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host } from '../host/host.ts';
import type { Container } from '../world/container.ts';
import { containerBy } from '../world/world.ts';
import type { ExecBook } from './exec.ts';

/** Where ports of containers are really listened on. */
export interface Published {
  /** The port of 127.0.0.1 that leads to a container's; null while none does. */
  portOf(container: Container, containerPort: number): number | null;
}

/** What the engine's server works with. */
export interface Engine {
  readonly host: Host;
  readonly published: Published;
  readonly execs: ExecBook;
}

/** One request of the engine's API. */
export interface Ask {
  readonly engine: Engine;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What stands in the path in the place of names. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** Its JSON body; an empty object where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Is aborted when who asked goes away. */
  readonly signal: AbortSignal;
}

/** An answer that is no success, in the engine's words. */
export class EngineRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The container that a path names. @throws EngineRefusal where there is none */
export function containerOf({ engine, params: [reference = ''] }: Ask): Container {
  const container = containerBy(engine.host.world(), reference);
  if (container === null) throw new EngineRefusal(404, `No such container: ${reference}`);
  return container;
}

/** Answers in JSON. */
export function answer({ response }: Ask, value: unknown, status = 200): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Answers that it is done. */
export function done({ response }: Ask, status = 204): void {
  response.writeHead(status);
  response.end();
}

/** The values of a filter, written in either of the two ways. */
export function filterOf({ query }: Ask, name: string): readonly string[] {
  let filters: unknown;
  try {
    filters = JSON.parse(query.get('filters') ?? '{}');
  } catch {
    throw new EngineRefusal(400, 'invalid filter');
  }
  const found = (filters as Record<string, unknown> | null)?.[name];
  if (Array.isArray(found)) return found.map(String);
  return typeof found === 'object' && found !== null ? Object.keys(found) : [];
}

/** Whether a switch of a query is on. */
export function isOn({ query }: Ask, name: string): boolean {
  return ['1', 'true', 'True'].includes(query.get(name) ?? '');
}

/** A JSON object in a body; an empty one where there is none. */
export function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  const fit = typeof value === 'object' && value !== null && !Array.isArray(value);
  return fit ? (value as Readonly<Record<string, unknown>>) : {};
}
