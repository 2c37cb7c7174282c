import { parseRedisUrl } from '../data-urls.ts';
import type { RedisPlan } from '../plan.ts';
import { originsOf, usualPace } from '../planning.ts';
import { heldSecret } from '../secret.ts';
import { type ConfigSurroundings, variable } from '../surroundings.ts';

const VARIABLE = 'REDIS_URL';

/** The server that REDIS_URL names; null when it names none. */
export function discoverRedis({ env }: ConfigSurroundings): RedisPlan | null {
  const found = variable(env, VARIABLE);
  const url = found === null ? null : parseRedisUrl(found.value);
  if (url === null) return null;
  return {
    name: 'redis',
    origin: VARIABLE,
    ...usualPace,
    address:
      url.socket === null
        ? { kind: 'host', host: url.host ?? 'localhost', port: url.port }
        : { kind: 'socket', path: url.socket, port: url.port },
    username: url.username,
    password: url.password === null ? null : heldSecret(VARIABLE, url.password),
    tls: url.tls ? 'verify' : 'off',
    ca: null,
    database: url.database,
    origins: originsOf({
      address: VARIABLE,
      username: url.username === null ? null : VARIABLE,
      password: url.password === null ? null : VARIABLE,
      tls: url.tls ? VARIABLE : null,
    }),
  };
}
