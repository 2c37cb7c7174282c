/** What the terminal can show. */
export interface Appearance {
  /** False where nothing may be coloured: signs, words and weight say it all. */
  readonly color: boolean;
  /** False where only ASCII can be drawn. */
  readonly unicode: boolean;
  /** Bits of a colour: 24, 8 (256 colours) or 4 (16 colours); 4 where absent. */
  readonly depth?: ColorDepth;
  /** True on a light background. */
  readonly light?: boolean;
  /** True within tmux, which has to be asked to pass on what is meant for the terminal. */
  readonly tmux?: boolean;
}

type ColorDepth = 4 | 8 | 24;

/** What the configuration may say of the colours; `auto` asks the environment. */
export type Theme = 'auto' | 'dark' | 'light' | 'truecolor' | '256' | '16' | 'mono' | 'ascii';

const depths: Partial<Readonly<Record<Theme, ColorDepth>>> = { truecolor: 24, '256': 8, '16': 4 };

type Environment = Readonly<Record<string, string | undefined>>;

function depthOf(env: Environment): ColorDepth {
  const term = env['TERM'] ?? '';
  if (/^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '') || /-direct$/.test(term)) return 24;
  return /-256(color)?$/.test(term) ? 8 : 4;
}

/** `15;0`, `0;default;15`: the last number is the background; 7 and 15 are the light ones. */
function isLight(env: Environment): boolean {
  const background = (env['COLORFGBG'] ?? '').split(';').at(-1);
  return background === '7' || background === '15';
}

/**
 * Reads the terminal's abilities from the environment: COLORTERM, TERM, NO_COLOR, COLORFGBG, TMUX and
 * the locale.
 * @param theme what the configuration says over it; `auto` says nothing
 */
export function appearanceOf(env: Environment, theme: Theme = 'auto'): Appearance {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  const term = env['TERM'] ?? '';
  // The console of the kernel has a font of 512 signs: blocks and arrows are not among them.
  const unicode = /utf-?8/i.test(locale) && term !== 'linux' && term !== 'dumb';
  return {
    color: !env['NO_COLOR'] && term !== 'dumb' && theme !== 'mono' && theme !== 'ascii',
    unicode: unicode && theme !== 'ascii',
    depth: depths[theme] ?? depthOf(env),
    light: theme === 'light' || (theme !== 'dark' && isLight(env)),
    tmux: (env['TMUX'] ?? '') !== '',
  };
}
