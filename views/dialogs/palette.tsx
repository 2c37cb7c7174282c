import { paletteEntries } from '../../src/console/palette.ts';
import type { PaletteOverlay } from '../../src/console/session.ts';
import { useSession, useStage } from '../kit/context.ts';
import { cell, type Line, text, textWidth } from '../present/line.ts';
import { windowOf } from '../present/list.ts';
import { centred, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const WIDTH_MAX = 90;
const ROWS_MAX = 14;
const WORD_WIDTH_MAX = 30;

/** A line of commands to choose from, narrowed as one types. */
export function Palette({ overlay, columns, rows }: OverlayProps<PaletteOverlay>) {
  const { ports } = useStage();
  const session = useSession((s) => s);
  const entries = paletteEntries(ports, session, overlay.text);
  const limit = Math.max(1, Math.min(ROWS_MAX, rows - 8));
  const area = centred(columns, rows, WIDTH_MAX, limit + 5);
  const chosen = Math.min(overlay.chosen, entries.length - 1);
  const [from, to] = windowOf(entries.length, Math.max(0, chosen), limit);
  const shown = entries.slice(from, to);
  const longest = Math.max(8, ...shown.map(({ word }) => textWidth(word)));
  const wordWidth = Math.min(WORD_WIDTH_MAX, longest);
  const lines = shown.map(({ word, detail, reason }, index): Line => {
    const here = from + index === chosen;
    const tone = reason === null ? (here ? 'strong' : 'plain') : 'quiet';
    return [
      text(here ? ' ▸ ' : '   ', 'accent'),
      ...cell([text(word, tone)], wordWidth),
      text('  '),
      text(reason === null ? detail : `not now: ${reason}`, 'quiet'),
    ];
  });
  const none: Line = [text('   nothing here is called that', 'quiet')];
  const empty = Array.from({ length: limit - Math.max(1, lines.length) }, (): Line => []);
  const keys: Line = [
    text('  ⏎ ', 'accent'),
    text('do it   ', 'quiet'),
    text('↑ ↓ ', 'accent'),
    text('choose   ', 'quiet'),
    text('Tab ', 'accent'),
    text('complete   ', 'quiet'),
    text('Esc ', 'accent'),
    text('close', 'quiet'),
  ];
  const place = entries.length > limit ? `  ${chosen + 1} of ${entries.length}` : '';
  return (
    <DialogBox
      area={area}
      tone="accent"
      title={[text('Command', 'strong'), text(place, 'quiet')]}
      lines={[
        [text(' :', 'accent'), text(`${overlay.text}█`)],
        [],
        ...(lines.length > 0 ? lines : [none]),
        ...empty,
        keys,
      ]}
    />
  );
}
