/** One row of `inference_logs`, without its id. */
export interface LogEntry {
  request_id: string;
  worker_id: string;
  text_hash: string;
  text_length: number;
  prediction: string | null;
  confidence: number | null;
  probabilities: Record<string, number> | null;
  cache_hit: boolean;
  idempotency_hit: boolean;
  success: boolean;
  processing_time_ms: number | null;
  inference_time_ms: number | null;
  error_type: string | null;
  error_message: string | null;
  idempotency_key: string | null;
  client_ip: string | null;
}

const columns = [
  'request_id',
  'worker_id',
  'text_hash',
  'text_length',
  'prediction',
  'confidence',
  'probabilities',
  'cache_hit',
  'idempotency_hit',
  'success',
  'processing_time_ms',
  'inference_time_ms',
  'error_type',
  'error_message',
  'idempotency_key',
  'client_ip',
] as const satisfies readonly (keyof LogEntry)[];

const places = columns.map((_, index) => `$${index + 1}`).join(', ');

/** Inserts one entry; `created_at` is the moment of insertion in UTC, as in the original. */
export const insertEntry =
  `INSERT INTO inference_logs (${columns.join(', ')}, created_at) ` +
  `VALUES (${places}, timezone('utc', now()))`;

/** The bound values of `insertEntry`. */
export function entryValues(entry: LogEntry): unknown[] {
  return columns.map((column) => entry[column]);
}

/** Makes the table and its indexes where they are missing; concurrent workers take turns. */
export const createTable = `
SELECT pg_advisory_xact_lock(hashtext('inference_logs'));
CREATE TABLE IF NOT EXISTS inference_logs (
  id SERIAL PRIMARY KEY,
  request_id VARCHAR(64) NOT NULL,
  worker_id VARCHAR(64) NOT NULL,
  text_hash VARCHAR(64) NOT NULL,
  text_length INTEGER NOT NULL,
  prediction VARCHAR(64),
  confidence DOUBLE PRECISION,
  probabilities JSON,
  cache_hit BOOLEAN NOT NULL,
  idempotency_hit BOOLEAN NOT NULL,
  success BOOLEAN NOT NULL,
  processing_time_ms DOUBLE PRECISION,
  inference_time_ms DOUBLE PRECISION,
  error_type VARCHAR(128),
  error_message VARCHAR(512),
  idempotency_key VARCHAR(128),
  client_ip VARCHAR(45),
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_inference_logs_request_id ON inference_logs (request_id);
CREATE INDEX IF NOT EXISTS ix_inference_logs_worker_id ON inference_logs (worker_id);
CREATE INDEX IF NOT EXISTS ix_inference_logs_text_hash ON inference_logs (text_hash);
CREATE INDEX IF NOT EXISTS ix_inference_logs_idempotency_key ON inference_logs (idempotency_key);
CREATE INDEX IF NOT EXISTS ix_inference_logs_created_at ON inference_logs (created_at);
CREATE INDEX IF NOT EXISTS idx_worker_created ON inference_logs (worker_id, created_at);
CREATE INDEX IF NOT EXISTS idx_success_created ON inference_logs (success, created_at);
CREATE INDEX IF NOT EXISTS idx_cache_hit_created ON inference_logs (cache_hit, created_at);
`;
