import type { Surroundings } from '../src/composition/surroundings.ts';

/** What the terminal can show. */
export interface Appearance {
  readonly color: boolean;
  readonly unicode: boolean;
}

/** Reads the terminal's abilities from the environment: NO_COLOR, TERM and the locale. */
export function appearanceOf(env: Surroundings['env']): Appearance {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const color = !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return { color, unicode: /utf-?8/i.test(locale) };
}
