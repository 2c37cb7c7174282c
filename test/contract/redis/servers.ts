import { describe, it } from 'vitest';
import { describeReal } from '../../harness/suites.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { type RedisServer, redisServer } from './server.ts';
import { simulatedRedis } from './simulated.ts';

type Test = (name: string, body: () => Promise<unknown> | unknown) => void;

/** What a suite is given: how to make a server, and how to say what it must do. */
interface Suite {
  readonly redisServer: () => Promise<RedisServer>;
  readonly it: Test;
}

/** A suite that a real Redis and the simulated one have to pass alike. */
export function describeRedis(title: string, body: (suite: Suite) => void): void {
  describeReal(`${title}, a real one`, () => body({ redisServer, it }));
  const except: Test = (name, run) => {
    if (EXCEPTIONS[name] === undefined) it(name, run);
  };
  describe(`${title}, the simulated one`, () => body({ redisServer: simulatedRedis, it: except }));
}
