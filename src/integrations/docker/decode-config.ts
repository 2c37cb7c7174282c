import { sanitizeLine } from '../../domain/sanitize.ts';
import {
  arrayIn,
  decoding,
  idIn,
  maybeNumber,
  maybeText,
  objectIn,
  objectOf,
  textIn,
  type Wire,
} from './wire.ts';

/** How a container was made, and what it may use; every string is sanitized but `env` and `wire`. */
export interface ContainerConfig {
  readonly id: string;
  readonly name: string;
  /** The image as it was asked for, e.g. `falcon/worker:latest`. */
  readonly image: string;
  /** The image it was made of, `sha256:…`. */
  readonly imageId: string;
  /** Values as they are: never to be shown before they are sanitized and redacted. */
  readonly env: ReadonlyMap<string, string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: ContainerLimits;
  /** Why its last start failed; empty if it did not. */
  readonly startError: string;
  /** Ports of the host it wants, whether it runs or not. */
  readonly wantedPorts: readonly { readonly hostPort: number; readonly containerPort: number }[];
  /** The answer itself, to make another container like it. */
  readonly wire: Wire;
}

/** Null is no limit. */
export interface ContainerLimits {
  readonly memoryBytes: number | null;
  /** Memory and swap together; -1 is without a limit. */
  readonly memorySwapBytes: number | null;
  readonly reservationBytes: number | null;
  /** Cores, fractions included. */
  readonly cpus: number | null;
}

function envOf(config: Wire): ReadonlyMap<string, string> {
  const pairs = arrayIn(config, 'Env').flatMap((entry): [string, string][] => {
    if (typeof entry !== 'string') return [];
    const at = entry.indexOf('=');
    return at < 0 ? [[entry, '']] : [[entry.slice(0, at), entry.slice(at + 1)]];
  });
  return new Map(pairs);
}

function labelsOf(config: Wire): Record<string, string> {
  const labels = objectIn(config, 'Labels');
  const result: Record<string, string> = {};
  for (const name of Object.keys(labels)) {
    result[sanitizeLine(name)] = sanitizeLine(maybeText(labels, name) ?? '');
  }
  return result;
}

function limitsOf(host: Wire): ContainerLimits {
  const nano = maybeNumber(host, 'NanoCpus') || null;
  const quota = maybeNumber(host, 'CpuQuota') ?? 0;
  const period = maybeNumber(host, 'CpuPeriod') || 100_000;
  return {
    memoryBytes: maybeNumber(host, 'Memory') || null,
    memorySwapBytes: maybeNumber(host, 'MemorySwap') || null,
    reservationBytes: maybeNumber(host, 'MemoryReservation') || null,
    cpus: nano === null ? (quota > 0 ? quota / period : null) : nano / 1e9,
  };
}

function wantedPortsOf(host: Wire): ContainerConfig['wantedPorts'] {
  const bindings = objectIn(host, 'PortBindings');
  return Object.keys(bindings).flatMap((key) => {
    const [port = '', protocol = 'tcp'] = key.split('/');
    if (protocol !== 'tcp') return [];
    return arrayIn(bindings, key).flatMap((entry) => {
      const hostPort = Number(maybeText(objectOf(entry, 'PortBindings'), 'HostPort'));
      return hostPort > 0 ? [{ hostPort, containerPort: Number(port) }] : [];
    });
  });
}

function configOf(wire: Wire): ContainerConfig {
  const config = objectIn(wire, 'Config');
  const host = objectIn(wire, 'HostConfig');
  return {
    id: idIn(wire, 'Id'),
    name: sanitizeLine(textIn(wire, 'Name').replace(/^\//, '')),
    image: sanitizeLine(textIn(config, 'Image')),
    imageId: sanitizeLine(textIn(wire, 'Image')),
    env: envOf(config),
    labels: labelsOf(config),
    limits: limitsOf(host),
    startError: sanitizeLine(maybeText(objectIn(wire, 'State'), 'Error') ?? ''),
    wantedPorts: wantedPortsOf(host),
    wire,
  };
}

/** Decodes `GET /containers/ID/json` for what the inspection leaves out. */
export function decodeConfig(value: unknown): ContainerConfig {
  const what = 'the inspection of a container';
  return decoding(what, () => configOf(objectOf(value, 'answer')));
}
