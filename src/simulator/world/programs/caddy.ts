import type { Container } from '../container.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { reach } from '../names.ts';
import { around } from '../random.ts';
import { renewed } from '../site.ts';
import { log, type World } from '../world.ts';
import type { CaddyProcess } from './caddy-state.ts';
import { dashboard } from './dashboard.ts';
import { flagsServer, turnAway } from './flags-server.ts';
import { jsonAnswer } from './json-answer.ts';
import type { Program } from './program.ts';

const BYTES = 38 * 1024 * 1024;
const DAY_MS = 86_400_000;
/** A certificate that ends sooner is renewed. */
const RENEWS_WITHIN_MS = 30 * DAY_MS;
const LOOKS_EVERY_MS = 60_000;
/** What an issuer takes. */
const ISSUED_WITHIN_MS = 2500;
const [SERVER_PORT, DASHBOARD_PORT] = [8080, 3000];

function say(
  world: World,
  container: Container,
  level: string,
  msg: string,
  more: Readonly<Record<string, unknown>>,
  at = world.now,
): void {
  const line = JSON.stringify({ level, ts: at / 1000, ...more, msg });
  log(world, container, line, { at, stream: 'stderr' });
}

/** Why no certificate was issued, in the issuer's words. */
const REFUSALS = {
  gaveUp: 'HTTP 500 urn:ietf:params:acme:error:serverInternal - internal error; will retry later',
  oldFile: 'unrecognized acme directory: unsupported protocol scheme',
  unreachable:
    'HTTP 400 urn:ietf:params:acme:error:dns - DNS problem: NXDOMAIN looking up A; challenge failed',
  limits: 'HTTP 429 urn:ietf:params:acme:error:rateLimited - too many certificates already issued',
} as const;

function refusalOf(world: World, { trouble }: CaddyProcess): string | null {
  if (trouble === 'gave-up') return REFUSALS.gaveUp;
  if (trouble === 'old-file') return REFUSALS.oldFile;
  const { issuer } = world.site;
  return issuer === 'answers' ? null : REFUSALS[issuer];
}

/** Renews the certificate that ends soon, or says why it cannot. */
function look(world: World, container: Container, process: CaddyProcess): void {
  process.looksAt = world.now + LOOKS_EVERY_MS;
  const { certificate } = world.site;
  if (certificate.notAfter - world.now > RENEWS_WITHIN_MS) return;
  const identifier = container.env['DOMAIN_API'] ?? '';
  const error = refusalOf(world, process);
  if (error === null) {
    world.site = { ...world.site, certificate: renewed(world.site, world.now) };
    const more = { logger: 'tls.renew', identifier };
    say(world, container, 'info', 'certificate renewed successfully', more);
    return;
  }
  const more = { logger: 'tls.renew', identifier, issuer: 'acme-v02.api.issuer.example', error };
  say(world, container, 'error', 'could not get certificate from issuer', more);
}

/** Whom a request is for: the dashboard has a name of its own. */
function behind(world: World, container: Container, host: string) {
  const app = host.split(':')[0] === container.env['DOMAIN_APP'];
  const [name, port] = app
    ? (['dashboard', DASHBOARD_PORT] as const)
    : (['server', SERVER_PORT] as const);
  const reached = reach(world, container, name, port);
  if ('failure' in reached) return { name, port, one: null, why: reached.failure };
  const { container: one } = reached;
  const { process } = one;
  const up = one.state === 'running' && process !== null && process.readyAt <= world.now;
  return { name, port, one: up ? one : null, why: one.state === 'paused' ? 'timeout' : 'refused' };
}

/** Says that nobody answers behind it. @returns what that took, ms */
function unanswered(world: World, container: Container, name: string, port: number, why: string) {
  const words = why === 'timeout' ? 'i/o timeout' : 'connect: connection refused';
  const msg = `dial tcp: lookup ${name}:${port}: ${words}`;
  say(world, container, 'error', msg, { logger: 'http.log.error', status: 502 });
  return why === 'timeout' ? 5000 : 2;
}

function serve(
  world: World,
  container: Container,
  _process: CaddyProcess,
  request: HttpRequest,
  at: number,
): HttpAnswer {
  const { name, one, port, why } = behind(world, container, request.headers['host'] ?? '');
  const process = one?.process;
  if (one !== null && process?.kind === 'flags-server') {
    const answer = flagsServer.serve?.(world, one, process, { ...request, port }, at);
    if (answer != null) return { ...answer, headers: { ...answer.headers, server: 'Caddy' } };
  }
  if (one !== null && process?.kind === 'dashboard') {
    const answer = dashboard.serve?.(world, one, process, { ...request, port }, at);
    if (answer != null) return { ...answer, headers: { ...answer.headers, server: 'Caddy' } };
  }
  const tookMs = unanswered(world, container, name, port, why);
  return jsonAnswer(502, { error: 'bad gateway' }, tookMs, { server: 'Caddy' });
}

function take(world: World, container: Container, _process: CaddyProcess, at: number) {
  if (!world.site.reachable) return null;
  const { name, one, port, why } = behind(world, container, '');
  container.cpuMs += 0.3;
  container.receivedBytes += 900;
  container.sentBytes += 2400;
  if (one === null || one.process?.kind !== 'flags-server') {
    return unanswered(world, container, name, port, why);
  }
  return flagsServer.take?.(world, one, one.process, at) ?? null;
}

/** Lets who knocks without a key be turned away by the server, unless the firewall drops it. */
function knock(world: World, container: Container): void {
  const { attack, blocked, reachable } = world.site;
  if (attack === null || !reachable || blocked.includes(attack.address)) return;
  const { one } = behind(world, container, '');
  if (one?.process?.kind !== 'flags-server') return;
  if (world.now % 1000 < attack.perSecond * 100) turnAway(world, one, attack.address, world.now);
}

/** The proxy before a region of FeatureSignals. */
export const caddy: Program<CaddyProcess> = {
  start(world, container) {
    const more = { logger: 'tls.cache.maintenance' };
    say(world, container, 'info', 'started background certificate maintenance', more);
    const readyAt = world.now + around(world, 300, 0.1);
    const looksAt = readyAt + ISSUED_WITHIN_MS;
    return { kind: 'caddy', startedAt: world.now, readyAt, trouble: null, looksAt };
  },
  tick(world, container, process) {
    if (world.now >= process.looksAt) look(world, container, process);
    knock(world, container);
  },
  reload(world, _container, process) {
    if (process.trouble === 'gave-up') process.trouble = null;
    process.looksAt = world.now + ISSUED_WITHIN_MS;
  },
  bytes: () => BYTES,
  pids: () => 9,
  serve,
  take,
};
