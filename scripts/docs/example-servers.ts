import type { KnownPostgres } from '../../src/integrations/postgres/role.ts';

/** The server that the commands of the reference name; nobody connects to it. */
export const exampleServers: readonly KnownPostgres[] = [
  {
    source: 'postgres',
    at: { service: 'postgres', port: 5432 },
    database: 'falcon_inference',
    user: 'falcon',
    timeoutMs: 1000,
  },
];
