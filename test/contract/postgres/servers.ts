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

/** Leaves out what the list of exceptions names. */
const except =
  (condition: boolean): Test =>
  (name, body) => {
    if (EXCEPTIONS[name] === undefined) it.skipIf(condition)(name, body);
  };

/** A suite that a real PostgreSQL and the simulated one have to pass alike. */
export function describePostgres(title: string, body: (suite: Suite) => void): void {
  describeReal(`${title}, a real one`, () => body({ postgresServer, it }));
  const test: Suite['it'] = Object.assign(except(false), { skipIf: except });
  describe(`${title}, the simulated one`, () =>
    body({ postgresServer: simulatedServer, it: test }));
}
