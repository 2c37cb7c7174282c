import { dockerActions } from '../integrations/docker/actions.ts';
import type { DockerClient } from '../integrations/docker/client.ts';
import { dockerProbes } from '../integrations/docker/probes.ts';
import { httpProbes } from '../integrations/http/probes.ts';
import { redisActions } from '../integrations/redis/actions.ts';
import type { OpenRedis } from '../integrations/redis/client.ts';
import { redisProbes } from '../integrations/redis/probes.ts';
import { type Catalogue, createCatalogue } from '../runbooks/catalogue.ts';

/** How the integrations reach their servers; asked only when a probe or action is used. */
export interface Connections {
  readonly docker: () => DockerClient;
  readonly redis: OpenRedis;
}

/** Everything the integrations offer to runbooks. */
export function assembleCatalogue(connections: Connections): Catalogue {
  return createCatalogue(
    [...dockerProbes(connections.docker), ...redisProbes(connections.redis), ...httpProbes()],
    [...dockerActions(connections.docker), ...redisActions(connections.redis)],
  );
}
