import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import type { Clock } from '../domain/clock.ts';
import type { Operator } from '../domain/operator.ts';

/** What the program takes from the machine it runs on; only `bin/main.ts` fills it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly login: string;
  readonly home: string;
  /** The folder the program was started in. */
  readonly cwd: string;
  /** The user's number; null where there is none. */
  readonly uid: number | null;
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  /** The folder that holds `runbooks/`. */
  readonly packageRoot: string;
  /** The administrator's configuration and packs for everybody of this host; absent means their usual place. */
  readonly hostFolder?: string;
  /** The administrator's policy, which nobody else may write; absent means its usual place. */
  readonly policyFile?: string;
  /** Starts this program again, detached, with these arguments. */
  readonly spawnDetached: (args: readonly string[]) => void;
}

const HOST_FOLDER = '/etc/opsconsole';

/** Options every command takes. */
export interface GlobalOptions {
  readonly region: string | null;
  /** The pack to use where the configuration names none. */
  readonly system: string | null;
  /** The compose project to look at, over the configuration's. */
  readonly project: string | null;
  readonly config: string | null;
  readonly state: string | null;
  readonly packs: string | null;
  readonly readOnly: boolean;
}

/** The login, with who stands behind sudo and the address of the SSH connection. */
export function operatorOf({ env, login }: Surroundings, pid: number): Operator {
  return {
    name: env['SUDO_USER'] ?? login,
    host: hostname(),
    from: env['SSH_CONNECTION']?.split(' ')[0] ?? null,
    pid,
  };
}

/** The XDG folder of this program under a variable or its default below the home folder. */
function xdg({ env, home }: Surroundings, variable: string, ...fallback: string[]): string {
  return join(env[variable] || join(home, ...fallback), 'opsconsole');
}

/** Where the journal and the log lie. */
export function stateDirectory(surroundings: Surroundings, options: GlobalOptions): string {
  return options.state ?? xdg(surroundings, 'XDG_STATE_HOME', '.local', 'state');
}

/** The configuration files in rising order of precedence. */
export function configFiles(surroundings: Surroundings, options: GlobalOptions): string[] {
  return [
    join(surroundings.hostFolder ?? HOST_FOLDER, 'config.yaml'),
    join(xdg(surroundings, 'XDG_CONFIG_HOME', '.config'), 'config.yaml'),
    ...(options.config === null ? [] : [options.config]),
  ];
}

/**
 * Where packs are found, in rising order of precedence.
 * @throws ConfigError when the folder named by an option is not there
 */
export function packFolders(surroundings: Surroundings, options: GlobalOptions): string[] {
  if (options.packs !== null && !existsSync(options.packs)) {
    throw new ConfigError(`--packs ${options.packs}: there is no such folder`);
  }
  return [
    join(surroundings.packageRoot, 'runbooks'),
    join(surroundings.hostFolder ?? HOST_FOLDER, 'packs'),
    join(xdg(surroundings, 'XDG_CONFIG_HOME', '.config'), 'packs'),
    ...(options.packs === null ? [] : [options.packs]),
  ];
}

/** The arguments that make another process see the same region, journal and policy. */
export function sameArguments(options: GlobalOptions): string[] {
  const named = (flag: string, value: string | null) => (value === null ? [] : [flag, value]);
  return [
    ...named('--region', options.region),
    ...named('--system', options.system),
    ...named('--project', options.project),
    ...named('--config', options.config),
    ...named('--state', options.state),
    ...named('--packs', options.packs),
    ...(options.readOnly ? ['--read-only'] : []),
  ];
}
