import { Pool } from 'pg';
import { Breaker } from './breaker.ts';
import { loggerOf } from './log.ts';
import { createTable, entryValues, insertEntry, type LogEntry } from './log-entry.ts';
import { metrics } from './metrics.ts';
import { DependencyError, retrying } from './retry.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.services.database_service');
/** The original has no limit and would hang with its server; this keeps drills short. */
const queryTimeoutMs = 2000;

/** Request logs in Postgres, behind retry and breaker, with a buffer while the breaker is open. */
export class DatabaseService {
  readonly #pool: Pool;
  readonly #breaker = new Breaker('postgres');
  #buffer: LogEntry[] = [];
  /** The original's pool hands out a connection that died while idle once more; so it is here. */
  #lostIdle = false;

  constructor() {
    this.#pool = new Pool({
      host: settings.postgresHost,
      port: settings.postgresPort,
      database: settings.postgresDatabase,
      user: settings.postgresUser,
      password: settings.postgresPassword,
      max: settings.postgresPoolSize + settings.postgresMaxOverflow,
      connectionTimeoutMillis: Math.min(settings.postgresPoolTimeoutMs, queryTimeoutMs),
      query_timeout: queryTimeoutMs,
      application_name: settings.workerId,
    });
    this.#pool.on('error', () => {
      this.#lostIdle = true;
    });
    metrics.poolSize(settings.postgresPoolSize);
  }

  /** Connects and makes the table. @throws Error when Postgres cannot be reached */
  async connect(): Promise<void> {
    try {
      await this.#pool.query(createTable);
      log.info('Connected to database successfully');
    } catch (error) {
      log.error(`Failed to connect to database: ${messageOf(error)}`);
      throw error;
    }
  }

  async disconnect(): Promise<void> {
    await this.#pool.end();
    log.info('Disconnected from database');
  }

  /** Logs one request: written, buffered, or lost, as the metrics say. */
  async logRequest(entry: LogEntry): Promise<void> {
    const operation = 'log_inference';
    const startMs = performance.now();
    try {
      const written = await this.#breaker.call(
        () => retrying('db_log_inference', () => this.#insert(entry)),
        () => this.#keep(entry),
      );
      metrics.databaseOperations({ operation, status: written ? 'success' : 'fallback' });
      metrics.databaseDuration((performance.now() - startMs) / 1000, { operation });
    } catch (error) {
      log.error(`Failed to log inference request: ${messageOf(error)}`);
      metrics.databaseOperations({ operation, status: 'error' });
    }
  }

  /** Writes what the buffer holds; gives the number written. */
  async flush(): Promise<number> {
    if (this.#buffer.length === 0) return 0;
    const entries = this.#buffer;
    const failed: LogEntry[] = [];
    log.info(`Flushing ${entries.length} buffered logs`);
    for (const entry of entries) {
      try {
        await this.#insert(entry);
      } catch (error) {
        log.error(`Failed to flush log: ${messageOf(error)}`);
        failed.push(entry);
      }
    }
    this.#buffer = failed;
    const flushed = entries.length - failed.length;
    log.info(`Flushed ${flushed} logs, ${failed.length} failed`, {
      flushed,
      failed: failed.length,
      remaining: failed.length,
    });
    return flushed;
  }

  /** True when Postgres answers, whatever the breaker says. */
  async isHealthy(): Promise<boolean> {
    return this.#pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async #insert(entry: LogEntry): Promise<true> {
    if (this.#lostIdle) {
      this.#lostIdle = false;
      throw new DependencyError('InterfaceError', 'connection is closed', true);
    }
    try {
      await this.#pool.query(insertEntry, entryValues(entry));
      return true;
    } catch (error) {
      throw translated(error as NodeJS.ErrnoException & { address?: string; port?: number });
    }
  }

  #keep(entry: LogEntry): false {
    log.warning('Database unavailable, buffering log entry');
    metrics.fallbacks({ dependency: 'postgres', fallback_type: 'buffer_log' });
    if (this.#buffer.length >= settings.logBufferLimit) {
      metrics.droppedLogs();
      log.error('Log buffer full, dropping oldest entry');
      this.#buffer.shift();
    }
    this.#buffer.push(entry);
    return false;
  }
}

/** A refused connection is not retried, as with SQLAlchemy over asyncpg; a lost one is. */
function translated(error: NodeJS.ErrnoException & { address?: string; port?: number }): Error {
  if (error.code === 'ECONNREFUSED') {
    const where = `('${error.address ?? settings.postgresHost}', ${error.port ?? 0})`;
    const message = `[Errno 111] Connect call failed ${where}`;
    return new DependencyError('ConnectionRefusedError', message, false);
  }
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') {
    return new DependencyError(
      'gaierror',
      '[Errno -3] Temporary failure in name resolution',
      false,
    );
  }
  const type = /timeout/i.test(error.message) ? 'TimeoutError' : 'InterfaceError';
  return new DependencyError(type, error.message, true);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
