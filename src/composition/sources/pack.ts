import type { CacheCredentials, DatabaseCredentials } from '../../config/plan.ts';
import type { Source } from '../../domain/source.ts';
import { breakersSource } from '../../integrations/breakers/source.ts';
import { httpCheckSource } from '../../integrations/http/source.ts';
import { postgresSource } from '../../integrations/postgres/source.ts';
import { metricsSource } from '../../integrations/prometheus/source.ts';
import { redisSource } from '../../integrations/redis/source.ts';
import type { Role, SourceDefinition } from '../../runbooks/pack.ts';
import { authority } from './authority.ts';
import { deferred } from './deferred.ts';
import { type Reach, serviceUrl } from './reach.ts';

/** What the sources of a pack are made from. */
export interface PackParts extends Reach {
  readonly definitions: readonly SourceDefinition[];
  /** The pack's roles as this region binds them. */
  readonly roles: readonly Role[];
  readonly cacheCredentials: CacheCredentials | null;
  /** Null leaves the pack's databases out. */
  readonly databaseCredentials: DatabaseCredentials | null;
  /** Whether somebody reads the samples of this name. */
  selects(name: string): boolean;
}

function servicesOf(parts: PackParts, role: string): readonly string[] {
  return parts.roles.find((r) => r.role === role)?.services ?? [role];
}

/** How to log in to a pack's cache; the password is read when a connection needs it. */
function login(credentials: CacheCredentials | null) {
  const { username = null, password = null } = credentials ?? {};
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: () => password.read() }),
  };
}

type DatabaseDefinition = Extract<SourceDefinition, { readonly kind: 'database' }>;

/** A database of the pack; none while nobody says how to log in: asking it in vain helps nobody. */
function database(
  { address, clock, databaseCredentials: login }: PackParts,
  definition: DatabaseDefinition,
  service: string,
): readonly Source[] {
  if (login === null) return [];
  const { intervalMs, port, timeoutMs } = definition;
  const { ca, password, passwordFile, tls } = login;
  const pace = { intervalMs, timeoutMs };
  const make = () =>
    postgresSource({
      name: service,
      clock,
      address: () => address(service, port),
      database: login.database ?? definition.name,
      user: login.user ?? definition.user,
      ...(password === null ? { passwordFile } : { password: password.read() }),
      tls,
      ...(ca === null ? {} : { ca: authority(ca) }),
      ...pace,
    });
  return [deferred({ name: service, kind: 'database', ...pace }, make)];
}

function fromDefinition(parts: PackParts, definition: SourceDefinition): readonly Source[] {
  const { role, port, intervalMs, timeoutMs } = definition;
  const services = servicesOf(parts, role);
  const several = services.length > 1;
  const pace = { intervalMs, timeoutMs };
  switch (definition.kind) {
    case 'metrics':
      return services.map((service) =>
        metricsSource({
          name: service,
          url: () => serviceUrl(parts, service, port, definition.path),
          select: parts.selects,
          ...pace,
        }),
      );
    case 'cache':
      return services.map((service) =>
        redisSource({
          name: service,
          address: () => parts.address(service, port),
          ...login(parts.cacheCredentials),
          ...pace,
        }),
      );
    case 'database':
      return services.flatMap((service) => database(parts, definition, service));
    case 'check':
      return services.map((service) =>
        httpCheckSource({
          name: several ? `${service} ${definition.name}` : definition.name,
          url: () => serviceUrl(parts, service, port, definition.path),
          expect: { status: definition.expectStatus, json: definition.expectJson },
          ...pace,
        }),
      );
    case 'breakers':
      return services.map((service) =>
        breakersSource({
          ...definition,
          name: `${service} breakers`,
          url: () => serviceUrl(parts, service, port, definition.path),
        }),
      );
  }
}

/** Every source that a pack declares, one a service of the role it names. */
export function packSources(parts: PackParts): readonly Source[] {
  return parts.definitions.flatMap((definition) => fromDefinition(parts, definition));
}
