import { shownValue } from '../../domain/recordable.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { parseEnv, valuesOf } from './env-lines.ts';

/** Lines of a diff that are shown; the rest is counted. */
const MAX_LINES = 200;
const MAX_VALUE_LENGTH = 200;

const line = (sign: string, key: string, value: string) =>
  `${sign} ${key}=${sanitizeLine(shownValue(key, value)).slice(0, MAX_VALUE_LENGTH)}`;

/**
 * What differs between two env files, key by key in the order of the file, secrets masked:
 * `- KEY=old`, `+ KEY=new`. Comments are not compared: they may hold secrets that nothing tells.
 * @param hidden keys whose new value is not known yet
 */
export function envDiff(
  before: string,
  after: string,
  hidden: readonly string[] = [],
): readonly string[] {
  const [old, now] = [valuesOf(parseEnv(before)), valuesOf(parseEnv(after))];
  const lines: string[] = [];
  for (const key of new Set([...old.keys(), ...now.keys(), ...hidden])) {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === is && !hidden.includes(key)) continue;
    if (was !== undefined) lines.push(line('-', key, was));
    if (hidden.includes(key)) lines.push(`+ ${key}=(made when it is written)`);
    else if (is !== undefined) lines.push(line('+', key, is));
    // A secret that changes looks the same before and after.
    const same = lines.length > 1 && lines.at(-1)?.slice(1) === lines.at(-2)?.slice(1);
    if (same && was !== undefined) lines.push(`  ${key} is a secret: it changes, unseen`);
  }
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `… and ${more} lines more`] : lines;
}
