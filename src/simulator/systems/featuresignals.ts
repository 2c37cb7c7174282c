import type { Supply } from '../world/supply.ts';
import type { ImageSeed, SystemDescription } from '../world/system.ts';
import { featuresignalsTable } from './featuresignals-table.ts';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const DOMAIN = 'featuresignals.example';
const COMPOSE_FILE = 'deploy/docker-compose.region.yml';
export const SERVER_IMAGE = 'ghcr.io/featuresignals/server';
const DASHBOARD_IMAGE = 'ghcr.io/featuresignals/dashboard';
/** What runs, and what ran before it. */
export const TAGS = { next: 'v1.10.0', now: 'v1.9.0', before: 'v1.8.2' } as const;
const GOOD_COMMIT = '5b1f0c2d9e8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c';

/** The regions by their public addresses. */
export const EDGES = { us: '198.51.100.10', eu: '198.51.100.20', in: '198.51.100.30' } as const;
type FeatureRegion = keyof typeof EDGES;

/** What compose fills in from `.env`. */
const given = (name: string) => `\${${name}}`;
const check = (test: readonly string[], interval: string, retries: number, more: object = {}) => ({
  healthcheck: { test, interval, timeout: '5s', retries, ...more },
});
const limit = (memory: string) => ({ deploy: { resources: { limits: { memory } } } });
const restart = 'unless-stopped';
const healthy = { condition: 'service_healthy' };

/** The compose project of a region, with the ports, checks and limits of the original. */
const compose = {
  services: {
    postgres: {
      image: 'postgres:16-alpine',
      restart,
      ports: ['127.0.0.1:5432:5432'],
      environment: {
        POSTGRES_DB: 'featuresignals',
        POSTGRES_USER: 'fs',
        POSTGRES_PASSWORD: given('POSTGRES_PASSWORD'),
      },
      volumes: ['./data/pgdata:/var/lib/postgresql/data'],
      ...limit('2g'),
      ...check(['CMD-SHELL', 'pg_isready -U fs -d featuresignals'], '10s', 5),
    },
    server: {
      image: `${SERVER_IMAGE}:\${IMAGE_TAG:-latest}`,
      build: { context: '.', dockerfile: 'deploy/docker/Dockerfile.server' },
      restart,
      ports: ['127.0.0.1:8080:8080'],
      environment: {
        DATABASE_URL: `postgres://fs:${given('POSTGRES_PASSWORD')}@${given('DATABASE_HOST:-postgres')}:5432/featuresignals`,
        JWT_SECRET: given('JWT_SECRET'),
        REGION: given('REGION'),
        OTEL_SERVICE_NAME: given('OTEL_SERVICE_NAME'),
        OTEL_SERVICE_REGION: given('REGION'),
        OTEL_INGESTION_KEY: given('OTEL_INGESTION_KEY'),
      },
      depends_on: { postgres: healthy },
      ...limit('1g'),
      ...check(['CMD', 'wget', '-qO-', 'http://127.0.0.1:8080/health'], '15s', 3, {
        start_period: '10s',
      }),
    },
    dashboard: {
      image: `${DASHBOARD_IMAGE}:\${IMAGE_TAG:-latest}`,
      build: { context: 'dashboard' },
      restart,
      expose: ['3000'],
      environment: {
        NEXT_PUBLIC_API_URL: given('NEXT_PUBLIC_API_URL'),
        NEXT_PUBLIC_API_URL_EU: given('NEXT_PUBLIC_API_URL_EU'),
        NEXT_PUBLIC_API_URL_IN: given('NEXT_PUBLIC_API_URL_IN'),
      },
      depends_on: { server: healthy },
      ...limit('512m'),
      ...check(['CMD', 'node', '-e', "fetch('http://127.0.0.1:3000')"], '30s', 5, {
        start_period: '40s',
      }),
    },
    caddy: {
      build: { context: 'deploy', dockerfile: 'docker/Dockerfile.caddy' },
      restart,
      ports: ['80:80', '443:443'],
      environment: { DOMAIN_API: given('DOMAIN_API'), DOMAIN_APP: given('DOMAIN_APP') },
      volumes: [
        './deploy/Caddyfile.active:/etc/caddy/Caddyfile:ro',
        'caddy-data:/data',
        'website-dist:/srv/website',
        'docs-dist:/srv/docs',
      ],
      depends_on: ['server', 'dashboard'],
      ...limit('256m'),
    },
  },
  volumes: { 'caddy-data': {}, 'website-dist': {}, 'docs-dist': {} },
};

function env(region: FeatureRegion) {
  const password = `simulated-${region}-database`;
  return {
    REGION: region,
    DOMAIN_API: `api.${region}.${DOMAIN}`,
    DOMAIN_APP: `app.${region}.${DOMAIN}`,
    NEXT_PUBLIC_API_URL: `https://api.us.${DOMAIN}`,
    NEXT_PUBLIC_API_URL_EU: `https://api.eu.${DOMAIN}`,
    NEXT_PUBLIC_API_URL_IN: `https://api.in.${DOMAIN}`,
    POSTGRES_PASSWORD: password,
    JWT_SECRET: 'simulated-secret-of-tokens-which-opens-nothing',
    IMAGE_TAG: TAGS.now,
    OTEL_SERVICE_NAME: 'featuresignals-api',
    OTEL_INGESTION_KEY: 'simulated-ingestion-key',
    SIGNOZ_URL: `https://signoz.${DOMAIN}`,
  };
}

const caddyfile = `{$DOMAIN_API} {
  reverse_proxy server:8080
}
{$DOMAIN_APP} {
  reverse_proxy dashboard:3000
}
`;

/** What a request takes in a sound server, ms. */
const sound = { errorShare: 0, inferenceMs: 4 };

export function image(
  refs: readonly string[],
  program: ImageSeed['program'],
  more: Partial<ImageSeed> = {},
): ImageSeed {
  return {
    ...{ refs, program, ageMs: 20 * DAY_MS, sizeBytes: 60 * MIB, labels: {}, env: {} },
    ...{ command: ['/app'], release: sound, ...more },
  };
}

const release = (tag: string, ageMs: number): readonly ImageSeed[] => [
  image([`${SERVER_IMAGE}:${tag}`], 'flags-server', { ageMs, sizeBytes: 48 * MIB }),
  image([`${DASHBOARD_IMAGE}:${tag}`], 'dashboard', { ageMs, sizeBytes: 310 * MIB }),
];

/** An image as it is before the engine holds it. */
function content({ ageMs: _age, refs: _refs, ...rest }: ImageSeed) {
  return rest;
}

const BUILD_MS = 20_000;
/** What can be pulled. */
const registry = Object.fromEntries(
  [...release(TAGS.now, 0), ...release(TAGS.before, 0)].flatMap((one) =>
    one.refs.map((ref) => [ref, content(one)] as const),
  ),
);
/** What is built of the repository. */
export const builds: Supply['builds'] = Object.fromEntries(
  (['flags-server', 'dashboard', 'caddy'] as const).map((program) => {
    const name = program === 'flags-server' ? 'server' : program;
    return [name, { ...content(image([], program)), takesMs: BUILD_MS }] as const;
  }),
);

const METRICS = [
  'eval_duration_ms_bucket',
  'eval_count_total',
  'cache_hit_total',
  'cache_miss_total',
  'db_pool_wait_count',
  'sse_active_connections',
];

/** What a console is told of a region, and of the standby of the one that has it. */
function told(region: FeatureRegion, standby: boolean) {
  const password = 'file:{folder}/postgres.password';
  const url = 'postgres://fs@127.0.0.1:{gate:replica}/featuresignals';
  const routes = Object.entries(EDGES).map(([name, address]) => {
    return [`${address}:443`, `127.0.0.1:{gate:${name}}`] as const;
  });
  const api = `api.${region}.${DOMAIN}`;
  return {
    postgres: [{ password }, ...(standby ? [{ name: 'replica', url, password }] : [])],
    ...(standby
      ? {
          prometheus: {
            url: 'http://127.0.0.1:{collector}',
            queries: Object.fromEntries(METRICS.map((name) => [name, name])),
          },
        }
      : {}),
    certificates: [
      {
        name: api,
        address: `127.0.0.1:{gate:${region}}`,
        servername: api,
        ca: '{authority}',
        every: '30s',
      },
    ],
    outside: {
      'name-servers': ['127.0.0.1:{dns}'],
      routes: Object.fromEntries(routes),
      ca: '{authority}',
    },
  };
}

/** The commit that runs. */
export const good = { sha: GOOD_COMMIT, title: 'Evaluate rollouts by key', release: sound };

/** A region of FeatureSignals. @param home the region whose standby and metrics are shown */
export function featuresignals(region: FeatureRegion, home = false): SystemDescription {
  const edge = EDGES[region];
  return {
    name: 'featuresignals',
    project: 'featuresignals',
    composeFiles: [COMPOSE_FILE],
    files: {
      [COMPOSE_FILE]: compose,
      '.env': Object.entries(env(region))
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
      'deploy/Caddyfile.active': caddyfile,
      'data/pgdata/PG_VERSION': '16\n',
    },
    images: [
      ...release(TAGS.now, 3 * DAY_MS),
      ...release(TAGS.before, 18 * DAY_MS),
      image(['postgres:16-alpine'], 'postgres', { command: ['postgres'], sizeBytes: 280 * MIB }),
      image(['featuresignals-caddy:latest'], 'caddy', { command: ['caddy', 'run'] }),
    ],
    load: {
      ...{ perSecond: home ? 6 : 1.5, repeatedShare: 1, texts: 1, mostInFlight: 40 },
      ...{ patienceMs: 10_000, service: 'caddy', port: 443 },
    },
    supply: { registry, builds },
    table: featuresignalsTable,
    site: {
      address: edge,
      names: { [`api.${region}.${DOMAIN}`]: edge, [`app.${region}.${DOMAIN}`]: edge },
    },
    repository: {
      branch: 'main',
      commits: [
        { ...good, ageMs: 3 * DAY_MS },
        {
          ...{ sha: '0c4d7a1e5f9b3c8d2e6a4b7c1d5e9f3a8b2c6d4e', release: sound },
          ...{ title: 'Keep streams through restarts', ageMs: 18 * DAY_MS },
        },
      ],
      ...{ changes: [], tags: {}, remoteTags: {}, trees: {}, runs: [], tickets: [] },
      pipelineMs: 0,
    },
    region: told(region, home),
    upMs: home ? 5 * 60_000 : 90_000,
  };
}

/** The standby of a region, at another place. */
export function featuresignalsStandby(region: FeatureRegion): SystemDescription {
  const { POSTGRES_PASSWORD } = env(region);
  const { postgres } = compose.services;
  return {
    name: 'featuresignals-standby',
    project: 'standby',
    files: {
      'docker-compose.yml': { services: { postgres } },
      '.env': `POSTGRES_PASSWORD=${POSTGRES_PASSWORD}\n`,
    },
    images: [
      image(['postgres:16-alpine'], 'postgres', { command: ['postgres'], sizeBytes: 280 * MIB }),
    ],
    load: {
      ...{ perSecond: 0, repeatedShare: 1, texts: 1, mostInFlight: 1, patienceMs: 1000 },
      ...{ service: 'postgres', port: 5432 },
    },
    upMs: 60_000,
  };
}
