import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';
import { API_IMAGE, apiContent, saasguard, saasguardCompose } from './saasguard.ts';
import { driftFaults } from './saasguard-faults-drift.ts';
import { projectFaults } from './saasguard-faults-project.ts';

const restart = (container: string): Change => ({ kind: 'restart', container, withinMs: 10_000 });
const kill = (container: string): Change => ({ kind: 'kill', container, byHand: true });
const remove = (container: string): Change => ({ kind: 'remove', container, force: true });
/** A moment before the present image was built. */
const LONG_AGO = 1_700_000_000_000;
const SERVER = 'http://zenml.internal:8080';

const text = (path: string) => String(saasguard.files[path] ?? '');

const MODELS = ['models/churn_model.pkl', 'models/expansion_model.pkl'];
/** The models of an image, without the baseline. */
const MODELS_ALONE = {
  files: Object.fromEntries(MODELS.map((path) => [`/app/${path}`, text(path)])),
};
const CACHES = ['.dvc/cache'];

/** What asks for predictions of a customer who is not there. */
const stranger = {
  weight: 1,
  method: 'POST',
  path: '/predictions/churn',
  body: '{"customer_id":"C-9041"}',
};
const usual = [
  { weight: 6, method: 'POST', path: '/predictions/churn', body: '{"customer_id":"{customer}"}' },
  { weight: 2, method: 'GET', path: '/health' },
];

const apiFaults: readonly Fault[] = [
  { id: 'calm', title: 'Nothing is broken', changes: [] },
  { id: 'api-killed', title: 'The api was killed, and stays down', changes: [kill('api')] },
  {
    id: 'api-hung',
    title: 'The api takes connections and answers nothing',
    changes: [{ kind: 'pause', container: 'api' }],
  },
  {
    id: 'api-stopped',
    title: 'Somebody has stopped the api',
    changes: [{ kind: 'stop', container: 'api', withinMs: 10_000 }],
  },
  {
    id: 'api-stopped-settings-missing',
    title: 'Somebody has stopped the api, which has lost a required setting',
    changes: [],
    env: { ALLOWED_ORIGINS: null },
    recreate: ['api'],
    later: { afterMs: 500, changes: [{ kind: 'stop', container: 'api', withinMs: 10_000 }] },
  },
  { id: 'api-removed', title: 'The container of the api is gone', changes: [remove('api')] },
  {
    id: 'settings-missing',
    title: 'A deployment has lost a required setting of the api',
    changes: [],
    env: { ALLOWED_ORIGINS: null },
    recreate: ['api'],
  },
  {
    id: 'port-unset',
    title: 'A deployment has lost the port, and the api listens inside its container only',
    changes: [],
    env: { PORT: null },
    recreate: ['api'],
  },
  {
    id: 'origin-missing',
    title: 'The origin of Superset is missing among those that may ask the api',
    changes: [],
    env: { ALLOWED_ORIGINS: 'http://localhost:3000' },
    recreate: ['api'],
  },
  {
    id: 'models-missing',
    title: 'A fresh deployment has no models, and nobody has pulled them',
    changes: [restart('api')],
    removeFiles: [...MODELS, ...CACHES],
  },
  {
    id: 'models-missing-remote-down',
    title: 'The models are gone, and the DVC remote does not answer',
    changes: [restart('api'), { kind: 'outside', name: 'dvc-remote', reachable: false }],
    removeFiles: [...MODELS, ...CACHES],
  },
  {
    id: 'models-late',
    title: 'The api was started while its models were not there',
    changes: [],
    removeFiles: MODELS,
    recreate: ['api'],
    thenFiles: Object.fromEntries(MODELS.map((path) => [path, text(path)])),
  },
  {
    id: 'models-damaged',
    title: 'A disk error has damaged the files of both models, and the api was started again',
    changes: [restart('api')],
    files: Object.fromEntries(MODELS.map((path) => [path, '\u0000\u0000\u0000\n'])),
  },
  {
    id: 'churn-model-missing-remote-down',
    title: 'The churn model is gone, and the DVC remote does not answer',
    changes: [restart('api'), { kind: 'outside', name: 'dvc-remote', reachable: false }],
    removeFiles: ['models/churn_model.pkl', ...CACHES],
  },
  {
    id: 'churn-model-missing',
    title: 'The churn model is gone, and the api was started again',
    changes: [restart('api')],
    removeFiles: ['models/churn_model.pkl', ...CACHES],
  },
  {
    id: 'model-server-down',
    title: 'The api takes its models from a server, which refuses connections',
    changes: [{ kind: 'outside', name: 'zenml', reachable: false }],
    env: { ZENML_STORE_URL: SERVER },
    recreate: ['api'],
  },
  {
    id: 'stranger',
    title: 'Predictions are asked for of a customer who is not there',
    changes: [{ kind: 'load', load: { mix: [...usual, stranger] } }],
  },
  {
    id: 'one-worker',
    title: 'A deployment has left one gunicorn worker, and more is asked than it can answer',
    changes: [{ kind: 'load', load: { perSecond: 45, mostInFlight: 40 } }],
    env: { WEB_CONCURRENCY: '1' },
    recreate: ['api'],
  },
  {
    id: 'saturated',
    title: 'Twelve times as much is asked of the api',
    changes: [{ kind: 'load', load: { perSecond: 160 } }],
  },
  {
    id: 'saturated-replicas',
    title: 'Two replicas of the api are saturated as well, with two workers each',
    changes: [{ kind: 'load', load: { perSecond: 190 } }],
    env: { WEB_CONCURRENCY: '2' },
    recreate: ['api'],
    scale: { api: 2 },
  },
];

const supersetFaults: readonly Fault[] = [
  {
    id: 'superset-killed',
    title: 'Superset was killed, and stays down',
    changes: [kill('superset')],
  },
  {
    id: 'superset-locked',
    title: 'A session of Superset holds its database, and does not let go',
    changes: [{ kind: 'stick', container: 'superset' }],
  },
  {
    id: 'superset-corrupted',
    title: 'What lies in the volume of Superset cannot be read any more',
    changes: [{ kind: 'corrupt-volume', name: 'superset_home' }, restart('superset')],
  },
  {
    id: 'superset-killed-again',
    title: 'Something kills Superset, and again as often as it is started',
    changes: [kill('superset')],
    again: { everyMs: 10_000, changes: [kill('superset')] },
  },
  {
    id: 'superset-removed',
    title: 'The container of Superset is gone, its volume is not',
    changes: [remove('superset')],
  },
];

/** What can break in SaaSGuard. */
export const saasguardFaults: readonly Fault[] = [
  ...apiFaults,
  ...supersetFaults,
  ...driftFaults,
  ...projectFaults,
  {
    id: 'release-without-api',
    title: 'The next release starts another program than the api',
    changes: [
      {
        kind: 'supply',
        supply: { registry: { [API_IMAGE]: { ...apiContent('7d10e5c'), program: 'idle' } } },
      },
    ],
  },
  {
    id: 'former-image-broken',
    title: 'The former image of the api was built anew, and starts another program',
    changes: [
      {
        kind: 'add-image',
        image: {
          ...apiContent('9be03d7', { program: 'idle' }),
          ...{ refs: [`${API_IMAGE.replace(/:.*/, '')}:sha-9be03d7`], createdAt: LONG_AGO },
        },
      },
    ],
  },
  {
    id: 'build-without-baseline',
    title: 'The training at build time makes no baseline any more',
    changes: [
      {
        kind: 'supply',
        supply: {
          builds: { 'data-gen': { ...apiContent('local', MODELS_ALONE), takesMs: 90_000 } },
        },
      },
    ],
  },
  {
    id: 'models-of-image-without-baseline',
    title: 'An image without the drift baseline was deployed, with the models of the image',
    changes: [
      {
        kind: 'add-image',
        image: { ...apiContent('4f2a9c2', MODELS_ALONE), refs: [API_IMAGE] },
      },
    ],
    files: { 'docker-compose.yml': saasguardCompose('of-image') },
    recreate: ['api'],
  },
];
