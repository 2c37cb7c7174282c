import { Text } from 'ink';
import SelectInput from 'ink-select-input';
import { fitting } from '../../src/console/pick.ts';
import type { PickOverlay } from '../../src/console/session.ts';
import { useStage } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { type Line, text } from '../present/line.ts';
import { windowOf } from '../present/list.ts';
import { centred, DialogBox } from './box.tsx';
import { labelWidthOf, rowLine } from './list.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const WIDTH_MAX = 100;

const none = () => undefined;

function keysLine({ items, typing }: PickOverlay): Line {
  const own = !typing && items.some(({ quick }) => quick !== null);
  return [
    text('  ⏎ ', 'accent'),
    text('take it   ', 'quiet'),
    ...(own ? [text('its letter ', 'accent'), text('at once   ', 'quiet')] : []),
    ...(typing ? [] : [text('/ ', 'accent'), text('search   ', 'quiet')]),
    text('↑ ↓ ', 'accent'),
    text('choose   ', 'quiet'),
    text('Esc ', 'accent'),
    text('close', 'quiet'),
  ];
}

/** A list that typing narrows. The dispatcher moves in it: letters are text here, never moves. */
export function Pick({ overlay, columns, rows }: OverlayProps<PickOverlay>) {
  const { appearance } = useStage();
  const found = fitting(overlay);
  const all = overlay.items;
  const limit = Math.max(1, Math.min(all.length, rows - 8));
  const area = centred(columns, rows, WIDTH_MAX, limit + 6);
  const inner = area.width - 2;
  const labelWidth = labelWidthOf(all, inner);
  const chosen = Math.max(0, Math.min(overlay.chosen, found.length - 1));
  const [from, to] = windowOf(found.length, chosen, limit);
  const shown = found.slice(from, to);
  const byValue = new Map(shown.map((item) => [item.value, item]));
  const Indicator = ({ isSelected = false }: { readonly isSelected?: boolean }) => (
    <Text>{isSelected ? (appearance.unicode ? ' ▸' : ' >') : '  '}</Text>
  );
  const Item = ({ isSelected = false, label }: { isSelected?: boolean; label: string }) => {
    const item = byValue.get(label);
    if (!item) return null;
    const own = overlay.typing ? { ...item, quick: null } : item;
    return <LineView line={rowLine(own, labelWidth, isSelected)} width={inner - 3} />;
  };
  const place = found.length > limit ? `  ${chosen + 1} of ${found.length}` : '';
  const field: Line = overlay.typing
    ? [text(' /', 'accent'), text(`${overlay.text}█`)]
    : [text(' type to search', 'quiet')];
  const empty: Line = [text('   nothing here is called that', 'quiet')];
  return (
    <DialogBox
      area={area}
      tone="accent"
      title={[text(overlay.title, 'strong'), text(place, 'quiet')]}
      lines={[[]]}
    >
      <LineView line={field} width={inner} />
      <LineView line={[]} width={inner} />
      {shown.length === 0 ? <LineView line={empty} width={inner} /> : null}
      <SelectInput
        key={`${overlay.text} ${chosen}`}
        items={shown.map(({ value }) => ({ value, label: value }))}
        initialIndex={chosen - from}
        isFocused={false}
        indicatorComponent={Indicator}
        itemComponent={Item}
        onSelect={none}
      />
      {Array.from({ length: limit - Math.max(1, shown.length) }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an empty line has no other identity
        <LineView key={index} line={[]} width={inner} />
      ))}
      <LineView line={[]} width={inner} />
      <LineView line={keysLine(overlay)} width={inner} />
    </DialogBox>
  );
}
