import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';
import { cached } from '../world/site.ts';
import { builds, EDGES, good, image, SERVER_IMAGE, TAGS } from './featuresignals.ts';
import { databaseFaults, passwordChanged } from './featuresignals-database-faults.ts';

const GIB = 1024 ** 3;
const SERVICES = ['postgres', 'server', 'dashboard', 'caddy'] as const;
const STEERED = {
  'api.eu.featuresignals.example': EDGES.us,
  'app.eu.featuresignals.example': EDGES.us,
};
/** A moment long before the world begins: only their order counts. */
const LONG_AGO = 1_700_000_000_000;
const BAD_COMMIT = {
  sha: 'e91d3c5a7b2f4086c1d9e5a3b7f80264d8c6a1e0',
  title: 'Read rules without their defaults',
  release: { errorShare: 0.55, inferenceMs: 5 },
  at: LONG_AGO + 1,
};

/** A release that was built elsewhere, with the image of the server before it. */
function release(refs: readonly string[], errorShare: number, inferenceMs: number) {
  const { ageMs: _age, ...made } = image(refs, 'flags-server', {
    release: { errorShare, inferenceMs },
  });
  return { kind: 'add-image', image: made } as const;
}

const attack: Change = {
  kind: 'site',
  patch: { attack: { address: '192.0.2.66', perSecond: 4 } },
};

/** Releases of the last months that nobody uses any more. */
const leftovers = Array.from({ length: 42 }, (_, place) => {
  const { ageMs: _age, ...made } = image(
    [`${SERVER_IMAGE}:v1.${7 - Math.floor(place / 14)}.${place % 14}`],
    'flags-server',
    {
      sizeBytes: 1.1 * GIB,
    },
  );
  return { kind: 'add-image', image: made } as const;
});

/** What each release of the last months was built of. */
const buildCache = Array.from({ length: 18 }, (_, place) =>
  cached(`release${place}x`, 2.6 * GIB, `npm ci of release ${place}`),
);

/** What is built of the bad commit does what it does. */
const badBuilds = Object.fromEntries(
  Object.entries(builds).map(([name, built]) => [name, { ...built, release: BAD_COMMIT.release }]),
);
const badCommit: readonly Change[] = [
  {
    kind: 'repository',
    repository: { commits: [BAD_COMMIT, { ...good, at: LONG_AGO }] },
  },
  { kind: 'supply', supply: { builds: badBuilds } },
  release([`${SERVER_IMAGE}:${TAGS.now}`], 0.55, 5),
];

/** What breaks around the containers, and in them. */
const faults: readonly Fault[] = [
  { id: 'nothing', title: 'Nothing breaks: somebody wants something done', changes: [] },
  {
    id: 'server-killed',
    title: 'The server was killed, and stays down',
    changes: [{ kind: 'kill', container: 'server', byHand: true }],
  },
  {
    id: 'server-removed',
    title: 'Somebody has removed the container of the server',
    changes: [{ kind: 'remove', container: 'server', force: true }],
  },
  {
    id: 'all-killed',
    title: 'The host of the region lost its power, and nothing came back',
    changes: SERVICES.map((container) => ({ kind: 'kill', container, byHand: true })),
  },
  {
    id: 'unreachable',
    title: 'The network of the provider lets nothing in',
    changes: [{ kind: 'site', patch: { reachable: false } }],
  },
  {
    id: 'two-regions-unreachable',
    title: 'The network of the provider lets nothing into two regions',
    changes: [{ kind: 'site', patch: { reachable: false } }],
    elsewhere: { us: [{ kind: 'site', patch: { reachable: false } }] },
  },
  {
    id: 'other-region-dead',
    title: 'Another region lost its power',
    changes: [],
    lost: ['in'],
    elsewhere: {
      in: SERVICES.map((container) => ({ kind: 'kill', container, byHand: true })),
    },
  },
  {
    id: 'cache-deaf',
    title: 'The server lost the connection that tells it what changes',
    changes: [{ kind: 'deaf', container: 'server' }],
  },
  {
    id: 'slow-release',
    title: 'A release of the server computes too long for each request',
    changes: [release([`${SERVER_IMAGE}:${TAGS.now}`], 0, 900)],
    recreate: ['server'],
  },
  {
    id: 'bad-release',
    title: 'A new tag was rolled out that fails half of what it is asked',
    changes: [release([`${SERVER_IMAGE}:${TAGS.next}`], 0.55, 5)],
    env: { IMAGE_TAG: TAGS.next },
    recreate: ['server'],
  },
  {
    id: 'bad-commit',
    title: 'A commit was built and rolled out that fails half of what it is asked',
    changes: badCommit,
    recreate: ['server'],
  },
  {
    id: 'bad-commit-remote-down',
    title: 'A bad commit was rolled out, and the remote of the repository does not answer',
    changes: [...badCommit, { kind: 'outside', name: 'git-remote', reachable: false }],
    recreate: ['server'],
  },
  {
    id: 'checkout-changed',
    title: 'Somebody changed files of the checkout by hand',
    changes: [{ kind: 'repository', repository: { changes: ['deploy/Caddyfile.active'] } }],
  },
  {
    id: 'settings-lost',
    title: 'The env file of the project is gone',
    changes: [],
    removeFiles: ['.env'],
  },
  {
    id: 'attack',
    title: 'Somebody tries passwords, again and again',
    changes: [attack],
  },
  {
    id: 'attack-password-changed',
    title: 'Somebody tries passwords, and has given the role of the database another one',
    changes: [attack, passwordChanged],
  },
  {
    id: 'renewal-given-up',
    title: 'The certificate was not renewed: the proxy has given up trying',
    changes: [
      { kind: 'certificate', endsInDays: 5 },
      { kind: 'caddy-trouble', container: 'caddy', trouble: 'gave-up' },
    ],
  },
  {
    id: 'proxy-file-replaced',
    title: 'The file of the proxy was mended on the host, and the proxy still has the old one',
    changes: [
      { kind: 'certificate', endsInDays: 6 },
      { kind: 'caddy-trouble', container: 'caddy', trouble: 'old-file' },
    ],
    thenFiles: { 'deploy/Caddyfile.active': '{$DOMAIN_API} {\n  reverse_proxy server:8080\n}\n' },
  },
  {
    id: 'issuer-locked-out',
    title: 'Who issues certificates cannot reach the region',
    changes: [
      { kind: 'site', patch: { issuer: 'unreachable' } },
      { kind: 'certificate', endsInDays: 5 },
      { kind: 'caddy-trouble', container: 'caddy', trouble: null },
    ],
  },
  {
    id: 'images-left',
    title: 'Images of old releases fill the disk of the engine',
    changes: [{ kind: 'disk', disk: 'engine', patch: { otherBytes: 24 * GIB } }, ...leftovers],
  },
  {
    id: 'build-cache-left',
    title: 'What builds left behind fills the disk of the engine',
    changes: [
      { kind: 'disk', disk: 'engine', patch: { otherBytes: 24 * GIB } },
      { kind: 'site', patch: { buildCache } },
    ],
  },
  {
    id: 'journal-grown',
    title: 'The journal of the host knows no bound, and fills the disk of the engine',
    changes: [
      { kind: 'disk', disk: 'engine', patch: { otherBytes: 46 * GIB } },
      { kind: 'site', patch: { journalBytes: 24 * GIB } },
    ],
  },
];

/** What people do at the place, or elsewhere, when a runbook asks them to. */
const byHand: readonly Fault[] = [
  {
    id: 'names-steered',
    title: 'The names of the region are pointed at another one',
    changes: [{ kind: 'site', patch: { names: STEERED, ttlSeconds: 60 } }],
  },
  {
    id: 'data-restored',
    title: 'A snapshot of the volume is restored',
    changes: [{ kind: 'database-data', container: 'postgres', lost: false }],
  },
  {
    id: 'volume-grown',
    title: 'The volume of the data is enlarged',
    changes: [{ kind: 'disk', disk: 'data', patch: { sizeBytes: 80 * GIB } }],
  },
  {
    id: 'standby-addressed',
    title: 'The servers are pointed at the new primary',
    changes: [],
    env: { DATABASE_HOST: 'replica' },
  },
  {
    id: 'host-resized',
    title: 'The host is larger, and was restarted',
    changes: [
      { kind: 'site', patch: { host: { memoryBytes: 32 * GIB, cpus: 8 } } },
      ...SERVICES.map((container) => ({ kind: 'restart', container, withinMs: 2000 }) as const),
    ],
  },
  {
    id: 'key-written',
    title: 'The new key of the collector is written into the env file',
    changes: [],
    env: { OTEL_INGESTION_KEY: 'another-simulated-key' },
  },
];

/** What can break in FeatureSignals, and what people do there by hand. */
export const featuresignalsFaults: readonly Fault[] = [...faults, ...databaseFaults, ...byHand];
