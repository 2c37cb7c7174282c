import { existsSync, readFileSync } from 'node:fs';
import { type Diagnostic, formatDiagnostic } from '../runbooks/diagnostic.ts';
import { createReport } from '../runbooks/report.ts';
import { validate } from '../runbooks/validate.ts';
import { parseYaml } from '../runbooks/yaml-file.ts';
import { ConfigError } from './config-error.ts';
import { type Config, configSchema, type RegionConfig } from './schema.ts';

function readFile(file: string): { config: Config | null; diagnostics: readonly Diagnostic[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read: ${(cause as Error).message}`);
  }
  const parsed = parseYaml(text, file);
  if (!('ok' in parsed)) return { config: null, diagnostics: parsed.diagnostics };
  const report = createReport(parsed.ok);
  const config = validate(configSchema, parsed.ok.value ?? {}, report);
  return { config, diagnostics: report.diagnostics };
}

/**
 * Reads the configuration files that exist, later ones over earlier ones, region by region.
 * @param files in rising order of precedence
 * @param required a file that must exist, named by the user; null if none
 * @throws ConfigError with file, line, column and mend
 */
export function loadConfig(files: readonly string[], required: string | null): Config {
  const regions: Record<string, RegionConfig> = {};
  const present = files.filter((file) => file === required || existsSync(file));
  for (const file of present) {
    const { config, diagnostics } = readFile(file);
    if (config === null) throw new ConfigError(diagnostics.map(formatDiagnostic).join('\n'));
    Object.assign(regions, config.regions);
  }
  return { regions };
}

/**
 * The region to open: the one named, else the only one; null when none is configured.
 * @throws ConfigError when the name is unknown or several stand to choose from
 */
export function chooseRegion(
  config: Config,
  wanted: string | null,
): { readonly name: string; readonly config: RegionConfig } | null {
  const names = Object.keys(config.regions);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) {
    if (names.length === 0) return null;
    throw new ConfigError(
      `Several regions are configured: name one with --region (${names.join(', ')})`,
    );
  }
  const region = Object.hasOwn(config.regions, name) ? config.regions[name] : undefined;
  if (region) return { name, config: region };
  const there = names.length === 0 ? 'no configuration was found' : `there are ${names.join(', ')}`;
  throw new ConfigError(`No region ${name} is configured; ${there}`);
}

/**
 * Reads a secret by its reference.
 * @throws ConfigError when it is not there
 */
export function resolveSecret(
  reference: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const [kind, ...rest] = reference.split(':');
  const name = rest.join(':');
  if (kind === 'env') {
    const value = env[name];
    if (value === undefined)
      throw new ConfigError(`The secret ${reference} is not set: export ${name}`);
    return value;
  }
  try {
    return readFileSync(name, 'utf8').trimEnd();
  } catch (cause) {
    throw new ConfigError(`The secret ${reference} cannot be read: ${(cause as Error).message}`);
  }
}
