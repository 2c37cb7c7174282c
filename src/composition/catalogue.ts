import { dnsProbes } from '../integrations/dns/probes.ts';
import { dockerActions } from '../integrations/docker/actions.ts';
import type { DockerClient } from '../integrations/docker/client.ts';
import { dockerProbes } from '../integrations/docker/probes.ts';
import { envfileActions } from '../integrations/envfile/actions.ts';
import type { EnvFiles } from '../integrations/envfile/place.ts';
import { envfileProbes } from '../integrations/envfile/probes.ts';
import { hostActions } from '../integrations/host/actions.ts';
import type { HostAccess } from '../integrations/host/here.ts';
import { hostProbes } from '../integrations/host/probes.ts';
import { httpProbes } from '../integrations/http/probes.ts';
import { parseLine } from '../integrations/logs/parse.ts';
import { notifyActions } from '../integrations/notify/actions.ts';
import type { Channel } from '../integrations/notify/channel.ts';
import { notifyProbes } from '../integrations/notify/probes.ts';
import { postgresActions } from '../integrations/postgres/actions.ts';
import { postgresProbes } from '../integrations/postgres/probes.ts';
import type { PostgresServers } from '../integrations/postgres/role.ts';
import { type OpenPrometheus, prometheusProbes } from '../integrations/prometheus/probes.ts';
import { redisActions } from '../integrations/redis/actions.ts';
import type { OpenRedis } from '../integrations/redis/client.ts';
import { redisProbes } from '../integrations/redis/probes.ts';
import { type OtherRegions, regionsProbes } from '../integrations/regions/probes.ts';
import { shellActions } from '../integrations/shell/actions.ts';
import type { Shell } from '../integrations/shell/place.ts';
import { shellProbes } from '../integrations/shell/probes.ts';
import { runWithInput } from '../integrations/shell/run.ts';
import { signalsProbes } from '../integrations/signals/probes.ts';
import { tlsProbes } from '../integrations/tls/probes.ts';
import { asEverybody, type GetOutside } from '../integrations/web/outside.ts';
import { type Catalogue, createCatalogue } from '../runbooks/catalogue.ts';

/** How the integrations reach what they read and change; asked only when a probe or action is used. */
export interface Connections {
  readonly docker: () => DockerClient;
  readonly redis: OpenRedis;
  readonly postgres: PostgresServers;
  readonly prometheus: OpenPrometheus;
  readonly files: EnvFiles;
  readonly shell: Shell;
  readonly host: HostAccess;
  readonly channels: () => readonly Channel[];
  readonly regions: OtherRegions;
  readonly outside: GetOutside;
}

/** For those who only look at what there is: the pages of the documentation, the checks of a pack. */
export const unconnected: Connections = {
  docker: refuse,
  redis: refuse,
  postgres: refuse,
  prometheus: refuse,
  files: { isLocal: refuse, projectFolder: refuse },
  shell: { env: {}, folder: refuse },
  host: { isLocal: refuse },
  channels: refuse,
  outside: asEverybody,
  regions: { names: refuse, standings: refuse },
};

function refuse(): never {
  throw new Error('this catalogue has no connections');
}

/** Everything the integrations offer to runbooks. */
export function assembleCatalogue(connections: Connections): Catalogue {
  const { channels, docker, files, host, outside, postgres, prometheus, redis, regions, shell } =
    connections;
  const messages = { channels, run: runWithInput };
  return createCatalogue(
    [
      ...dockerProbes(docker, parseLine),
      ...postgresProbes(postgres),
      ...redisProbes(redis),
      ...httpProbes(outside),
      ...tlsProbes(outside),
      ...dnsProbes(outside),
      ...prometheusProbes(prometheus),
      ...signalsProbes(),
      ...regionsProbes(regions),
      ...hostProbes(host),
      ...envfileProbes(files),
      ...shellProbes(shell),
      ...notifyProbes(messages),
    ],
    [
      ...dockerActions(docker),
      ...postgresActions(postgres),
      ...redisActions(redis),
      ...hostActions(host),
      ...envfileActions(files),
      ...shellActions(shell),
      ...notifyActions(messages),
    ],
  );
}
