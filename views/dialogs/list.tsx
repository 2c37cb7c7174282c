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
/** Cells that what is told of an entry keeps, if it needs so many. */
const DETAIL_WIDTH_MIN = 24;
/** The sign of the chosen one, an entry's own key, the gap, the frame. */
const AROUND = 10;

/** How wide the names of a list are in a box that is `inner` wide. */
export function labelWidthOf(items: readonly ListItem[], inner: number): number {
  const most = (of: (item: ListItem) => string) =>
    Math.max(...items.map((item) => textWidth(of(item))), 0);
  // On a narrow screen the name comes before what is told of it.
  const beside = Math.min(
    most(({ detail }) => detail),
    DETAIL_WIDTH_MIN,
    Math.floor(inner / 4),
  );
  return Math.max(
    10,
    Math.min(
      most(({ label }) => label),
      inner - AROUND - beside,
    ),
  );
}

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
  const limit = Math.max(1, Math.min(items.length, rows - 6));
  const area = centred(columns, rows, LIST_WIDTH_MAX, limit + 5);
  const inner = area.width - 2;
  const labelWidth = labelWidthOf(items, inner);
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
