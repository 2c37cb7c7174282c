import type { Source } from '../domain/source.ts';
import type { Address } from '../integrations/contract.ts';
import type { DockerClient } from '../integrations/docker/client.ts';
import { dockerContainersSource, dockerUsageSource } from '../integrations/docker/source.ts';
import { httpCheckSource } from '../integrations/http/source.ts';
import { metricsSource } from '../integrations/prometheus/source.ts';
import { redisSource } from '../integrations/redis/source.ts';
import type { Role, SourceDefinition } from '../runbooks/pack.ts';

const DOCKER_INTERVAL_MS = 5000;
const DOCKER_TIMEOUT_MS = 4000;

/** What the sources of a region are made from. */
export interface SourceParts {
  readonly docker: DockerClient;
  readonly project: string | null;
  readonly definitions: readonly SourceDefinition[];
  readonly roles: readonly Role[];
  readonly credentials: { readonly username?: string; readonly password?: string };
  readonly dockerIntervalMs: number | null;
  serviceAddress(service: string, port: number): Promise<Address>;
}

function servicesOf(parts: SourceParts, role: string): readonly string[] {
  return parts.roles.find((r) => r.role === role)?.services ?? [role];
}

async function url(parts: SourceParts, service: string, port: number, path: string) {
  const { host, port: reached } = await parts.serviceAddress(service, port);
  return `http://${host.includes(':') ? `[${host}]` : host}:${reached}${path}`;
}

function fromDefinition(parts: SourceParts, definition: SourceDefinition): readonly Source[] {
  const { role, port, intervalMs, timeoutMs } = definition;
  const services = servicesOf(parts, role);
  const several = services.length > 1;
  switch (definition.kind) {
    case 'metrics':
      return services.map((service) =>
        metricsSource({
          name: service,
          url: () => url(parts, service, port, definition.path),
          intervalMs,
          timeoutMs,
        }),
      );
    case 'cache':
      return services.map((service) =>
        redisSource({
          name: service,
          address: () => parts.serviceAddress(service, port),
          intervalMs,
          timeoutMs,
          ...parts.credentials,
        }),
      );
    case 'check':
      return services.map((service) =>
        httpCheckSource({
          name: several ? `${service} ${definition.name}` : definition.name,
          url: () => url(parts, service, port, definition.path),
          expect: { status: definition.expectStatus, json: definition.expectJson },
          intervalMs,
          timeoutMs,
        }),
      );
  }
}

/** The engine's container feed: the one source that the others and the runner find addresses by. */
export function containersSource(
  parts: Pick<SourceParts, 'docker' | 'project' | 'dockerIntervalMs'>,
) {
  return dockerContainersSource({
    client: parts.docker,
    name: 'docker',
    project: parts.project,
    intervalMs: parts.dockerIntervalMs ?? DOCKER_INTERVAL_MS,
    timeoutMs: DOCKER_TIMEOUT_MS,
  });
}

/** Every source of a region, the engine's first. */
export function sourcesOf(parts: SourceParts): readonly Source[] {
  const usage = dockerUsageSource({
    client: parts.docker,
    name: 'docker stats',
    project: parts.project,
    intervalMs: DOCKER_INTERVAL_MS,
    timeoutMs: DOCKER_TIMEOUT_MS,
  });
  return [
    containersSource(parts),
    usage,
    ...parts.definitions.flatMap((definition) => fromDefinition(parts, definition)),
  ];
}
