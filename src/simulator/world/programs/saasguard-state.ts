import type { MartKey } from '../warehouse.ts';
import { copyRegistry, type Registry } from './metric-families.ts';

/** A model as its file has it. */
export interface Model {
  readonly version: string;
  readonly auc: number;
}

/** What the api reads of its environment. */
export interface ApiSettings {
  readonly workers: number;
  readonly modelsDir: string;
  readonly duckdbPath: string;
  readonly origins: readonly string[];
  /** Set where it takes its models from a server. */
  readonly modelServer: string;
  /** Without a port of its own it listens on 127.0.0.1 of its container. */
  readonly insideOnly: boolean;
}

/** The memory of SaaSGuard's api: gunicorn and its workers. */
export interface ApiProcess {
  readonly kind: 'saasguard-api';
  readonly startedAt: number;
  readonly readyAt: number;
  readonly settings: ApiSettings;
  /** As they were when it started. */
  readonly models: Readonly<Record<MartKey, Model | null>>;
  readonly registry: Registry;
  /** When each worker is free again. */
  busyUntil: readonly number[];
  readonly crash: { readonly at: number; readonly exitCode: number } | null;
}

export const copyApi = (api: ApiProcess): ApiProcess => ({
  ...api,
  registry: copyRegistry(api.registry),
});
