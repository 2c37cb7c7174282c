import type { Output } from '../../../src/commands/output.ts';

/** An output that keeps what is written. */
export interface KeptOutput extends Output {
  readonly written: string[];
  readonly notes: string[];
}

export function keptOutput(json: boolean): KeptOutput {
  const written: string[] = [];
  const notes: string[] = [];
  return {
    json,
    written,
    notes,
    write: (text) => written.push(text),
    note: (text) => notes.push(text),
  };
}
