import { existsSync } from 'node:fs';
import { type Config, chooseRegion, loadConfig } from '../config/config.ts';
import { discover } from '../config/discovery/discover.ts';
import type { RegionPlan } from '../config/plan.ts';
import { planRegion } from '../config/plan-region.ts';
import { type ConfigSurroundings, readSmallFile } from '../config/surroundings.ts';
import { configFiles, type GlobalOptions, type Surroundings } from './surroundings.ts';

/** The configuration as it was read, and what it makes of the chosen region. */
export interface Configuration {
  readonly config: Config;
  readonly plan: RegionPlan;
}

/** Whether there is a configuration file to be read; one that is named and missing is told of so too. */
export function isConfigured(surroundings: Surroundings, options: GlobalOptions): boolean {
  return options.config !== null || configFiles(surroundings, options).some(existsSync);
}

/**
 * Reads the configuration, looks around where there is none, and says what is to be connected.
 * @throws ConfigError when the configuration cannot be used
 */
export async function readConfiguration(
  surroundings: Surroundings,
  options: GlobalOptions,
  { anyRegion = false }: { readonly anyRegion?: boolean } = {},
): Promise<Configuration> {
  const { env, home, cwd, uid } = surroundings;
  const from: ConfigSurroundings = { env, home, cwd, uid, exists: existsSync, read: readSmallFile };
  const config = await loadConfig(configFiles(surroundings, options), options.config);
  const [first = null] = Object.keys(config.regions);
  const region = chooseRegion(config, options.region ?? (anyRegion ? first : null));
  return { config, plan: planRegion(region, discover(from), from, options) };
}
