import type { PostgresPlan, RedisPlan, RegionPlan, Secret } from '../../config/plan.ts';
import type { Source } from '../../domain/source.ts';
import { alertmanagerSource } from '../../integrations/alertmanager/source.ts';
import { hostSource } from '../../integrations/host/source.ts';
import { httpCheckSource } from '../../integrations/http/source.ts';
import { postgresSource } from '../../integrations/postgres/source.ts';
import { prometheusSource } from '../../integrations/prometheus/query-source.ts';
import { metricsSource } from '../../integrations/prometheus/source.ts';
import { redisSource } from '../../integrations/redis/source.ts';
import { certificateSource } from '../../integrations/tls/source.ts';
import { authority } from './authority.ts';
import { deferred } from './deferred.ts';
import { dial, type Reach, webUrl } from './reach.ts';

/** What the configured sources are made from. */
export interface PlanParts extends Reach {
  /** Whether somebody reads the samples of this name. */
  selects(name: string): boolean;
}

/** The token is read at each request, so that a new one needs no new start. */
function withToken<T extends { readonly token: Secret | null }>({ token, ...rest }: T) {
  return { ...rest, ...(token === null ? {} : { token: () => token.read() }) };
}

function postgres(plan: PostgresPlan, parts: PlanParts): Source<'database'> {
  const { address: at, ca, database, intervalMs, name, password, timeoutMs, tls, user } = plan;
  return deferred({ name, kind: 'database', intervalMs, timeoutMs }, () =>
    postgresSource({
      name,
      clock: parts.clock,
      address: async () =>
        at.kind === 'socket' ? { socketFolder: at.path, port: at.port } : dial(parts, at),
      database,
      user,
      ...(password === null ? { passwordFile: plan.passwordFile } : { password: password.read() }),
      tls,
      ...(ca === null ? {} : { ca: authority(ca) }),
      intervalMs,
      timeoutMs,
    }),
  );
}

function redis(plan: RedisPlan, parts: PlanParts): Source<'cache'> {
  const { address: at, ca, intervalMs, name, password, timeoutMs, tls, username } = plan;
  const speaksTls = tls === 'require' || tls === 'verify';
  return deferred({ name, kind: 'cache', intervalMs, timeoutMs }, () =>
    redisSource({
      name,
      address: async () => (at.kind === 'socket' ? { path: at.path } : dial(parts, at)),
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password: () => password.read() }),
      ...(speaksTls
        ? { tls: { insecure: tls !== 'verify', ...(ca === null ? {} : { ca: authority(ca) }) } }
        : {}),
      intervalMs,
      timeoutMs,
    }),
  );
}

/** The sources that the configuration names, or that were found without one. */
export function plannedSources(plan: RegionPlan, parts: PlanParts): readonly Source[] {
  const { alertmanager, host, prometheus } = plan;
  const sources: readonly (readonly Source[])[] = [
    plan.postgres.map((one) => postgres(one, parts)),
    plan.redis.map((one) => redis(one, parts)),
    plan.metrics.map(({ address, name, intervalMs, timeoutMs }) =>
      metricsSource({
        name,
        url: () => webUrl(parts, address),
        select: parts.selects,
        intervalMs,
        timeoutMs,
      }),
    ),
    prometheus === null ? [] : [prometheusSource(withToken(prometheus))],
    alertmanager === null ? [] : [alertmanagerSource(withToken(alertmanager))],
    plan.checks.map(({ address, ...check }) =>
      httpCheckSource({ ...check, url: () => webUrl(parts, address) }),
    ),
    plan.certificates.map(({ host: at, port, ...certificate }) =>
      certificateSource({ ...certificate, address: async () => ({ host: at, port }) }),
    ),
    host === null ? [] : [hostSource(host)],
  ];
  return sources.flat();
}
