import { describe, expect, it } from 'vitest';
import { leavesOf } from '../../../src/runbooks/graph.ts';
import { reachableFrom } from '../../../src/runbooks/lint.ts';
import { renderValues } from '../../../src/templates/template.ts';
import { falconRunbook, loaded, realCatalogue } from './falcon.ts';
import {
  container,
  info,
  killed,
  logs,
  looping,
  notRunning,
  ready,
  restarts,
  silent,
  stats,
} from './falcon-answers.ts';
import { type Answers, walkWith } from './falcon-walk.ts';

const runbook = falconRunbook('falcon/worker-crash-loop');
const GIB = 1024 ** 3;
const classes = ['port', 'configuration', 'module', 'memory', 'dependency'];
const said = (found: Readonly<Record<string, string>> = {}) => ({
  'docker.logs': logs(classes, found),
});
const postgres = { ...container, name: 'falcon-postgres', service: 'postgres' };

/** A worker crashes, and everything it needs is well. */
const base: Answers = {
  'docker.restarts': looping(),
  ...said(),
  'docker.container redis': container,
  'docker.container postgres': postgres,
  'redis.info': info,
  'postgres.ready': ready,
  'docker.stats': notRunning,
};

const right = { found: true, path: '/x/.env', wrong: [], count: 0, first: null, mendable: 0 };
const poolSize = { key: 'POSTGRES_POOL_SIZE', value: 'twenty', expected: '\\d+', default: '20' };
const wrong = { ...right, wrong: [poolSize], count: 1, first: poolSize, mendable: 1 };
const refused = said({ configuration: '1 validation error for Settings' });

const taken = said({
  port: "error while attempting to bind on address ('0.0.0.0', 18000): address already in use",
});
const free = {
  port: 18_000,
  held: false,
  name: null,
  service: null,
  project: null,
  holders: [],
  wanted: [],
};
const holder = {
  id: 'd'.repeat(64),
  name: 'debug-shell',
  project: null,
  service: null,
  state: 'running',
  hostAddress: '0.0.0.0',
  containerPort: 18_000,
};
const held = { ...free, held: true, name: 'debug-shell', holders: [holder] };
const python = {
  pid: 4242,
  command: 'python3 -m http.server',
  name: 'python3',
  uid: 0,
  container: null,
  proxyFor: null,
};
const owned = {
  listening: true,
  addresses: ['0.0.0.0'],
  owners: [python],
  owner: python,
  hidden: null,
};

const findings: readonly (readonly [string, Answers, string, string])[] = [
  [
    'Redis killed',
    {
      ...said({ dependency: 'Failed to connect to Redis' }),
      'docker.container redis': { ...container, ...killed },
    },
    'restart-dependencies',
    'Redis is exited (exit 137), Postgres is running',
  ],
  [
    'Postgres killed, and a log that says nothing',
    { 'docker.container postgres': { ...postgres, ...killed } },
    'restart-dependencies',
    'Redis is running, Postgres is exited (exit 137)',
  ],
  [
    'a setting that is refused',
    { ...refused, 'envfile.check': wrong },
    'fix-configuration',
    'POSTGRES_POOL_SIZE is "twenty", known to work is 20; 1 settings do not fit',
  ],
  [
    'a setting that stands elsewhere',
    { ...refused, 'envfile.check': right },
    'other-configuration',
    'stands elsewhere',
  ],
  [
    'no env file',
    { ...refused, 'envfile.check': { ...right, found: false, path: null } },
    'other-configuration',
    'There is no .env',
  ],
  [
    'a container on its port',
    { ...taken, 'docker.port-holder': held },
    'free-port',
    'debug-shell holds port 18000',
  ],
  [
    'a port that the engine could not publish',
    {
      'docker.restarts': looping({
        state: 'created',
        startError: 'Bind for 0.0.0.0:18000 failed: port is already allocated',
      }),
      'docker.port-holder': held,
    },
    'free-port',
    'debug-shell holds port 18000',
  ],
  [
    'a process on its port',
    { ...taken, 'docker.port-holder': free, 'host.port-owner': owned },
    'end-holder',
    'python3 holds it (process 4242): python3 -m http.server',
  ],
  [
    'a port that nobody holds any more',
    {
      ...taken,
      'docker.port-holder': free,
      'host.port-owner': { ...owned, listening: false, owners: [], owner: null },
    },
    'await-start',
    'Nobody listens on it any more',
  ],
  [
    'a holder that cannot be seen',
    {
      ...taken,
      'docker.port-holder': free,
      'host.port-owner': { ...owned, owners: [], owner: null, hidden: 'use root' },
    },
    'escalate',
    'use root',
  ],
  [
    'a worker killed by the kernel at its limit',
    {
      'docker.restarts': looping({ exitCode: 137 }),
      'docker.stats': stats(0.1 * GIB, 0.125 * GIB),
    },
    'raise-memory-limit',
    'It may use 128M',
  ],
  [
    'a worker killed by the kernel that is down now',
    { 'docker.restarts': looping({ exitCode: 137, oomKilled: true }) },
    'raise-memory-limit',
    'It does not run now',
  ],
  [
    'a worker near its limit',
    { 'docker.stats': stats(0.95 * GIB, GIB) },
    'raise-memory-limit',
    'It may use 1.0G',
  ],
  [
    'a limit that is high already',
    { 'docker.restarts': looping({ exitCode: 137 }), 'docker.stats': stats(2 * GIB, 3 * GIB) },
    'escalate',
    'more than this runbook gives',
  ],
  [
    'a host without memory',
    { 'docker.restarts': looping({ exitCode: 137 }), 'docker.stats': stats(0.4 * GIB) },
    'host-memory',
    'it is the host that ran out',
  ],
  [
    'an image that lacks a module',
    said({ module: "ModuleNotFoundError: No module named 'psutil'" }),
    'bad-image',
    "Its image lacks something: ModuleNotFoundError: No module named 'psutil'",
  ],
  [
    'a worker that was stopped',
    { 'docker.restarts': restarts({ state: 'exited', exitCode: 0, upMs: null }) },
    'restart-worker',
    'falcon-worker-1 is exited, but did not crash: somebody stopped it',
  ],
  [
    'no crash at all',
    { 'docker.restarts': restarts() },
    'false-alarm',
    'None of 3 workers restarts',
  ],
  [
    'no container',
    {
      'docker.restarts': {
        ...restarts(),
        found: false,
        count: 0,
        name: null,
        worst: null,
        containers: [],
      },
    },
    'escalate',
    'There is no container of the workers',
  ],
];

describe('falcon/worker-crash-loop', () => {
  it('loads with nothing to complain of', () => {
    expect(
      loaded.diagnostics.filter(({ file }) => file.endsWith('worker-crash-loop.yaml')),
    ).toEqual([]);
  });

  it.each(findings)('with %s reaches its leaf', async (_, answers, leaf, because) => {
    const found = await walkWith(runbook, { ...base, ...answers }, {});
    expect(found).toMatchObject({ end: 'leaf', leaf, leastSure: null });
    expect(found.because).toContain(because);
  });

  it('believes what was seen of a kill that the engine has forgotten, of that container', async () => {
    const once = { restartCount: 1, exitCode: null, upMs: 90_000 };
    const answers = {
      ...base,
      'docker.restarts': restarts(once),
      'docker.stats': stats(0.1 * GIB, 0.125 * GIB),
    };
    const killedWorker = (name: string) => ({ oom: { [`${name},worker`]: 'killed' } });
    const found = await walkWith(runbook, answers, killedWorker('falcon-worker-1'));
    expect(found).toMatchObject({ leaf: 'raise-memory-limit', leastSure: null });
    expect(found.path[0]?.taken?.because).toBe(
      'falcon-worker-1 was killed for want of memory, restarted 1 times',
    );
    const other = await walkWith(runbook, answers, killedWorker('falcon-worker-2'));
    expect(other).toMatchObject({ leaf: 'false-alarm' });
  });

  it('with a Redis that runs but is silent goes on in its runbook, and comes back', async () => {
    const answers = {
      ...base,
      'redis.info': silent,
      'docker.network': new Error('not asked here'),
    };
    const found = await walkWith(runbook, answers, {});
    expect(found.path.map(({ step }) => step)).toContain('redis-trouble');
    expect(found.at).toMatch(/^redis-trouble:/);
    const restart = runbook.nodes.get('redis-trouble:restart-redis');
    expect(restart?.kind === 'do' ? restart.then : null).toBe('await-start');
  });

  it('asks where no check names a cause, and where a probe fails', async () => {
    expect(await walkWith(runbook, base, {})).toMatchObject({ at: 'no-cause', end: 'operator' });
    const broken = { ...base, ...refused, 'envfile.check': new Error('on another host') };
    expect(await walkWith(runbook, broken, {})).toMatchObject({
      at: 'configuration',
      end: 'undecided',
    });
    const unknown = {
      ...base,
      'redis.info': new Error('no login'),
      'postgres.ready': new Error('no login'),
    };
    expect(await walkWith(runbook, unknown, {})).toMatchObject({ at: 'no-cause', end: 'operator' });
  });

  it('restarts exactly the dependencies that are down', () => {
    const leaf = runbook.nodes.get('restart-dependencies');
    const restarted = (redis: object, database: object) => {
      const dependencies = {
        redis: { ...container, ...redis },
        postgres: { ...postgres, ...database },
      };
      const values =
        leaf?.kind === 'do' ? renderValues(leaf.with, { steps: { dependencies } }) : {};
      return realCatalogue.action('compose.restart')?.input.parse(values);
    };
    expect(restarted(killed, {})).toEqual({ container: 'falcon-redis' });
    expect(restarted({}, killed)).toEqual({ container: 'falcon-postgres' });
    expect(restarted(killed, killed)).toEqual({
      container: 'falcon-redis,falcon-postgres',
    });
  });

  it('proves by the time without a restart, and not while one crashes', () => {
    const leaf = runbook.nodes.get('apply-configuration');
    const specs = leaf?.kind === 'do' ? leaf.verify : [];
    expect(specs.at(-1)).toMatchObject({ forMs: 300_000 });
    const holds = (index: number, result: object, first: object = result) =>
      specs[index]?.until.evaluate({ result, first });
    const yes = { kind: 'decided', holds: true };
    const no = { kind: 'decided', holds: false };
    expect(holds(0, restarts())).toEqual(yes);
    expect(holds(0, looping())).toEqual(no);
    expect(holds(0, restarts({ upMs: 500 }))).toEqual(no);
    expect(holds(1, restarts())).toEqual(yes);
    expect(holds(1, restarts({ restartCount: 3 }), restarts({ restartCount: 3 }))).toEqual(yes);
    expect(holds(1, restarts({ restartCount: 4 }), restarts({ restartCount: 3 }))).toEqual(no);
    expect(holds(1, restarts({ health: 'unhealthy' }))).toEqual(no);
  });

  it('has its leaves, each on a path', () => {
    const own = leavesOf(runbook).flatMap(({ id }) => (id.includes(':') ? [] : [id]));
    expect(own.toSorted()).toEqual([
      'apply-configuration',
      'await-start',
      'bad-image',
      'end-holder',
      'escalate',
      'false-alarm',
      'fix-configuration',
      'free-port',
      'host-memory',
      'other-configuration',
      'raise-memory-limit',
      'restart-dependencies',
      'restart-worker',
    ]);
    const reached = reachableFrom(runbook.nodes, runbook.start);
    expect(own.filter((id) => !reached.has(id))).toEqual([]);
  });
});
