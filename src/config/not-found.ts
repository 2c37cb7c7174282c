import type { Discovery } from './discovery/discover.ts';
import type { NotFound, RegionPlan } from './plan.ts';

/** What can be configured: how it is called, what was looked for, and the line that names it. */
interface Known {
  readonly kind: NotFound['kind'];
  readonly what: string;
  /** The field of the region, and an example of its value on one line. */
  readonly line: string;
  /** The variable that names it without a file; null where none does. */
  readonly variable: readonly [name: string, example: string] | null;
}

const DATABASE = 'postgres://USER@HOST:5432/DATABASE';

const known: Readonly<Record<string, Known>> = {
  docker: {
    kind: 'containers',
    what: 'containers',
    line: 'docker: unix:///var/run/docker.sock',
    variable: ['DOCKER_HOST', 'unix:///var/run/docker.sock'],
  },
  kubernetes: {
    kind: 'pods',
    what: 'pods',
    line: 'kubernetes: {kubeconfig: /path/to/kubeconfig}',
    variable: ['KUBECONFIG', '/path/to/kubeconfig'],
  },
  postgres: {
    kind: 'database',
    what: 'database',
    line: `postgres: {url: "${DATABASE}", password: env:PGPASSWORD}`,
    variable: ['DATABASE_URL', DATABASE],
  },
  redis: {
    kind: 'cache',
    what: 'cache',
    line: 'redis: {url: "redis://HOST:6379"}',
    variable: ['REDIS_URL', 'redis://HOST:6379'],
  },
  metrics: {
    kind: 'metrics',
    what: 'metrics',
    line: 'metrics: {url: "http://HOST:PORT/metrics"}',
    variable: ['PROMETHEUS_URL', 'http://HOST:9090'],
  },
  alertmanager: {
    kind: 'notices',
    what: 'alerts of an Alertmanager',
    line: 'alertmanager: {url: "http://HOST:9093"}',
    variable: ['ALERTMANAGER_URL', 'http://HOST:9093'],
  },
  checks: {
    kind: 'check',
    what: 'checks',
    line: 'checks: [{name: shop, url: "https://HOST/healthz"}]',
    variable: null,
  },
  certificates: {
    kind: 'certificate',
    what: 'certificates',
    line: 'certificates: [{address: "HOST:443"}]',
    variable: null,
  },
  logs: {
    kind: 'logs',
    what: 'logs beside the containers’',
    line: 'logs: [{file: /var/log/syslog}]',
    variable: null,
  },
};

type Found = Pick<
  RegionPlan,
  | 'name'
  | 'docker'
  | 'kubernetes'
  | 'postgres'
  | 'redis'
  | 'metrics'
  | 'prometheus'
  | 'alertmanager'
  | 'checks'
  | 'certificates'
  | 'logs'
>;

function missing(plan: Found): readonly string[] {
  const there: Readonly<Record<string, boolean>> = {
    docker: plan.docker === null || plan.docker.expected,
    kubernetes: plan.kubernetes !== null,
    postgres: plan.postgres.length > 0,
    redis: plan.redis.length > 0,
    metrics: plan.metrics.length > 0 || plan.prometheus !== null,
    alertmanager: plan.alertmanager !== null,
    checks: plan.checks.length > 0,
    certificates: plan.certificates.length > 0,
    logs: plan.logs.length > 0,
  };
  return Object.keys(there).filter((section) => there[section] === false);
}

/**
 * What was looked for and is not there, each with the one line that would configure it. A configured
 * region takes only what it names, since the variables of this shell may belong to another system; what
 * they would have named is said.
 */
export function notFoundIn(plan: Found, discovery: Discovery): readonly NotFound[] {
  return missing(plan).flatMap((section) => {
    const about = known[section];
    return about === undefined ? [] : [wordsOf(section, about, plan, discovery)];
  });
}

function wordsOf(section: string, about: Known, plan: Found, discovery: Discovery): NotFound {
  const { kind, what, line, variable } = about;
  const bad = discovery.unusable.find((unusable) => unusable.variable === variable?.[0]);
  if (plan.name !== null) {
    const mend = `add to regions.${plan.name.value}: ${line}`;
    return { kind, what, message: `the region names none${elsewhere(section, discovery)}`, mend };
  }
  if (bad !== undefined) {
    return { kind, what, message: `${bad.variable} holds no such address`, mend: bad.mend };
  }
  if (variable !== null) {
    const [name, example] = variable;
    const message = section === 'docker' ? dockerWords : `${name} is not set`;
    return { kind, what, message, mend: `export ${name}=${example}` };
  }
  const mend = `write to ~/.config/opsconsole/config.yaml: regions: {local: {${line}}}`;
  return { kind, what, message: 'nothing names one', mend };
}

const dockerWords =
  'DOCKER_HOST is not set, no docker context is chosen, and the usual socket is not there';

/** What the surroundings would have named. */
function elsewhere(section: string, discovery: Discovery): string {
  const found: Readonly<Record<string, { readonly origin: string } | null>> = {
    kubernetes: discovery.kubernetes,
    postgres: discovery.postgres,
    redis: discovery.redis,
    metrics: discovery.prometheus,
    alertmanager: discovery.alertmanager,
  };
  const origin = found[section]?.origin;
  return origin === undefined ? '' : `; that of ${origin} is not taken for it`;
}
