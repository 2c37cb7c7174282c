import type { Clock } from '../../domain/clock.ts';
import type { Source } from '../../domain/source.ts';
import { connectDocker, type DockerClient } from '../../integrations/docker/client.ts';
import { composeSource } from '../../integrations/docker/compose-source.ts';
import { dockerContainersSource, dockerUsageSource } from '../../integrations/docker/source.ts';

const DOCKER_INTERVAL_MS = 5000;
const DOCKER_TIMEOUT_MS = 4000;
/** Compose files seldom change. */
const COMPOSE_INTERVAL_MS = 30_000;

/** What the engine's own sources are made from. */
export interface EngineParts {
  readonly clock: Clock;
  readonly docker: DockerClient;
  /** Only this compose project's containers; null for all. */
  readonly project: string | null;
  /** How often they are listed, and what they use is asked for. */
  readonly intervalMs: number | null;
  /** Each answer waits for all that belongs to it. */
  readonly complete: boolean;
  /** True where the engine's files are this host's. */
  readonly local: boolean;
  /** Containers whose use is worth asking for; null for all. */
  wanted(): ReadonlySet<string> | null;
}

/** The engine's containers, which the others find addresses by, and what they use. */
export function engineSources(parts: EngineParts): readonly Source[] {
  const { clock, docker: client, complete, project, intervalMs, wanted } = parts;
  const timeoutMs = DOCKER_TIMEOUT_MS;
  return [
    dockerContainersSource({
      client,
      name: 'docker',
      project,
      intervalMs: intervalMs ?? DOCKER_INTERVAL_MS,
      timeoutMs,
      complete,
      clock,
    }),
    dockerUsageSource({
      client,
      name: 'docker stats',
      project,
      intervalMs: intervalMs ?? DOCKER_INTERVAL_MS,
      timeoutMs,
      wanted,
      clock,
    }),
    ...(parts.local
      ? [
          composeSource({
            client,
            name: 'compose',
            project,
            intervalMs: COMPOSE_INTERVAL_MS,
            timeoutMs,
          }),
        ]
      : []),
  ];
}

export { connectDocker };
