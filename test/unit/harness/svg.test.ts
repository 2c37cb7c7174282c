import { expect, test } from 'vitest';
import { paletteColour } from '../../harness/palette.ts';
import { createScreen } from '../../harness/screen.ts';
import { svgOf } from '../../harness/svg.ts';

async function picture(bytes: string): Promise<string> {
  const screen = createScreen(20, 2);
  await screen.write(bytes);
  return svgOf(screen);
}

test('glyphs stand in their cells, after a wide one too', async () => {
  expect(await picture('\x1b[31mab\x1b[0m 界b c─')).toContain(
    '<text y="13.5" fill="#ef6b73"><tspan x="0.00">ab</tspan></text>\n' +
      '<text y="13.5" fill="#d5dae3"><tspan x="25.29">界</tspan>' +
      '<tspan x="42.15">b</tspan><tspan x="59.01">c─</tspan></text>',
  );
});

test.each([
  ['\x1b[1mx', ' font-weight="bold"><tspan x="0.00">x'],
  ['\x1b[2mx', ' opacity="0.6"><tspan x="0.00">x'],
  ['\x1b[38;5;208mx', 'fill="#ff8700"><tspan x="0.00">x'],
  ['\x1b[38;2;1;2;255mx', 'fill="#0102ff"><tspan x="0.00">x'],
  ['\x1b[7mx', 'fill="#14181f"><tspan x="0.00">x'],
  ['<&>', '>&lt;&amp;&gt;</tspan>'],
])('%j is drawn as %s', async (bytes, drawn) => {
  expect(await picture(bytes)).toContain(drawn);
});

test('a coloured background is a box under the text, an empty screen has none', async () => {
  expect(await picture('  \x1b[44mok \x1b[0m')).toContain(
    '<rect x="16.86" y="0" width="25.29" height="18" fill="#6cb0f2"/>',
  );
  expect((await picture('')).match(/<rect/g)).toHaveLength(1);
});

test('the 256 colours are those of xterm', () => {
  expect([16, 21, 231, 232, 255].map(paletteColour)).toEqual([
    '#000000',
    '#0000ff',
    '#ffffff',
    '#080808',
    '#eeeeee',
  ]);
});
