/** Turns offsets into places. */
export interface Lines {
  /** Line and column from 1; an offset beyond the text is its end. */
  locate(offset: number): { readonly line: number; readonly column: number };
}

/**
 * Counts the lines of a text by itself: the counter of the YAML library loses some once a file is
 * broken.
 */
export function createLines(text: string): Lines {
  let starts: readonly number[] | null = null;
  return {
    locate(offset) {
      starts ??= startsOf(text);
      const at = Math.max(0, Math.min(offset, text.length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
    },
  };
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
