import { sanitize } from '../domain/sanitize.ts';

/** Where a command writes: plain lines for people, or one JSON text; never escape codes. */
export interface Output {
  readonly json: boolean;
  write(text: string): void;
  /** For what is not the answer: hints, progress, errors. */
  note(text: string): void;
}

/** A table of plain text: columns as wide as their widest cell, two spaces between. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    });
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

const WIDTH = 78;

/** Words on as many lines as they need under an indent, for a terminal of 80 columns. */
export function indentedWords(words: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || `${last} ${word}`.length > WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

/** Writes the answer in the form asked for. */
export function answer(output: Output, value: unknown, plain: () => string): void {
  output.write(output.json ? JSON.stringify(value) : sanitize(plain()));
}

/** Epoch ms as the contract has it; null stays null. */
export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
