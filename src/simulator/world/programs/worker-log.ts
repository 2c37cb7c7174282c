import type { Container } from '../container.ts';
import { log, type World } from '../world.ts';
import type { WorkerSettings } from './worker-settings.ts';

type Level = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
type Extra = Readonly<Record<string, unknown>>;

/** Spaces after colon and comma, as Python writes them. */
function pythonJson(record: Extra): string {
  const parts = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}

/** What a worker's parts share while it does something. */
export interface Work {
  readonly world: World;
  readonly container: Container;
  readonly settings: WorkerSettings;
  /** The moment of what is being done, epoch ms: it moves on while the work waits. */
  at: number;
}

/** Writes one line of JSON with the keys of Falcon's formatter. */
export function say(work: Work, level: Level, logger: string, message: string, extra: Extra = {}) {
  const { settings } = work;
  const record = {
    timestamp: new Date(work.at).toISOString().slice(0, 19),
    level,
    logger,
    message,
    worker_id: settings.workerId,
    ...extra,
    app_name: settings.appName,
    environment: settings.environment,
  };
  log(work.world, work.container, pythonJson(record), { at: work.at });
}
