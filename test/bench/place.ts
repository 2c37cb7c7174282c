import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { type ChildHome, childHome } from '../harness/child-environment.ts';
import type { Fleet } from './fleet.ts';
import { type Recording, record } from './recording.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const LAUNCHER = `${ROOT}bin/opsconsole`;
export const BUNDLE = `${ROOT}dist/main.js`;

/** An operator's home on a host whose engine is the fleet. */
export interface Place {
  readonly home: ChildHome;
  /** The environment of every program that is measured. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the console as an operator does. */
  console(args?: readonly string[]): Recording;
  /** Starts any program in the same surroundings. */
  program(command: string, args: readonly string[]): Recording;
  /** Writes a configuration; returns the arguments that name it. */
  configure(region: Readonly<Record<string, unknown>>): readonly string[];
}

export function placeAt(fleet: Pick<Fleet, 'dockerHost'>): Place {
  const home = childHome();
  const env = { ...home.env, DOCKER_HOST: fleet.dockerHost };
  const program: Place['program'] = (command, args) =>
    record({ command, args, env, cwd: home.folder });
  return {
    home,
    env,
    program,
    console: (args = []) => program(LAUNCHER, args),
    configure: (region) => {
      const file = join(home.folder, 'bench.yaml');
      const docker = fleet.dockerHost;
      writeFileSync(file, stringify({ regions: { bench: { docker, ...region } } }));
      return ['--config', file];
    },
  };
}
