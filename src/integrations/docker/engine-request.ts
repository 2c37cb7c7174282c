/** A request of the engine's API beyond those the client has names for. */
export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without a query, e.g. `/containers/4735…/stop`; every part of it is an id or was checked. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Instead of the client's own limit. */
  readonly timeoutMs?: number;
}

/** The part of the client library that sends a request. */
interface Modem {
  dial(options: object, answered: (thrown: unknown, stream?: unknown) => void): void;
}

/** What the engine calls a success; 304 is its word for "it stands so already". */
const DONE = { 200: true, 201: true, 204: true, 304: true };

/** Sends a request; the answer begins when its head is there. */
export function dial(
  modem: Modem,
  { method, path, query = {}, body = {} }: EngineRequest,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    const options = { _query: query, _body: body };
    const how = { method, isStream: true, statusCodes: DONE, abortSignal };
    modem.dial({ ...how, path: `${path}?`, options }, (thrown: unknown, stream?: unknown) => {
      if (stream === undefined || stream === null) reject(thrown);
      else resolve(stream as NodeJS.ReadableStream);
    });
  });
}
