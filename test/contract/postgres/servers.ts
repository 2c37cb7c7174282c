import { describe, it } from 'vitest';
import { describeReal } from '../../harness/suites.ts';
import { EXCEPTIONS } from './exceptions.ts';
import { type PostgresServer, postgresServer } from './server.ts';
import { simulatedServer } from './simulated.ts';

type Test = (name: string, body: () => Promise<unknown> | unknown) => void;

/** What a suite is given: how to make a server, and how to say what it must do. */
interface Suite {
  readonly postgresServer: () => Promise<PostgresServer>;
  readonly it: Test & { readonly skipIf: (condition: boolean) => Test };
}

function except(name: string, body: () => Promise<unknown> | unknown, otherwise = false): void {
  const why = EXCEPTIONS[name];
  it.skipIf(why !== undefined || otherwise)(why === undefined ? name : `${name}: ${why}`, body);
}

/** A suite that a real PostgreSQL and the simulated one have to pass alike. */
export function describePostgres(title: string, body: (suite: Suite) => void): void {
  describeReal(`${title}, a real one`, () => body({ postgresServer, it }));
  const test: Suite['it'] = Object.assign((name: string, run: () => unknown) => except(name, run), {
    skipIf: (condition: boolean) => (name: string, run: () => unknown) =>
      except(name, run, condition),
  });
  describe(`${title}, the simulated one`, () =>
    body({ postgresServer: simulatedServer, it: test }));
}
