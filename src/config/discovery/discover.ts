import type {
  AlertmanagerPlan,
  DockerPlan,
  KubernetesPlan,
  PostgresPlan,
  ProjectPlan,
  PrometheusPlan,
  RedisPlan,
} from '../plan.ts';
import { type ConfigSurroundings, variable } from '../surroundings.ts';
import { discoverProject } from './compose-project.ts';
import { discoverDocker } from './docker.ts';
import { discoverKubernetes } from './kubernetes.ts';
import { discoverPostgres } from './postgres.ts';
import { discoverRedis } from './redis.ts';
import { discoverAlertmanager, discoverPrometheus } from './web.ts';

/** What the surroundings tell, with where each was found. */
export interface Discovery {
  readonly docker: DockerPlan;
  readonly project: ProjectPlan | null;
  /** As `project`, by COMPOSE_PROJECT_NAME alone. */
  readonly namedProject: ProjectPlan | null;
  readonly kubernetes: KubernetesPlan | null;
  readonly postgres: PostgresPlan | null;
  readonly redis: RedisPlan | null;
  readonly prometheus: PrometheusPlan | null;
  readonly alertmanager: AlertmanagerPlan | null;
  /** Variables that are set to something that cannot be used, in words. */
  readonly unusable: readonly { readonly variable: string; readonly mend: string }[];
}

/** Variables that hold an address, and the form it must have. Their values are never repeated. */
const FORMS = [
  ['DATABASE_URL', 'postgres', 'set it to postgres://USER@HOST:PORT/DATABASE'],
  ['REDIS_URL', 'redis', 'set it to redis://HOST:PORT, rediss:// for TLS'],
  ['PROMETHEUS_URL', 'prometheus', 'set it to http://HOST:9090'],
  ['ALERTMANAGER_URL', 'alertmanager', 'set it to http://HOST:9093'],
] as const;

/** Looks where the ecosystem looks. Reads small files at most; connects to nothing. */
export function discover(from: ConfigSurroundings): Discovery {
  const found = {
    kubernetes: discoverKubernetes(from),
    postgres: discoverPostgres(from),
    redis: discoverRedis(from),
    prometheus: discoverPrometheus(from),
    alertmanager: discoverAlertmanager(from),
  };
  const unusable = FORMS.filter(
    ([name, kind]) => variable(from.env, name) !== null && found[kind]?.origin !== name,
  );
  return {
    docker: discoverDocker(from),
    project: discoverProject(from, true),
    namedProject: discoverProject(from, false),
    ...found,
    unusable: unusable.map(([name, , mend]) => ({ variable: name, mend })),
  };
}
