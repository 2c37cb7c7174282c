import type { ComponentType } from 'react';
import type { LiveState } from '../../src/live/state.ts';

/** What a panel is given to draw in. */
export interface PanelProps {
  readonly width: number;
  /** Lines it may use, its title included. */
  readonly rows: number;
  /** On the whole screen, as a table with its head. */
  readonly zoomed: boolean;
  readonly digit: number | null;
}

/** A panel as the registry knows it. */
export interface Panel {
  readonly View: ComponentType<PanelProps>;
  /** Lines under its title that it would like on the overview, at this width. */
  wants(live: LiveState, width: number): number;
}
