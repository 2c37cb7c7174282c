import { DatabaseService } from './database-service.ts';
import { loggerOf } from './log.ts';
import { metrics } from './metrics.ts';
import { loadModel } from './model.ts';
import { RedisService } from './redis-service.ts';
import { createWorkerServer } from './server.ts';
import { refuseBadSettings, settings } from './settings.ts';

const log = loggerOf('app.main');

async function attempt(words: string, otherwise: string, connect: () => Promise<void>) {
  try {
    await connect();
  } catch (error) {
    log.error(`Failed to connect to ${words}: ${(error as Error).message}`);
    if (settings.requireDependencies) {
      log.error(`Cannot start without ${words}`);
      process.exit(1);
    }
    log.warning(`Continuing without ${otherwise}`);
  }
}

/** The words of the original's server for a port that another program holds. */
function refusePort(error: NodeJS.ErrnoException): never {
  const { host, port } = settings;
  const taken = error.code === 'EADDRINUSE';
  const reason = taken ? 'address already in use' : error.message;
  log.error(`[Errno 98] error while attempting to bind on address ('${host}', ${port}): ${reason}`);
  process.exit(1);
}

/** The first process of a container is spared by signals that it does not ask for. */
const endAtOnce = () => process.exit(0);

async function start(): Promise<void> {
  process.once('SIGTERM', endAtOnce);
  refuseBadSettings();
  log.info('Starting Falcon ML Inference Platform', { version: settings.version });
  metrics.appInfo(1, { app_name: settings.appName, version: settings.version });
  const redis = new RedisService();
  const database = new DatabaseService();
  log.info('Connecting to Redis...');
  await attempt('Redis', 'Redis (cache and idempotency disabled)', () => redis.connect());
  log.info('Connecting to database...');
  const buffered = 'database (logging will be buffered)';
  await attempt('database', buffered, () => database.connect());
  log.info('Loading ML model...');
  loadModel();
  const server = createWorkerServer(redis, database);
  server.once('error', refusePort);
  server.listen(settings.port, settings.host, () => log.info('Application startup complete'));
  process.off('SIGTERM', endAtOnce);
  process.once('SIGTERM', () => {
    log.info('Starting graceful shutdown...');
    const seconds = settings.shutdownTimeoutSeconds;
    log.info(`Waiting up to ${seconds}s for in-flight requests...`);
    const giveUp = AbortSignal.timeout(seconds * 1000);
    giveUp.addEventListener('abort', () => {
      log.warning('Graceful shutdown timeout exceeded');
      server.closeAllConnections();
    });
    server.close(() => void finish(redis, database));
    server.closeIdleConnections();
  });
}

async function finish(redis: RedisService, database: DatabaseService): Promise<void> {
  const flushed = await database.flush();
  if (flushed > 0) log.info(`Flushed ${flushed} buffered logs`);
  redis.disconnect();
  await database.disconnect();
  log.info('Graceful shutdown complete');
  process.exit(0);
}

await start();
