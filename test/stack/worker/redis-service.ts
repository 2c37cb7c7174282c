import { Breaker } from './breaker.ts';
import { loggerOf } from './log.ts';
import { metrics } from './metrics.ts';
import { RedisLink } from './redis-link.ts';
import { retrying } from './retry.ts';
import { settings } from './settings.ts';

const log = loggerOf('app.services.redis_service');

/** Cache and idempotency in Redis, behind retry and breaker; without Redis, without both. */
export class RedisService {
  readonly #link = new RedisLink();
  readonly #breaker = new Breaker('redis');

  /** @throws DependencyError when Redis does not answer */
  async connect(): Promise<void> {
    try {
      await this.#link.connect();
      log.info('Connected to Redis successfully');
    } catch (error) {
      log.error(`Failed to connect to Redis: ${messageOf(error)}`);
      throw error;
    }
  }

  disconnect(): void {
    this.#link.close();
    log.info('Disconnected from Redis');
  }

  /** The cached answer for a hash, or null. */
  async getCache(key: string): Promise<string | null> {
    if (!settings.cacheEnabled) return null;
    try {
      const found = await this.#guarded(
        'redis_get_cache',
        () => this.#link.get(`cache:${key}`),
        () => fallback('proceeding without cache', 'cache_miss', null),
      );
      if (found === null) metrics.cacheMisses();
      else metrics.cacheHits();
      return found;
    } catch (error) {
      log.error(`Cache get error: ${messageOf(error)}`, { key });
      metrics.cacheErrors({ operation: 'get' });
      return null;
    }
  }

  /** Caches an answer; false when Redis did not take it. */
  async setCache(key: string, value: string): Promise<boolean> {
    if (!settings.cacheEnabled) return false;
    try {
      return await this.#guarded(
        'redis_set_cache',
        () => this.#set(`cache:${key}`, settings.cacheTtlSeconds, value),
        () => fallback('skipping cache set', 'cache_skip', false),
      );
    } catch (error) {
      log.error(`Cache set error: ${messageOf(error)}`, { key });
      metrics.cacheErrors({ operation: 'set' });
      return false;
    }
  }

  /** The answer given before under an idempotency key, or null. */
  async checkIdempotency(key: string): Promise<string | null> {
    try {
      const found = await this.#guarded(
        'redis_check_idempotency',
        () => this.#link.get(`idempotency:${key}`),
        () => fallback('skipping idempotency check', 'idempotency_skip', null),
      );
      if (found === null) {
        metrics.idempotencyMisses();
      } else {
        metrics.idempotencyHits();
        log.info(`Idempotency hit for key: ${key}`);
      }
      return found;
    } catch (error) {
      log.error(`Idempotency check error: ${messageOf(error)}`, { idempotency_key: key });
      return null;
    }
  }

  /** Keeps an answer under an idempotency key. */
  async storeIdempotency(key: string, response: string): Promise<boolean> {
    try {
      return await this.#guarded(
        'redis_store_idempotency',
        () => this.#set(`idempotency:${key}`, settings.idempotencyTtlSeconds, response),
        () => fallback('skipping idempotency store', 'idempotency_skip', false),
      );
    } catch (error) {
      log.error(`Idempotency store error: ${messageOf(error)}`, { idempotency_key: key });
      return false;
    }
  }

  /** True when Redis answers PING, whatever the breaker says. */
  async isHealthy(): Promise<boolean> {
    return this.#link.ping().then(
      () => true,
      () => false,
    );
  }

  async #set(key: string, ttlSeconds: number, value: string): Promise<boolean> {
    await this.#link.setex(key, ttlSeconds, value);
    return true;
  }

  #guarded<T>(operation: string, work: () => Promise<T>, otherwise: () => T): Promise<T> {
    return this.#breaker.call(() => retrying(operation, work), otherwise);
  }
}

function fallback<T>(words: string, fallbackType: string, value: T): T {
  log.warning(`Redis unavailable, ${words}`);
  metrics.fallbacks({ dependency: 'redis', fallback_type: fallbackType });
  return value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
