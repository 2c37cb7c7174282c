/** What a panel is given to draw in. */
export interface PanelProps {
  readonly width: number;
  /** Lines it may use, its title included. */
  readonly rows: number;
  /** On the whole screen, with the selection's details. */
  readonly zoomed: boolean;
  readonly digit: number | null;
}
