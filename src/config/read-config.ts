import { type Diagnostic, formatDiagnostic } from '../runbooks/diagnostic.ts';
import { readYamlFile } from '../runbooks/read-file.ts';
import { validate } from '../runbooks/validate.ts';
import { ConfigError } from './config-error.ts';
import type { Sourced } from './plan.ts';
import { readRegion } from './read-region.ts';
import type { RegionConfig } from './region-config.ts';
import { configReport } from './region-report.ts';
import { fileHeadSchema, themeSchema, type themes } from './schema.ts';

export type Theme = (typeof themes)[number];

/** What one file says. */
export interface ConfigFile {
  readonly theme: Sourced<Theme> | null;
  readonly regions: readonly RegionConfig[];
}

function refuse(diagnostics: readonly Diagnostic[]): never {
  const errors = diagnostics.filter(({ level }) => level === 'error');
  throw new ConfigError(errors.map(formatDiagnostic).join('\n'));
}

/**
 * Reads and checks a configuration file.
 * @throws ConfigError with everything that is wrong: file, line, column, words and mend, one line each
 */
export function readConfigFile(file: string): ConfigFile {
  const parsed = readYamlFile(file);
  if (!('ok' in parsed)) refuse(parsed.diagnostics);
  const report = configReport(parsed.ok);
  const head = validate(fileHeadSchema, parsed.ok.value ?? {}, report);
  if (head === null) refuse(report.diagnostics);
  const named = validate(themeSchema, head.theme, report, ['theme']);
  const regions = Object.entries(head.regions).flatMap(
    ([name, raw]) => readRegion(report, name, raw) ?? [],
  );
  if (report.hasErrors) refuse(report.diagnostics);
  const { line, column } = parsed.ok.locate(['theme'], 'key');
  const theme = named == null ? null : { value: named, origin: `${file}:${line}:${column}` };
  return { theme, regions };
}
