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

/** The widths of two panels side by side with a space between, or null where only one fits. */
export function halves(columns: number, leftShare: number): readonly [number, number] | null {
  if (columns < 64) return null;
  const first = Math.floor((columns - 2) * leftShare);
  return [first, columns - 2 - first];
}
