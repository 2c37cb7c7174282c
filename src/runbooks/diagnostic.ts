/** Something wrong in a file, with the place and the mend. */
export interface Diagnostic {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly mend: string;
}

/** `runbooks/x.yaml:12:7: error: …; mend: …`, the form editors can jump to. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${d.file}:${d.line}:${d.column}: ${d.level}: ${d.message}; ${d.mend}`;
}
