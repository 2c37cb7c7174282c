import type { Report } from '../runbooks/report.ts';

const OTHERS = 'opsconsole runbooks schema';
const OWN = 'opsconsole config schema';

/**
 * A report that stands for a part of the file: what readers of packs and runbooks say of `signals` is
 * said of `regions.NAME.signals`, and points to the schema of this file.
 */
export function reportWithin(report: Report, prefix: readonly (string | number)[]): Report {
  return {
    file: report.file,
    diagnostics: report.diagnostics,
    get hasErrors() {
      return report.hasErrors;
    },
    error: (path, message, mend, place) =>
      report.error([...prefix, ...path], message, mend.replace(OTHERS, OWN), place),
    warning: (path, message, mend, place) =>
      report.warning([...prefix, ...path], message, mend.replace(OTHERS, OWN), place),
  };
}
