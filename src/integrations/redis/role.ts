import * as z from 'zod';
import type { RunContext } from '../contract.ts';
import type { OpenRedis, RedisClient } from './client.ts';

/** Which Redis a probe or an action means. */
export const roleInput = {
  service: z.string().describe('the role that is the Redis'),
  port: z.coerce.number().int().min(1).max(65_535).default(6379),
};

/**
 * Runs `use` on a connection to the role's Redis of this moment and closes it.
 * @throws OperatorError when it has no address or does not answer
 */
export async function withRedis<T>(
  open: OpenRedis,
  input: { readonly service: string; readonly port: number },
  context: RunContext,
  use: (call: (...words: string[]) => Promise<unknown>, client: RedisClient) => Promise<T>,
): Promise<T> {
  const client = open(await context.address(input.service, input.port));
  try {
    const call = (command = '', ...args: string[]) => client.call(command, args, context.signal);
    return await use(call, client);
  } finally {
    client.close();
  }
}

/** `redis-cli -h redis` with the port where it is not the usual one, for the words of commands. */
export function cli(
  input: { readonly service: string; readonly port: number },
  context: Pick<RunContext, 'bind'>,
): string {
  const { service } = context.bind(input.service);
  return `redis-cli -h ${service}${input.port === 6379 ? '' : ` -p ${input.port}`}`;
}
