import type { Diagnostic } from './diagnostic.ts';
import type { Path, Place, YamlFile } from './yaml-file.ts';

/** What is wrong with one file, collected while it is read. */
export interface Report {
  readonly file: YamlFile;
  /** The command that prints the schema of files of this kind, for mends. */
  readonly schemaCommand: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
  error(path: Path, message: string, mend: string, place?: Place): void;
  warning(path: Path, message: string, mend: string, place?: Place): void;
}

/** A file that is wrong all over says so once more, then is silent. */
const MAX_DIAGNOSTICS = 200;

export function createReport(file: YamlFile, schemaCommand = 'opsconsole runbooks schema'): Report {
  const diagnostics: Diagnostic[] = [];
  let errors = 0;
  const add = (level: Diagnostic['level'], path: Path, words: [string, string], place?: Place) => {
    if (level === 'error') errors += 1;
    if (diagnostics.length > MAX_DIAGNOSTICS) return;
    const full = diagnostics.length === MAX_DIAGNOSTICS;
    const [message, mend] = full
      ? [`more than ${MAX_DIAGNOSTICS} problems: the rest is not listed`, 'mend these first']
      : words;
    diagnostics.push({ file: file.file, ...file.locate(path, place), level, message, mend });
  };
  return {
    file,
    schemaCommand,
    diagnostics,
    get hasErrors() {
      return errors > 0;
    },
    error: (path, message, mend, place) => add('error', path, [message, mend], place),
    warning: (path, message, mend, place) => add('warning', path, [message, mend], place),
  };
}
