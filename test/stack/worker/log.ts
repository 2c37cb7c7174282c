import { settings } from './settings.ts';

const levels = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;
type Level = (typeof levels)[number];
type Extra = Readonly<Record<string, unknown>>;

const least = levels.indexOf(settings.logLevel.toUpperCase() as Level);

/** Spaces after colon and comma as Python writes them, so that a `grep` works on both. */
function pythonJson(record: Extra): string {
  const parts = Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}

/** Writes one line of JSON with the keys of Falcon's formatter. */
function log(level: Level, logger: string, message: string, extra: Extra = {}): void {
  if (levels.indexOf(level) < least) return;
  const record = {
    timestamp: new Date().toISOString().slice(0, 19),
    level,
    logger,
    message,
    worker_id: settings.workerId,
    ...extra,
    app_name: settings.appName,
    environment: settings.environment,
  };
  process.stdout.write(`${pythonJson(record)}\n`);
}

/** A logger with its name bound. */
export function loggerOf(name: string) {
  return {
    debug: (message: string, extra?: Extra) => log('DEBUG', name, message, extra),
    info: (message: string, extra?: Extra) => log('INFO', name, message, extra),
    warning: (message: string, extra?: Extra) => log('WARNING', name, message, extra),
    error: (message: string, extra?: Extra) => log('ERROR', name, message, extra),
  };
}
