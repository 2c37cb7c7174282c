import type { LoggedTable } from '../world/system.ts';

const TABLES = `
CREATE TABLE organisations (id SERIAL PRIMARY KEY, name TEXT NOT NULL, data_region TEXT NOT NULL);
CREATE TABLE environments (
  id SERIAL PRIMARY KEY,
  organisation_id INTEGER NOT NULL REFERENCES organisations,
  name TEXT NOT NULL
);
CREATE TABLE flags (
  id SERIAL PRIMARY KEY,
  environment_id INTEGER NOT NULL REFERENCES environments,
  key TEXT NOT NULL,
  rules JSONB NOT NULL DEFAULT '{}',
  version INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE audit_log (
  id BIGSERIAL PRIMARY KEY,
  flag_id INTEGER,
  action TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
INSERT INTO organisations (name, data_region) SELECT 'Organisation ' || n, 'eu'
FROM generate_series(1, 4) n;
INSERT INTO environments (organisation_id, name) SELECT 1 + n % 4, 'environment-' || n
FROM generate_series(1, 12) n;
INSERT INTO flags (environment_id, key) SELECT 1 + n % 12, 'flag-' || n
FROM generate_series(1, 600) n;
INSERT INTO audit_log (flag_id, action, created_at)
SELECT 1 + n % 600, 'update', now() - (3000 - n) * interval '20 minutes' FROM generate_series(1, 3000) n
`;

/** The tables of FeatureSignals: each change of a flag leaves a line. */
export const featuresignalsTable: LoggedTable = {
  seed: TABLES.trim(),
  insert({ first, fromMs, rows, toMs }) {
    const stepMs = (toMs - fromMs) / Math.max(1, rows);
    const at = `to_timestamp((${fromMs} + (n - ${first}) * ${stepMs}) / 1000.0)`;
    return `INSERT INTO audit_log (flag_id, action, created_at)
SELECT 1 + n % 600, 'update', ${at} FROM generate_series(${first + 1}, ${first + rows}) n`;
  },
};
