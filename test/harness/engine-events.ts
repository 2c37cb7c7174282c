import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Stack } from '../stack/stack.ts';
import { eventually } from './eventually.ts';

type Kind = 'create' | 'start';

/** What the engine did to containers, from now to the end of the test. */
export interface EngineEvents {
  /** How often it did this to the container of this name, once it has been told of all that is done. */
  count(container: string, kind: Kind): Promise<number>;
  /** Forgets what was told until now. */
  forget(): Promise<void>;
}

/** Listens, for the engine itself remembers but the last few hundred events: half a minute. */
export function recordEvents(stack: Stack): EngineEvents {
  const format = '{{.Action}} {{.Actor.Attributes.name}}';
  const filters = ['create', 'start', 'rename', 'tag'].flatMap((event) => [
    '--filter',
    `event=${event}`,
  ]);
  const since = ['--since', String(Date.now() / 1000)];
  const listener = spawn('docker', ['events', ...since, ...filters, '--format', format], {
    env: { ...process.env, DOCKER_HOST: stack.dockerHost },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    listener.kill();
  });
  let told: string[] = [];
  createInterface({ input: listener.stdout }).on('line', (line) => told.push(line));

  /** An image gets a name: when that is told, all before it was. */
  async function caughtUp(): Promise<void> {
    const mark = `opsconsole/mark:${process.hrtime.bigint()}`;
    await stack.docker(['tag', 'opsconsole/host:1', mark]);
    await eventually(() => told.includes(`tag ${mark}`), { what: 'the engine to tell of a tag' });
    await stack.docker(['rmi', mark]);
  }

  return {
    async count(container, kind) {
      await caughtUp();
      return told.filter((line) => line === `${kind} ${container}`).length;
    },
    async forget() {
      await caughtUp();
      told = [];
    },
  };
}
