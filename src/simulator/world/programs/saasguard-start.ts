import type { Container } from '../container.ts';
import { fileIn } from '../files.ts';
import { around } from '../random.ts';
import type { MartKey } from '../warehouse.ts';
import { imageOf, log, type World } from '../world.ts';
import { sayEvent } from './json-log.ts';
import type { ApiProcess, ApiSettings, Model } from './saasguard-state.ts';

const REQUIRED = ['ALLOWED_ORIGINS', 'DUCKDB_PATH', 'MODELS_DIR', 'APP_ENV'] as const;
const START_MS = 4000;
/** What it takes to see that it cannot start; gunicorn tells so by its exit code. */
const FAILS_AFTER_MS = 1200;
const BOOT_FAILURE = 3;
const MODEL_SERVER = 'zenml';

const FILES: Readonly<Record<MartKey, string>> = {
  churn: 'churn_model.pkl',
  expansion: 'expansion_model.pkl',
};

function settingsOf(env: Readonly<Record<string, string>>): ApiSettings {
  const workers = Number(env['WEB_CONCURRENCY'] ?? 1);
  return {
    workers: Number.isInteger(workers) && workers > 0 ? workers : 1,
    modelsDir: env['MODELS_DIR'] ?? '/app/models',
    duckdbPath: env['DUCKDB_PATH'] ?? '/app/data/saasguard.duckdb',
    origins: (env['ALLOWED_ORIGINS'] ?? '').split(',').map((origin) => origin.trim()),
    modelServer: env['ZENML_STORE_URL'] ?? '',
    insideOnly: (env['PORT'] ?? '') === '',
  };
}

/** A model of a file's text; null where it is none. */
export function modelIn(text: string | null): Model | null {
  try {
    const { auc, version } = JSON.parse(text ?? '') as Partial<Model>;
    return typeof version === 'string' && typeof auc === 'number' ? { version, auc } : null;
  } catch {
    return null;
  }
}

function loaded(world: World, container: Container, settings: ApiSettings, key: MartKey) {
  if (settings.modelServer !== '') {
    const server = settings.modelServer;
    if (!world.unreachable.includes(MODEL_SERVER)) {
      sayEvent(world, container, 'info', 'model.loaded_from_zenml_mcp', { model: key, server });
      return { version: 'production', auc: 0.87 };
    }
    const error = `zenml server ${server} refused the connection`;
    sayEvent(world, container, 'error', 'model_not_loaded', { model: key, error });
    return null;
  }
  const path = `${settings.modelsDir}/${FILES[key]}`;
  const file = fileIn(world, container, path);
  const model = modelIn(file?.text ?? null);
  if (model === null) {
    const missing = `[Errno 2] No such file or directory: '${path}'`;
    const error = file === null ? missing : `UnpicklingError: invalid load key in '${path}'`;
    sayEvent(world, container, 'error', 'model_not_loaded', { model: key, error });
  } else {
    sayEvent(world, container, 'info', 'model.loaded', { model: key, path, ...model });
  }
  return model;
}

/** Starts the api. What it needs and is not set lets it end at once. */
export function startApi(world: World, container: Container): ApiProcess {
  const env = { ...imageOf(world, container)?.env, ...container.env };
  const settings = settingsOf(env);
  const missing = REQUIRED.filter((name) => (env[name] ?? '') === '');
  const at = world.now;
  const stream = 'stderr';
  const gunicorn = (words: string) =>
    log(world, container, `[${new Date(at).toISOString()}] [1] [INFO] ${words}`, { stream });
  gunicorn('Starting gunicorn 23.0.0');
  gunicorn(`Using worker: uvicorn.workers.UvicornWorker, ${settings.workers} workers`);
  const process: ApiProcess = {
    kind: 'saasguard-api',
    startedAt: at,
    readyAt: at + around(world, START_MS, 0.1),
    settings,
    models: { churn: null, expansion: null },
    registry: new Map(),
    busyUntil: Array<number>(settings.workers).fill(at),
    crash: missing.length === 0 ? null : { at: at + FAILS_AFTER_MS, exitCode: BOOT_FAILURE },
  };
  if (missing.length > 0) {
    const count = `${missing.length} validation error${missing.length === 1 ? '' : 's'}`;
    const lines = missing.flatMap((name) => [name, '  Field required [type=missing]']);
    const words = `pydantic_core._pydantic_core.ValidationError: ${count} for Settings`;
    for (const text of [words, ...lines, 'Worker failed to boot.']) {
      log(world, container, text, { stream });
    }
    return process;
  }
  const baseline = `${settings.modelsDir}/churn_training_baseline.json`;
  if (fileIn(world, container, baseline) === null) {
    sayEvent(world, container, 'warning', 'drift_detector.baseline_missing', { path: baseline });
  }
  const churn = loaded(world, container, settings, 'churn');
  const expansion = loaded(world, container, settings, 'expansion');
  return { ...process, models: { churn, expansion } };
}
