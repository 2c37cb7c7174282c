import type { Change } from '../world/change.ts';
import type { Fault } from '../world/fault.ts';

const DUCKDB = 'data/saasguard.duckdb';
const dbt: Change = { kind: 'start', container: 'dbt' };

const set = (
  patch: Extract<Extract<Change, { kind: 'warehouse' }>['change'], { kind: 'set' }>['patch'],
): Change => ({
  kind: 'warehouse',
  change: { kind: 'set', patch },
});
const drop = (mart: 'churn' | 'expansion'): Change => ({
  kind: 'warehouse',
  change: { kind: 'drop', mart },
});
const own = (uid: number, mode: number): Change => ({
  kind: 'own',
  path: DUCKDB,
  owner: { uid, gid: uid, mode },
});
const remote = { 'v0.7.0': '4f2a9c1', 'model-v3': '4f2a9c1', 'model-v2': '9be03d7' };

/** What goes wrong with data, files, the checkout and its releases. */
export const projectFaults: readonly Fault[] = [
  {
    id: 'churn-mart-missing',
    title: 'The mart of churn features is gone',
    changes: [drop('churn')],
  },
  {
    id: 'expansion-mart-missing',
    title: 'The mart of expansion features is gone',
    changes: [drop('expansion')],
  },
  {
    id: 'marts-missing',
    title: 'Both marts are gone',
    changes: [drop('churn'), drop('expansion')],
  },
  {
    id: 'data-unsound',
    title: 'Raw tables hold rows that tests of dbt refuse',
    changes: [set({ unsound: { column: 'customers.mrr', rows: 14 } }), dbt],
  },
  {
    id: 'dbt-runs',
    title: 'A dbt run of far more events than usual is under way',
    changes: [set({ bulk: 200 }), dbt],
  },
  {
    id: 'duckdb-of-root',
    title: 'A restore by root has left DuckDB to root, and the last dbt run could not open it',
    changes: [own(0, 0o600), dbt],
  },
  {
    id: 'duckdb-unreadable',
    title: 'Nobody may read DuckDB any more',
    changes: [own(999, 0o000), dbt],
  },
  {
    id: 'duckdb-of-root-api-stopped',
    title: 'DuckDB belongs to root, and the api was stopped',
    changes: [own(0, 0o600), { kind: 'stop', container: 'api', withinMs: 1000 }],
  },
  {
    id: 'duckdb-of-root-read-only',
    title: 'A restore by root has left DuckDB to root, on a file system that is mounted read-only',
    changes: [own(0, 0o600), { kind: 'read-only', path: 'data' }, dbt],
  },
  { id: 'duckdb-missing', title: 'The file of DuckDB is gone', changes: [], removeFiles: [DUCKDB] },
  {
    id: 'default-secret',
    title: 'The secret of Superset is still its default',
    changes: [],
    env: { SUPERSET_SECRET_KEY: 'change_me_please_now' },
  },
  {
    id: 'uncommitted',
    title: 'Somebody has changed a file of the checkout and not committed it',
    changes: [{ kind: 'repository', repository: { changes: ['app/main.py'] } }],
  },
  {
    id: 'tagged-already',
    title: 'The release was tagged, and nobody has pushed the tag',
    changes: [{ kind: 'repository', repository: { tags: { ...remote, 'v0.8.0': '4f2a9c1' } } }],
  },
  {
    id: 'pipeline-fails',
    title: 'The pipeline of the next release will fail',
    changes: [{ kind: 'repository', repository: { pipelineEnds: 'failure' } }],
  },
  {
    id: 'dvc-remote-down',
    title: 'The DVC remote does not answer',
    changes: [{ kind: 'outside', name: 'dvc-remote', reachable: false }],
  },
  {
    id: 'former-model-gone',
    title: 'The artifacts of the former model are in the DVC cache no more',
    changes: [],
    removeFiles: ['.dvc/cache/model-v2'],
  },
  {
    id: 'engine-disk-full',
    title: 'The disk of the engine is full',
    changes: [{ kind: 'disk', disk: 'engine', patch: { otherBytes: 75.5 * 1024 ** 3 } }],
  },
  {
    id: 'engine-denies',
    title: 'A policy of the engine lets nobody look into a container any more',
    changes: [{ kind: 'deny', asks: ['GET /containers/*/json'] }],
  },
  {
    id: 'no-model-tags',
    title: 'A fresh checkout knows no tags',
    changes: [{ kind: 'repository', repository: { tags: {}, trees: {} } }],
  },
  {
    id: 'no-former-image',
    title: 'The former images of the api were pruned',
    changes: [{ kind: 'untag', ref: 'ghcr.io/acme/saasguard:sha-9be03d7' }],
  },
];
