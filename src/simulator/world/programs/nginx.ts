import type { Container } from '../container.ts';
import { known, reach } from '../names.ts';
import { log, type World } from '../world.ts';
import type { NginxProcess, Peer } from './nginx-state.ts';
import type { Answer, InferRequest } from './worker-infer.ts';
import { infer } from './worker-infer.ts';
import type { WorkerProcess } from './worker-state.ts';

const FAILS_MAX = 3;
const FAIL_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5000;
const TRIES = 2;
const WORKER_PORT = 8000;

/**
 * The containers it spreads requests over. Its file names the servers; who bears these names is looked up at
 * its start and when it is told to read its file again, never in between.
 */
function upstream(world: World, container: Container, nginx: NginxProcess): readonly string[] {
  if (nginx.members !== null && nginx.members.length > 0) return nginx.members;
  const names = (container.env['UPSTREAM'] ?? 'worker-1 worker-2 worker-3').split(' ');
  const networks = Object.keys(container.networks);
  const bears = (one: Container) => names.some((name) => known(one, networks, name));
  nginx.members = [...world.containers.values()].filter(bears).map(({ name }) => name);
  return nginx.members;
}

function peerOf(nginx: NginxProcess, name: string): Peer {
  const known = nginx.peers.get(name);
  if (known !== undefined) return known;
  const made: Peer = { fails: 0, failedAt: 0, busy: [] };
  nginx.peers.set(name, made);
  return made;
}

/** The peers in the order they are asked: those with the least to do first, the failed last. */
function ordered(
  world: World,
  container: Container,
  nginx: NginxProcess,
  at: number,
): readonly string[] {
  const names = upstream(world, container, nginx).map((name) => {
    const peer = peerOf(nginx, name);
    peer.busy = peer.busy.filter((endsAt) => endsAt > at);
    if (peer.fails > 0 && at - peer.failedAt >= FAIL_TIMEOUT_MS) peer.fails = 0;
    return { name, peer };
  });
  // Those with equally little to do take turns.
  const turn = nginx.requests % Math.max(1, names.length);
  const turned = [...names.slice(turn), ...names.slice(0, turn)];
  const down = ({ peer }: { peer: Peer }) => Number(peer.fails >= FAILS_MAX);
  return turned
    .sort((a, b) => down(a) - down(b) || a.peer.busy.length - b.peer.busy.length)
    .map(({ name }) => name);
}

/** A worker that takes requests, and what it costs to find out that one does not. */
export type Found =
  | { readonly container: Container; readonly worker: WorkerProcess; readonly afterMs: number }
  | { readonly status: 502 | 504; readonly afterMs: number };

function failedAt(nginx: NginxProcess, name: string, at: number): void {
  const peer = peerOf(nginx, name);
  if (peer.fails === 0) peer.failedAt = at;
  peer.fails += 1;
}

/** Finds the worker that is to answer, as the proxy does. */
export function chooseWorker(
  world: World,
  container: Container,
  nginx: NginxProcess,
  at: number,
): Found {
  nginx.requests += 1;
  let afterMs = 0;
  let status: 502 | 504 = 502;
  for (const name of ordered(world, container, nginx, at).slice(0, TRIES)) {
    const reached = reach(world, container, name, WORKER_PORT);
    const there = 'container' in reached ? reached.container : null;
    const worker = there?.process?.kind === 'falcon-worker' ? there.process : null;
    const serves = worker !== null && worker.crash === null && worker.readyAt <= at;
    if (there !== null && worker !== null && serves && there.state === 'running') {
      return { container: there, worker, afterMs };
    }
    failedAt(nginx, name, at);
    const hung = there?.state === 'paused';
    afterMs += hung ? CONNECT_TIMEOUT_MS : 1;
    status = hung ? 504 : 502;
    const why = hung ? '110: Connection timed out' : '111: Connection refused';
    const words = `[error] 29#29: *${nginx.requests} connect() failed (${why}) while connecting to upstream`;
    const where = `upstream: "http://${name}:8000/infer"`;
    log(world, container, `${stamp(at)} ${words}, ${where}`, { at, stream: 'stderr' });
  }
  return { status, afterMs };
}

const stamp = (at: number) =>
  new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');

/** Passes a request on to a worker. */
export function proxyInfer(
  world: World,
  container: Container,
  nginx: NginxProcess,
  request: InferRequest,
  at: number,
): Answer {
  const found = chooseWorker(world, container, nginx, at);
  let answer: Answer;
  if ('status' in found) answer = { status: found.status, body: {}, tookMs: found.afterMs };
  else {
    const given = infer(world, found.container, found.worker, request, at + found.afterMs);
    answer = { ...given, tookMs: given.tookMs + found.afterMs };
    const peer = peerOf(nginx, found.container.name);
    peer.busy = [...peer.busy, at + answer.tookMs];
  }
  container.cpuMs += 0.2;
  container.receivedBytes += 700;
  container.sentBytes += 1000;
  const upstreamName = 'status' in found ? '-' : `${found.container.name}:8000`;
  const line = {
    time_local: new Date(at).toISOString(),
    remote_addr: '203.0.113.7',
    request: 'POST /infer HTTP/1.1',
    status: String(answer.status),
    request_time: (answer.tookMs / 1000).toFixed(3),
    upstream_addr: upstreamName,
    upstream_status: String(answer.status),
    upstream_response_time: (answer.tookMs / 1000).toFixed(3),
  };
  log(world, container, JSON.stringify(line), { at: at + answer.tookMs });
  return answer;
}
