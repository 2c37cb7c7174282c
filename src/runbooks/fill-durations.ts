import { formatExact } from '../domain/duration.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { Reader } from './reader.ts';
import type { Path } from './yaml-file.ts';

const PLACEHOLDER = /\{\{\s*durations\.([\w-]+)\s*\}\}/g;

/**
 * Puts the pack's named durations, as the region has them, in the place of `{{durations.NAME}}` wherever a
 * text of the file says so: inputs of probes and actions, and the words beside them. Names that the pack
 * does not have are reported.
 */
export function fillDurations({ report, facts }: Reader, value: unknown, path: Path = []): unknown {
  const { durations } = facts;
  const fill = (text: string, at: Path) =>
    text.replace(PLACEHOLDER, (whole, name: string) => {
      const ms = durations?.[name];
      if (ms !== undefined) return formatExact(ms);
      if (durations !== null) {
        const names = Object.keys(durations);
        const mend = didYouMean(name, names, `the pack has ${names.join(', ') || 'none'}`);
        report.error(at, `the pack has no duration \`${name}\``, mend);
      }
      return whole;
    });
  const walk = (inner: unknown, at: Path): unknown => {
    if (typeof inner === 'string') return inner.includes('{{') ? fill(inner, at) : inner;
    if (Array.isArray(inner)) return inner.map((item, index) => walk(item, [...at, index]));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([key, item]) => [key, walk(item, [...at, key])]),
    );
  };
  return walk(value, path);
}
