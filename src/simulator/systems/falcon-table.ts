import type { LoggedTable } from '../world/system.ts';

/** Requests of the last weeks, and of so many days. */
const SEEDED_ROWS = 6000;
const SEEDED_DAYS = 45;

const TABLE = `
CREATE TABLE inference_logs (
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
)`;

/** Rows as the workers write them; `made` says of row `n` when it was written. */
function rows(prefix: string, many: string, made: string): string {
  return `INSERT INTO inference_logs (request_id, worker_id, text_hash, text_length, prediction, confidence,
  cache_hit, idempotency_hit, success, processing_time_ms, created_at)
SELECT '${prefix}-' || n, 'worker-' || (n % 3 + 1), md5(n::text), 20 + n % 80, 'positive', 0.61,
  n % 7 <> 0, false, true, 4 + n % 60, ${made}
FROM generate_series(${many}) n`;
}

/** The table that Falcon's workers log their requests in. */
export const falconTable: LoggedTable = {
  seed: [
    TABLE,
    'CREATE INDEX ix_inference_logs_created_at ON inference_logs (created_at)',
    rows(
      'seed',
      `1, ${SEEDED_ROWS}`,
      `timezone('utc', now()) - (${SEEDED_ROWS} - n) * interval '${SEEDED_DAYS} days' / ${SEEDED_ROWS}`,
    ),
  ].join(';\n'),
  insert({ first, fromMs, rows: many, toMs }) {
    const stepMs = (toMs - fromMs) / Math.max(1, many);
    const at = `to_timestamp((${fromMs} + (n - ${first}) * ${stepMs}) / 1000.0)`;
    return rows('live', `${first + 1}, ${first + many}`, `timezone('utc', ${at})`);
  },
};
