/** From this width the live panels stand beside the step. */
export const SIDE_COLUMNS_MIN = 100;

/** The live panels keep this width, so that the step gets all that more columns bring. */
export const PANE_WIDTH = 44;
