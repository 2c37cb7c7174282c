import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DockerPlan, DockerTls } from '../plan.ts';
import { type ConfigSurroundings, readIfThere, variable } from '../surroundings.ts';

const SYSTEM_SOCKET = '/var/run/docker.sock';

/** The part of a context's `meta.json` that is read. */
interface ContextMeta {
  readonly Endpoints?: {
    readonly docker?: { readonly Host?: unknown; readonly SkipTLSVerify?: unknown };
  };
}

/**
 * The engine that the docker command itself would use: DOCKER_HOST, the current docker context, the
 * usual socket, the rootless one.
 */
export function discoverDocker(from: ConfigSurroundings): DockerPlan {
  return byVariable(from) ?? byContext(from) ?? bySocket(from);
}

function byVariable(from: ConfigSurroundings): DockerPlan | null {
  const host = variable(from.env, 'DOCKER_HOST');
  if (host === null) return null;
  const verify = variable(from.env, 'DOCKER_TLS_VERIFY') !== null;
  const folder = variable(from.env, 'DOCKER_CERT_PATH');
  const wanted = verify || variable(from.env, 'DOCKER_TLS') !== null;
  const isTcp = /^(?:tcp|https):/.test(host.value);
  const tls = wanted && isTcp ? pemFiles(from, folder?.value ?? configFolder(from), verify) : null;
  return {
    host: host.value,
    tls,
    expected: true,
    origin: 'DOCKER_HOST',
    origins: { host: 'DOCKER_HOST', ...(tls === null ? {} : { tls: tlsOrigin(from) }) },
  };
}

function tlsOrigin({ env }: ConfigSurroundings): string {
  return variable(env, 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'DOCKER_TLS')?.name ?? 'default';
}

function configFolder({ env, home }: ConfigSurroundings): string {
  return variable(env, 'DOCKER_CONFIG')?.value ?? join(home, '.docker');
}

function pemFiles(from: ConfigSurroundings, folder: string, verify: boolean): DockerTls {
  const there = (name: string) => {
    const path = join(folder, name);
    return from.exists(path) ? path : null;
  };
  // Where the authority is needed it is named even if it is not there, so that its absence is told.
  const ca = verify ? join(folder, 'ca.pem') : there('ca.pem');
  return { ca, cert: there('cert.pem'), key: there('key.pem'), verify };
}

function byContext(from: ConfigSurroundings): DockerPlan | null {
  const folder = configFolder(from);
  const file = join(folder, 'config.json');
  const named = variable(from.env, 'DOCKER_CONTEXT');
  const current = named?.value ?? currentContext(readIfThere(from, file));
  if (current === null || current === 'default') return null;
  const id = createHash('sha256').update(current).digest('hex');
  const meta = json<ContextMeta>(
    readIfThere(from, join(folder, 'contexts', 'meta', id, 'meta.json')),
  );
  const endpoint = meta?.Endpoints?.docker;
  if (typeof endpoint?.Host !== 'string' || endpoint.Host === '') return null;
  const origin = `docker context ${current} (${named?.name ?? file})`;
  const secrets = join(folder, 'contexts', 'tls', id, 'docker');
  const tls = from.exists(secrets)
    ? pemFiles(from, secrets, endpoint.SkipTLSVerify !== true)
    : null;
  const origins = { host: origin, ...(tls === null ? {} : { tls: origin }) };
  return { host: endpoint.Host, tls, expected: true, origin, origins };
}

function currentContext(text: string | null): string | null {
  const current = json<{ readonly currentContext?: unknown }>(text)?.currentContext;
  return typeof current === 'string' && current !== '' ? current : null;
}

function json<T extends object>(text: string | null): T | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as T) : null;
  } catch {
    return null;
  }
}

function bySocket(from: ConfigSurroundings): DockerPlan {
  const runtime =
    variable(from.env, 'XDG_RUNTIME_DIR')?.value ??
    (from.uid === null ? null : `/run/user/${from.uid}`);
  const rootless = runtime === null ? null : join(runtime, 'docker.sock');
  const found =
    [SYSTEM_SOCKET, rootless].find((path) => path !== null && from.exists(path)) ?? null;
  const origin =
    found === null
      ? `${SYSTEM_SOCKET}, the usual socket`
      : found === rootless
        ? `${found}, the rootless engine’s socket`
        : `${found}, the usual socket`;
  const host = `unix://${found ?? SYSTEM_SOCKET}`;
  return { host, tls: null, expected: found !== null, origin, origins: { host: origin } };
}
