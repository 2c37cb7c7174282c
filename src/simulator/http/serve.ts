import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Host } from '../host/host.ts';
import { type Speak, thawed } from '../host/published.ts';
import type { HttpRequest } from '../world/http.ts';
import { bodyText } from './body-text.ts';

interface Where {
  readonly container: string;
  readonly port: number;
}

async function requestOf(request: IncomingMessage, port: number): Promise<HttpRequest> {
  const { pathname } = new URL(request.url ?? '/', 'http://service');
  const headers = Object.entries(request.headers).map(([name, value]) => {
    return [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const;
  });
  return {
    method: request.method ?? 'GET',
    path: pathname,
    headers: Object.fromEntries(headers),
    body: await bodyText(request),
    port,
    inside: false,
  };
}

/** Speaks HTTP in the words of the programs themselves. */
export function speakHttp(host: Host): Speak {
  const places = new WeakMap<Socket, Where>();
  const serve = async (
    { container, port }: Where,
    request: IncomingMessage,
    response: ServerResponse,
    signal: AbortSignal,
  ) => {
    const asked = await requestOf(request, port);
    if (!(await thawed(host, container, signal))) return void response.destroy();
    const { http } = host.change({ kind: 'http', container, request: asked });
    if (http === null) return void response.destroy();
    const at = host.world().now + http.tookMs;
    await host.until(({ now }) => now >= at, signal);
    // It may have ended meanwhile.
    if (host.world().containers.get(container)?.process == null) return void response.destroy();
    const length = { 'content-length': Buffer.byteLength(http.body) };
    response.writeHead(http.status, { ...http.headers, ...length });
    response.end(asked.method === 'HEAD' ? '' : http.body);
  };
  const server = createServer((request, response) => {
    const where = places.get(request.socket);
    if (where === undefined) return void response.destroy();
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('who asked went away')));
    serve(where, request, response, gone.signal).catch(() => response.destroy());
  });
  return (socket, container, port) => {
    places.set(socket, { container, port });
    server.emit('connection', socket);
  };
}
