import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { allOf, parseAnswer } from './lines.ts';
import type { Transport } from './transport.ts';

/** Something to be read of the engine. */
export interface Query {
  /** Without the query, e.g. `/containers/json`. */
  readonly path: string;
  /** What is no text is told in JSON, as the engine reads its filters. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** An answer of the engine that is no success. */
class StatusError extends Error {
  readonly statusCode: number;
  /** What the engine said, where it was JSON. */
  readonly json: unknown;

  constructor(statusCode: number, body: Buffer) {
    super(body.toString('utf8'));
    this.name = 'StatusError';
    this.statusCode = statusCode;
    this.json = parseAnswer(body);
  }
}

function pathOf({ path, options = {} }: Query): string {
  const words = Object.entries(options).map(([name, value]): [string, string] => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return words.length === 0 ? path : `${path}?${new URLSearchParams(words)}`;
}

function begin(transport: Transport, path: string, signal: AbortSignal): ClientRequest {
  const { protocol, request, ...way } = transport;
  const options: RequestOptions & { readonly servername?: string } = { ...way, path, signal };
  // Unset, the name of a certificate's owner would be worked out, with the slowest pattern of Node's.
  return request(protocol === 'https' ? options : { ...options, servername: '' });
}

/**
 * Asks the engine for something; nothing is changed by it.
 * @returns the answer, of which only the head has been read
 * @throws StatusError when it is none of success; what the connection met otherwise
 */
export async function read(
  transport: Transport,
  query: Query,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    begin(transport, pathOf(query), signal).on('response', resolve).on('error', reject).end();
  });
  const status = answer.statusCode ?? 0;
  if (status === 200) return answer;
  throw new StatusError(status, await allOf(answer, signal));
}
