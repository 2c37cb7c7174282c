import { artifacts } from '../world/artifacts.ts';
import type { ImageContent } from '../world/supply.ts';
import type { ImageSeed, SystemDescription } from '../world/system.ts';
import { saasguardFeatures, saasguardWarehouse } from './saasguard-data.ts';
import { saasguardRepository } from './saasguard-repository.ts';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const API = 'ghcr.io/acme/saasguard';
/** What the compose file asks for. */
export const API_IMAGE = `${API}:latest`;
const USER = { uid: 999, gid: 999, name: 'saasguard' } as const;
const RUNS = { interval: '30s', timeout: '10s', retries: 3 } as const;

/** Which model lies where: a bound folder of the host hides the one that the image has. */
type Models = 'bound' | 'of-image';

/** Its compose project, with the names, ports, checks and limits of the original. */
export function saasguardCompose(models: Models = 'bound') {
  const bound = models === 'bound' ? ['./models:/app/models'] : [];
  return {
    services: {
      dbt: {
        image: 'saasguard/dbt:latest',
        build: { context: '.', dockerfile: 'Dockerfile.dbt' },
        entrypoint: ['dbt'],
        command: ['build'],
        volumes: ['./data:/data'],
        restart: 'no',
      },
      api: {
        image: API_IMAGE,
        build: { context: '.', target: 'prod' },
        env_file: ['.env'],
        // A range: further containers of it need a port of the host each.
        ports: ['8000-8003:8000'],
        volumes: ['./data:/app/data', ...bound],
        depends_on: { dbt: { condition: 'service_completed_successfully' } },
        healthcheck: {
          test: ['CMD', 'curl', '-f', 'http://localhost:8000/health'],
          ...RUNS,
          start_period: '15s',
        },
        restart: 'unless-stopped',
      },
      superset: {
        image: 'apache/superset:latest',
        env_file: ['.env'],
        ports: ['8088:8088'],
        volumes: ['superset_home:/app/superset_home'],
        healthcheck: {
          test: ['CMD', 'curl', '-f', 'http://localhost:8088/health'],
          ...RUNS,
          retries: 5,
          start_period: '30s',
        },
        restart: 'unless-stopped',
      },
    },
    volumes: { superset_home: {} },
  };
}

/** What differs in production: it is read on top of the project's own file. */
const production = { services: { api: { restart: 'always' }, superset: { mem_limit: '1g' } } };

const env = {
  APP_ENV: 'production',
  ALLOWED_ORIGINS: 'http://localhost:3000,http://localhost:8088',
  DUCKDB_PATH: '/app/data/saasguard.duckdb',
  MODELS_DIR: '/app/models',
  PORT: 8000,
  WEB_CONCURRENCY: 4,
  LLM_PROVIDER: 'groq',
  GROQ_API_KEY: 'gsk_simulated_0123456789',
  SUPERSET_SECRET_KEY: 'Zm9yIHByYWN0aWNlIG9ubHksIG5vdGhpbmcgcmVhbA',
};

const at = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));

const trained = artifacts('model-v3', 0.872, saasguardFeatures);
const former = artifacts('model-v2', 0.859, saasguardFeatures);

const command = ['gunicorn', '-c', 'gunicorn.conf.py', 'app.main:app'];

/** A release of the api. */
export function apiContent(revision: string, more: Partial<ImageContent> = {}): ImageContent {
  return {
    program: 'saasguard-api',
    sizeBytes: 890 * MIB,
    labels: { 'org.opencontainers.image.revision': revision },
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    command,
    release: { errorShare: 0, inferenceMs: 0 },
    user: USER,
    files: at('/app/models', trained),
    ...more,
  };
}

function image(refs: readonly string[], ageDays: number, own: ImageContent): ImageSeed {
  return { ...own, refs, ageMs: ageDays * DAY_MS };
}

const plain = (program: ImageSeed['program'], sizeMib: number, words: readonly string[]) => ({
  ...apiContent('', { program, command: words, sizeBytes: sizeMib * MIB }),
  labels: {},
  files: {},
});

const images: readonly ImageSeed[] = [
  image([API_IMAGE, `${API}:sha-4f2a9c1`], 4, apiContent('4f2a9c1')),
  image([`${API}:sha-9be03d7`], 18, apiContent('9be03d7')),
  image(['saasguard/dbt:latest'], 4, plain('dbt', 640, ['dbt', 'build'])),
  image(['apache/superset:latest'], 40, plain('superset', 1480, ['run-server.sh'])),
  image(['busybox:1.36'], 90, {
    ...plain('idle', 4, ['sh']),
    user: { uid: 0, gid: 0, name: 'root' },
  }),
];

/** SaaSGuard: an api that predicts from a DuckDB which dbt builds, and Superset beside it. */
export const saasguard: SystemDescription = {
  name: 'saasguard',
  project: 'saasguard',
  files: {
    'docker-compose.yml': saasguardCompose(),
    'docker-compose.prod.yml': production,
    '.env': `${Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n')}\n`,
    Dockerfile: '# data-gen, then prod\n',
    'data/saasguard.duckdb': 'DUCK\n',
    ...at('models', trained),
    'models/artifacts.dvc': 'version: model-v3\n',
    'DVC/dvc.yaml': 'stages: {}\n',
    'dvc.lock': "schema: '2.0'\nversion: model-v3\n",
    ...at('.dvc/cache/model-v3', trained),
    ...at('.dvc/cache/model-v2', former),
    ...at('dvc-remote/model-v3', trained),
    ...at('dvc-remote/model-v2', former),
    'tests/model_accuracy/test_gates.py': '# AUC-ROC of both models is at least 0.80\n',
  },
  images,
  supply: {
    registry: {
      [API_IMAGE]: apiContent('7d10e5b'),
      [`${API}:sha-9be03d7`]: { ...apiContent('9be03d7'), ageMs: 18 * DAY_MS },
      [`${API}:sha-2c81f60`]: { ...apiContent('2c81f60'), ageMs: 31 * DAY_MS },
    },
    builds: {
      api: { ...apiContent('local'), takesMs: 40_000 },
      prod: { ...apiContent('local'), takesMs: 40_000 },
      'data-gen': { ...apiContent('local'), takesMs: 90_000 },
      dbt: { ...plain('dbt', 640, ['dbt', 'build']), takesMs: 20_000 },
    },
  },
  load: {
    perSecond: 10,
    repeatedShare: 0,
    texts: 0,
    mostInFlight: 120,
    patienceMs: 10_000,
    mix: [
      {
        weight: 6,
        method: 'POST',
        path: '/predictions/churn',
        body: '{"customer_id":"{customer}"}',
      },
      {
        weight: 2,
        method: 'POST',
        path: '/predictions/upgrade',
        body: '{"customer_id":"{customer}"}',
      },
      { weight: 2, method: 'GET', path: '/health' },
    ],
    service: 'api',
    port: 8000,
  },
  warehouse: saasguardWarehouse,
  repository: saasguardRepository,
  upMs: 6 * 60_000,
};
