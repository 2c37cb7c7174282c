/** Inputs for the example of each probe and action. A new one needs a line here. */
const examples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'docker.container': { service: 'redis' },
  'docker.network': { service: 'redis', with: 'worker' },
  'docker.logs': { service: 'redis', tail: 50 },
  'redis.info': { service: 'redis' },
  'redis.slowlog': { service: 'redis', count: 20 },
  'redis.clients': { service: 'redis' },
  'http.request': {
    service: 'gateway',
    port: 80,
    method: 'POST',
    path: '/infer',
    body: { text: 'hello' },
    times: 2,
  },
  'compose.restart': { service: 'redis' },
  'redis.flush': { service: 'redis' },
  'redis.config-set': { service: 'redis', setting: 'maxmemory', value: '512mb' },
};

/**
 * The example input of a probe or action.
 * @throws Error when nobody wrote one
 */
export function exampleOf(id: string): Readonly<Record<string, unknown>> {
  const found = examples[id];
  if (!found) throw new Error(`${id} has no example: add one to scripts/docs/examples.ts`);
  return found;
}
