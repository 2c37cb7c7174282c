import { redactText } from '../domain/redact.ts';
import { ConfigError } from './config-error.ts';
import type { DockerPlan } from './plan.ts';

/** True for an engine on this host, whose disks and memory are then the region's. */
export function isLocalEngine(host: string): boolean {
  return host.startsWith('/') || host.startsWith('unix://');
}

/**
 * Holds an engine's address against the forms there are, whoever gave it.
 * @throws ConfigError that names where it comes from
 */
export function checkEngineAddress({ host, origin }: DockerPlan): void {
  if (isLocalEngine(host)) return;
  const url = URL.parse(host);
  const known = url !== null && /^(?:tcp|http|https|ssh):$/.test(url.protocol);
  if (known && url.hostname !== '') return;
  throw new ConfigError(
    `"${redactText(host)}" (${origin}) is no address of a Docker engine; ` +
      'write unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST',
  );
}
