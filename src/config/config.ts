import { existsSync } from 'node:fs';
import { didYouMean } from '../domain/nearest.ts';
import { ConfigError } from './config-error.ts';
import type { Sourced } from './plan.ts';
import type { Theme } from './read-config.ts';
import type { RegionConfig } from './region-config.ts';

/** All configuration files together. */
export interface Config {
  readonly theme: Sourced<Theme> | null;
  readonly regions: Readonly<Record<string, RegionConfig>>;
  /** The files that were read, in rising order of precedence. */
  readonly files: readonly string[];
  /** The files that were looked for and are not there. */
  readonly absent: readonly string[];
}

/**
 * Reads the configuration files that exist, later ones over earlier ones, region by region. Where none
 * exists nothing heavy is loaded, so that the screen is there at once.
 * @param files in rising order of precedence
 * @param required a file that must exist, named by the user; null if none
 * @throws ConfigError with file, line, column and mend of everything that is wrong
 */
export async function loadConfig(
  files: readonly string[],
  required: string | null,
): Promise<Config> {
  if (required !== null && !existsSync(required)) {
    throw new ConfigError(`There is no configuration file ${required}; name another with --config`);
  }
  const present = files.filter((file) => existsSync(file));
  const absent = files.filter((file) => !present.includes(file));
  if (present.length === 0) return { theme: null, regions: {}, files: [], absent };
  const { readConfigFile } = await import('./read-config.ts');
  const read = present.map(readConfigFile);
  const regions = read.flatMap((file) => file.regions).map((region) => [region.name, region]);
  return {
    theme: read.findLast(({ theme }) => theme !== null)?.theme ?? null,
    regions: Object.fromEntries(regions),
    files: present,
    absent,
  };
}

/**
 * The region to open: the one named, else the only one; null when none is configured.
 * @throws ConfigError when the name is unknown or several stand to choose from
 */
export function chooseRegion(config: Config, wanted: string | null): RegionConfig | null {
  const names = Object.keys(config.regions);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    if (names.length === 0) return null;
    throw new ConfigError(
      `Several regions are configured: name one with --region (${names.join(', ')})`,
    );
  }
  const region = Object.hasOwn(config.regions, name) ? config.regions[name] : undefined;
  if (region) return region;
  const mend =
    names.length === 0
      ? `no configuration was found; write one to ${config.absent.at(-1) ?? 'a file'}`
      : didYouMean(name, names, `there are ${names.join(', ')}`);
  throw new ConfigError(`No region ${name} is configured; ${mend}`);
}
