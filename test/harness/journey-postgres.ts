import { Client } from 'pg';

/** The rows of one query, on a connection of its own. */
export async function rowsAt<T extends object>(url: string, sql: string): Promise<readonly T[]> {
  const client = new Client({ connectionString: url, application_name: 'opsconsole-tests' });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
