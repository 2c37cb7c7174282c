import { describe, expect, test } from 'vitest';
import { appearanceOf } from '../../../src/console/appearance.ts';
import { clipboardSequence } from '../../../src/console/clipboard.ts';

const utf8 = { LANG: 'en_US.UTF-8' };

describe('the abilities of a terminal', () => {
  test.each([
    [
      { TERM: 'xterm', COLORTERM: 'truecolor' },
      { color: true, depth: 24 },
    ],
    [{ TERM: 'xterm-direct' }, { color: true, depth: 24 }],
    [{ TERM: 'xterm-256color' }, { color: true, depth: 8 }],
    [
      { TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0' },
      { depth: 8, tmux: true },
    ],
    [{ TERM: 'screen' }, { color: true, depth: 4, tmux: false }],
    [{ TERM: 'linux' }, { color: true, depth: 4, unicode: false }],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, { color: false }],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, { color: true }],
    [{ TERM: 'dumb' }, { color: false, unicode: false }],
    [{ TERM: 'xterm', COLORFGBG: '0;15' }, { light: true }],
    [{ TERM: 'xterm', COLORFGBG: '0;default;7' }, { light: true }],
    [{ TERM: 'xterm', COLORFGBG: '15;0' }, { light: false }],
    [{ TERM: 'xterm' }, { light: false, unicode: true }],
    [{ TERM: 'xterm', LANG: 'C' }, { unicode: false }],
    [{ TERM: 'xterm', LC_ALL: 'C' }, { unicode: false }],
    [{ TERM: 'xterm', LANG: '', LC_CTYPE: 'C.UTF-8' }, { unicode: true }],
  ])('%o is %o', (env, expected) => {
    expect(appearanceOf({ ...utf8, ...env })).toMatchObject(expected);
  });

  test('what the configuration says of the theme comes first', () => {
    const env = { ...utf8, TERM: 'xterm', COLORFGBG: '0;15' };
    expect(appearanceOf(env, 'dark').light).toBe(false);
    expect(appearanceOf({ ...utf8, TERM: 'xterm' }, 'light').light).toBe(true);
    expect(appearanceOf(env, 'mono').color).toBe(false);
  });
});

describe('the clipboard', () => {
  test('takes what terminals take, and no more', () => {
    expect(clipboardSequence('é', false)).toBe('\u001b]52;c;w6k=\u0007');
    expect(clipboardSequence('x'.repeat(56_000), false)).not.toBeNull();
    expect(clipboardSequence('x'.repeat(57_000), false)).toBeNull();
  });

  test('within tmux is wrapped for the terminal outside', () => {
    expect(clipboardSequence('a', true)).toBe('\u001bPtmux;\u001b\u001b]52;c;YQ==\u0007\u001b\\');
  });
});
