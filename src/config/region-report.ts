import { createReport, type Report } from '../runbooks/report.ts';
import type { YamlFile } from '../runbooks/yaml-file.ts';

/** A report of a configuration file. */
export function configReport(file: YamlFile): Report {
  return createReport(file, 'opsconsole config schema');
}

/**
 * A report that stands for a part of the file: what readers of packs say of `signals` is said of
 * `regions.NAME.signals`.
 */
export function reportWithin(report: Report, prefix: readonly (string | number)[]): Report {
  return {
    file: report.file,
    schemaCommand: report.schemaCommand,
    diagnostics: report.diagnostics,
    get hasErrors() {
      return report.hasErrors;
    },
    error: (path, message, mend, place) => report.error([...prefix, ...path], message, mend, place),
    warning: (path, message, mend, place) =>
      report.warning([...prefix, ...path], message, mend, place),
  };
}
