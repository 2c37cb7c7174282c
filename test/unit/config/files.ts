import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { discover } from '../../../src/config/discovery/discover.ts';
import type { RegionPlan } from '../../../src/config/plan.ts';
import { type PlanOverrides, planRegion } from '../../../src/config/plan-region.ts';
import { readConfigFile } from '../../../src/config/read-config.ts';
import type { ConfigSurroundings } from '../../../src/config/surroundings.ts';

/** Writes a configuration file for the running test. */
export function configFile(text: string, name = 'config.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is wrong with a configuration, one line each, without the file's own path; empty if nothing. */
export function errorsOf(text: string): readonly string[] {
  const path = configFile(text);
  try {
    readConfigFile(path);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    return thrown.message.split('\n').map((line) => line.replace(`${path}:`, ''));
  }
}

/** A machine of which only this is known. */
export function machine(
  env: ConfigSurroundings['env'] = {},
  files: Readonly<Record<string, string>> = {},
): ConfigSurroundings {
  const isFolder = (path: string) => Object.keys(files).some((name) => name.startsWith(`${path}/`));
  return {
    env,
    home: '/home/ann',
    cwd: '/srv/shop/deploy',
    uid: 1000,
    exists: (path) => Object.hasOwn(files, path) || isFolder(path),
    read(path) {
      const text = files[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(`no such file ${path}`), { code: 'ENOENT' });
    },
  };
}

const overridesOfNone: PlanOverrides = { system: null, project: null, readOnly: false };

/** The plan of the only region of a configuration; of no configuration with null. */
export function planOf(
  text: string | null,
  from: ConfigSurroundings = machine(),
  overrides: Partial<PlanOverrides> = {},
): RegionPlan {
  const region = text === null ? null : (readConfigFile(configFile(text)).regions[0] ?? null);
  return planRegion(region, discover(from), from, { ...overridesOfNone, ...overrides });
}
