import { Text } from 'ink';
import SelectInput from 'ink-select-input';
import { isGuarded } from '../../src/console/dialogs.ts';
import type { ListItem, ListOverlay } from '../../src/console/session.ts';
import { useStage } from '../kit/context.ts';
import { LineView } from '../kit/lines.tsx';
import { cell, type Line, text, textWidth } from '../present/line.ts';
import { centred, DialogBox } from './box.tsx';
import type { OverlayProps } from './overlay-layer.tsx';

const LIST_WIDTH_MAX = 84;
const LABEL_WIDTH_MAX = 40;

/** One row of a list: its own key, its name, and why one would choose it. */
export function rowLine(item: ListItem, labelWidth: number, chosen: boolean): Line {
  return [
    text(item.quick === null ? '   ' : ` ${item.quick} `, 'accent'),
    ...cell([text(item.label, chosen ? 'strong' : 'plain')], labelWidth),
    text('  '),
    text(item.detail, 'quiet'),
  ];
}

const keysLine: Line = [
  text('  ⏎ ', 'accent'),
  text('choose   ', 'quiet'),
  text('Esc ', 'accent'),
  text('close', 'quiet'),
];

/** A list that has the keys while it lies on top. What it lists was fixed when it was opened. */
export function List({ overlay, columns, rows }: OverlayProps<ListOverlay>) {
  const { console, appearance } = useStage();
  const { items } = overlay;
  const longest = Math.max(...items.map((item) => textWidth(item.label)), 10);
  const labelWidth = Math.min(longest, LABEL_WIDTH_MAX, columns - 20);
  const limit = Math.max(1, Math.min(items.length, rows - 6));
  const area = centred(columns, rows, LIST_WIDTH_MAX, limit + 5);
  const inner = area.width - 2;
  const byValue = new Map(items.map((item) => [item.value, item]));
  const Indicator = ({ isSelected = false }: { readonly isSelected?: boolean }) => (
    <Text>{isSelected ? (appearance.unicode ? ' ▸' : ' >') : '  '}</Text>
  );
  const Item = ({ isSelected = false, label }: { isSelected?: boolean; label: string }) => {
    const item = byValue.get(label);
    if (!item) return null;
    return <LineView line={rowLine(item, labelWidth, isSelected)} width={inner - 3} />;
  };
  const ready = overlay.armed || !isGuarded(overlay);
  return (
    <DialogBox area={area} tone="accent" title={[text(overlay.title, 'strong')]} lines={[[]]}>
      <LineView line={[]} width={inner} />
      <SelectInput
        items={items.map(({ value }) => ({ value, label: value }))}
        limit={limit}
        isFocused={ready}
        indicatorComponent={Indicator}
        itemComponent={Item}
        onSelect={({ value }) => console.choose(value)}
      />
      <LineView line={[]} width={inner} />
      <LineView line={ready ? keysLine : [text('  …', 'quiet')]} width={inner} />
    </DialogBox>
  );
}
