import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { archive } from './archive.ts';
import * as containers from './containers.ts';
import { disk, pruneBuildCache } from './disk.ts';
import { type Ask, type Engine, EngineRefusal, objectIn } from './engine.ts';
import { events } from './events.ts';
import { inspectExec, prepareExec, startExec, startExecRaw } from './exec.ts';
import * as images from './images.ts';
import { logs } from './logs.ts';
import * as system from './system.ts';
import { top } from './top.ts';
import * as volumes from './volumes.ts';

type Handler = (ask: Ask) => void | Promise<void>;

/** More is no request for a container. */
const BODY_MAX_BYTES = 1024 * 1024;

/** What is answered: method, path, and by what. `*` stands for a name, `**` for one with slashes. */
const ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/_ping', system.ping],
  ['HEAD', '/_ping', system.ping],
  ['GET', '/version', system.version],
  ['GET', '/info', system.info],
  ['GET', '/events', events],
  ['GET', '/system/df', disk],
  ['GET', '/networks', system.listNetworks],
  ['POST', '/networks/*/connect', containers.network],
  ['POST', '/networks/*/disconnect', containers.network],
  ['GET', '/volumes', volumes.listVolumes],
  ['GET', '/volumes/*', volumes.inspectVolume],
  ['DELETE', '/volumes/*', volumes.removeVolume],
  ['GET', '/containers/json', containers.list],
  ['POST', '/containers/create', containers.create],
  ['GET', '/containers/*/json', containers.inspect],
  ['GET', '/containers/*/stats', containers.stats],
  ['GET', '/containers/*/top', top],
  ['GET', '/containers/*/logs', logs],
  ['GET', '/containers/*/top', top],
  ['GET', '/containers/*/archive', archive],
  ['POST', '/containers/*/start', containers.start],
  ['POST', '/containers/*/stop', containers.stop],
  ['POST', '/containers/*/restart', containers.restart],
  ['POST', '/containers/*/kill', containers.kill],
  ['POST', '/containers/*/pause', containers.pause],
  ['POST', '/containers/*/unpause', containers.pause],
  ['POST', '/containers/*/wait', containers.wait],
  ['POST', '/containers/*/rename', containers.rename],
  ['POST', '/containers/*/update', containers.update],
  ['POST', '/containers/*/exec', prepareExec],
  ['DELETE', '/containers/*', containers.remove],
  ['POST', '/exec/*/start', startExec],
  ['GET', '/exec/*/json', inspectExec],
  ['GET', '/images/json', images.listImages],
  ['POST', '/images/prune', images.pruneImages],
  ['POST', '/build/prune', pruneBuildCache],
  ['GET', '/images/**/json', images.inspectImage],
  ['POST', '/images/**/tag', images.tagImage],
  ['DELETE', '/images/**', images.removeImage],
];

const routes = ROUTES.map(([method, path, handler]) => {
  const pattern = path.replace(/\*\*?/g, (star) => (star === '*' ? '([^/]+)' : '(.+)'));
  const fits = new RegExp(`^(?:/v\\d+\\.\\d+)?${pattern}$`);
  return { ask: `${method} ${path}`, method, fits, handler };
});

async function bodyOf(request: IncomingMessage): Promise<Ask['body']> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_MAX_BYTES) throw new EngineRefusal(400, 'the request is too large');
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  if (text.trim() === '') return {};
  try {
    return objectIn(JSON.parse(text));
  } catch {
    throw new EngineRefusal(400, 'invalid JSON');
  }
}

async function serve(engine: Engine, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://engine');
  const path = decodeURIComponent(url.pathname);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('who asked went away')));
  for (const [name, value] of Object.entries(system.HEADERS)) response.setHeader(name, value);
  const route = routes.find(({ method, fits }) => method === request.method && fits.test(path));
  if (route === undefined) throw new EngineRefusal(404, 'page not found');
  if (engine.host.world().denied.includes(route.ask)) {
    throw new EngineRefusal(403, `authorization denied by plugin policy: ${route.ask}`);
  }
  const params = route.fits.exec(path)?.slice(1) ?? [];
  const body = await bodyOf(request);
  const { searchParams: query } = url;
  await route.handler({ engine, request, response, params, query, body, signal: gone.signal });
}

function refuse(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy();
  const status = thrown instanceof EngineRefusal ? thrown.status : 500;
  if (status === 304) return void response.writeHead(304).end();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ message })}\n`);
}

/**
 * A server of the Docker Engine API; it listens to nothing yet.
 * @param engine is waited for by whoever asks something before it is there
 */
export function createEngineServer(engine: Promise<Engine>): Server {
  const server = createServer((request, response) => {
    engine
      .then((ready) => serve(ready, request, response))
      .catch((thrown) => refuse(response, thrown));
  });
  server.on('upgrade', (request, socket) => {
    const id = /\/exec\/([^/]+)\/start$/.exec(request.url ?? '')?.[1];
    socket.on('error', () => undefined);
    if (id === undefined) socket.end('HTTP/1.1 501 Not Implemented\r\n\r\n');
    else void engine.then(({ execs, host }) => startExecRaw(host, execs, id, socket));
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  return server;
}
