import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Host } from '../host/host.ts';
import { type Speak, thawed } from '../host/published.ts';
import type { Container } from '../world/container.ts';
import type { WorkerProcess } from '../world/programs/worker-state.ts';
import { bodyText } from './body-text.ts';
import { inferText } from './infer-body.ts';
import { metricsText } from './metrics-text.ts';

const STATUS_PORT = 8080;
const PROXIED = ['/infer', '/healthz', '/readyz', '/metrics'];

/** One request to a worker, be it through the proxy or at its own port. */
interface Ask {
  readonly host: Host;
  readonly container: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly signal: AbortSignal;
}

function send({ response }: Ask, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Lets so much of the world's time go by. */
async function pass({ host, signal }: Ask, ms: number): Promise<void> {
  const at = host.world().now + ms;
  await host.until(({ now }) => now >= at, signal);
}

const page = (status: number, words: string) => {
  const title = `${status} ${words}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
};
const WORDS: Readonly<Record<number, string>> = { 502: 'Bad Gateway', 504: 'Gateway Time-out' };

async function infer(ask: Ask, requestId: string): Promise<void> {
  const body = inferText(await bodyText(ask.request));
  if ('refusal' in body) return send(ask, 422, body.refusal);
  const key = ask.request.headers['x-idempotency-key'];
  const idempotencyKey = typeof key === 'string' && key !== '' ? key : null;
  const request = { text: body.text, requestId, idempotencyKey };
  const answered = ask.host.change({ kind: 'infer', container: ask.container, request }).answer;
  if (answered === null) return void ask.response.destroy();
  await pass(ask, answered.tookMs);
  const { status } = answered;
  const words = WORDS[status];
  send(ask, status, words === undefined ? answered.body : page(status, words));
}

async function ofWorker(ask: Ask, container: Container, worker: WorkerProcess): Promise<void> {
  const { host, path, response } = ask;
  const { clock } = host;
  const { workerId: worker_id } = worker.settings;
  const outside = (at: number) => clock.outside(at);
  const timestamp = new Date(outside(host.world().now)).toISOString().replace('Z', '000');
  if (path === '/metrics') {
    const text = metricsText(container, worker, outside);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    return void response.end(text);
  }
  if (path === '/healthz') {
    const uptime_seconds = (host.world().now - worker.startedAt) / 1000;
    return send(ask, 200, { status: 'healthy', worker_id, timestamp, uptime_seconds });
  }
  const ready = host.change({ kind: 'readiness', container: container.id }).readiness;
  if (ready === null) return void response.destroy();
  await pass(ask, ready.tookMs);
  send(ask, 200, { ready: true, worker_id, checks: ready.checks, timestamp });
}

async function direct(ask: Ask): Promise<void> {
  const { host, path, request, response } = ask;
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' ? given : randomUUID();
  response.setHeader('x-request-id', requestId);
  if (!PROXIED.includes(path)) return send(ask, 404, { detail: 'Not Found' });
  if (request.method !== (path === '/infer' ? 'POST' : 'GET')) {
    return send(ask, 405, { detail: 'Method Not Allowed' });
  }
  if (path === '/infer') return infer(ask, requestId);
  const container = host.world().containers.get(ask.container);
  const worker = container?.process;
  if (container === undefined || worker?.kind !== 'falcon-worker') return void response.destroy();
  return ofWorker(ask, container, worker);
}

async function proxied(ask: Ask): Promise<void> {
  if (!PROXIED.includes(ask.path)) return send(ask, 404, page(404, 'Not Found'));
  if (ask.path === '/infer') return direct(ask);
  const { host } = ask;
  const { chosen } = host.change({ kind: 'choose-worker', container: ask.container });
  if (chosen === null) return void ask.response.destroy();
  await pass(ask, chosen.afterMs);
  if ('status' in chosen) {
    return send(ask, chosen.status, page(chosen.status, WORDS[chosen.status] ?? ''));
  }
  return direct({ ...ask, container: chosen.container });
}

function status(ask: Ask): void {
  const process = ask.host.world().containers.get(ask.container)?.process;
  if (ask.path === '/health') send(ask, 200, 'nginx healthy\n');
  else if (ask.path === '/nginx_status' && process?.kind === 'nginx') {
    const counts = `${process.requests} ${process.requests} ${process.requests}`;
    const words = `Active connections: 1 \nserver accepts handled requests\n ${counts} \n`;
    send(ask, 200, `${words}Reading: 0 Writing: 1 Waiting: 0 \n`);
  } else send(ask, 404, page(404, 'Not Found'));
}

interface Where {
  readonly container: string;
  readonly port: number;
}

/** Speaks HTTP as Falcon's workers and the proxy before them do. */
export function speakFalcon(host: Host): Speak {
  const places = new WeakMap<Socket, Where>();
  const server = createServer((request, response) => {
    const where = places.get(request.socket);
    if (where === undefined) return void response.destroy();
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('who asked went away')));
    const path = new URL(request.url ?? '/', 'http://falcon').pathname;
    const { container } = where;
    const ask: Ask = { host, container, request, response, path, signal: gone.signal };
    const serve = async () => {
      if (!(await thawed(host, container, gone.signal))) return void response.destroy();
      const kind = host.world().containers.get(container)?.process?.kind;
      if (kind === 'falcon-worker') return direct(ask);
      return where.port === STATUS_PORT ? status(ask) : proxied(ask);
    };
    serve().catch(() => response.destroy());
  });
  return (socket, container, port) => {
    places.set(socket, { container, port });
    server.emit('connection', socket);
  };
}
