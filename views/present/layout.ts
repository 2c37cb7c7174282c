import type { PanelId } from '../../src/keymap/commands.ts';

/** What a band of the overview would like, in lines of content under its title. */
export interface BandWish {
  readonly wants: number;
  /** With less it says too little; it gets less only when there is nothing left to take. */
  readonly least: number;
  /** Lines it can use besides, once everyone has what he wants and the empty lines too. */
  readonly spare?: number;
}

export interface BandShare {
  /** Lines it gets, its title included; 0 leaves it out. */
  readonly rows: number;
  /** True when an empty line follows it. */
  readonly gap: boolean;
}

/**
 * Shares the lines of the overview among its bands: all get what they want while it fits; then the
 * empty lines go, then the largest band gives, down to what each needs at least; then the last bands go.
 */
export function shareRows(available: number, bands: readonly BandWish[]): readonly BandShare[] {
  const rows = bands.map(({ wants }) => wants + 1);
  const sum = () => rows.reduce((total, row) => total + row, 0);
  const gaps = sum() + bands.length - 1 <= available;
  const shrink = (floor: (index: number) => number) => {
    while (sum() > available) {
      let largest = -1;
      for (const [index, row] of rows.entries()) {
        if (row > floor(index) && row > (rows[largest] ?? 0)) largest = index;
      }
      if (largest === -1) return;
      rows[largest] = (rows[largest] ?? 1) - 1;
    }
  };
  shrink((index) => (bands[index]?.least ?? 0) + 1);
  for (let index = rows.length - 1; index >= 0 && sum() > available; index -= 1) {
    rows[index] = Math.max(0, (rows[index] ?? 0) - (sum() - available));
    if ((rows[index] ?? 0) < 2) rows[index] = 0;
  }
  let left = gaps ? available - sum() - (rows.length - 1) : 0;
  for (const [index, { spare = 0 }] of bands.entries()) {
    const more = Math.min(left, spare);
    rows[index] = (rows[index] ?? 0) + more;
    left -= more;
  }
  return rows.map((row, index) => ({ rows: row, gap: gaps && index < rows.length - 1 }));
}

/** Below this panels stand one under the other. */
const SIDE_COLUMNS_MIN = 64;
/** From here on three stand beside each other. */
const THREE_COLUMNS_MIN = 116;
const GAP = 2;

/** Which panels stand beside each other, by how much there is to say in each. */
const rowsOfTwo: readonly (readonly PanelId[])[] = [
  ['containers', 'metrics'],
  ['breakers', 'database'],
  ['cache', 'host'],
  ['checks'],
];
const rowsOfThree: readonly (readonly PanelId[])[] = [
  ['containers', 'metrics'],
  ['breakers', 'database', 'cache'],
  ['checks', 'host'],
];

/** The bands of the overview: the panels that are drawn, side by side as the width allows. */
export function bandsOf(
  drawn: readonly PanelId[],
  columns: number,
): readonly (readonly PanelId[])[] {
  if (columns < SIDE_COLUMNS_MIN) return drawn.map((id) => [id]);
  const plan = columns < THREE_COLUMNS_MIN ? rowsOfTwo : rowsOfThree;
  const planned = plan.map((ids) => ids.filter((id) => drawn.includes(id)));
  const rest = drawn.filter((id) => !plan.flat().includes(id)).map((id) => [id]);
  return [...planned, ...rest].filter((ids) => ids.length > 0);
}

/** How much of a row a panel takes, against its neighbours. */
const shares: Partial<Readonly<Record<PanelId, number>>> = {
  containers: 1.28,
  database: 1.1,
  cache: 1.15,
  checks: 1.4,
};

/** The widths of panels side by side. */
export function sideBySide(columns: number, ids: readonly PanelId[]): readonly number[] {
  const weights = ids.map((id) => (ids.length > 1 ? (shares[id] ?? 1) : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const room = columns - GAP * (ids.length - 1);
  const widths = weights.map((weight) => Math.floor((room * weight) / total));
  const used = widths.reduce((sum, width) => sum + width, 0);
  return widths.map((width, index) => (index === widths.length - 1 ? width + room - used : width));
}
