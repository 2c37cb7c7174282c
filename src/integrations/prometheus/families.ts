import type { MetricFamily } from '../../domain/metrics.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { type Cursor, readName, readQuoted } from './line.ts';

/** Families listed of one page; what comes after is counted with the page only. */
export const FAMILIES_MAX = 2000;
const HELP_LENGTH_MAX = 200;
/** What a family's samples append to its name. */
const SUFFIX = /_(?:total|created|bucket|count|sum|info|gcount|gsum)$/;
const COMMENT = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+/;

type Draft = { -readonly [K in keyof MetricFamily]: MetricFamily[K] };

/** Counts the samples of a page by family. */
export interface Families {
  /** Takes in a line that begins with `#`. */
  comment(line: string): void;
  /** Counts one sample by its own name. */
  count(sampleName: string): void;
  list(): readonly MetricFamily[];
}

/** Nothing is counted beyond `FAMILIES_MAX` families. */
export function createFamilies(): Families {
  const byName = new Map<string, Draft>();
  // Samples of a name stand together: most are of the one before.
  let lastName = '';
  let last: Draft | null = null;

  function named(name: string): Draft | null {
    const known = byName.get(name);
    if (known !== undefined) return known;
    if (byName.size >= FAMILIES_MAX) return null;
    const family: Draft = { name, type: 'unknown', help: '', unit: '', samples: 0 };
    byName.set(name, family);
    return family;
  }

  return {
    comment(line) {
      const word = COMMENT.exec(line);
      if (word === null) return;
      const cursor: Cursor = { line, at: word[0].length };
      const name = line[cursor.at] === '"' ? readQuoted(cursor) : readName(cursor);
      const family = name === null ? null : named(name);
      if (family === null) return;
      const rest = line.slice(cursor.at).trim();
      if (word[1] === 'TYPE') family.type = sanitizeLine(rest) || 'unknown';
      else if (word[1] === 'UNIT') family.unit = sanitizeLine(rest);
      else family.help = helpOf(rest);
    },
    count(sampleName) {
      if (sampleName !== lastName) {
        lastName = sampleName;
        const stem = sampleName.replace(SUFFIX, '');
        last = byName.get(sampleName) ?? byName.get(stem) ?? named(sampleName);
      }
      if (last !== null) last.samples += 1;
    },
    list: () => [...byName.values()],
  };
}

function helpOf(text: string): string {
  const plain = text.replace(/\\(n|\\|")/g, (_, char: string) => (char === 'n' ? ' ' : char));
  return sanitizeLine(plain).slice(0, HELP_LENGTH_MAX);
}
